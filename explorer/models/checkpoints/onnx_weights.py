"""Weights of a recurrent node of ONNX: W, R (directions, gates·units, …) in the orders i, o, f, c and z, r, h."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from explorer.errors import CheckpointError
from explorer.models.files import Array, Contents, Node, named, shown
from explorer.models.graphs import Wiring, worded
from explorer.models.graphs.folding import dequantised

QUANTISED = "DynamicQuantizeLSTM"
_KINDS = {"LSTM": "LSTM", "GRU": "GRU", "RNN": "RNN", QUANTISED: "LSTM"}
_BLOCKS = {"LSTM": 4, "GRU": 3, "RNN": 1}
_ORDER = {"LSTM": (0, 2, 3, 1), "GRU": (1, 0, 2), "RNN": (0,)}
"""Which block of ONNX stands first, second, … in PyTorch."""
_W, _R, _B = 1, 2, 3
_SCALES = {_W: 8, _R: 10}
"""Where ONNX Runtime's quantised LSTM has the scale of a weight; its zero point comes next."""
_EIGHT_BITS = (
    "The weights are stored as 8-bit integers and made numbers again here. ONNX Runtime also rounds inputs and states "
    "to 8 bits at every step, so its own outputs differ a little."
)
_UNDONE = "The weights are stored as whole numbers, which the graph itself scales back: so is it done here."


class Weights(NamedTuple):
    """A node's cells, one a direction, the tensors that they came from, and what to say about them."""

    cells: list[dict[str, Array]]
    sources: tuple[str, ...]
    notes: tuple[str, ...]


def kind_of(node: Node) -> str:
    """``"LSTM"``, ``"GRU"`` or ``"RNN"``."""
    return _KINDS[node.operator]


def weights_of(node: Node, wiring: Wiring, contents: Contents) -> Weights:
    """A node's weights under PyTorch's names and in its order.

    Raises:
        CheckpointError: they depend on what goes in, or do not fit the operator.
    """
    kind = kind_of(node)
    w, r, b = (_matrix(node, wiring, place) for place in (_W, _R, _B))
    if w is None or r is None:
        raise CheckpointError(f"The node {named(node.name)} lacks its weights: export the whole model.")
    if w.ndim != 3 or r.ndim != 3 or len(w) != len(r) or len(w) not in (1, 2):
        raise CheckpointError(
            f"The weights of the node {named(node.name)} have the shapes {shown(w.shape)} and {shown(r.shape)}; "
            "(directions, gates·units, …) was expected."
        )
    rows, sides = r.shape[1], len(w)
    fits = rows == _BLOCKS[kind] * r.shape[2] and w.shape[1] == rows and (b is None or b.shape == (sides, 2 * rows))
    if not fits or sides != (2 if direction_of(node) == "bidirectional" else 1):
        raise CheckpointError(
            f"The weights of the node {named(node.name)}, {shown(w.shape)} and {shown(r.shape)}, do not fit {kind} "
            f"in the direction {named(direction_of(node))}."
        )
    cells = [_cell(w[side], r[side], None if b is None else b[side], _ORDER[kind]) for side in range(sides)]
    names = [name for place in (_W, _R, _B) for name in node.inputs[place : place + 1]]
    return Weights(cells, roots(names, wiring, contents), _notes(node, names, wiring))


def direction_of(node: Node) -> str:
    """``"forward"``, ``"reverse"`` or ``"bidirectional"``."""
    stated = node.attributes.get("direction")
    return str(stated[0]).lower() if isinstance(stated, list) and stated else "forward"


def roots(names: Sequence[str], wiring: Wiring, contents: Contents) -> tuple[str, ...]:
    """The file's own tensors that constants were made of."""
    found: dict[str, None] = {}
    seen, todo = set(names), [name for name in reversed(names) if name]
    while todo:
        name = todo.pop()
        place = wiring.makers.get(name)
        if place is None and name in contents.tensors:
            found[name] = None
        before = () if place is None else wiring.graph.nodes[place].inputs
        todo += [one for one in before if one and one not in seen]
        seen.update(before)
    return tuple(found)


def _matrix(node: Node, wiring: Wiring, place: int) -> Array | None:
    name = node.inputs[place] if place < len(node.inputs) else ""
    if not name:
        return None
    values = wiring.constant(name)
    if values is None:
        raise CheckpointError(_computed(node, name, wiring))
    if node.operator != QUANTISED or place not in _SCALES or values.dtype.kind == "f":
        return values
    return _dequantised(node, values, wiring, place).transpose(0, 2, 1)


def _computed(node: Node, name: str, wiring: Wiring) -> str:
    maker = wiring.makers.get(name)
    if maker is None:
        return (
            f"The weights {named(name)} of the node {named(node.name)} are no constant of this file, or of a type that "
            "is not read: export it with its weights, as floats."
        )
    other = wiring.graph.nodes[maker]
    return (
        f"The weights of the node {named(node.name)} are computed in the graph, by {worded(other.operator)} "
        f"{named(other.name)}: export the model with constant folding."
    )


def _dequantised(node: Node, values: Array, wiring: Wiring, place: int) -> Array:
    """(directions, inputs, gates·units), with one scale a direction or one a column."""
    given = [wiring.constant(name) for name in node.inputs[_SCALES[place] : _SCALES[place] + 2]]
    scale, zero = (*given, None, None)[:2]
    if scale is None or values.ndim != 3:
        raise CheckpointError(f"The 8-bit weights of the node {named(node.name)} have no scale: export them again.")
    zero = np.zeros(1, np.float32) if zero is None else zero.astype(np.float32)
    try:
        sides = [
            dequantised(one, _side(scale, side, len(values)), _side(zero, side, len(values)), 1)
            for side, one in enumerate(values)
        ]
    except ValueError:
        raise CheckpointError(f"The scales of the node {named(node.name)} do not fit its 8-bit weights.") from None
    return np.stack(sides)


def _side(values: Array, side: int, sides: int) -> Array:
    found: Array = values.reshape(sides, -1)[side]
    return found


def _notes(node: Node, names: Sequence[str], wiring: Wiring) -> tuple[str, ...]:
    if node.operator == QUANTISED:
        return (_EIGHT_BITS,)
    seen, todo = set(names), list(names)
    while todo:
        place = wiring.makers.get(todo.pop())
        if place is None:
            continue
        if wiring.graph.nodes[place].operator == "DequantizeLinear":
            return (_UNDONE,)
        todo += [one for one in wiring.graph.nodes[place].inputs if one not in seen]
        seen.update(wiring.graph.nodes[place].inputs)
    return ()


def _cell(w: Array, r: Array, b: Array | None, order: tuple[int, ...]) -> dict[str, Array]:
    cell: Mapping[str, Array] = {"weight_ih": _reordered(w, order), "weight_hh": _reordered(r, order)}
    if b is None:
        return dict(cell)
    return {**cell, "bias_ih": _reordered(b[: len(r)], order), "bias_hh": _reordered(b[len(r) :], order)}


def _reordered(rows: Array, order: tuple[int, ...]) -> Array:
    blocks = np.split(rows, len(order))
    return np.concatenate([blocks[place] for place in order])
