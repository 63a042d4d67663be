"""A linear probe of all units at once, from sums that one pass collects."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ArgumentError
from explorer.scanning.moments import signals_of
from explorer.scanning.passage import Concept, Passage, numbers_of

Array = NDArray[Any]
_HELD_OUT = 5
"""Of each passage the last of so many parts is held out."""


class Place(NamedTuple):
    """Whose weight it is."""

    signal: str
    layer: int
    direction: int
    unit: int


@dataclass(frozen=True, eq=False)
class Probe:
    """What `Ridge` finds.

    Attributes:
        places: (units,), which unit each weight is of.
        weights: (units,), per standard deviation of the unit, so that they can be compared.
        intercept: what is said where every unit is at its mean.
        held_out: R² on the steps that were held out; NaN where there are none, or the target does not vary there.
        trained: R² on the others.
        scores: (units,), R² of each unit alone on the held-out steps, its line fitted on the others.
        steps: how many were fitted, and held out.
    """

    places: tuple[Place, ...]
    weights: Array
    intercept: float
    held_out: float
    trained: float
    scores: Array
    steps: tuple[int, int]


_State = tuple[tuple[Place, ...], Array, Array]
"""Whose each column is; the products of those fitted and of those held out."""


@dataclass(frozen=True)
class Ridge:
    """Ridge regression (Hoerl & Kennard 1970) of a number, or of 0 and 1, on all units at each step::

        min_w Σ_t (y_t − b − Σ_u w_u z_tu)² + penalty · n · Σ_u w_u²      z: units, standardised over the steps

    The last fifth of each passage (some 2,500 steps) is held out: its sums give R² there exactly, in the same pass.

    Args:
        target: a number for each step, NaN for none.
        signals: which units to read, by default the cell's states.
        penalty: 0 is least squares.

    Returns:
        A `Probe`.
    """

    target: Concept
    signals: tuple[str, ...] | None = None
    penalty: float = 1e-3

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """The target."""
        return (self.target,)

    def empty(self) -> _State:
        """No steps."""
        return (), np.zeros((0, 0)), np.zeros((0, 0))

    def add(self, state: _State, passage: Passage) -> _State:
        """Take in a passage."""
        told = numbers_of(passage.told[0])
        known = np.isfinite(told)
        model = passage.model
        names = signals_of(model, model.cell().state_signals if self.signals is None else self.signals)
        columns = [passage.rows(name)[known].astype(np.float64) for name in names]
        rows = np.concatenate([*columns, np.ones((int(known.sum()), 1)), told[known, None]], axis=1)
        places = tuple(Place(name, *map(int, place)) for name in names for place in np.ndindex(*passage.shape(name)))
        fitted, held = np.split(rows, [len(rows) - len(rows) // _HELD_OUT])
        return self.merge(state, (places, fitted.T @ fitted, held.T @ held))

    def merge(self, first: _State, second: _State) -> _State:
        """Sums."""
        if not first[0] or not second[0]:
            return second if not first[0] else first
        return first[0], first[1] + second[1], first[2] + second[2]

    def result(self, state: _State) -> Probe:
        """The probe, fitted.

        Raises:
            ArgumentError: there was no step to fit it to, or the target never varies.
        """
        places, fitted, held = state
        units = len(places)
        if not units or fitted[-2, -2] < 2:
            raise ArgumentError("There is no step to fit a probe to: give a target that has a number at some steps.")
        count = fitted[-2, -2]
        means = fitted[-2] / count
        around = fitted - count * np.outer(means, means)
        if around[-1, -1] <= 1e-12 * fitted[-1, -1]:
            raise ArgumentError("The target is the same at every step: there is nothing to find.")
        scale = np.sqrt(np.maximum(np.diag(around)[:units], 0) / count)
        moving = scale > 1e-9
        inverse = np.where(moving, 1 / np.where(moving, scale, 1.0), 0.0)
        gram = around[:units, :units] * np.outer(inverse, inverse)
        gram[np.diag_indices(units)] += self.penalty * count + (~moving) * count
        weights = np.linalg.solve(gram, around[:units, -1] * inverse)
        line = np.concatenate([weights * inverse, [means[-1] - weights @ (inverse * means[:units]), -1.0]])
        alone = around[:units, -1] * inverse**2 / count
        scores = np.array([_alone(held, unit, alone[unit], means) for unit in range(units)])
        steps = int(count), int(held[-2, -2])
        return Probe(places, weights, float(means[-1]), _share(held, line), _share(fitted, line), scores, steps)


def _share(products: Array, line: Array) -> float:
    """R² of a line on the steps whose products these are."""
    count = products[-2, -2]
    spread = products[-1, -1] - products[-1, -2] ** 2 / count if count else 0.0
    return float(1 - line @ products @ line / spread) if spread > 0 else float("nan")


def _alone(products: Array, unit: int, slope: float, means: Array) -> float:
    """R² of one unit's line."""
    place = [unit, -2, -1]
    return _share(products[np.ix_(place, place)], np.array([slope, means[-1] - slope * means[unit], -1.0]))
