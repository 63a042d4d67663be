"""Uploaded NumPy arrays: one sequence, or a batch to choose one of."""

import io
import zipfile
from pathlib import PurePath
from typing import Any

import numpy as np
import pandas as pd
from numpy.lib import format as npy
from numpy.typing import NDArray

from explorer.errors import EncodingError
from explorer.sequences.table import Table
from explorer.sequences.visible import legible

_MOST_BYTES = 100_000_000
_MOST_ARRAYS = 64
Floats = NDArray[np.float64]


def read_arrays(data: bytes, name: str = "array.npy") -> dict[str, Floats]:
    """Read ``.npy`` or ``.npz`` as batches of sequences; no object in it is ever built.

    Args:
        data: the file's bytes.
        name: the file's name.

    Returns:
        By name, arrays of (batch, time, features): ``(time,)`` and ``(time, features)`` are a batch of one.

    Raises:
        EncodingError: it is no such file, damaged, too large, or holds no numbers in one to three axes.
    """
    shown = legible(PurePath(name).name, 60)
    try:
        found = _members(data) if data[:2] == b"PK" else {PurePath(name).stem: _array(io.BytesIO(data), len(data))}
    except (
        ValueError,
        OSError,
        zipfile.BadZipFile,
        EOFError,
        NotImplementedError,
        RuntimeError,
        MemoryError,
    ) as reason:
        if isinstance(reason, EncodingError):
            raise
        raise EncodingError(f"'{shown}' is no NumPy file that can be read: save it with numpy.save or savez.") from None
    kept = {legible(key): batch for key, array in found.items() if (batch := _batched(array)) is not None}
    if not kept:
        raise EncodingError(
            f"'{shown}' holds no sequence: give numbers of the shape (time, features), or (batch, time, features)."
        )
    return kept


def to_table(sequence: Floats, name: str) -> Table:
    """One sequence (time, features) as a table, so that columns are chosen as for any file."""
    columns = [f"column {place + 1}" for place in range(sequence.shape[1])]
    return Table(legible(PurePath(name).stem), pd.DataFrame(sequence, columns=columns), None, tuple(columns))


def _members(data: bytes) -> dict[str, NDArray[Any]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [one for one in archive.infolist() if one.filename.endswith(".npy")]
        total = sum(one.file_size for one in entries)
        if len(entries) > _MOST_ARRAYS or total > _MOST_BYTES:
            raise EncodingError(
                f"This archive holds {len(entries)} arrays of {total / 1e6:,.0f} MB: give at most {_MOST_ARRAYS} of "
                f"{_MOST_BYTES // 1_000_000} MB together."
            )
        arrays = {}
        for one in entries:
            with archive.open(one) as file:
                arrays[one.filename.removesuffix(".npy")] = _array(io.BytesIO(file.read(one.file_size)), one.file_size)
        return arrays


def _array(file: io.BytesIO, size: int) -> NDArray[Any]:
    """An array whose header promises no more than the file holds."""
    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(file, max_header_size=10_000)
    count = 1
    for length in shape:
        count *= int(length)
    if dtype.hasobject or count * dtype.itemsize > min(size, _MOST_BYTES) or min((0, *shape)) < 0:
        raise EncodingError("This array holds objects, or promises more numbers than the file has: save it again.")
    file.seek(0)
    loaded: NDArray[Any] = np.load(file, allow_pickle=False)
    return loaded


def _batched(array: NDArray[Any]) -> Floats | None:
    if array.dtype.kind not in "biuf" or not 1 <= array.ndim <= 3 or not array.size:
        return None
    values = array.astype(np.float64)
    return values[None, :, None] if array.ndim == 1 else values[None] if array.ndim == 2 else values
