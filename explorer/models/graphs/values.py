"""A graph's tensors, followed in the order in which they are computed."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import count
from math import prod

import numpy as np

from explorer.models.files import RECURRENT, Array, Graph, Node
from explorer.models.graphs.folding import FOLDABLE, dequantised, fill_of, fold
from explorer.models.graphs.reach import wanted
from explorer.models.graphs.shaping import MAX_BYTES, MOVES, check_size
from explorer.models.graphs.sizes import Sizes, sizes_after
from explorer.models.graphs.sources import UNKNOWN, Source, Traced, Uniform, Value

_MAX_TRACED = 4_000_000
_MAX_ALL_TRACED = 24_000_000
_OPEN = (7, 5)
"""Steps and sequences where the file leaves both open and nothing tells."""
_MISFITS = (ValueError, TypeError, IndexError, KeyError, OverflowError, ZeroDivisionError, AttributeError)


class Wiring:
    """A graph's tensors, followed in the order in which they are computed.

    Args:
        graph: as the file states it.
        constants: its constant tensors.

    Attributes:
        values: what each tensor is made of, where a recurrent operator reads it or is read by it.
        sources: in the order of their numbers.
        makers: which operator gives a tensor.
        readers: which operators read a tensor, and at which of their inputs.
    """

    def __init__(self, graph: Graph, constants: Mapping[str, Array]) -> None:
        self.graph = graph
        self.values: dict[str, Value] = dict(constants)
        self.sources: list[Source] = []
        self.makers = {name: place for place, node in enumerate(graph.nodes) for name in node.outputs if name}
        self.readers: dict[str, list[tuple[int, int]]] = {}
        for place, node in enumerate(graph.nodes):
            for turn, name in enumerate(node.inputs):
                self.readers.setdefault(name, []).append((place, turn))
        self._words: dict[str, int] = {}
        self._given: dict[tuple[int | None, int], Source] = {}
        self._next = self._folded = self._moved_so_far = 0
        self._open = (size for size in count(5, 2))
        for name, shape in graph.inputs.items():
            if shape is not None:
                self.values[name] = self._source(name, None, 0, tuple(self._size(one) for one in shape))
        for place in sorted(wanted(graph, self.makers, self.readers)):
            self._run(place, graph.nodes[place])

    def constant(self, name: str) -> Array | None:
        """A tensor that does not depend on what goes in, or None."""
        value = self.values.get(name)
        return value if isinstance(value, np.ndarray) else None

    def traced(self, name: str) -> Array | None:
        """The places that a tensor's numbers come from, or None where they cannot be followed."""
        value = self.values.get(name)
        return value.places if isinstance(value, Traced) else None

    def output(self, node: int, output: int) -> Array | None:
        """The places of an operator's output, where it is a source of its own."""
        source = self._given.get((node, output))
        return None if source is None else source.places()

    def source_of(self, places: Array) -> Source | None:
        """The one source that all of these come from, or None."""
        if not places.size:
            return None
        lowest, highest = int(places.min()), int(places.max())
        source = self.sources[bisect_right(self.sources, lowest, key=lambda one: one.first) - 1]
        return source if highest < source.first + prod(source.sizes) else None

    def _size(self, stated: int | str) -> int:
        """A size; where it is open, one that no other open size has."""
        if isinstance(stated, int):
            return stated if stated > 0 else next(self._open)
        if stated not in self._words or not stated:
            self._words[stated] = next(self._open)
        return self._words[stated]

    def _source(self, tensor: str, node: int | None, output: int, sizes: Sizes, table: Array | None = None) -> Value:
        size = prod(sizes)
        if min(sizes, default=1) < 1 or size > _MAX_TRACED or self._next + size > _MAX_ALL_TRACED:
            return UNKNOWN
        source = Source(tensor, node, output, self._next, sizes, table)
        self.sources.append(source)
        self._given[node, output] = source
        self._next += size
        return Traced(source.places())

    def _run(self, place: int, node: Node) -> None:
        inputs = [self.values.get(name, UNKNOWN) if name else None for name in node.inputs]
        try:
            with np.errstate(all="ignore"):
                found = self._outputs(place, node, inputs)
        except _MISFITS:
            found = [UNKNOWN] * len(node.outputs)
        for name, value in zip(node.outputs, found, strict=False):
            if name:
                self.values[name] = value

    def _outputs(self, place: int, node: Node, inputs: Sequence[Value | None]) -> list[Value]:
        if node.operator in RECURRENT:
            return self._states(place, node, inputs)
        first = inputs[0] if inputs else None
        rest = [one if isinstance(one, np.ndarray) else None for one in inputs[1:]]
        settled = all(one is None or isinstance(one, np.ndarray) for one in inputs[1:])
        if node.operator == "Concat":
            return [self._joined(place, node, inputs)]
        if isinstance(first, np.ndarray) and settled and node.operator in FOLDABLE:
            return [self._kept(fold(node.operator, first, rest, node.attributes), first)]
        if node.operator in MOVES and settled and isinstance(first, np.ndarray | Traced):
            return self._moved(node, first, rest)
        if node.operator == "Shape" and isinstance(first, Traced):
            cut = slice(node.attributes.get("start", 0), node.attributes.get("end"))
            return [np.array(first.places.shape[cut], np.int64)]
        if node.operator == "ConstantOfShape":
            return [Uniform(fill_of(node.attributes))]
        if node.operator in MOVES and isinstance(first, Uniform):
            return [first] * len(node.outputs)
        if node.operator == "Expand" and isinstance(first, np.ndarray):
            return [first if np.ptp(first) else Uniform(first.reshape(-1)[0])]
        return [self._computed(place, node, inputs)] + [UNKNOWN] * (len(node.outputs) - 1)

    def _moved(self, node: Node, first: Array | Traced, rest: Sequence[Array | None]) -> list[Value]:
        if isinstance(first, np.ndarray):
            check_size(first.shape, first.dtype.itemsize)
            made = MOVES[node.operator](first, rest, node.attributes)
            return [self._kept(one, first) for one in (made if isinstance(made, list) else [made])]
        made = MOVES[node.operator](first.places, rest, node.attributes)
        return [self._traced(one, first.places) for one in (made if isinstance(made, list) else [made])]

    def _kept(self, made: Array, of: Array) -> Value:
        """A constant, where all that were made so far are not too many."""
        made = np.asarray(made)
        if made.size * made.dtype.itemsize > MAX_BYTES:
            return UNKNOWN
        self._folded += 0 if np.may_share_memory(made, of) else made.nbytes
        return made if self._folded <= MAX_BYTES else UNKNOWN

    def _traced(self, places: Array, of: Array) -> Value:
        if places.size > _MAX_TRACED:
            return UNKNOWN
        self._moved_so_far += 0 if np.may_share_memory(places, of) else places.size
        return Traced(places) if self._moved_so_far <= _MAX_ALL_TRACED else UNKNOWN

    def _joined(self, place: int, node: Node, inputs: Sequence[Value | None]) -> Value:
        axis = node.attributes.get("axis", 0)
        arrays = [one for one in inputs if isinstance(one, np.ndarray)]
        if len(arrays) == len(inputs):
            if self._folded + sum(one.nbytes for one in arrays) > MAX_BYTES:
                return UNKNOWN
            return self._kept(np.concatenate(arrays, axis), np.empty(0))
        moved = [one.places for one in inputs if isinstance(one, Traced)]
        if len(moved) == len(inputs):
            fits = sum(one.size for one in moved) + self._moved_so_far <= _MAX_ALL_TRACED
            return self._traced(np.concatenate(moved, axis), np.empty(0)) if fits else UNKNOWN
        alike = {float(one.number) for one in inputs if isinstance(one, Uniform)}
        if all(isinstance(one, Uniform) for one in inputs) and len(alike) == 1:
            return inputs[0] or UNKNOWN
        return self._computed(place, node, inputs)

    def _computed(self, place: int, node: Node, inputs: Sequence[Value | None]) -> Value:
        """A source of its own for what an operator computes, if its size can be told."""
        first = inputs[0] if inputs else None
        rows = inputs[1] if len(inputs) > 1 else None
        if node.operator == "Gather" and isinstance(first, np.ndarray) and isinstance(rows, Traced):
            return self._looked_up(place, node, first, rows)
        if node.operator == "DequantizeLinear" and isinstance(first, Traced):
            scaled = self._scaled_rows(place, node, first, inputs[1:])
            if scaled is not None:
                return scaled
        known = [
            one.places.shape if isinstance(one, Traced) else one.shape if isinstance(one, np.ndarray) else None
            for one in inputs
        ]
        sizes = sizes_after(node, known) or self._declared(node.outputs[0])
        return UNKNOWN if sizes is None else self._source(node.outputs[0], place, 0, sizes)

    def _looked_up(self, place: int, node: Node, table: Array, rows: Traced) -> Value:
        """Rows of a constant, as an embedding gives them."""
        whole = table.ndim == 2 and table.dtype.kind in "fiu" and not node.attributes.get("axis")
        sizes = (*rows.places.shape, *table.shape[1:])
        return self._source(node.inputs[0], place, 0, sizes, table if whole else None)

    def _scaled_rows(self, place: int, node: Node, rows: Traced, rest: Sequence[Value | None]) -> Value | None:
        """An embedding's rows that are stored as whole numbers and scaled back after they are looked up."""
        source, scale, zero = self.source_of(rows.places), *(*rest, None)[:2]
        if source is None or source.table is None or not isinstance(scale, np.ndarray) or scale.size != 1:
            return None
        table = dequantised(source.table, scale, zero if isinstance(zero, np.ndarray) else None, 1)
        name = source.tensor.removesuffix("_quantized")
        twin = self._source(name if name != source.tensor else node.outputs[0], place, 0, source.sizes, table)
        return Traced(rows.places - source.first + self.sources[-1].first) if isinstance(twin, Traced) else UNKNOWN

    def _declared(self, name: str) -> Sizes | None:
        shape = self.graph.declared.get(name, ("",))
        if any(isinstance(one, str) and one not in self._words for one in shape):
            return None
        return tuple(self._size(one) for one in shape)

    def _states(self, place: int, node: Node, inputs: Sequence[Value | None]) -> list[Value]:
        """A recurrent operator's outputs: Y of every step, and the last h and c."""
        recurrent = inputs[2]
        if not isinstance(recurrent, np.ndarray) or recurrent.ndim != 3:
            return [UNKNOWN] * len(node.outputs)
        sides, units = len(recurrent), recurrent.shape[1 if node.operator == "DynamicQuantizeLSTM" else 2]
        batch_first = bool(node.attributes.get("layout"))
        steps, batch = _OPEN
        if isinstance(inputs[0], Traced):
            steps, batch, _ = inputs[0].places.shape
            steps, batch = (batch, steps) if batch_first else (steps, batch)
        every = (batch, steps, sides, units) if batch_first else (steps, sides, batch, units)
        last = (batch, sides, units) if batch_first else (sides, batch, units)
        shapes = (every, last, last)
        return [self._source(name, place, turn, shapes[turn]) for turn, name in enumerate(node.outputs[:3])]
