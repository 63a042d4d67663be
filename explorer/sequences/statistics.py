"""An uploaded offset and scale per column: the training's statistics."""

import json
from math import inf, isfinite
from typing import Any

from explorer.errors import EncodingError
from explorer.sequences.arrays import read_arrays
from explorer.sequences.table import read_table

_OFFSETS = ("offset", "mean", "mean_", "means", "center", "min", "data_min_")
_SCALES = ("scale", "std", "scale_", "stds", "sd", "range", "data_range_")


def read_statistics(data: bytes, name: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Read what to subtract from each column and what to divide it by.

    Args:
        data: JSON (``{"mean": […], "std": […]}``), ``.npz`` with arrays of such names, or CSV with such columns, a
            row a column of the data. The words offset, mean, min, and scale, std, range are understood.
        name: the file's name.

    Returns:
        Offsets and scales, one of each a column.

    Raises:
        EncodingError: no such file, no pair of them, or one that is not finite or a spread that is not above 0.

    Example:
        >>> read_statistics(b'{"mean": [1, 2], "std": [3, 4]}', "stats.json")
        ((1.0, 2.0), (3.0, 4.0))
    """
    found = _columns(data, name)
    offset = next((found[word] for word in _OFFSETS if word in found), None)
    scale = next((found[word] for word in _SCALES if word in found), None)
    if not offset or not scale or len(offset) != len(scale):
        raise EncodingError(
            "This file holds no offset and scale of the same length: name them mean and std, one number a column."
        )
    _check(offset, scale)
    return offset, scale


def _check(offset: tuple[float, ...], scale: tuple[float, ...]) -> None:
    """Refuse what would scale to nothing, to infinity, or upside down."""
    for place, (shift, spread) in enumerate(zip(offset, scale, strict=True), 1):
        if not isfinite(shift) or not isfinite(spread) or spread <= 0:
            what = f"mean {shift:g}" if not isfinite(shift) else f"spread {spread:g}"
            raise EncodingError(
                f"Column {place} of these statistics has the {what}: means must be finite and spreads above 0. "
                "Leave out columns that never change, or give them the spread 1."
            )


def _columns(data: bytes, name: str) -> dict[str, tuple[float, ...]]:
    if data[:2] == b"PK":
        return {key.lower(): tuple(map(float, batch.ravel())) for key, batch in read_arrays(data, name).items()}
    if data.lstrip()[:1] != b"{":
        frame = read_table(data, name).frame
        return {str(column).lower(): _floats(list(frame[column])) for column in frame.columns}
    try:
        stored = json.loads(data)
    except (ValueError, RecursionError):
        raise EncodingError('This JSON cannot be read: give {"mean": [...], "std": [...]}.') from None
    return {str(key).lower(): _floats(value) for key, value in stored.items()}


def _floats(values: Any) -> tuple[float, ...]:
    """Numbers, or nothing where something else stands."""
    listed = values if isinstance(values, list) else [values]
    try:
        return tuple(float(value) for value in listed)
    except OverflowError:
        return (inf,) * len(listed)
    except (TypeError, ValueError):
        return ()
