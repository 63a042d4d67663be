"""Weights that a training kept apart from their largest singular value."""

import re

import numpy as np

from explorer.models.checkpoints.derived.joining import PARAMETRIZED, Joining, candidates, narrow, whole_of, wide
from explorer.models.files import Array, Contents

_FORMS = ((".original", ".0._"), ("_orig", "_"))

_LATER = re.compile(r"^(.*?parametrizations\.[^.]+)\.[1-9]\d*\.")
"""Another parametrization after the first: then a weight is more than normalised."""


def with_spectral(contents: Contents) -> Contents:
    """Contents in which every weight of a spectral normalisation is divided by its largest singular value::

        W = W₀ / (uᵀ W₀ v)

    u and v are the file's own, as the training left them: what `torch.nn.utils.spectral_norm` computes with when it
    is not training.

    Source: Miyato et al. 2018.
    """
    joining = Joining(contents)
    chained = {match[1] for name in candidates(contents) if PARAMETRIZED in name and (match := _LATER.match(name))}
    for ending, mark in _FORMS:
        for name in candidates(contents):
            whole = whole_of(name, ending)
            if whole is None:
                continue
            stem = name.removesuffix(ending) + mark
            vectors = [stem + letter for letter in "uv"]
            if any(one not in contents.tensors for one in vectors) or stem.removesuffix(".0._") in chained:
                continue
            w, u, v = (contents.tensors[one] for one in (name, *vectors))
            if _fit(w, u, v):
                joining.put(whole, _whole(w, u, v), (name,), "spectral normalisation", vectors)
    return joining.done()


def _fit(w: Array, u: Array, v: Array) -> bool:
    return (
        w.dtype.kind == u.dtype.kind == v.dtype.kind == "f"
        and w.ndim >= 2
        and w.size > 0
        and (len(w), w.size // len(w)) in ((u.size, v.size), (v.size, u.size))
    )


def _whole(w: Array, u: Array, v: Array) -> Array:
    matrix = wide(w).reshape(len(w), -1)
    left, right = (u, v) if u.size == len(w) else (v, u)
    with np.errstate(divide="ignore", invalid="ignore"):
        return narrow(wide(w) / (wide(left).reshape(-1) @ matrix @ wide(right).reshape(-1)), w, u, v)
