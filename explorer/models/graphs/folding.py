"""Operators on constants, computed with NumPy within bounds: shapes, start states, weights that were turned or cut."""

from collections.abc import Callable
from typing import Any

import numpy as np

from explorer.models.files import Array
from explorer.models.graphs.shaping import Rest, Stated, check_size

_CASTS: dict[int, Any] = {
    1: np.float32, 2: np.uint8, 3: np.int8, 6: np.int32, 7: np.int64, 9: np.bool_, 10: np.float16, 11: np.float64,
}  # fmt: skip
_UNARY: dict[str, Callable[..., Any]] = {
    "Neg": np.negative, "Sqrt": np.sqrt, "Abs": np.abs, "Exp": np.exp, "Reciprocal": np.reciprocal,
    "Not": np.logical_not,
}  # fmt: skip
_BINARY: dict[str, Callable[..., Any]] = {
    "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Equal": np.equal, "Less": np.less, "Greater": np.greater,
    "And": np.logical_and, "Or": np.logical_or, "Pow": np.power, "Max": np.maximum, "Min": np.minimum,
}  # fmt: skip


def _divided(one: Array, other: Array) -> Array:
    whole = one.dtype.kind in "iu"
    return np.trunc(one / other).astype(one.dtype) if whole else one / other


def _where(condition: Array, rest: Rest, stated: Stated) -> Array:
    yes, no = rest
    return np.where(condition.astype(bool), _there(yes), _there(no))


def _cast(x: Array, rest: Rest, stated: Stated) -> Array:
    kind = _CASTS[stated["to"]]
    return x if x.dtype == kind else x.astype(kind)


def _norm(x: Array, rest: Rest, stated: Stated) -> Array:
    axes = rest[0] if rest and rest[0] is not None else np.atleast_1d(stated.get("axes", list(range(x.ndim))))
    check_size(x.shape, 16)
    squares = np.square(x.astype(np.float64)).sum(
        tuple(int(one) for one in axes), keepdims=bool(stated.get("keepdims", 1))
    )
    found: Array = np.sqrt(squares).astype(x.dtype)
    return found


def _range(x: Array, rest: Rest, stated: Stated) -> Array:
    stop, step = (_there(one).item() for one in rest)
    check_size((abs((stop - x.item()) / step) + 1,))
    return np.arange(x.item(), stop, step, dtype=x.dtype)


def dequantised(x: Array, scale: Array, zero: Array | None, axis: int) -> Array:
    """(x − zero) · scale, per tensor or along an axis, in the scale's precision.

    Args:
        x: whole numbers.
        scale: one number, or one for each place along ``axis``.
        zero: the same of zero points; None for 0.
        axis: which axis of ``x`` scales go along.

    Raises:
        ValueError: the sizes do not fit.
    """
    check_size(x.shape, scale.dtype.itemsize)
    sides = [1] * x.ndim
    if scale.size > 1:
        sides[axis] = scale.size
    elif scale.size < 1:
        raise ValueError("scale")
    values = x.astype(scale.dtype if scale.dtype.kind == "f" else np.float32)
    if zero is not None:
        values -= zero.astype(values.dtype).reshape(sides if zero.size > 1 else 1)
    values *= scale.reshape(sides if scale.size > 1 else 1)
    return values


def _dequantised(x: Array, rest: Rest, stated: Stated) -> Array:
    if stated.get("block_size"):
        raise ValueError("blocks")
    zero = rest[1] if len(rest) > 1 else None
    return dequantised(x, _there(rest[0]), zero, stated.get("axis", 1))


FOLDS: dict[str, Callable[[Array, Rest, Stated], Array]] = {
    "Where": _where, "Cast": _cast, "ReduceL2": _norm, "Range": _range, "DequantizeLinear": _dequantised,
    "Shape": lambda x, rest, stated: np.array(x.shape, np.int64),
    "Size": lambda x, rest, stated: np.array(x.size, np.int64),
}  # fmt: skip
FOLDABLE = frozenset({*FOLDS, *_UNARY, *_BINARY, "Div", "ConstantOfShape", "Tile"})


def fold(operator: str, x: Array, rest: Rest, stated: Stated) -> Array:
    """What an operator makes of constants.

    Raises:
        ValueError, TypeError, IndexError, KeyError, OverflowError: the operator does not go with them.
    """
    if operator == "ConstantOfShape":
        return filled(x, stated)
    if operator == "Tile":
        repeats = [int(one) for one in _there(rest[0])]
        check_size((x.size, *repeats), x.dtype.itemsize)
        return np.tile(x, repeats)
    check_size(np.broadcast_shapes(x.shape, *(one.shape for one in rest if one is not None and operator in _BINARY)))
    if operator in _UNARY:
        return np.asarray(_UNARY[operator](x))
    if operator == "Div":
        return _divided(x, _there(rest[0]))
    if operator in _BINARY:
        (other,) = rest
        return np.asarray(_BINARY[operator](x, _there(other)))
    return FOLDS[operator](x, rest, stated)


def filled(sizes: Array, stated: Stated) -> Array:
    """One number in every place: what ConstantOfShape makes."""
    shape = tuple(int(one) for one in sizes.reshape(-1))
    check_size(shape)
    return np.broadcast_to(fill_of(stated), shape)


def fill_of(stated: Stated) -> Array:
    """The number that ConstantOfShape repeats; 0 where it says none."""
    value = stated.get("value")
    return value.reshape(-1)[0] if isinstance(value, np.ndarray) and value.size else np.float32(0)  # type: ignore[return-value]


def _there(value: Array | None) -> Array:
    if value is None:
        raise TypeError("left out")
    return value
