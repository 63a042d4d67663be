"""What stands before and after a recurrent operator of a graph."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np

from explorer.errors import CheckpointError
from explorer.models.files import RECURRENT, Array, named
from explorer.models.graphs.linear import Linear
from explorer.models.graphs.shaping import TRANSPARENT
from explorer.models.graphs.sources import Source, Uniform
from explorer.models.graphs.values import Wiring

_LISTED = 6
_MOST_STEPS = 1_000_000


@dataclass(frozen=True, eq=False)
class Before:
    """What a recurrent operator reads.

    Attributes:
        between: names of the operators that compute what it reads, in order; () where it reads an input, an
            embedding or another recurrent operator as they are.
        table: the embedding it reads, (rows, features), and its name.
        follows: which recurrent operator's whole output it reads step by step, or None.
    """

    between: tuple[str, ...] = ()
    table: tuple[Array, str] | None = None
    follows: int | None = None


class Paths:
    """Walks from one recurrent operator backwards and forwards.

    Args:
        wiring: the graph, followed.

    Raises:
        CheckpointError: from any of its walks, where all together take too many steps.
    """

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.nodes = wiring.graph.nodes
        self._steps = 0

    def label(self, places: Iterable[int]) -> tuple[str, ...]:
        """Operators as a sentence names them, in the graph's order, the first few."""
        ordered = sorted(set(places))
        names = tuple(f"{worded(self.nodes[one].operator)} {named(self.nodes[one].name)}" for one in ordered[:_LISTED])
        return names if len(ordered) <= _LISTED else (*names, f"{len(ordered) - _LISTED} more")

    def before(self, place: int) -> Before:
        """What a recurrent operator reads at its input X."""
        node = self.nodes[place]
        reads = self.wiring.traced(node.inputs[0]) if node.inputs else None
        if reads is not None and reads.ndim == 3:
            reads = reads.transpose(1, 0, 2) if node.attributes.get("layout") else reads
            source = self.wiring.source_of(reads)
            if source is not None and (found := self._as_it_is(reads, source)) is not None:
                return found
        return Before(self._computing(node.inputs[0] if node.inputs else "", reads is None))

    def _as_it_is(self, reads: Array, source: Source) -> Before | None:
        if source.node is None:
            seen = np.zeros(prod(source.sizes), bool)
            seen[reads - source.first] = True
            return Before() if reads.size == len(seen) and seen.all() else None
        if source.table is not None:
            as_rows = source.table.dtype.kind == "f" and _in_order(reads, source)
            return Before(table=(source.table, source.tensor)) if as_rows else None
        if self.nodes[source.node].operator in RECURRENT and source.output == 0:
            steps = self.steps_of(source.node)
            return Before(follows=source.node) if steps is not None and np.array_equal(reads, steps) else None
        return None

    def _computing(self, tensor: str, lost: bool) -> tuple[str, ...]:
        """Names of the operators between a tensor and where the numbers come from."""
        computing: set[int] = set()
        moving: set[int] = set()
        seen, todo, embedded = {tensor}, [tensor], False
        while todo:
            self.spend()
            place = self.wiring.makers.get(name := todo.pop())
            if place is None or self.wiring.constant(name) is not None:
                continue
            node = self.nodes[place]
            if node.operator == "Gather" and self.wiring.constant(node.inputs[0]) is not None:
                embedded = True
                continue
            moves = node.operator in TRANSPARENT and node.operator != "Concat"
            (moving if moves else computing).add(place)
            before = () if node.operator in RECURRENT else node.inputs[:1] if moves else node.inputs
            todo += [one for one in before if one and one not in seen]
            seen.update(before)
        nothing = not computing and lost and not embedded
        return () if nothing else self.label(computing or moving)

    def recurs(self, tensor: str) -> bool:
        """Whether a tensor is computed from what a recurrent operator gives."""
        seen, todo = {tensor}, [tensor]
        while todo:
            self.spend()
            place = self.wiring.makers.get(name := todo.pop())
            if place is None or isinstance(self.wiring.values.get(name), np.ndarray | Uniform):
                continue
            if self.nodes[place].operator in RECURRENT:
                return True
            before = self.nodes[place].inputs
            todo += [one for one in before if one and one not in seen]
            seen.update(before)
        return False

    def steps_of(self, place: int) -> Array | None:
        """The places of a recurrent operator's states, (time, sequences, directions·units)."""
        states = self.wiring.output(place, 0)
        if states is None:
            return None
        if self.nodes[place].attributes.get("layout"):
            return states.reshape(*states.shape[:2], -1).transpose(1, 0, 2)
        return states.transpose(0, 2, 1, 3).reshape(states.shape[0], states.shape[2], -1)

    def spend(self) -> None:
        """Count a step of a walk.

        Raises:
            CheckpointError: there were too many.
        """
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise CheckpointError("The graph of this file is too entangled to follow: export its recurrent part alone.")

    def reached(self, names: Sequence[str], through: bool, stop: frozenset[int] = frozenset()) -> set[int]:
        """Operators that compute from tensors; ``through``: and those that compute from what these give."""
        found: set[int] = set()
        seen: set[str] = set()
        todo = [name for name in names if name]
        while todo:
            for place, _ in self.wiring.readers.get(todo.pop(), ()):
                self.spend()
                node = self.nodes[place]
                moves = node.operator in TRANSPARENT
                if node.operator == "Shape" or place in stop:
                    continue
                if not moves:
                    found.add(place)
                if moves or (through and node.operator not in RECURRENT):
                    todo += [name for name in node.outputs if name and name not in seen]
                    seen.update(node.outputs)
        return found

    def after(self, place: int, within: frozenset[int], head: Linear | None) -> tuple[str, ...]:
        """Names of what computes from a recurrent operator's states.

        Args:
            place: the operator.
            within: recurrent operators that are part of the same network.
            head: its linear head, which is not named, nor what follows it.
        """
        stop = within | (frozenset() if head is None else frozenset({head.place}))
        return self.label(self.reached(self.nodes[place].outputs, through=True, stop=stop))


def worded(operator: str) -> str:
    """An operator's name as a sentence can carry it."""
    return named(operator[:30]).strip("'")


def _in_order(reads: Array, source: Source) -> bool:
    """Whether rows of (time, sequences, features) are the source's, time first or sequences first."""
    steps, batch, features = reads.shape
    if features != source.sizes[-1] or not (reads - reads[..., :1] == np.arange(features)).all():
        return False
    rows, rest = np.divmod(reads[..., 0] - source.first, features)
    turns = np.arange(steps * batch)
    ordered = np.array_equal(rows, turns.reshape(steps, batch)) or np.array_equal(rows, turns.reshape(batch, steps).T)
    return ordered and not rest.any()
