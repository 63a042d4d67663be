"""How many steps there are, and mean, spread, least and greatest of every signal, by unit and by group."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.errors import UnknownSignalError
from explorer.fitting import said
from explorer.models import DIRECTIONS, Model
from explorer.scanning.passage import Concept, Key, Passage, grouped

Array = NDArray[Any]


def signals_of(model: Model, wanted: tuple[str, ...] | None) -> tuple[str, ...]:
    """The signals that are asked for, by default all.

    Raises:
        UnknownSignalError: the model has no such signal.
    """
    for name in wanted or ():
        if name not in model.signals:
            raise UnknownSignalError(f"There is no signal {said(name)}: this model has {', '.join(model.signals)}.")
    return model.signals if wanted is None else wanted


def concepts_of(by: Concept | None) -> tuple[Concept, ...]:
    """The concept that steps are grouped by, if it is one."""
    return () if by in (None, "token", "position") else (by,)


@dataclass(frozen=True)
class Counts:
    """How many steps and sequences there are, and how many steps of each group.

    Args:
        by: ``"token"``, ``"position"``, a concept, or None.

    Returns:
        ``{"steps": …, "sequences": …, "groups": {name: steps}}``
    """

    by: Concept | None = None

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """The label, if steps are grouped by one."""
        return concepts_of(self.by)

    def empty(self) -> tuple[int, int, dict[Key, int]]:
        """No steps."""
        return 0, 0, {}

    def add(self, state: tuple[int, int, dict[Key, int]], passage: Passage) -> tuple[int, int, dict[Key, int]]:
        """Count a passage; a sequence counts where it begins."""
        keys, places = grouped(passage, self.by)
        counts = np.bincount(places[places >= 0], minlength=len(keys)).tolist()
        begun = int((passage.position == 0).sum())
        return self.merge(state, (len(passage), begun, dict(zip(keys, counts, strict=True))))

    def merge(
        self, first: tuple[int, int, dict[Key, int]], second: tuple[int, int, dict[Key, int]]
    ) -> tuple[int, int, dict[Key, int]]:
        """Sums."""
        keys = dict.fromkeys([*first[2], *second[2]])
        return (
            first[0] + second[0],
            first[1] + second[1],
            {key: first[2].get(key, 0) + second[2].get(key, 0) for key in keys},
        )

    def result(self, state: tuple[int, int, dict[Key, int]]) -> dict[str, Any]:
        """As plain data."""
        return {"steps": state[0], "sequences": state[1], "groups": {key[1]: state[2][key] for key in sorted(state[2])}}


@dataclass(frozen=True, eq=False)
class Summary:
    """What `Moments` finds of one signal.

    Attributes:
        groups: their names, in order; one, ``"all"``, where steps are not grouped.
        steps: (group,), how many.
        mean, std, low, high: (group, layer, direction, unit), float64; std is over the steps (divided by their number).
    """

    groups: tuple[str, ...]
    steps: Array
    mean: Array
    std: Array
    low: Array
    high: Array


_State = dict[str, dict[Key, tuple[int, Array, Array, Array, Array]]]
"""For each signal and group: steps, mean, sum of squared deviations, least, greatest."""


@dataclass(frozen=True)
class Moments:
    """Mean, standard deviation, least and greatest value of every unit, merged as Chan, Golub & LeVeque (1979) do::

        δ = mean_b − mean_a     mean = mean_a + δ n_b / n     S = S_a + S_b + δ² n_a n_b / n     std = √(S / n)

    Args:
        signals: which, by default all.
        by: ``"token"``, ``"position"`` (1, 2, 3–4, 5–8, …), a concept, or None.

    Returns:
        A `Summary` for each signal, by its name.
    """

    signals: tuple[str, ...] | None = None
    by: Concept | None = None

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """The label, if steps are grouped by one."""
        return concepts_of(self.by)

    def empty(self) -> _State:
        """No steps."""
        return {}

    def add(self, state: _State, passage: Passage) -> _State:
        """Take in a passage."""
        keys, places = grouped(passage, self.by)
        alike = None if self.by is None else places
        found = {name: _of(passage, name, keys, alike) for name in signals_of(passage.model, self.signals)}
        return self.merge(state, found)

    def merge(self, first: _State, second: _State) -> _State:
        """The moments of both together."""
        return {name: _merged(first.get(name, {}), second.get(name, {})) for name in dict.fromkeys([*first, *second])}

    def result(self, state: _State) -> dict[str, Summary]:
        """One `Summary` a signal."""
        return {name: _summary(groups) for name, groups in state.items()}


def _of(passage: Passage, name: str, keys: tuple[Key, ...], places: Array | None) -> dict[Key, Any]:
    rows, shape = passage.rows(name).astype(np.float64), passage.shape(name)
    if places is None:
        return {keys[0]: _reduced(rows, shape)} if len(rows) else {}
    order = np.argsort(places, kind="stable")
    edges = np.searchsorted(places[order], np.arange(len(keys) + 1))
    parts = [order[edges[at] : edges[at + 1]] for at in range(len(keys))]
    return {key: _reduced(rows[part], shape) for key, part in zip(keys, parts, strict=True) if len(part)}


def _reduced(rows: Array, shape: tuple[int, int, int]) -> tuple[int, Array, Array, Array, Array]:
    """About the first row, so that a unit that hardly moves has its spread to full precision."""
    deviations = rows - rows[0]
    total, count = deviations.sum(axis=0), len(rows)
    squares = np.einsum("tu,tu->u", deviations, deviations) - total * total / count
    found = rows[0] + total / count, np.maximum(squares, 0.0), rows.min(axis=0), rows.max(axis=0)
    mean, spread, low, high = (one.reshape(shape) for one in found)
    return count, mean, spread, low, high


def _merged(first: Mapping[Key, Any], second: Mapping[Key, Any]) -> dict[Key, Any]:
    both = dict(first)
    for key, one in second.items():
        both[key] = _together(both[key], one) if key in both else one
    return both


def _together(first: Any, second: Any) -> tuple[int, Array, Array, Array, Array]:
    (n, mean, spread, low, high), (m, other, more, least, most) = first, second
    count, difference = n + m, other - mean
    return (
        count,
        mean + difference * (m / count),
        spread + more + difference * difference * (n * m / count),
        np.minimum(low, least),
        np.maximum(high, most),
    )


def _summary(groups: Mapping[Key, Any]) -> Summary:
    keys = sorted(groups)
    count, mean, spread, low, high = (np.array([groups[key][at] for key in keys]) for at in range(5))
    std = np.sqrt(spread / count.reshape(-1, 1, 1, 1))
    return Summary(tuple(name for _, name in keys), count, mean, std, low, high)


def moments_frame(found: Mapping[str, Summary]) -> pd.DataFrame:
    """What `Moments` found as a tidy table: signal, layer, direction, unit, group, steps, mean, std, low, high.

    Args:
        found: the result of `Moments`.
    """
    tables = [_frame(name, one) for name, one in found.items()]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


def _frame(name: str, one: Summary) -> pd.DataFrame:
    _, layers, directions, units = one.mean.shape
    axes = np.indices(one.mean.shape).reshape(4, -1)
    columns = {
        "signal": name,
        "layer": axes[1],
        "direction": np.array(DIRECTIONS)[axes[2]],
        "unit": axes[3],
        "group": np.array(one.groups, dtype=object)[axes[0]],
        "steps": np.repeat(one.steps, layers * directions * units),
    }
    values = {what: getattr(one, what).reshape(-1) for what in ("mean", "std", "low", "high")}
    return pd.DataFrame(columns | values)
