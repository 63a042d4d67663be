"""Zarr arrays as sequences; the library is asked for only here."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.archives import named
from explorer.errors import EncodingError
from explorer.models import Model
from explorer.scanning.streams import column_of

Array = NDArray[Any]
_BUFFER = 100_000


def zarr_stream(model: Model, path: Path, columns: Sequence[str] | None) -> "ZarrArray":
    """An array (time,) or (time, inputs), alone or in a group, whose other arrays (time,) are labels.

    Args:
        model: which reads it.
        path: of the store.
        columns: in a group, the name of the array that the model reads; by default the one that fits.

    Raises:
        EncodingError: Zarr is not installed, or no one array fits.
    """
    arrays = _arrays(path)
    fitting = [name for name, one in arrays.items() if _fits(model, one)] if columns is None else list(columns)
    if len(fitting) != 1 or fitting[0] not in arrays or not _fits(model, arrays[fitting[0]]):
        shapes = ", ".join(f"{name or 'array'} {one.shape}" for name, one in list(arrays.items())[:6])
        wanted = "(time,)" if model.embedding is not None else f"(time, {model.input_size})"
        raise EncodingError(f"{named(path.name)} holds {shapes or 'nothing'}: name one array of {wanted} with columns.")
    return ZarrArray(path, fitting[0], arrays[fitting[0]].shape[0])


class ZarrArray:
    """One array of a store as one sequence.

    Args:
        path: of the store.
        array: its name in the group, "" where it stands alone.
        steps: how many there are.
    """

    def __init__(self, path: Path, array: str, steps: int) -> None:
        self.name, self._path, self._array, self._steps = path.name, path, array, steps
        self._kept: tuple[int, Array] | None = None

    def __len__(self) -> int:
        """How many steps it has."""
        return self._steps

    def __getstate__(self) -> dict[str, Any]:
        """Without what was read."""
        return self.__dict__ | {"_kept": None}

    def read(self, start: int, stop: int) -> Array:
        """Some steps, read with some after them."""
        if self._kept is None or not self._kept[0] <= start or stop > self._kept[0] + len(self._kept[1]):
            ahead = max(stop, min(start + _BUFFER, self._steps))
            self._kept = start, np.asarray(_arrays(self._path)[self._array][start:ahead])
        first, values = self._kept
        return values[start - first : stop - first]

    def whole(self) -> Array:
        """All of it."""
        return np.asarray(_arrays(self._path)[self._array][:])

    def column(self, name: str) -> Array:
        """Another array of the group."""
        arrays = {other: one for other, one in _arrays(self._path).items() if other != self._array}
        found = {name: np.asarray(arrays[name][:])} if name in arrays else dict.fromkeys(arrays, np.zeros(0))
        return column_of(found, name, self.name)

    def cut(self, start: int, stop: int) -> "ZarrArray":
        """Itself: each worker reads the store."""
        return self


def _arrays(path: Path) -> dict[str, Any]:
    try:
        import zarr
    except ImportError:
        raise EncodingError(
            "Zarr stores need the package zarr, which is not installed: pip install 'gate-explorer[zarr]'."
        ) from None
    opened = zarr.open(str(path), mode="r")
    return dict(opened.arrays()) if isinstance(opened, zarr.Group) else {"": opened}


def _fits(model: Model, array: Any) -> bool:
    if model.embedding is not None:
        return array.ndim == 1 and array.dtype.kind in "iu"
    flat = array.ndim == 1 and model.input_size == 1
    return array.dtype.kind in "iuf" and (flat or (array.ndim == 2 and array.shape[1] == model.input_size))
