"""What every way of typing, uploading or generating ends in: one sequence as numbers."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import EncodingError, ShapeError
from explorer.sequences.visible import counted


@dataclass(frozen=True, eq=False)
class Encoded:
    """One sequence as a model takes it, with what the page shows of it.

    Args:
        values: token ids ``(time,)`` as int64, or finite numbers ``(time, columns)`` as float64; kept as a
            read-only copy.
        labels: one printable label per step, as shown on the axes.
        notes: sentences that the page must say about this sequence.
        columns: names of the numeric columns; empty for token ids.
        unknown: positions of the tokens that the vocabulary lacks.

    Raises:
        ShapeError: values, labels and columns do not fit each other.
        EncodingError: there is no step, or a number is not finite.

    Example:
        >>> Encoded(np.array([[0.5], [1.5]]), labels=("1", "2"), columns=("value",)).is_text
        False
    """

    values: NDArray[Any]
    labels: tuple[str, ...]
    notes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    unknown: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        values = np.array(self.values)
        is_ids = values.ndim == 1 and np.issubdtype(values.dtype, np.integer)
        if not is_ids and (values.ndim != 2 or values.dtype.kind not in "iuf"):
            raise ShapeError(
                f"Values have shape {values.shape} and type {values.dtype}: give integer ids (time,) or "
                "numbers (time, columns)."
            )
        values = values.astype(np.int64 if is_ids else np.float64)
        _check_contents(values, self.labels, self.columns)
        values.setflags(write=False)
        object.__setattr__(self, "values", values)

    def __len__(self) -> int:
        """Return the number of steps."""
        return len(self.labels)

    @property
    def is_text(self) -> bool:
        """Whether the values are token ids."""
        return self.values.ndim == 1


@lru_cache(maxsize=16)
def step_labels(count: int) -> tuple[str, ...]:
    """Return "1", "2", … for steps that have no name of their own."""
    return tuple(map(str, range(1, count + 1)))


def _check_contents(values: NDArray[Any], labels: tuple[str, ...], columns: tuple[str, ...]) -> None:
    if not values.size:
        raise EncodingError("The sequence is empty: give at least one step.")
    if len(labels) != len(values):
        raise ShapeError(f"{counted(len(labels), 'label')} came for {counted(len(values), 'step')}: give one a step.")
    expected = values.shape[1] if values.ndim == 2 else 0
    if len(columns) != expected:
        raise ShapeError(f"{len(columns)} column names came for {expected} numeric columns: give one name per column.")
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        step = int(np.argmin(np.isfinite(values).all(axis=1)))
        raise EncodingError(f"Step {step + 1} holds NaN or infinity: give finite numbers.")
