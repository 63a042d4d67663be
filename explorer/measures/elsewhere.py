"""Where else? Every place of a corpus at which a set of units is on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ShapeError, UnknownSignalError

Steps = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Wanted(NamedTuple):
    """A unit, and where it is on.

    Attributes:
        unit: its number.
        threshold: in the signal's own units.
        above: whether it is on above the threshold, else below.
    """

    unit: int
    threshold: float
    above: bool = True


@dataclass(frozen=True, eq=False)
class Places:
    """Stretches of a corpus, best first.

    Attributes:
        start, stop: (place,), the first step of each and the one past its last.
        likeness: (place,), min(n, m)/max(n, m) of its length n and the length asked for m; 1 where none was.
        firm: (place,), how far beyond the thresholds the units are, in their standard deviations over the corpus,
            the mean over its steps and units.
        on: (time,), the steps at which all units are on.
    """

    start: Steps
    stop: Steps
    likeness: NDArray[np.float64]
    firm: NDArray[np.float64]
    on: Mask

    def __len__(self) -> int:
        return len(self.start)

    @property
    def lengths(self) -> Steps:
        """(place,), in steps."""
        return self.stop - self.start

    def beside(self, start: int, stop: int) -> "Places":
        """Without those that share a step with a range."""
        kept = (self.stop <= start) | (self.start >= stop)
        return Places(self.start[kept], self.stop[kept], self.likeness[kept], self.firm[kept], self.on)


@checked
def elsewhere(
    values: NDArray[Any],
    wanted: Sequence[Wanted],
    length: int = 0,
    before: int = 0,
    after: int = 0,
    starts: Sequence[int] = (0,),
) -> Places:
    """Every place at which all these units are on, and optionally all are off around it.

    A place is a stretch of steps, as long as it goes on within one sequence, at each of which every unit is beyond its
    threshold. Where it is demanded, at each of ``before`` steps before it, and ``after`` after it, as far as the
    sequence has them, every unit is not. Best first: those of the length that is most like the one asked for, then
    those whose units are furthest beyond their thresholds, then the first.

    Args:
        values: (time, unit), a signal over the corpus; fastest where a unit's values lie side by side.
        wanted: at least one unit.
        length: of the range that was selected, in steps; 0 asks for none.
        before, after: at how many steps on either side every unit must be off.
        starts: where the corpus' sequences begin, in order, the first at 0.

    Raises:
        ShapeError: no unit is asked for.
        UnknownSignalError: there is no such unit.

    Example:
        >>> found = elsewhere(np.array([[0.0], [0.9], [0.8], [0.1], [0.7]]), [Wanted(0, 0.5)], length=2)
        >>> found.start.tolist(), found.stop.tolist()
        ([1, 4], [3, 5])
    """
    _check(values, wanted)
    on, off, firm = _states(values, wanted)
    start, stop = _stretches(on, np.asarray(starts, dtype=np.int64))
    if before or after:
        kept = _off_around(off, start, stop, np.asarray(starts, dtype=np.int64), before, after)
        start, stop = start[kept], stop[kept]
    lengths = stop - start
    asked = np.full(len(start), length) if length else lengths
    likeness = np.minimum(lengths, asked) / np.maximum(np.maximum(lengths, asked), 1)
    summed = np.concatenate([[0.0], np.cumsum(firm)])
    mean = (summed[stop] - summed[start]) / np.maximum(lengths, 1)
    order = np.lexsort((start, -mean, -likeness))
    return Places(start[order], stop[order], likeness[order], mean[order], on)


def _check(values: NDArray[Any], wanted: Sequence[Wanted]) -> None:
    if not wanted:
        raise ShapeError("No unit is asked for: choose at least one.")
    strange = [one.unit for one in wanted if not 0 <= one.unit < values.shape[1]]
    if strange:
        raise UnknownSignalError(f"There is no unit {strange[0]}: they go from 0 to {values.shape[1] - 1}.")


def _states(values: NDArray[Any], wanted: Sequence[Wanted]) -> tuple[Mask, Mask, NDArray[np.float64]]:
    """Where all units are on, where all are off, and how far they are beyond their thresholds on average."""
    on, off = np.ones(len(values), dtype=bool), np.ones(len(values), dtype=bool)
    firm = np.zeros(len(values))
    for unit, threshold, above in wanted:
        one = np.asarray(values[:, unit], dtype=np.float32)
        beyond = one - np.float32(threshold) if above else np.float32(threshold) - one
        is_on = beyond > 0
        on &= is_on
        off &= ~is_on
        firm += np.nan_to_num(beyond) / (len(wanted) * max(float(np.nanstd(one, dtype=np.float64)), 1e-12))
    return on, off, firm


def _stretches(on: Mask, starts: Steps) -> tuple[Steps, Steps]:
    """First steps and ends of the stretches that are on; a sequence's beginning parts two."""
    first = on.copy()
    first[1:] &= ~on[:-1]
    first[starts] |= on[starts]
    last = on.copy()
    last[:-1] &= ~on[1:]
    ends = starts[1:] - 1
    last[ends] |= on[ends]
    return np.flatnonzero(first), np.flatnonzero(last) + 1


def _off_around(off: Mask, start: Steps, stop: Steps, starts: Steps, before: int, after: int) -> Mask:
    """Whether every unit is off around each stretch, as far as its sequence goes."""
    on = np.concatenate([[0], np.cumsum(~off)])
    home = np.searchsorted(starts, start, "right") - 1
    ends = np.append(starts[1:], len(off))
    low = np.maximum(start - before, starts[home])
    high = np.minimum(stop + after, ends[home])
    kept: Mask = (on[start] == on[low]) & (on[high] == on[stop])
    return kept
