"""What a recurrent node of ONNX states of its cell."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from explorer.errors import CheckpointError
from explorer.models.checkpoints.onnx_weights import direction_of, kind_of
from explorer.models.files import Node, named

_USUAL = {"LSTM": ("sigmoid", "tanh", "tanh"), "GRU": ("sigmoid", "tanh"), "RNN": ("tanh",)}
_PEEPHOLES = 7
_SCALED = {"hardsigmoid": (0.2, 0.5), "affine": (1.0, 0.0), "leakyrelu": (0.01, 0.0), "thresholdedrelu": (1.0, 0.0),
           "scaledtanh": (1.0, 1.0), "elu": (1.0, 0.0)}  # fmt: skip
"""The squashings that take a number alpha of the node's list, and beta, with what they are where the list ends."""
_TAKE_BETA = frozenset({"hardsigmoid", "affine", "scaledtanh"})


def settings_of(node: Node) -> dict[str, Any]:
    """Options of the cell, where the node states nothing that no cell here does.

    Raises:
        CheckpointError: it states another squashing, clipping, coupled gates or peepholes.
    """
    for attribute, what in (("clip", "clips its values"), ("input_forget", "couples its input and forget gates")):
        if node.attributes.get(attribute):
            raise CheckpointError(f"The node {named(node.name)} {what}, which no cell shown here does.")
    if len(node.inputs) > _PEEPHOLES and node.inputs[_PEEPHOLES]:
        raise CheckpointError(
            f"The node {named(node.name)} has peephole weights, {named(node.inputs[_PEEPHOLES])}, which no cell shown "
            "here has."
        )
    kind = kind_of(node)
    options = _squashing(node, kind)
    return options | ({"reset_after": bool(node.attributes.get("linear_before_reset", 0))} if kind == "GRU" else {})


def _squashing(node: Node, kind: str) -> dict[str, Any]:
    sides = 2 if direction_of(node) == "bidirectional" else 1
    usual = _USUAL[kind]
    given = node.attributes.get("activations")
    stated = tuple(str(one).lower() for one in given) if isinstance(given, list) else usual * sides
    first = stated[: len(usual)]
    if kind == "RNN" and stated in (("relu",) * sides, ("tanh",) * sides):
        return {"nonlinearity": stated[0]}
    if stated == usual * sides:
        return {}
    if kind != "RNN" and stated == ("hardsigmoid", *usual[1:]) * sides:
        return {"hard_sigmoid": _slope(node, stated)}
    alike = "" if stated == first * sides else ", not alike in both directions"
    raise CheckpointError(
        f"The node {named(node.name)} squashes with {named(', '.join(stated))}{alike}: sigmoid or hard sigmoid for "
        "the gates and tanh for the values were expected."
    )


def _slope(node: Node, stated: Sequence[str]) -> float:
    """alpha of max(0, min(1, alpha·x + beta)), where beta is ½ and every direction has the same."""
    lists = [_listed(node, "activation_alpha"), _listed(node, "activation_beta")]
    pairs = set()
    for name in stated:
        if name in _SCALED:
            alpha = lists[0].pop(0) if lists[0] else _SCALED[name][0]
            beta = lists[1].pop(0) if lists[1] and name in _TAKE_BETA else _SCALED[name][1]
            pairs.add((alpha, beta))
    (alpha, beta), *others = sorted(pairs)
    if others or beta != 0.5 or not 0 < alpha < np.inf:
        shown = ", ".join(f"{one:g}·x + {other:g}" for one, other in sorted(pairs)[:2])
        raise CheckpointError(
            f"The node {named(node.name)} squashes with the HardSigmoid {shown}: alpha·x + 0.5, the same in "
            "both directions, was expected."
        )
    return alpha


def _listed(node: Node, attribute: str) -> list[float]:
    """A list of 32-bit numbers, as short as they were written down."""
    given = node.attributes.get(attribute)
    return [float(str(np.float32(one))) for one in given] if isinstance(given, list) else []
