"""The best places of a corpus at which a set of units is on, wherever it is cut."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ArgumentError, UnknownSignalError
from explorer.fitting import said
from explorer.measures.elsewhere import Wanted
from explorer.models import DIRECTIONS, check_place
from explorer.scanning.moments import signals_of
from explorer.scanning.passage import Concept, Passage

Array = NDArray[Any]


class Match(NamedTuple):
    """A stretch at each of whose steps every unit is on.

    Attributes:
        sequence: which of the corpus, from 0.
        start, stop: its first step there, and the one past its last.
        beyond: how far beyond their thresholds the units are, the sum over its steps of the mean over the units.
    """

    sequence: int
    start: int
    stop: int
    beyond: float

    @property
    def length(self) -> int:
        """In steps."""
        return self.stop - self.start


@dataclass(frozen=True)
class _Seen:
    """What is known of a stretch of the corpus.

    Attributes:
        first, last: its first and last step, as (sequence, position).
        best: those that neither end of it cuts.
        head, tail: those that begin with its first step, and end with its last; the same, where it is one.
        count: how many are in ``best`` or were dropped from it.
    """

    first: tuple[int, int]
    last: tuple[int, int]
    best: tuple[Match, ...] = ()
    head: Match | None = None
    tail: Match | None = None
    count: int = 0

    @property
    def is_one(self) -> bool:
        """Whether all of it is one match."""
        return self.head is not None and self.head == self.tail


@dataclass(frozen=True)
class Matches:
    """The best places at which all of some units are on, as `explorer.measures.elsewhere` finds them.

    Best first: those whose length is most like the one asked for, else the longest; then those whose units are
    furthest beyond their thresholds, per step; then the first.

    Args:
        units: each a `explorer.measures.Wanted`: unit, threshold, whether it is on above it.
        signal, layer, direction: of which values.
        length: the length asked for, in steps; 0 asks for none.
        top: so many are kept.

    Returns:
        ``(how many there are, the best of them as Match)``
    """

    units: tuple[Wanted, ...]
    signal: str = "hidden"
    layer: int = 0
    direction: str = "forward"
    length: int = 0
    top: int = 100

    def __post_init__(self) -> None:
        if not self.units:
            raise ArgumentError("No unit is asked for: give at least one, Wanted(unit, threshold).")
        object.__setattr__(self, "units", tuple(Wanted(*one) for one in self.units))

    @property
    def concepts(self) -> tuple[Concept, ...]:
        """None."""
        return ()

    def empty(self) -> _Seen | None:
        """No steps."""
        return None

    def add(self, state: _Seen | None, passage: Passage) -> _Seen | None:
        """Take in a passage."""
        beyond = self._beyond(passage)
        sequence, position = passage.sequence, passage.position
        follows = (np.diff(sequence) == 0) & (np.diff(position) == 1)
        on = beyond.min(axis=1) > 0
        starts = np.flatnonzero(on & ~np.concatenate([[False], on[:-1] & follows]))
        stops = np.flatnonzero(on & ~np.concatenate([on[1:] & follows, [False]])) + 1
        total = np.concatenate([[0.0], np.cumsum(beyond.mean(axis=1))])
        found = [
            Match(int(sequence[a]), int(position[a]), int(position[b - 1]) + 1, float(total[b] - total[a]))
            for a, b in zip(starts, stops, strict=True)
        ]
        head = found[0] if found and starts[0] == 0 else None
        tail = found[-1] if found and stops[-1] == len(on) else None
        ends = (int(sequence[0]), int(position[0])), (int(sequence[-1]), int(position[-1]))
        inner = [one for one in found if one is not head and one is not tail]
        return self.merge(state, _Seen(*ends, self._best(inner), head, tail, len(inner)))

    def merge(self, first: _Seen | None, second: _Seen | None) -> _Seen | None:
        """Both, with what their common edge cut joined."""
        if first is None or second is None:
            return second if first is None else first
        closed: list[Match] = []
        follows = second.first == (first.last[0], first.last[1] + 1)
        if follows and first.tail is not None and second.head is not None:
            joined = first.tail._replace(stop=second.head.stop, beyond=first.tail.beyond + second.head.beyond)
            head = joined if first.is_one else first.head
            tail = joined if second.is_one else second.tail
            closed = [joined] if not first.is_one and not second.is_one else []
        else:
            head, tail = first.head, second.tail
            closed += [first.tail] if first.tail is not None and not first.is_one else []
            closed += [second.head] if second.head is not None and not second.is_one else []
        best = self._best([*first.best, *closed, *second.best])
        return _Seen(first.first, second.last, best, head, tail, first.count + len(closed) + second.count)

    def result(self, state: _Seen | None) -> tuple[int, tuple[Match, ...]]:
        """How many, and the best."""
        if state is None:
            return 0, ()
        ends = [one for one in (state.head, None if state.is_one else state.tail) if one is not None]
        return state.count + len(ends), self._best([*state.best, *ends])

    def _best(self, found: list[Match]) -> tuple[Match, ...]:
        return tuple(sorted(found, key=self._rank)[: self.top])

    def _rank(self, one: Match) -> tuple[float, float, int, int]:
        likeness = min(one.length, self.length) / max(one.length, self.length) if self.length else one.length
        return -likeness, -one.beyond / one.length, one.sequence, one.start

    def _beyond(self, passage: Passage) -> Array:
        """How far each unit is beyond its threshold, (time, unit asked for)."""
        model = passage.model
        signals_of(model, (self.signal,))
        check_place(self.layer, self.direction, model.num_layers, model.num_directions)
        values = passage.values[self.signal][self.layer, DIRECTIONS.index(self.direction)]
        for one in self.units:
            if not 0 <= one.unit < values.shape[1]:
                raise UnknownSignalError(f"There is no unit {said(one.unit)}: they go from 0 to {values.shape[1] - 1}.")
        columns = [(1 if one.above else -1) * (values[:, one.unit] - np.float32(one.threshold)) for one in self.units]
        return np.stack(columns, axis=1).astype(np.float64)
