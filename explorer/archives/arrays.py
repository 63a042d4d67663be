"""NumPy's files: ``.npz``, a zip of arrays, and ``.npy``, one array."""

import re
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.archives.archive import Archive
from explorer.archives.limits import MAX_FILE_BYTES, check_bytes, check_shape, damaged, named
from explorer.errors import CheckpointError

ENDING = ".npy"
Array = NDArray[Any]
_LONGEST_HEADER = 20_000
_PREAMBLE = 8
_HEADER = re.compile(
    r"\{\s*'descr':\s*'(?P<type>[<>|=]?[biufcSUVO?]\d{0,6})',\s*'fortran_order':\s*(?P<columns>True|False),"
    r"\s*'shape':\s*\((?P<shape>[\dL, ]{0,500})\),?\s*\}\s*$"
)


def read_arrays(data: bytes, most: int = MAX_FILE_BYTES) -> dict[str, Array]:
    """Every array of an ``.npz`` by name, none of them of objects; other entries are passed over.

    Args:
        data: the file.
        most: how many bytes its entries may unpack to together.

    Raises:
        CheckpointError: it is damaged, claims too much, or holds objects.
    """
    archive = Archive(data, most=most)
    found = [name for name in archive.names if name.endswith(ENDING)]
    return {name.removesuffix(ENDING): read_array(archive.read(name), name, most) for name in found}


def read_array(data: bytes | memoryview, name: str = "array.npy", most: int = MAX_FILE_BYTES) -> Array:
    """The array of an ``.npy`` file, as a view of its bytes.

    Raises:
        CheckpointError: it is damaged, claims other than it holds, or holds objects.
    """
    check_bytes(len(data), "This array", most)
    shape, in_columns, kind, start = _header(bytes(data[:_LONGEST_HEADER]), name)
    if kind.hasobject:
        raise CheckpointError(
            f"The array {named(name)} holds Python objects, which only running code could rebuild: "
            "save it as numbers, array.astype(float)."
        )
    if kind.kind not in "fiubcSU" or not kind.itemsize:
        raise damaged(f"the array {named(name)} is of the type {named(kind)}")
    check_shape(name, shape, kind.itemsize, len(data) - start)
    flat: Array = np.frombuffer(data, kind, prod(shape), start)
    return flat.reshape(shape[::-1]).T if in_columns else flat.reshape(shape)


def _header(data: bytes, name: str) -> tuple[tuple[int, ...], bool, np.dtype[Any], int]:
    """Shape, whether it is stored by columns, type, and where the numbers begin.

    Matched and not evaluated: NumPy reads the header as Python's literals, which a stranger's may be in many ways.
    """
    length_bytes = 2 if data[6:7] == b"\x01" else 4
    start = _PREAMBLE + length_bytes
    length = int.from_bytes(data[_PREAMBLE:start], "little")
    match = _HEADER.match(data[start : start + length].decode("latin-1"))
    if data[:6] != b"\x93NUMPY" or match is None or start + length > len(data):
        raise damaged(f"the array {named(name)} has no readable header")
    try:
        kind = np.dtype(match["type"])
    except (TypeError, ValueError, OverflowError, MemoryError):
        raise damaged(f"the array {named(name)} is of the type {named(match['type'])}") from None
    shape = tuple(int(size) for size in re.findall(r"\d{1,18}", match["shape"]))
    return shape, match["columns"] == "True", kind, start + length
