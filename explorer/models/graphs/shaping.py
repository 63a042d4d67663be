"""Operators that move numbers and change none, on arrays: on constants, and on the places that numbers come from."""

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from explorer.models.files import Array

Stated = Mapping[str, Any]
Rest = Sequence[Array | None]
Move = Callable[[Array, Rest, Stated], Array | list[Array]]
"""From the first input, the others (None where left out) and the attributes: the output, or several."""


MAX_BYTES = 160_000_000
"""Of one array that is made, and of all together."""


def check_size(shape: Sequence[int], itemsize: int = 8) -> None:
    """Refuse to make an array that is larger than any weight.

    Raises:
        ValueError: it is too large, or no shape.
    """
    if any(size < 0 for size in shape) or prod(shape) * itemsize > MAX_BYTES:
        raise ValueError("too large")


def _numbers(rest: Rest, place: int, stated: Stated, name: str) -> list[int]:
    """A list of whole numbers: an input in newer files, an attribute in older ones."""
    given = rest[place] if place < len(rest) else None
    if given is None:
        given = np.atleast_1d(np.asarray(stated.get(name, []), dtype=np.int64))
    return [int(one) for one in given.reshape(-1)]


def _same(x: Array, rest: Rest, stated: Stated) -> Array:
    return x


def _transpose(x: Array, rest: Rest, stated: Stated) -> Array:
    return x.transpose(stated.get("perm"))


def _squeeze(x: Array, rest: Rest, stated: Stated) -> Array:
    axes = _numbers(rest, 0, stated, "axes")
    return x.squeeze(tuple(axes)) if axes else x.squeeze()


def _unsqueeze(x: Array, rest: Rest, stated: Stated) -> Array:
    return np.expand_dims(x, tuple(_numbers(rest, 0, stated, "axes")))


def _reshape(x: Array, rest: Rest, stated: Stated) -> Array:
    sizes = _numbers(rest, 0, stated, "shape")
    if not stated.get("allowzero"):
        sizes = [x.shape[place] if size == 0 else size for place, size in enumerate(sizes)]
    return x.reshape(sizes)


def _flatten(x: Array, rest: Rest, stated: Stated) -> Array:
    axis = range(x.ndim + 1)[stated.get("axis", 1)]
    return x.reshape(int(np.prod(x.shape[:axis])), -1)


def _slice(x: Array, rest: Rest, stated: Stated) -> Array:
    starts, stops = _numbers(rest, 0, stated, "starts"), _numbers(rest, 1, stated, "ends")
    axes = _numbers(rest, 2, stated, "axes") or list(range(len(starts)))
    steps = _numbers(rest, 3, {}, "steps") or [1] * len(starts)
    cuts = [slice(None)] * x.ndim
    for axis, start, stop, step in zip(axes, starts, stops, steps, strict=True):
        # Going back past the first number is written as a stop far below 0, which Python would count from the end.
        end = None if step < 0 and stop < -x.shape[axis] else stop
        cuts[axis] = slice(start, end, step)
    return x[tuple(cuts)]


def _gather(x: Array, rest: Rest, stated: Stated) -> Array:
    (places,) = rest
    if places is None or places.dtype.kind not in "iu":
        raise TypeError("indices")
    axis = range(x.ndim)[stated.get("axis", 0)]
    check_size((x.size // max(1, x.shape[axis]), places.size), x.dtype.itemsize)
    return np.take(x, places, axis=axis)


def _expand(x: Array, rest: Rest, stated: Stated) -> Array:
    return np.broadcast_to(x, np.broadcast_shapes(x.shape, tuple(_numbers(rest, 0, stated, "shape"))))


def _split(x: Array, rest: Rest, stated: Stated) -> list[Array]:
    axis = stated.get("axis", 0)
    sizes = _numbers(rest, 0, stated, "split")
    if not sizes:
        raise ValueError("sizes")
    return np.split(x, np.cumsum(sizes[:-1]), axis=axis)


MOVES: dict[str, Move] = {
    "Identity": _same, "Dropout": _same, "Cast": _same, "CastLike": _same, "Transpose": _transpose, "Squeeze": _squeeze,
    "Unsqueeze": _unsqueeze, "Reshape": _reshape, "Flatten": _flatten, "Slice": _slice, "Gather": _gather,
    "Expand": _expand, "Split": _split,
}  # fmt: skip
TRANSPARENT = frozenset({*MOVES, "Concat"})
"""Operators whose outputs are numbers of their inputs, unchanged."""
