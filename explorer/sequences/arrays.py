"""Uploaded NumPy arrays: one sequence, or a batch to choose one of."""

from pathlib import PurePath
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer import archives
from explorer.errors import CheckpointError, EncodingError
from explorer.sequences.limits import MAX_LONG_STEPS
from explorer.sequences.table import Table
from explorer.sequences.visible import legible

_MOST_NUMBERS = 12_500_000
"""Of a file, all arrays together: 100 MB once each takes eight bytes."""
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
        EncodingError: it is no such file, damaged, too long or too large, or holds no numbers in one to three axes.
    """
    shown = legible(PurePath(name).name, 60)
    try:
        found = _found(data, name)
    except CheckpointError:
        raise EncodingError(f"'{shown}' is no NumPy file that can be read: save it with numpy.save or savez.") from None
    kept = {legible(key, 60): batch for key, array in found.items() if (batch := _batched(array)) is not None}
    if not kept:
        raise EncodingError(
            f"'{shown}' holds no sequence: give numbers of the shape (time, features), or (batch, time, features)."
        )
    _check_sizes(kept)
    with np.errstate(
        over="ignore", invalid="ignore"
    ):  # a long double may not fit; infinity is refused where it is read
        return {key: batch.astype(np.float64) for key, batch in kept.items()}


def to_table(sequence: Floats, name: str) -> Table:
    """One sequence (time, features) as a table, so that columns are chosen as for any file."""
    columns = [f"column {place + 1}" for place in range(sequence.shape[1])]
    return Table(legible(PurePath(name).stem), pd.DataFrame(sequence, columns=columns), None, tuple(columns))


def _found(data: bytes, name: str) -> dict[str, NDArray[Any]]:
    """The file's arrays as they are stored, views of its bytes where possible."""
    if data[:2] != b"PK":
        return {PurePath(name).stem: archives.read_array(data, name)}
    found = archives.read_arrays(data)
    if len(found) > _MOST_ARRAYS:
        raise EncodingError(f"This archive holds {len(found):,} arrays: give at most {_MOST_ARRAYS}.")
    return found


def _check_sizes(batches: dict[str, NDArray[Any]]) -> None:
    """Refuse what would be too long or too large once every number takes eight bytes."""
    longest = max((batch.shape[1] for batch in batches.values()), default=0)
    if longest > MAX_LONG_STEPS:
        raise EncodingError(
            f"A sequence of {longest:,} steps came and the most is {MAX_LONG_STEPS:,}: give a shorter one, or keep one "
            f"step in {-(-longest // MAX_LONG_STEPS):,}."
        )
    total = sum(batch.size for batch in batches.values())
    if total > _MOST_NUMBERS:
        raise EncodingError(f"This file holds {total:,} numbers and the most is {_MOST_NUMBERS:,}: give fewer columns.")


def _batched(array: NDArray[Any]) -> NDArray[Any] | None:
    if array.dtype.kind not in "biuf" or not 1 <= array.ndim <= 3 or not array.size:
        return None
    return array[None, :, None] if array.ndim == 1 else array[None] if array.ndim == 2 else array
