"""Weights that a training kept as length and direction, put together again."""

import numpy as np

from explorer.models.checkpoints.derived.joining import Joining, candidates, narrow, whole_of, wide
from explorer.models.files import Array, Contents

_FORMS = ((".original0", ".original1"), ("_g", "_v"))


def with_normed(contents: Contents) -> Contents:
    """Contents in which every pair of a weight normalisation is one weight again::

        W = g v / ‖v‖        (‖v‖ over the axes that g lacks: of each row, of each column, or of all)

    Source: Salimans & Kingma 2016.
    """
    joining = Joining(contents)
    for length, direction in _FORMS:
        for name in candidates(contents):
            whole = whole_of(name, length)
            other = name.removesuffix(length) + direction
            if whole is None or other not in contents.tensors:
                continue
            g, v = contents.tensors[name], contents.tensors[other]
            if g.dtype.kind == v.dtype.kind == "f" and _is_length(g, v):
                joining.put(whole, _whole(g, v), (name, other), "length and direction (weight normalisation)")
    return joining.done()


def _is_length(g: Array, v: Array) -> bool:
    """Whether g has a number for all of v, or one for each place along one of its axes."""
    if g.size == 1:
        return v.size > 0
    along = [axis for axis in range(v.ndim) if axis < g.ndim and g.shape[axis] != 1]
    return g.ndim == v.ndim and len(along) == 1 and g.shape[along[0]] == v.shape[along[0]]


def _whole(g: Array, v: Array) -> Array:
    axes = tuple(range(v.ndim)) if g.size == 1 else tuple(axis for axis in range(v.ndim) if g.shape[axis] == 1)
    direction = wide(v)
    with np.errstate(divide="ignore", invalid="ignore"):
        length = np.sqrt(np.square(direction).sum(axis=axes, keepdims=True))
        return narrow(wide(g).reshape((1,) * v.ndim if g.size == 1 else g.shape) * direction / length, g, v)
