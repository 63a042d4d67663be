"""What stands before and after a recurrent operator of a graph, and how it reads and is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.errors import CheckpointError
from explorer.models.files import RECURRENT, Array, Node, named
from explorer.models.graphs.linear import Linear, linear_at
from explorer.models.graphs.shaping import TRANSPARENT
from explorer.models.graphs.sources import Source
from explorer.models.graphs.values import Wiring

_LISTED = 6
_MOST_STEPS = 2_000_000
_SQUASHING = frozenset({
    "Softmax", "LogSoftmax", "Sigmoid", "Tanh", "Relu", "Softplus", "HardSigmoid", "Hardmax", "ArgMax", "TopK",
    "Clip", "Exp",
})  # fmt: skip
_SCALING = frozenset({"Add", "Sub", "Mul", "Div"})


@dataclass(frozen=True, eq=False)
class Before:
    """What a recurrent operator reads.

    Attributes:
        between: names of the operators that compute what it reads, in order; () where it reads an input, an
            embedding or another recurrent operator as they are.
        table: the embedding it reads, (rows, features), and the name of the tensor that the rows become.
        follows: which recurrent operator's whole output it reads step by step, or None.
    """

    between: tuple[str, ...] = ()
    table: tuple[Array, str] | None = None
    follows: int | None = None


@dataclass(frozen=True, eq=False)
class Reader:
    """A linear layer that reads a recurrent operator's states directly.

    Attributes:
        linear: the layer.
        reads: ``"step"``: each step's state; ``"last"``: that of the last position; ``"ends"``: the last state of
            both directions.
        then: names of what follows up to the graph's outputs, or None where more than squashing and scaling does:
            then it is not the network's answer.
    """

    linear: Linear
    reads: str
    then: tuple[str, ...] | None


class Paths:
    """Walks from one recurrent operator backwards and forwards.

    Args:
        wiring: the graph, followed.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._nodes = wiring.graph.nodes
        self._steps = 0

    def label(self, places: Iterable[int]) -> tuple[str, ...]:
        """Operators as a sentence names them, in the graph's order, the first few."""
        ordered = sorted(set(places))
        names = tuple(f"{self._nodes[one].operator} {named(self._nodes[one].name)}" for one in ordered[:_LISTED])
        return names if len(ordered) <= _LISTED else (*names, f"{len(ordered) - _LISTED} more")

    def before(self, place: int) -> Before:
        """What a recurrent operator reads at its input X."""
        node = self._nodes[place]
        reads = self._wiring.traced(node.inputs[0]) if node.inputs else None
        if reads is not None and reads.ndim == 3:
            reads = reads.transpose(1, 0, 2) if node.attributes.get("layout") else reads
            source = self._wiring.source_of(reads)
            if source is not None and (found := self._as_it_is(reads, source)) is not None:
                return found
        return Before(self._computing(node.inputs[0] if node.inputs else "", reads is None))

    def _as_it_is(self, reads: Array, source: Source) -> Before | None:
        if source.node is None:
            whole = reads.size == np.prod(source.sizes) == len(np.unique(reads))
            return Before() if whole else None
        if source.table is not None:
            return Before(table=(source.table, source.tensor)) if _in_order(reads, source) else None
        if self._nodes[source.node].operator in RECURRENT and source.output == 0:
            steps = self.steps_of(source.node)
            return Before(follows=source.node) if steps is not None and np.array_equal(reads, steps) else None
        return None

    def _computing(self, tensor: str, lost: bool) -> tuple[str, ...]:
        """Names of the operators between a tensor and where the numbers come from."""
        computing: set[int] = set()
        moving: set[int] = set()
        seen, todo, embedded = {tensor}, [tensor], False
        while todo:
            self._spend()
            place = self._wiring.makers.get(name := todo.pop())
            if place is None or self._wiring.constant(name) is not None:
                continue
            node = self._nodes[place]
            if node.operator == "Gather" and self._wiring.constant(node.inputs[0]) is not None:
                embedded = True
                continue
            moves = node.operator in TRANSPARENT and node.operator != "Concat"
            (moving if moves else computing).add(place)
            before = () if node.operator in RECURRENT else node.inputs[:1] if moves else node.inputs
            todo += [one for one in before if one and one not in seen]
            seen.update(before)
        nothing = not computing and lost and not embedded
        return () if nothing else self.label(computing or moving)

    def steps_of(self, place: int) -> Array | None:
        """The places of a recurrent operator's states, (time, sequences, directions·units)."""
        states = self._output(place, 0)
        if states is None:
            return None
        if self._nodes[place].attributes.get("layout"):
            return states.reshape(*states.shape[:2], -1).transpose(1, 0, 2)
        return states.transpose(0, 2, 1, 3).reshape(states.shape[0], states.shape[2], -1)

    def _output(self, place: int, turn: int) -> Array | None:
        names = self._nodes[place].outputs
        name = names[turn] if turn < len(names) else ""
        known = (one for one in self._wiring.sources if one.node == place and one.output == turn)
        return next((one.places() for one in known), None) if name else None

    def readers(self, place: int) -> list[Reader]:
        """The linear layers that read a recurrent operator's states directly."""
        found = []
        for one in self._moved_to(place):
            linear = linear_at(self._wiring, one)
            reads = self._wiring.traced(self._nodes[one].inputs[0]) if linear is not None else None
            how = None if reads is None else self._how(place, reads)
            if linear is not None and how is not None:
                found.append(Reader(linear, how, self._then(linear.output)))
        return found

    def _spend(self) -> None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise CheckpointError("The graph of this file is too entangled to follow: export its recurrent part alone.")

    def _moved_to(self, place: int) -> list[int]:
        """Operators that a recurrent one's outputs reach unchanged."""
        return sorted(self._reached(self._nodes[place].outputs, through=False))

    def _reached(self, names: Sequence[str], through: bool, stop: frozenset[int] = frozenset()) -> set[int]:
        """Operators that compute from tensors; ``through``: and those that compute from what these give."""
        found: set[int] = set()
        seen: set[str] = set()
        todo = [name for name in names if name]
        while todo:
            for place, _ in self._wiring.readers.get(todo.pop(), ()):
                self._spend()
                node = self._nodes[place]
                moves = node.operator in TRANSPARENT
                if node.operator == "Shape" or place in stop:
                    continue
                if not moves:
                    found.add(place)
                if moves or (through and node.operator not in RECURRENT):
                    todo += [name for name in node.outputs if name and name not in seen]
                    seen.update(node.outputs)
        return found

    def _how(self, place: int, reads: Array) -> str | None:
        steps = self.steps_of(place)
        known = {} if steps is None else self._readings(place, steps)
        last = self._output(place, 1)
        if last is not None:
            batch_first = self._nodes[place].attributes.get("layout")
            last = last if batch_first else last.transpose(1, 0, 2)
            known["ends" if last.shape[1] == 2 else "last"] = [
                *known.get("ends" if last.shape[1] == 2 else "last", []), last.reshape(len(last), -1)
            ]  # fmt: skip
        return next((how for how, ways in known.items() for one in ways if _same_rows(reads, one)), None)

    def _readings(self, place: int, steps: Array) -> dict[str, list[Array]]:
        stated = self._nodes[place].attributes.get("direction", ["forward"])
        ways = str(stated[0]).lower() if isinstance(stated, list) and stated else "forward"
        if ways != "bidirectional":
            return {"step": [steps], "last": [steps[0 if ways == "reverse" else -1]]}
        half = steps.shape[2] // 2
        ends = np.concatenate([steps[-1, :, :half], steps[0, :, half:]], axis=1)
        return {"step": [steps], "last": [steps[-1]], "ends": [ends]}

    def _then(self, tensor: str) -> tuple[str, ...] | None:
        """What follows up to the outputs, where it only squashes and scales."""
        following: set[int] = set()
        seen, todo = {tensor}, [tensor]
        while todo:
            for place, _ in self._wiring.readers.get(todo.pop(), ()):
                self._spend()
                node = self._nodes[place]
                if node.operator == "Shape":
                    continue
                if node.operator not in TRANSPARENT:
                    if not self._is_plain(node):
                        return None
                    following.add(place)
                todo += [name for name in node.outputs if name and name not in seen]
                seen.update(node.outputs)
        return self.label(following)

    def _is_plain(self, node: Node) -> bool:
        scales = node.operator in _SCALING and any(self._wiring.constant(one) is not None for one in node.inputs)
        return scales or node.operator in _SQUASHING

    def after(self, place: int, within: frozenset[int], head: Reader | None) -> tuple[str, ...]:
        """Names of what computes from a recurrent operator's states.

        Args:
            place: the operator.
            within: recurrent operators that are part of the same network.
            head: its linear head, which is not named, nor what follows it.
        """
        stop = within | (frozenset() if head is None else frozenset({head.linear.place}))
        return self.label(self._reached(self._nodes[place].outputs, through=True, stop=stop))


def _in_order(reads: Array, source: Source) -> bool:
    """Whether rows of (time, sequences, features) are the source's, time first or sequences first."""
    steps, batch, features = reads.shape
    if features != source.sizes[-1] or not (reads - reads[..., :1] == np.arange(features)).all():
        return False
    rows, rest = np.divmod(reads[..., 0] - source.first, features)
    turns = np.arange(steps * batch)
    ordered = np.array_equal(rows, turns.reshape(steps, batch)) or np.array_equal(rows, turns.reshape(batch, steps).T)
    return ordered and not rest.any()


def _same_rows(reads: Array, expected: Array) -> bool:
    """Whether the same rows of features are read, in any order of steps and sequences."""
    if not reads.ndim or reads.shape[-1] != expected.shape[-1] or reads.size != expected.size:
        return False
    one, other = reads.reshape(-1, reads.shape[-1]), expected.reshape(-1, expected.shape[-1])
    return np.array_equal(one[np.argsort(one[:, 0])], other[np.argsort(other[:, 0])])
