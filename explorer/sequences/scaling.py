"""Numbers to the range a model was trained on, and back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.errors import EncodingError, ShapeError

Kind = Literal["none", "z-score", "min-max", "typed"]


@dataclass(frozen=True)
class Scaling:
    """A shift and a division per column: ``scaled = (x − offset) / scale``.

    Args:
        kind: where the numbers come from: "none", "z-score", "min-max" or "typed".
        offset: one number per column, in the column's units; one alone serves every column.
        scale: as `offset`, finite and not 0.
        constant: places of the columns whose values were all alike, so that their scale is 1.

    Raises:
        EncodingError: a number is not finite, or a scale is 0.
        ShapeError: offset and scale differ in length.
    """

    kind: Kind
    offset: tuple[float, ...]
    scale: tuple[float, ...]
    constant: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.offset or len(self.offset) != len(self.scale):
            raise ShapeError(
                f"{len(self.offset)} offsets and {len(self.scale)} scales came: give one of each per column."
            )
        if not np.isfinite([*self.offset, *self.scale]).all() or 0 in self.scale:
            raise EncodingError("Offset and scale must be finite numbers, and the scale not 0: type others.")

    def apply(self, values: ArrayLike) -> NDArray[np.float64]:
        """Scale values ``(…, columns)``.

        Returns:
            ``(x − offset) / scale``, of the same shape.

        Raises:
            ShapeError: the last axis is not one per column.
            EncodingError: a result is too large to hold.
        """
        array = self._fitting(values)
        with np.errstate(over="ignore", invalid="ignore"):
            return _held((array - np.array(self.offset)) / np.array(self.scale))

    def invert(self, values: ArrayLike) -> NDArray[np.float64]:
        """Undo `apply`: ``x · scale + offset``, for values ``(…, columns)``; raises as `apply` does."""
        array = self._fitting(values)
        with np.errstate(over="ignore", invalid="ignore"):
            return _held(array * np.array(self.scale) + np.array(self.offset))

    def sentence(self, columns: Sequence[str]) -> str:
        """Say in words what is done to each column.

        Args:
            columns: the columns' names, in order.

        Returns:
            "sst: (x − 23.1) / 2.2", several joined by "; ".

        Example:
            >>> typed_scaling(23.1, 2.2).sentence(["sst"])
            'sst: (x − 23.1) / 2.2'
        """
        if len(self.offset) not in (1, len(columns)):
            raise ShapeError(f"{len(columns)} names came for {len(self.offset)} scaled columns: give one per column.")
        places = [0] * len(columns) if len(self.offset) == 1 else range(len(columns))
        return "; ".join(f"{name}: {self._formula(place)}" for name, place in zip(columns, places, strict=True))

    def _formula(self, place: int) -> str:
        if self.kind == "none":
            return "as given"
        offset, scale = self.offset[place], self.scale[place]
        shifted = f"x {'+' if offset < 0 else '−'} {abs(offset):.4g}"
        if place in self.constant:
            return f"{shifted} (constant, so not divided)"
        return f"({shifted}) / {scale:.4g}"

    def _fitting(self, values: ArrayLike) -> NDArray[np.float64]:
        array = np.asarray(values, dtype=np.float64)
        if array.ndim == 0 or (len(self.offset) > 1 and array.shape[-1] != len(self.offset)):
            raise ShapeError(f"Values have shape {array.shape}: expected {len(self.offset)} columns on the last axis.")
        return array


def fit_scaling(values: ArrayLike, kind: Kind) -> Scaling:
    """Find the scaling that the values themselves suggest.

    "none" leaves them, "z-score" takes the mean and the population standard deviation, "min-max" maps the
    least value to 0 and the greatest to 1. A column whose values are all alike is only shifted, to 0.

    Args:
        values: finite numbers ``(time, columns)``.
        kind: "none", "z-score" or "min-max".

    Returns:
        The scaling, to apply to these values and to invert predictions with.

    Raises:
        ShapeError: values are not ``(time, columns)``.
        EncodingError: another kind, or numbers that are not finite or too large.

    Example:
        >>> fit_scaling([[1.0], [3.0]], "min-max").apply([[2.0]])
        array([[0.5]])
    """
    array = _table(values)
    if kind == "none":
        return Scaling(kind, (0.0,) * array.shape[1], (1.0,) * array.shape[1])
    if kind not in ("z-score", "min-max"):
        raise EncodingError(f"The scaling '{kind}' cannot be found from values: choose none, z-score or min-max.")
    low, high = array.min(axis=0), array.max(axis=0)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        offset, scale = (array.mean(axis=0), array.std(axis=0)) if kind == "z-score" else (low, high - low)
    # A spread below the smallest normal number would overflow the quotient.
    constant = (low == high) | (scale < np.finfo(np.float64).tiny)
    offset, scale = np.where(constant, low, offset), np.where(constant, 1.0, scale)
    _held(offset)
    _held(scale)
    return Scaling(kind, _floats(offset), _floats(scale), tuple(map(int, np.flatnonzero(constant))))


def typed_scaling(offset: float | Sequence[float], scale: float | Sequence[float]) -> Scaling:
    """Make a scaling of typed numbers.

    Args:
        offset: a finite number for all columns, or one per column.
        scale: likewise, not 0.

    Raises:
        EncodingError: a number is not finite, or a scale is 0.
        ShapeError: different numbers of offsets and scales.
    """
    offsets, scales = np.atleast_1d(np.asarray(offset, float)), np.atleast_1d(np.asarray(scale, float))
    return Scaling("typed", _floats(offsets), _floats(scales))


def _table(values: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2 or not array.size:
        raise ShapeError(f"Values have shape {array.shape}: expected (time, columns) with at least one number.")
    return _held(array)


def _held(array: NDArray[Any]) -> NDArray[Any]:
    if not np.isfinite(array).all():
        raise EncodingError("Some numbers are not finite or too large to scale: give finite numbers below 1e150.")
    return array


def _floats(array: NDArray[Any]) -> tuple[float, ...]:
    return tuple(map(float, array))
