"""Recurrent nodes of ONNX: W, R (directions, gates·units, …) in the orders i, o, f, c and z, r, h."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from explorer.errors import CheckpointError
from explorer.models.checkpoints.group import Group, make_group
from explorer.models.checkpoints.torch_groups import Found
from explorer.models.files import Array, Contents, Node, named

_BLOCKS = {"LSTM": 4, "GRU": 3, "RNN": 1}
_ORDER = {"LSTM": (0, 2, 3, 1), "GRU": (1, 0, 2), "RNN": (0,)}
"""Which block of ONNX stands first, second, … in PyTorch."""
_USUAL = {"LSTM": ("sigmoid", "tanh", "tanh"), "GRU": ("sigmoid", "tanh"), "RNN": ("tanh",)}
_W, _R, _B, _PEEPHOLES = 1, 2, 3, 7


def onnx_groups(contents: Contents) -> Found:
    """Every recurrent node of an ONNX graph, in the graph's order."""
    groups, problems = [], []
    for node in contents.nodes:
        try:
            groups.append(_group(node, contents))
        except CheckpointError as problem:
            problems.append(str(problem))
    return groups, problems


def _group(node: Node, contents: Contents) -> Group:
    options = _options(node)
    weights = {role: _tensor(node, contents, place) for role, place in (("W", _W), ("R", _R), ("B", _B))}
    sources = [node.inputs[place] for place in (_W, _R, _B) if place < len(node.inputs) and node.inputs[place]]
    w, r, b = weights["W"], weights["R"], weights["B"]
    if w is None or r is None:
        raise CheckpointError(
            f"The weights of the node {named(node.name)} are computed in the graph: export it with constant folding."
        )
    if w.ndim != 3 or r.ndim != 3 or len(w) != len(r) or len(w) not in (1, 2):
        raise CheckpointError(f"The weights of the node {named(node.name)} have shapes {w.shape} and {r.shape}.")
    rows = r.shape[1]
    if (
        rows != _BLOCKS[node.operator] * r.shape[2]
        or w.shape[1] != rows
        or (b is not None and b.shape != (len(w), 2 * rows))
    ):
        raise CheckpointError(f"The weights of the node {named(node.name)} do not fit {node.operator}.")
    order = _ORDER[node.operator]
    cells = []
    for side in range(len(w)):
        cell = {"weight_ih": _reordered(w[side], order), "weight_hh": _reordered(r[side], order)}
        if b is not None:
            cell |= {"bias_ih": _reordered(b[side, :rows], order), "bias_hh": _reordered(b[side, rows:], order)}
        cells.append(cell)
    notes = ("This node reads from the end: give it the sequence turned round.",)
    reads_back = _text(node, "direction", "forward") == "reverse"
    return make_group(_name(node), [cells], contents, sources, options=options, notes=notes if reads_back else ())


def _name(node: Node) -> str:
    """``/encoder/lstm/LSTM_1`` → ``encoder/lstm_1``: the operator's own name says nothing but its turn."""
    parts = [part for part in node.name.split("/") if part]
    if len(parts) > 1 and parts[-1].split("_")[0] == node.operator:
        turn = parts.pop().removeprefix(node.operator)
        parts[-1] += turn
    return "/".join(parts)


def _options(node: Node) -> dict[str, Any]:
    """Options of the cell, where the node states nothing that no cell here does.

    Raises:
        CheckpointError: it states another squashing, clipping, coupled gates or peepholes.
    """
    sides = 2 if _text(node, "direction", "forward") == "bidirectional" else 1
    usual = _USUAL[node.operator]
    given = node.attributes.get("activations") or usual * sides
    stated = tuple(str(one).lower() for one in given)
    options: dict[str, Any] = {"reset_after": bool(node.attributes.get("linear_before_reset", 0))}
    if node.operator == "RNN" and stated in (("relu",) * sides, ("tanh",) * sides):
        return {"nonlinearity": stated[0]}
    if stated != usual * sides:
        raise CheckpointError(
            f"The node {named(node.name)} squashes with {named(', '.join(stated))}: its gates would need sigmoid and "
            "its values tanh to be the LSTM, GRU or RNN that is shown here."
        )
    for attribute, what in (("clip", "clips its values"), ("input_forget", "couples its input and forget gates")):
        if node.attributes.get(attribute):
            raise CheckpointError(f"The node {named(node.name)} {what}, which no cell shown here does.")
    if len(node.inputs) > _PEEPHOLES and node.inputs[_PEEPHOLES]:
        raise CheckpointError(f"The node {named(node.name)} has peephole weights, which no cell shown here has.")
    return options if node.operator == "GRU" else {}


def _text(node: Node, attribute: str, default: str) -> str:
    value = node.attributes.get(attribute)
    return str(value[0]) if isinstance(value, list) and value else default


def _tensor(node: Node, contents: Contents, place: int) -> Array | None:
    name = node.inputs[place] if place < len(node.inputs) else ""
    tensors: Mapping[str, Array] = contents.tensors
    if name and name not in tensors:
        raise CheckpointError(
            f"The weights of the node {named(node.name)} are computed in the graph: export it with constant folding."
        )
    return tensors[name] if name else None


def _reordered(rows: Array, order: tuple[int, ...]) -> Array:
    blocks = np.split(rows, len(order))
    return np.concatenate([blocks[place] for place in order])
