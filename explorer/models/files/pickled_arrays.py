"""NumPy's arrays in a pickle: what they say of themselves → an array, a view of the bytes."""

import re
from math import prod
from typing import Any

import numpy as np

from explorer.models.files.contents import Array
from explorer.models.files.pickled import Name, Object

_RECONSTRUCT = "numpy.core.multiarray._reconstruct"
_FROM_BUFFER = "numpy.core.numeric._frombuffer"
_KIND = re.compile(r"[<>|=]?[biufU]\d{1,6}")


def is_array(value: Object) -> bool:
    """Whether an object is one of NumPy's arrays."""
    return value.path in (_RECONSTRUCT, _FROM_BUFFER)


def array_of(value: Object) -> Array | None:
    """The array that an object describes; None where it is of other than numbers or text, or contradicts itself."""
    if value.path == _FROM_BUFFER and len(value.arguments) == 4:
        content, kind, shape, order = value.arguments
        in_columns = order == "F"
    elif value.path == _RECONSTRUCT and isinstance(value.state, tuple) and len(value.state) in (4, 5):
        shape, kind, in_columns, content = value.state[-4:]
    else:
        return None
    dtype = _dtype(kind)
    if isinstance(content, str):  # bytes of Python 2
        content = content.encode("latin-1", "replace")
    if dtype is None or not isinstance(content, bytes | memoryview) or not _is_shape(shape):
        return None
    if prod(shape) * dtype.itemsize != len(content):
        return None
    flat: Array = np.frombuffer(content, dtype)
    return flat.reshape(shape[::-1]).T if in_columns else flat.reshape(shape)


def _is_shape(shape: Any) -> bool:
    return isinstance(shape, tuple) and len(shape) <= 32 and all(type(size) is int and size >= 0 for size in shape)


def _dtype(kind: Any) -> np.dtype[Any] | None:
    if not isinstance(kind, Object) or kind.path != "numpy.dtype" or not kind.arguments:
        return None
    text = kind.arguments[0]
    text = text.path if isinstance(text, Name) else text
    if not isinstance(text, str) or not _KIND.fullmatch(text):
        return None
    order = kind.state[1] if isinstance(kind.state, tuple) and len(kind.state) > 1 else "<"
    try:
        dtype = np.dtype(text)
    except TypeError:
        return None
    return dtype.newbyteorder(">") if order == ">" else dtype if dtype.itemsize else None
