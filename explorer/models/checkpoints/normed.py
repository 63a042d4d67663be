"""Weights that a training kept as length and direction, put together again."""

import re
from dataclasses import replace

import numpy as np

from explorer.models.files import Array, Contents

_FORMS = (
    (re.compile(r"^(?P<before>.*?)parametrizations\.(?P<name>[^.]+)\.original0$"), ".original0", ".original1"),
    (re.compile(r"^(?P<before>.*?)(?P<name>[^.]+)_g$"), "_g", "_v"),
)


def with_normed(contents: Contents) -> Contents:
    """Contents in which every pair of a weight normalisation is one weight again::

        W = g v / ‖v‖        (‖v‖ of each row, as ``torch.nn.utils.weight_norm`` has it by default)

    Source: Salimans & Kingma 2016.
    """
    tensors = dict(contents.tensors)
    converted = dict(contents.converted)
    for form, length, direction in _FORMS:
        for name in contents.tensors:
            match = form.match(name)
            other = name.removesuffix(length) + direction
            if match is None or other not in tensors:
                continue
            g, v = contents.tensors[name], contents.tensors[other]
            if v.ndim == 2 and g.shape == (len(v), 1) and v.dtype.kind == g.dtype.kind == "f":
                whole = match["before"] + match["name"]
                tensors[whole] = _whole(g, v)
                converted[whole] = "length and direction (weight normalisation)"
                del tensors[name], tensors[other]
    return replace(contents, tensors=tensors, converted=converted) if len(tensors) < len(contents.tensors) else contents


def _whole(g: Array, v: Array) -> Array:
    wide = v.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole: Array = (g * wide / np.sqrt(np.square(wide).sum(axis=1, keepdims=True))).astype(
            np.float64 if v.dtype == np.float64 else np.float32
        )
    return whole
