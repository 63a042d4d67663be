"""A signal over all sequences of a call: its mean over units, aligned at the start, the end or a mark."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import Cancelled, UnknownSignalError
from explorer.trace.read_only import ReadOnly
from explorer.watching.call import Call

Array = NDArray[Any]
At = Literal["start", "end", "mark"]


@checked
def unit_means(
    call: Call,
    signal: str,
    layer: int = 0,
    direction: str = "forward",
    units: Sequence[int] | None = None,
    progress: Callable[[float], object] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Array:
    """A signal's mean over units at every step of every sequence; no trace is kept.

    Args:
        call: of a watched module.
        signal, layer, direction: which.
        units: those that count; None for all.
        progress: told after each sequence how much is done, 0 to 1.
        cancel: says whether to stop; asked before each sequence.

    Returns:
        (sequence, time), NaN beyond each sequence's end.

    Raises:
        UnknownSignalError: there is no such signal or place.
        Cancelled: it was asked to stop.
    """
    means = np.full((len(call), max(call.lengths, default=0)), np.nan)
    for place, trace in enumerate(call):
        if cancel is not None and cancel():
            raise Cancelled(f"Stopped after {place:,} of {len(call):,} sequences: start it again to see all.")
        values = trace.select(signal, layer, direction)
        means[place, : len(values)] = (values if units is None else values[:, list(units)]).mean(axis=1)
        if progress is not None:
            progress((place + 1) / len(call))
    return means


@dataclass(frozen=True, eq=False)
class Gathered(ReadOnly):
    """Sequences side by side.

    Attributes:
        values: (sequence, column), NaN where a sequence has no step.
        offsets: (column,), steps from the point of alignment; 0 is the first step, the last, or the marked one.
        mean, spread: (column,), mean and standard deviation over the sequences that are there.
        count: (column,), how many these are.
    """

    values: Array
    offsets: Array
    mean: Array
    spread: Array
    count: Array


@checked
def gathered(values: np.ndarray[Any, Any], at: At = "start", marks: Sequence[int] | None = None) -> Gathered:
    """Align sequences, and take mean and spread of each column.

    Args:
        values: (sequence, time), NaN beyond each sequence's end, as `unit_means` gives it.
        at: ``"start"``, ``"end"``, or ``"mark"``.
        marks: the step of each sequence that is put at 0, where ``at`` is ``"mark"``; −1 leaves a sequence out.

    Raises:
        UnknownSignalError: marks are missing, or lie outside their sequences.
    """
    lengths = (~np.isnan(values)).sum(axis=1)
    zeros = {"start": np.zeros(len(values), int), "end": np.maximum(lengths - 1, 0)}.get(at)
    if zeros is None:
        if marks is None or len(marks) != len(values) or (np.asarray(marks) >= lengths).any():
            raise UnknownSignalError(
                f"Marks are needed, a step of each of the {len(values)} sequences: give marks=[…]."
            )
        zeros = np.asarray(marks, dtype=int)
    taken = np.flatnonzero((zeros >= 0) & (lengths > 0))
    before = int(zeros[taken].max(initial=0))
    after = int((lengths - zeros)[taken].max(initial=1))
    placed = np.full((len(values), before + after), np.nan)
    for row in taken:
        first = before - zeros[row]
        placed[row, first : first + lengths[row]] = values[row, : lengths[row]]
    count = (~np.isnan(placed)).sum(axis=0)
    total = np.where(np.isnan(placed), 0.0, placed).sum(axis=0)
    mean = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    squares = np.where(np.isnan(placed), 0.0, (placed - mean) ** 2).sum(axis=0)
    spread = np.sqrt(np.divide(squares, count, out=np.full(len(count), np.nan), where=count > 0))
    return Gathered(placed, np.arange(-before, after), mean, spread, count)
