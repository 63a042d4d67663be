"""Sizes of what other operators give, so that what follows them can still be followed."""

from collections.abc import Sequence

import numpy as np

from explorer.models.files import Node

Sizes = tuple[int, ...]
_KEEPING = frozenset({
    "Relu", "Sigmoid", "Tanh", "LeakyRelu", "Elu", "Selu", "Celu", "Gelu", "Softplus", "Softsign", "Mish",
    "HardSigmoid", "HardSwish", "Erf", "Clip", "PRelu", "Softmax", "LogSoftmax", "LayerNormalization",
    "BatchNormalization", "InstanceNormalization", "GroupNormalization", "LpNormalization", "RMSNormalization",
    "SimplifiedLayerNormalization", "DequantizeLinear", "QuantizeLinear", "ReverseSequence", "CumSum", "Not", "Neg",
    "Abs", "Sqrt", "Exp", "Log", "Reciprocal",
})  # fmt: skip
_BROADCAST = frozenset({
    "Add", "Sub", "Mul", "Div", "Pow", "Max", "Min", "Equal", "Less", "Greater", "And", "Or", "Where", "Mod",
})  # fmt: skip
_PRODUCTS = frozenset({"MatMul", "Gemm"})
_WINDOWS = frozenset({"Conv", "MaxPool", "AveragePool"})
SIZED = _KEEPING | _BROADCAST | _PRODUCTS | _WINDOWS
"""Operators whose output's size follows from their inputs'."""


def sizes_after(node: Node, inputs: Sequence[Sizes | None]) -> Sizes | None:
    """The size of a node's first output, or None where it is not known.

    Args:
        node: any operator.
        inputs: the sizes of its inputs, None where not known or left out.

    Raises:
        ValueError, TypeError, IndexError: the sizes do not go together.
    """
    first = inputs[0] if inputs else None
    if first is None:
        return None
    if node.operator in _KEEPING:
        return first
    if node.operator in _BROADCAST:
        return None if None in inputs else np.broadcast_shapes(*(one for one in inputs if one is not None))
    second = inputs[1] if len(inputs) > 1 else None
    if node.operator in _PRODUCTS:
        return _product(node, first, second)
    if node.operator in _WINDOWS:
        return _windows(node, first, second)
    return None


def _product(node: Node, first: Sizes, second: Sizes | None) -> Sizes | None:
    if second is None or len(second) < 2:
        return None
    if node.operator == "MatMul":
        return (*np.broadcast_shapes(first[:-2], second[:-2]), *first[-2:-1], second[-1])
    return (first[1] if node.attributes.get("transA") else first[0], second[0 if node.attributes.get("transB") else 1])


def _windows(node: Node, first: Sizes, weight: Sizes | None) -> Sizes | None:
    stated = node.attributes
    axes = len(first) - 2
    kernel = stated.get("kernel_shape") or (weight[2:] if weight else None)
    if kernel is None or len(kernel) != axes or stated.get("auto_pad", ["NOTSET"]) != ["NOTSET"] or axes < 1:
        return None
    strides, dilations = stated.get("strides") or [1] * axes, stated.get("dilations") or [1] * axes
    pads = stated.get("pads") or [0] * 2 * axes
    found = [
        (first[2 + axis] + pads[axis] + pads[axes + axis] - dilations[axis] * (kernel[axis] - 1) - 1) // strides[axis]
        + 1
        for axis in range(axes)
    ]
    channels = weight[0] if node.operator == "Conv" and weight else first[1]
    return None if min(found) < 1 else (first[0], channels, *found)
