"""Which unit knows? Units ranked by how well they tell a label or a number, beside what chance and inputs tell."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ShapeError
from explorer.measures.halves import halves, rotated
from explorer.measures.telling import linear, single

Floats = NDArray[np.float64]
SHUFFLES = 59
"""Noise exceeds all of so many rotations once in sixty times."""
MOST_LABELS, MOST_TOKENS = 50, 500


@dataclass(frozen=True, eq=False)
class Probe:
    """What units know of one label or number.

    Attributes:
        unit: the best on the training steps.
        scores: (unit,) on the training steps, which rank them: AUC of a label, R² of a number.
        judged: (unit,) the same on the held-out steps; a unit that falls where the label rises counts as much.
        signs: (unit,) 1 where it rises with the label, −1 where it falls, by the training steps.
        held_out: that of the best unit.
        shuffled: (shuffles,) of each rotation of the labels in time the best held-out score that any unit has.
        all_units: the held-out score of the linear probe of all units.
        all_shuffled: (shuffles,) the same of rotated labels.
        weights: (unit,) of the linear probe, per standard deviation of the unit.
        intercept: what it says at the mean of all units.
        inputs: the held-out score of the same linear probe on the inputs alone; None where none were given.
        is_label: whether the scores are AUCs.
        trained: of the steps with a label and finite values, (steps,) bool: those trained on.
        mean: of the labels, which is the share that is marked, or of the numbers.
    """

    unit: int
    scores: Floats
    judged: Floats
    signs: NDArray[np.int64]
    held_out: float
    shuffled: Floats
    all_units: float
    all_shuffled: Floats
    weights: Floats
    intercept: float
    inputs: float | None
    is_label: bool
    trained: NDArray[np.bool_]
    mean: float

    @property
    def chance(self) -> float:
        """The score of what knows nothing: ½ of an AUC, 0 of an R²."""
        return 0.5 if self.is_label else 0.0

    @property
    def ranked(self) -> NDArray[np.intp]:
        """(unit,), from the best on the training steps to the worst."""
        return np.argsort(-self.scores, kind="stable")

    @property
    def band(self) -> float:
        """The best that any unit tells of any rotation of the labels: what is no better may be chance."""
        return float(self.shuffled.max())

    @property
    def passing(self) -> tuple[int, ...]:
        """The units that are above the band on the held-out steps, in the order of `ranked`."""
        return tuple(int(unit) for unit in self.ranked if self.judged[unit] > self.band)


@checked
def probe(
    values: NDArray[Any],
    labels: NDArray[Any],
    *,
    seed: int = 0,
    inputs: NDArray[Any] | None = None,
    shuffles: int = SHUFFLES,
    progress: Callable[[float], object] | None = None,
) -> Probe:
    """Rank units by how well each tells a label or a number, and judge them on steps that did not rank them::

        AUC = P(value at a marked step > value at another),  or 1 − AUC where the unit falls
        R²  = 1 − Σ (y_t − a x_t − b)² / Σ (y_t − ȳ)²,  a and b from the training steps

    The steps are cut into stretches, half of them held out, since steps side by side are alike. The null is the same
    labels moved on in time against the values, which keeps for how long they last (of labels that come again and
    again, pieces from elsewhere): what units tell of *those*, they tell by chance. The linear probe of all units is
    ridge regression on their standardised values.

    Args:
        values: (time, unit).
        labels: (time,) bool, or whole numbers 0 and 1, or floats; a step with NaN, in a value too, is left out.
        seed: of the cut and the rotations.
        inputs: (time, columns), or (time,) token ids, of which the 500 most frequent are told apart.
        shuffles: how many rotations, 1 to 1,000.
        progress: is told the share that is done.

    Returns:
        The probe.

    Raises:
        ShapeError: sizes do not fit, fewer than eight steps came, all labels are one, or they stand so that they
            cannot be both learnt and judged.

    Source: Karpathy, Johnson & Fei-Fei 2015, arXiv 1506.02078 (units); Alain & Bengio 2016, arXiv 1610.01644 (linear
    probes); Hewitt & Liang 2019, arXiv 1909.03368 (controls).
    """
    values, known, kept = _usable(np.asarray(values), np.asarray(labels))
    is_label = known.dtype == bool
    rng = np.random.default_rng(abs(seed))
    trained = halves(known, rng)
    many = rotated(known, max(1, min(shuffles, 1_000)), rng)
    alone = single(values, many, trained, is_label, progress)
    together = linear(values, many, trained, is_label)
    unit = int(np.argmax(alone.trained[:, 0]))
    seen = None if inputs is None else _columns(np.asarray(inputs), kept)
    return Probe(
        unit=unit, scores=alone.trained[:, 0], judged=alone.judged[:, 0], signs=alone.signs,
        held_out=float(alone.judged[unit, 0]), shuffled=alone.judged[:, 1:].max(axis=0),
        all_units=float(together.scores[0]), all_shuffled=together.scores[1:],
        weights=together.weights, intercept=together.intercept,
        inputs=None if seen is None else float(linear(seen, many[:, :1], trained, is_label).scores[0]),
        is_label=is_label, trained=trained, mean=float(known.mean()),
    )  # fmt: skip


@checked
def probes(
    values: NDArray[Any], labels: Sequence[Hashable], *, seed: int = 0, inputs: NDArray[Any] | None = None
) -> dict[Hashable, Probe]:
    """One `probe` for each of several labels against all the others, the most frequent label first.

    Args:
        values: (time, unit).
        labels: (time,), one a step; steps with None or NaN are left out.
        seed, inputs: as in `probe`.

    Returns:
        By label; a label that cannot be both learnt and judged is left out.

    Raises:
        ShapeError: fewer than two labels or more than fifty, or none that can be judged.
    """
    if len(labels) != len(values):
        raise ShapeError(f"{len(labels):,} labels came for {len(values):,} steps: give one a step.")
    rest = [step for step, one in enumerate(labels) if one is not None and one == one]
    counts: dict[Hashable, int] = {}
    for step in rest:
        counts[labels[step]] = counts.get(labels[step], 0) + 1
    if not 2 <= len(counts) <= MOST_LABELS:
        raise ShapeError(f"{len(counts):,} different labels came: give 2 to {MOST_LABELS}, one a step.")
    some, seen = values[rest], None if inputs is None else inputs[rest]
    found = {}
    for label in sorted(counts, key=lambda one: -counts[one]):
        try:
            found[label] = probe(some, np.array([labels[step] == label for step in rest]), seed=seed, inputs=seen)
        except ShapeError:
            continue
    if not found:
        raise ShapeError("None of the labels stands at enough places to be both learnt and judged: give more steps.")
    return found


def _usable(values: NDArray[Any], labels: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]:
    """Values and labels where both are finite, labels as bool or float, and which steps those are."""
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or not values.shape[1] or labels.shape != (len(values),):
        raise ShapeError(f"Values {values.shape} and labels {labels.shape} came: give (time, unit) and (time,).")
    if labels.dtype.kind in "iu" and np.isin(labels, (0, 1)).all():
        labels = labels.astype(bool)
    kept = np.isfinite(values).all(axis=1) & np.isfinite(labels)
    known = labels[kept] if labels.dtype == bool else labels[kept].astype(np.float64)
    return values if kept.all() else values[kept], known, kept


def _columns(inputs: NDArray[Any], kept: NDArray[np.bool_]) -> NDArray[Any]:
    """Inputs as numbers, (steps, columns): token ids one column each."""
    if len(inputs) != len(kept) or inputs.ndim not in (1, 2):
        raise ShapeError(f"Inputs {inputs.shape} came for {len(kept):,} steps: give (time, columns), or token ids.")
    given = inputs[kept]
    if given.ndim == 1 and given.dtype.kind in "iu":
        ids, counts = np.unique(given, return_counts=True)
        told = ids[np.argsort(-counts)[:MOST_TOKENS]]
        return np.asarray(given[:, None] == told, dtype=np.float32)
    return np.nan_to_num(given.reshape(len(given), -1).astype(np.float64))
