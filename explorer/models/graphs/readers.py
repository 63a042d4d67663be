"""The linear layers that read a recurrent operator's states, and which of its states they read."""

from dataclasses import dataclass

import numpy as np

from explorer.models.files import Array, Node
from explorer.models.graphs.linear import Linear, linear_at
from explorer.models.graphs.paths import Paths
from explorer.models.graphs.shaping import TRANSPARENT
from explorer.models.graphs.values import Wiring

_SQUASHING = frozenset({
    "Softmax", "LogSoftmax", "Sigmoid", "Tanh", "Relu", "Softplus", "HardSigmoid", "Hardmax", "ArgMax", "TopK",
    "Clip", "Exp",
})  # fmt: skip
_SCALING = frozenset({"Add", "Sub", "Mul", "Div"})


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


def readers_of(place: int, paths: Paths) -> list[Reader]:
    """The linear layers that read a recurrent operator's states directly.

    Args:
        place: the operator.
        paths: walks of its graph.
    """
    found = []
    for one in sorted(paths.reached(paths.nodes[place].outputs, through=False)):
        linear = linear_at(paths.wiring, one)
        reads = None if linear is None else paths.wiring.traced(paths.nodes[one].inputs[0])
        how = None if reads is None else _how(place, reads, paths)
        if linear is not None and how is not None:
            found.append(Reader(linear, how, _then(linear.output, paths)))
    return found


def _how(place: int, reads: Array, paths: Paths) -> str | None:
    steps = paths.steps_of(place)
    known = {} if steps is None else _readings(paths.nodes[place], steps)
    last = paths.wiring.output(place, 1)
    if last is not None:
        batch_first = paths.nodes[place].attributes.get("layout")
        last = last if batch_first else last.transpose(1, 0, 2)
        known.setdefault("ends" if last.shape[1] == 2 else "last", []).append(last.reshape(len(last), -1))
    return next((how for how, ways in known.items() for one in ways if _same_rows(reads, one)), None)


def _readings(node: Node, steps: Array) -> dict[str, list[Array]]:
    stated = node.attributes.get("direction", ["forward"])
    ways = str(stated[0]).lower() if isinstance(stated, list) and stated else "forward"
    if ways != "bidirectional":
        return {"step": [steps], "last": [steps[0 if ways == "reverse" else -1]]}
    half = steps.shape[2] // 2
    ends = np.concatenate([steps[-1, :, :half], steps[0, :, half:]], axis=1)
    return {"step": [steps], "last": [steps[-1]], "ends": [ends]}


def _then(tensor: str, paths: Paths) -> tuple[str, ...] | None:
    """What follows up to the outputs, where it only squashes and scales."""
    following: set[int] = set()
    seen, todo = {tensor}, [tensor]
    while todo:
        for place, _ in paths.wiring.readers.get(todo.pop(), ()):
            paths.spend()
            node = paths.nodes[place]
            if node.operator == "Shape":
                continue
            if node.operator not in TRANSPARENT:
                if not _is_plain(node, paths.wiring):
                    return None
                following.add(place)
            todo += [name for name in node.outputs if name and name not in seen]
            seen.update(node.outputs)
    return paths.label(following)


def _is_plain(node: Node, wiring: Wiring) -> bool:
    scales = node.operator in _SCALING and any(wiring.constant(one) is not None for one in node.inputs)
    return scales or node.operator in _SQUASHING


def _same_rows(reads: Array, expected: Array) -> bool:
    """Whether the same rows of features are read, in any order of steps and sequences."""
    if not reads.ndim or reads.shape[-1] != expected.shape[-1] or reads.size != expected.size:
        return False
    one, other = reads.reshape(-1, reads.shape[-1]), expected.reshape(-1, expected.shape[-1])
    return np.array_equal(one[np.argsort(one[:, 0])], other[np.argsort(other[:, 0])])
