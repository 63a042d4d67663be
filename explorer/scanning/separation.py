"""How well each unit tells the steps of a concept from the others, in one pass."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ArgumentError
from explorer.scanning.bins import bin_of
from explorer.scanning.moments import signals_of
from explorer.scanning.passage import Concept, Passage, numbers_of

Array = NDArray[Any]
BINS = 4_096


@dataclass(frozen=True, eq=False)
class Separated:
    """What `Separation` finds of one signal.

    Attributes:
        auc: (layer, direction, unit), the chance that the unit is higher at a step of the concept than at another;
            0.5 tells nothing, 1 and 0 tell all, by high and by low values; NaN where there are no such two steps.
        slack: (layer, direction, unit), how far the true value may be from it, since values of one bin count as equal.
        shuffled: (layer, direction, unit), the same after the labels of each passage were moved on in time.
        yes, no: how many steps there are of either kind.
    """

    auc: Array
    slack: Array
    shuffled: Array
    yes: int
    no: int

    @property
    def band(self) -> float:
        """How far from 0.5 the best unit comes by chance: the largest of `shuffled`, from 0.5."""
        return float(np.abs(self.shuffled - 0.5).max())


_State = dict[str, Array]
"""For each signal counts (layer, direction, unit, bins, 4): of no and yes, not and shuffled, two bits."""


@dataclass(frozen=True)
class Separation:
    """The area under the ROC curve of every unit for a concept, from histograms::

        AUC = Σ_b yes_b (no_{<b} + no_b / 2) / (yes · no)      slack = Σ_b yes_b no_b / 2 / (yes · no)

    that is Mann & Whitney's U (1947) over bins. Beside it the same with the labels of each passage moved
    on by a random part of it (as many of them, in runs as long), so that nothing is found that is not there.

    Args:
        concept: True or False (or 1, 0, NaN for neither) at each step.
        signals: which, by default the cell's states.
        bins: how many.
        seed: by how far they are moved.

    Returns:
        A `Separated` for each signal, by its name.
    """

    concept: Concept
    signals: tuple[str, ...] | None = None
    bins: int = BINS
    seed: int = 0

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """The concept."""
        return (self.concept,)

    def empty(self) -> _State:
        """No steps."""
        return {}

    def add(self, state: _State, passage: Passage) -> _State:
        """Count a passage."""
        told = numbers_of(passage.told[0])
        known = np.isfinite(told)
        yes = _as_bits(told[known])
        shuffled = _rotated(yes, np.random.default_rng((self.seed, *passage.number)))
        marks = (yes + 2 * shuffled).astype(np.int32)
        model = passage.model
        wanted = model.cell().state_signals if self.signals is None else self.signals
        found = {}
        for name in signals_of(model, wanted):
            codes = bin_of(passage.rows(name)[known], model.kind, name, self.bins) * 4 + marks[:, None]
            columns = np.ascontiguousarray(codes.T)
            counts = np.stack([np.bincount(one, minlength=4 * self.bins) for one in columns]).astype(np.uint32)
            found[name] = counts.reshape(*passage.shape(name), self.bins, 4)
        return self.merge(state, found)

    def merge(self, first: _State, second: _State) -> _State:
        """Sums."""
        return {**first, **{name: first[name] + one if name in first else one for name, one in second.items()}}

    def result(self, state: _State) -> dict[str, Separated]:
        """One `Separated` a signal."""
        return {name: _separated(counts.astype(np.float64)) for name, counts in state.items()}


def _as_bits(told: Array) -> Array:
    if not np.isin(told, (0.0, 1.0)).all():
        raise ArgumentError(
            "The concept gives numbers other than 0 and 1: give True or False, or use Ridge for numbers."
        )
    return told.astype(np.int32)


def _rotated(yes: Array, random: np.random.Generator) -> Array:
    """The labels moved on by a part of the passage: as many, in runs as long, at other steps."""
    return np.roll(yes, int(random.integers(len(yes) // 4, len(yes) - len(yes) // 4 + 1))) if len(yes) else yes


def _separated(counts: Array) -> Separated:
    yes, shuffled = counts[..., 1] + counts[..., 3], counts[..., 2] + counts[..., 3]
    total = counts.sum(axis=-1)
    auc, slack = _area(yes, total - yes)
    first = total.reshape(-1, total.shape[-1])[0].sum()
    count = yes.reshape(-1, yes.shape[-1])[0].sum()
    return Separated(auc, slack, _area(shuffled, total - shuffled)[0], int(count), int(first - count))


def _area(yes: Array, no: Array) -> tuple[Array, Array]:
    """The area, and half of what is tied, (…,)."""
    below = no.cumsum(axis=-1) - no
    pairs = yes.sum(axis=-1) * no.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        tied = (yes * no).sum(axis=-1) / 2 / pairs
        return np.asarray((yes * below).sum(axis=-1) / pairs + tied), np.asarray(tied)
