"""NumPy's files: ``.npz``, a zip of arrays, and ``.npy``, one array."""

from io import BytesIO
from math import prod

import numpy as np
from numpy.lib import format as npy

from explorer.errors import CheckpointError
from explorer.models.files.archive import Archive
from explorer.models.files.contents import Array, Contents
from explorer.models.files.limits import check_bytes, check_shape, damaged, named
from explorer.models.files.nested import short_names

_ENDING = ".npy"
_LONGEST_HEADER = 20_000
_HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}


def is_arrays(archive: Archive) -> bool:
    """Whether a zip file is an ``.npz``."""
    return bool(archive.names) and all(name.endswith(_ENDING) for name in archive.names)


def read_arrays(data: bytes) -> dict[str, Array]:
    """Every array of an ``.npz`` by name, none of them of objects.

    Raises:
        CheckpointError: it is damaged, claims too much, or holds objects.
    """
    archive = Archive(data)
    return {name.removesuffix(_ENDING): read_array(archive.read(name), name) for name in archive.names}


def read_array(data: bytes | memoryview, name: str = "array.npy") -> Array:
    """The array of an ``.npy`` file, as a view of its bytes.

    Raises:
        CheckpointError: it is damaged, claims other than it holds, or holds objects.
    """
    check_bytes(len(data))
    file = BytesIO(data[:_LONGEST_HEADER])
    try:
        version = npy.read_magic(file)
        shape, in_columns, kind = _HEADERS[version](file)
    except Exception:  # NumPy parses the header as Python's literals, so a stranger's may fail in any way
        raise damaged(f"the array {named(name)} has no readable header") from None
    if kind.hasobject:
        raise CheckpointError(
            f"The array {named(name)} holds Python objects, which only running code could rebuild: "
            "save it as numbers, array.astype(float)."
        )
    if kind.kind not in "fiubcSU" or not kind.itemsize:
        raise damaged(f"the array {named(name)} is of the type {named(kind)}")
    check_shape(name, shape, kind.itemsize, len(data) - file.tell())
    flat: Array = np.frombuffer(data, kind, prod(shape), file.tell())
    return flat.reshape(shape[::-1]).T if in_columns else flat.reshape(shape)


def read_npz(data: bytes) -> Contents:
    """Read an ``.npz`` of weights; a one-dimensional array of strings may be a vocabulary.

    Raises:
        CheckpointError: as `read_arrays`.
    """
    arrays = read_arrays(data)
    names = short_names([(name,) for name in arrays])
    tensors, words = {}, {}
    for name, array in zip(names, arrays.values(), strict=True):
        if array.dtype.kind in "fiub":
            tensors[name] = array
        elif array.dtype.kind == "U" and array.ndim == 1:
            words[name] = tuple(map(str, array))
    return Contents("NumPy", tensors, words=words)
