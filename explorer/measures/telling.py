"""How well values tell labels: each unit alone, and all of them together, for many labels at once."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.measures.products import product
from explorer.measures.ranks import auc_of_ranks, centred_ranks

Floats = NDArray[np.float64]
Steps = NDArray[np.bool_]
Progress = Callable[[float], object] | None
RIDGE = 1e-3
_UNITS, _STEPS = 16, 16_384
"""So many are taken at a time, which bounds the memory."""


class Single(NamedTuple):
    """Scores of each unit alone, (unit, labels), and whether it rises or falls with the label, 1 or −1."""

    trained: Floats
    judged: Floats
    signs: NDArray[np.int64]


class Linear(NamedTuple):
    """Held-out scores of the linear probe, (labels,), and the probe of the first label."""

    scores: Floats
    weights: Floats
    intercept: float


def single(values: NDArray[Any], labels: Floats, trained: Steps, is_label: bool, progress: Progress = None) -> Single:
    """Score each unit alone: AUC of labels, R² of numbers.

    Args:
        values: (time, unit).
        labels: (time, labels), 0 and 1 or numbers.
        trained: (time,), the steps that fit; the others judge.
        is_label: whether they are labels.
        progress: is told the share that is done.
    """
    one = _areas if is_label else _lines
    pieces = []
    for first in range(0, values.shape[1], _UNITS):
        some = values[:, first : first + _UNITS].astype(np.float64)
        if progress is not None:
            progress(first / values.shape[1])
        pieces.append(one(some[trained], labels[trained], some[~trained], labels[~trained]))
    return Single(*(np.concatenate(parts) for parts in zip(*pieces, strict=True)))


def linear(values: NDArray[Any], labels: Floats, trained: Steps, is_label: bool) -> Linear:
    """Score ridge regression on all standardised units.

    Args:
        values, labels, trained, is_label: as above.
    """
    fit, judge = np.flatnonzero(trained), np.flatnonzero(~trained)
    mean = values[fit].mean(axis=0, dtype=np.float64)
    spread = values[fit].std(axis=0, dtype=np.float64)
    spread[spread == 0] = np.inf
    level = labels[fit].mean(axis=0)
    gram, shared = np.zeros((len(mean),) * 2), np.zeros((len(mean), labels.shape[1]))
    for some in np.array_split(fit, range(_STEPS, len(fit), _STEPS)):
        x = (values[some] - mean) / spread
        gram += product(x.T, x)
        shared += product(x.T, labels[some] - level)
    slopes: Floats = np.asarray(
        np.linalg.solve(gram / len(fit) + RIDGE * np.eye(len(mean)), shared / len(fit)), dtype=np.float64
    )
    parts = [
        ((values[some] - mean) / spread) @ slopes + level
        for some in np.array_split(judge, range(_STEPS, len(judge), _STEPS))
    ]
    said, truth = np.concatenate(parts), labels[judge]
    scores: Floats = _own_areas(said, truth) if is_label else 1.0 - _share((truth - said) ** 2, truth)
    return Linear(scores, slopes[:, 0], float(level[0]))


def _areas(x: Floats, y: Floats, x_new: Floats, y_new: Floats) -> Single:
    first, second = (auc_of_ranks(centred_ranks(one), marks) for one, marks in ((x, y), (x_new, y_new)))
    signs = np.where(first >= 0.5, 1, -1)
    return Single(0.5 + np.abs(first - 0.5), 0.5 + signs * (second - 0.5), signs[:, 0])


def _lines(x: Floats, y: Floats, x_new: Floats, y_new: Floats) -> Single:
    centre, level = x.mean(axis=0), y.mean(axis=0)
    x, y, x_new, apart = x - centre, y - level, x_new - centre, y_new - level
    power = (x**2).sum(axis=0)
    shared = product(x.T, y)
    slope = shared / np.where(power > 0, power, np.inf)[:, None]
    total = (y**2).sum(axis=0)
    fitted = slope * shared / np.where(total > 0, total, np.inf)
    errors = (apart**2).sum(axis=0) - 2 * slope * product(x_new.T, apart) + slope**2 * (x_new**2).sum(axis=0)[:, None]
    spread = ((y_new - y_new.mean(axis=0)) ** 2).sum(axis=0)
    judged = np.where(spread > 0, 1 - errors / np.where(spread > 0, spread, 1.0), 0.0)
    return Single(fitted, judged, np.where(slope[:, 0] >= 0, 1, -1))


def _own_areas(said: Floats, truth: Floats) -> Floats:
    """The AUC of each column for its own label."""
    ranks = centred_ranks(said)
    return np.array([float(auc_of_ranks(ranks[at : at + 1], truth[:, at : at + 1])[0, 0]) for at in range(len(ranks))])


def _share(errors: Floats, truth: Floats) -> Floats:
    spread = ((truth - truth.mean(axis=0)) ** 2).sum(axis=0)
    shares: Floats = errors.sum(axis=0) / np.where(spread > 0, spread, np.inf)
    return shares
