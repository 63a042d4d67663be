"""Which units are on here? How well each unit's signal singles out a range of steps."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ShapeError, UnknownSignalError

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Singled:
    """How well each unit tells a range from other steps.

    Attributes:
        auc: (unit,), the chance that a step of the range has the greater value than one outside, ties a half; a unit
            that falls there has less than 0.5.
        above: (unit,), whether the unit is on where it is above its threshold, else where it is below.
        threshold: (unit,), the value between two steps' that separates the range best.
        right: (unit,), the mean of the share of the range that is on and the share outside that is off.
    """

    auc: Floats
    above: NDArray[np.bool_]
    threshold: Floats
    right: Floats

    @property
    def scores(self) -> Floats:
        """(unit,): the AUC of each unit's own sign, 0.5 to 1."""
        return np.maximum(self.auc, 1 - self.auc)

    @property
    def ranked(self) -> tuple[int, ...]:
        """The units, best first: by score, then by how many steps are right, then by number."""
        return tuple(int(unit) for unit in np.lexsort((-self.right, -np.round(self.scores, 12))))


@checked
def singling(values: NDArray[Any], start: int, stop: int, before: int = 0, after: int = 0) -> Singled:
    """How well each unit singles out the steps from ``start`` to before ``stop``.

        AUC_u = P(value_u(t) > value_u(s)) + ½ P(value_u(t) = value_u(s)),   t in the range, s outside it

    Outside are all other steps; where it is demanded that units are off before and after the range (as LSTMVis asks),
    only so many steps on either side. The threshold is the one of greatest sensitivity + specificity (Youden's),
    in the middle between the two values that it parts, the middle one of equals.

    Args:
        values: (time, unit), a signal over one sequence.
        start, stop: the range, at least one step and not the whole.
        before, after: how many steps on either side are held against it; 0 and 0 for all others.

    Raises:
        UnknownSignalError: the range is empty or reaches outside the sequence.
        ShapeError: nothing is outside it.

    Example:
        >>> singling(np.array([[0.0], [0.9], [0.8], [0.1]]), 1, 3).auc
        array([1.])
    """
    steps = len(values)
    if not 0 <= start < stop <= steps:
        raise UnknownSignalError(f"There are no steps {start} to {stop} here: the sequence has {steps:,}.")
    outside = np.ones(steps, dtype=bool)
    if before or after:
        outside[: max(0, start - before)] = False
        outside[stop + after :] = False
    outside[start:stop] = False
    if not outside.any():
        raise ShapeError(f"The range is all of {steps:,} steps: leave some out, so that there is something beside it.")
    inside = np.asarray(values[start:stop], dtype=np.float64)
    others = np.asarray(values[outside], dtype=np.float64)
    found = [_single(one, other) for one, other in zip(inside.T, others.T, strict=True)]
    auc, above, threshold, right = zip(*found, strict=True)
    return Singled(np.array(auc), np.array(above), np.array(threshold), np.array(right))


@checked
def parting(values: NDArray[Any], labels: Any) -> tuple[float, bool]:
    """The threshold at which one unit's values part labelled steps from the others best, as in `singling`.

    Args:
        values: (time,), one unit's.
        labels: (time,), True at the steps that are meant, with both kinds in it.

    Returns:
        The threshold, and whether labelled steps lie above it.

    Raises:
        ShapeError: there is not one label a step, or only one kind of them.

    Example:
        >>> parting(np.array([0.0, 0.25, 0.75, 1.0]), [False, False, True, True])
        (0.5, True)
    """
    marked = np.asarray(labels, dtype=bool)
    if marked.shape != values.shape or values.ndim != 1:
        raise ShapeError(f"{marked.size:,} labels came for values of shape {values.shape}: give one a step.")
    if marked.all() or not marked.any():
        raise ShapeError("Every step has the same label: give both kinds.")
    numbers = np.asarray(values, dtype=np.float64)
    _, above, threshold, _ = _single(numbers[marked], numbers[~marked])
    return threshold, above


def _single(inside: Floats, others: Floats) -> tuple[float, bool, float, float]:
    """A unit's AUC, sign, threshold, and share right; what is not finite is left out."""
    inside, others = np.sort(inside[np.isfinite(inside)]), np.sort(others[np.isfinite(others)])
    if not len(inside) or not len(others):
        return 0.5, True, 0.0, 0.5
    below, up_to = np.searchsorted(others, inside, "left"), np.searchsorted(others, inside, "right")
    auc = float((below + up_to).sum() / (2 * len(inside) * len(others)))
    above = auc >= 0.5
    known = np.unique(np.concatenate([inside, others]))
    cuts = np.concatenate([known[:1] - 1, (known[1:] + known[:-1]) / 2])
    # The share of each that lies above a cut.
    on, off = (1 - np.searchsorted(one, cuts) / len(one) for one in (inside, others))
    gain = on - off if above else off - on
    best = np.flatnonzero(gain >= gain.max() - 1e-12)
    cut = int(best[len(best) // 2])
    return auc, above, float(cuts[cut]), float((1 + gain[cut]) / 2)
