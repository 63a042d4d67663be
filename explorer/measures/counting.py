"""Units that count: equal steps, up or down, until they begin again."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ShapeError

Floats = NDArray[np.float64]
SHORTEST = 6
"""A run has at least so many steps; fewer lie on a line by chance."""
COUNTS, COVERS = 0.97, 0.5
"""A unit counts where its ramp has this R² and its runs cover this share of the steps."""


@dataclass(frozen=True, eq=False)
class Counting:
    """How well each unit counts.

    Attributes:
        slope: (unit,) of its runs, by step; of the way, up or down, that takes more steps. 0 where there is no run.
        r2: (unit,), of a ramp of that slope in every run.
        share: (unit,), of all steps that lie in runs.
        runs: by unit, the (start, stop) of its runs.
    """

    slope: Floats
    r2: Floats
    share: Floats
    runs: tuple[tuple[tuple[int, int], ...], ...]

    @property
    def counters(self) -> tuple[int, ...]:
        """The units that count: R² of 0.97 or more in runs over half of the steps or more, the best first."""
        able = [unit for unit in range(len(self.r2)) if self.r2[unit] >= COUNTS and self.share[unit] >= COVERS]
        return tuple(sorted(able, key=lambda unit: -self.r2[unit] * self.share[unit]))


@checked
def counting(values: NDArray[Any], resets: NDArray[Any] | None = None) -> Counting:
    """Find how well each unit's values are ramps::

        v_t = a_run + b (t − start of the run),   one b for all runs that rise and one for all that fall
        R²  = 1 − Σ (v_t − ramp)² / Σ (v_t − mean of the run)²

    A run goes on for as long as the unit moves the same way, six steps or more; or, where resets are given, from one
    to the next.

    Args:
        values: (time, unit).
        resets: (time,) bool, the steps at which counting would begin again, as the first of each line.

    Raises:
        ShapeError: sizes do not fit.

    Source: Weiss, Goldberg & Yahav 2018, arXiv 1805.04908.
    """
    if values.ndim != 2 or (resets is not None and resets.shape != (len(values),)):
        raise ShapeError(f"Values {values.shape} came: give (time, unit), and resets (time,).")
    given = None if resets is None else _between(np.asarray(resets, dtype=bool))
    rows = [np.asarray(values[:, unit], dtype=np.float64) for unit in range(values.shape[1])]
    runs = [_monotone(row) if given is None else given for row in rows]
    found = [_ramp(row, run) for row, run in zip(rows, runs, strict=True)]
    slope, r2, share = np.array(found).reshape(-1, 3).T
    return Counting(slope, r2, share, tuple(tuple((int(a), int(b)) for a, b in run) for run in runs))


def _between(resets: NDArray[np.bool_]) -> NDArray[np.intp]:
    """(run, 2): from each reset to the next."""
    edges = np.unique(np.concatenate([[0], np.flatnonzero(resets), [len(resets)]]))
    return _long(edges[:-1], edges[1:])


def _monotone(row: Floats) -> NDArray[np.intp]:
    """(run, 2): where a unit goes on moving the same way."""
    ways = np.sign(np.diff(row))
    edges = (
        np.concatenate([[0], np.flatnonzero(np.diff(ways) != 0) + 1, [len(ways)]]) if len(ways) else np.zeros(1, int)
    )
    moving = np.array([way != 0 for way in ways[edges[:-1]]], dtype=bool)
    # A run's first step is the one that it moves away from; the one before a turn belongs to both.
    return _long(edges[:-1][moving], edges[1:][moving] + 1)


def _long(starts: NDArray[Any], stops: NDArray[Any]) -> NDArray[np.intp]:
    enough = stops - starts >= SHORTEST
    return np.stack([starts[enough], stops[enough]], axis=1).astype(np.intp)


def _ramp(row: Floats, runs: NDArray[np.intp]) -> tuple[float, float, float]:
    """Slope, R² and share of the steps."""
    if not len(runs):
        return 0.0, 0.0, 0.0
    sizes = runs[:, 1] - runs[:, 0]
    number = np.repeat(np.arange(len(runs)), sizes)
    steps = np.concatenate([np.arange(start, stop) for start, stop in runs])
    time, value = (_centred(of, number, sizes) for of in (steps.astype(np.float64), row[steps]))
    products, squares = np.bincount(number, time * value), np.bincount(number, time**2)
    rises = products >= 0
    slopes = np.zeros(len(runs))
    for way in (rises, ~rises):
        if way.any():
            slopes[way] = products[way].sum() / squares[way].sum()
    total = float((value**2).sum())
    left = float(((value - slopes[number] * time) ** 2).sum())
    longer = rises if sizes[rises].sum() >= sizes[~rises].sum() else ~rises
    return float(slopes[longer][0]), 1 - left / total if total > 0 else 0.0, min(1.0, float(sizes.sum()) / len(row))


def _centred(values: Floats, number: NDArray[Any], sizes: NDArray[Any]) -> Floats:
    return np.asarray(values - (np.bincount(number, values) / sizes)[number])
