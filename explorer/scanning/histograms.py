"""How often each unit has which values: histograms and quantiles, by group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.scanning.bins import bin_of, edges_of
from explorer.scanning.moments import concepts_of, signals_of
from explorer.scanning.passage import Concept, Key, Passage, grouped

Array = NDArray[Any]
BINS = 1_024


@dataclass(frozen=True, eq=False)
class Histogram:
    """What `Histograms` finds of one signal.

    Attributes:
        groups: their names, in order.
        edges: (bins + 1,), the values between the bins; ±inf at the ends of what has no bounds.
        counts: (group, layer, direction, unit, bins), how many steps fell in each.
    """

    groups: tuple[str, ...]
    edges: Array
    counts: Array

    def quantiles(self, shares: Sequence[float]) -> Array:
        """The values that such a share of the steps lies below, (share, group, layer, direction, unit).

        Exact to the width of a bin, within which values are taken as evenly spread; ±inf in the outermost bins of what
        has no bounds.

        Args:
            shares: each from 0 to 1; 0.5 is the median.
        """
        below = np.concatenate([np.zeros((*self.counts.shape[:-1], 1)), self.counts.cumsum(axis=-1)], axis=-1)
        flat, total = below.reshape(-1, below.shape[-1]), below[..., -1].reshape(-1)
        found = [
            [_inverted(one, self.edges, share * count) for one, count in zip(flat, total, strict=True)]
            for share in shares
        ]
        return np.array(found).reshape(len(shares), *self.counts.shape[:-1])


def _inverted(below: Array, edges: Array, wanted: float) -> float:
    """Where a rising staircase of counts reaches a number."""
    at = int(np.clip(np.searchsorted(below, wanted, side="left"), 1, len(edges) - 1))
    low, high = float(edges[at - 1]), float(edges[at])
    if not np.isfinite(low) or not np.isfinite(high):
        return high if np.isfinite(low) else low
    inside = below[at] - below[at - 1]
    share = (wanted - below[at - 1]) / inside if inside else 0.0
    return float(low + share * (high - low))


_State = dict[str, tuple[str, dict[Key, Array]]]
"""For each signal the kind of its cell, and for each group counts (layer, direction, unit, bins)."""


@dataclass(frozen=True)
class Histograms:
    """How many steps fall in each bin, for every unit; quantiles follow from that.

    Bins are known beforehand (`explorer.scanning.bins.bin_of`), so one pass is enough and counts are exact.

    Args:
        signals: which, by default all.
        bins: how many.
        by: ``"token"``, ``"position"``, a concept, or None.

    Returns:
        A `Histogram` for each signal, by its name.
    """

    signals: tuple[str, ...] | None = None
    bins: int = BINS
    by: Concept | None = None

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """The label, if steps are grouped by one."""
        return concepts_of(self.by)

    def empty(self) -> _State:
        """No steps."""
        return {}

    def add(self, state: _State, passage: Passage) -> _State:
        """Count a passage."""
        keys, places = grouped(passage, self.by)
        kind = passage.model.kind
        found: _State = {}
        for name in signals_of(passage.model, self.signals):
            bins = bin_of(passage.rows(name), kind, name, self.bins)
            shape = (*passage.shape(name), self.bins)
            parts = {key: _counted(bins[places == at], self.bins) for at, key in enumerate(keys)}
            found[name] = kind, {key: one.reshape(shape) for key, one in parts.items()}
        return self.merge(state, found)

    def merge(self, first: _State, second: _State) -> _State:
        """Sums."""
        both = {name: (kind, dict(groups)) for name, (kind, groups) in first.items()}
        for name, (kind, groups) in second.items():
            mine = both.setdefault(name, (kind, {}))[1]
            for key, counts in groups.items():
                mine[key] = mine[key] + counts if key in mine else counts
        return both

    def result(self, state: _State) -> dict[str, Histogram]:
        """One `Histogram` a signal."""
        return {name: self._told(name, *found) for name, found in state.items()}

    def _told(self, name: str, kind: str, groups: Mapping[Key, Array]) -> Histogram:
        keys = sorted(groups)
        counts = np.stack([groups[key] for key in keys])
        return Histogram(tuple(one for _, one in keys), edges_of(kind, name, self.bins), counts)


def _counted(bins: Array, count: int) -> Array:
    """How often each bin comes in each column, (column, bins)."""
    columns = bins.shape[1]
    shifted = bins + np.arange(0, columns * count, count, dtype=np.int64)
    return np.bincount(shifted.reshape(-1), minlength=columns * count).reshape(columns, count)
