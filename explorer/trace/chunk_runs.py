"""One long task over all chunks of a sequence, telling its progress and stopping when asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from explorer.errors import Cancelled
from explorer.models import Model
from explorer.trace.overview import Gathering
from explorer.trace.read_only import ReadOnly
from explorer.trace.recorder import record
from explorer.trace.trace import Trace

Array = NDArray[Any]
Progress = Callable[[float], object]
"""``progress(share)`` is told how much of the work is done, 0 to 1."""


@runtime_checkable
class Event(Protocol):
    """A `threading.Event`, or anything else that can be set."""

    def is_set(self) -> bool:
        """Whether to stop."""


Cancel = Event | Callable[[], bool]


@dataclass(frozen=True, eq=False)
class Boundaries:
    """The states at the edges of the chunks, (edges, layers*directions, units).

    A run over some chunks begins, in the forward direction, with the state at its first edge, and in the reverse
    direction with that at its last.
    """

    hidden: Array
    cell: Array | None
    directions: int

    def entering(self, first: int, last: int, layers: int) -> dict[str, Any]:
        """The h_0 and c_0 of a run from edge ``first`` to edge ``last`` through the lowest layers."""
        return {
            name: self._at(states, first, last)[: layers * self.directions]
            for name, states in (("h_0", self.hidden), ("c_0", self.cell))
            if states is not None
        }

    def leaving(self, first: int, last: int) -> tuple[Array, Array | None]:
        """The h_n and c_n of that run, through all layers."""
        cell = None if self.cell is None else self._at(self.cell, last, first)
        return self._at(self.hidden, last, first), cell

    def put(self, edge: int, rows: slice, trace: Trace) -> None:
        """Keep, at an edge, the last states of a run in some rows."""
        for states, last in ((self.hidden, trace.h_n), (self.cell, trace.c_n)):
            if states is not None and last is not None:
                states[edge, rows] = last[rows]

    def closed(self) -> "Boundaries":
        """The same, never written to again."""
        return _Closed(self.hidden, self.cell, self.directions)

    def _at(self, states: Array, forward: int, reverse: int) -> Array:
        rows: Array = states[forward].copy()
        if self.directions == 2:
            rows[1::2] = states[reverse, 1::2]
        return rows


@dataclass(frozen=True, eq=False)
class _Closed(ReadOnly, Boundaries):
    """Boundaries that are all known."""


class ChunkRuns:
    """Runs over all chunks, one after the other.

    Args:
        model: the model; its head is left out.
        values: the whole input.
        size: steps a chunk.
        progress, cancel: as `record_chunks` takes them.
    """

    def __init__(
        self, model: Model, values: Array, size: int, progress: Progress | None, cancel: Cancel | None
    ) -> None:
        self.model, self.values, self.size = replace(model, head=None), values, size
        self.chunks = -(-len(values) // size)
        self._progress, self._cancel = progress, cancel
        layers = model.num_layers
        # Each layer of a model that reads both ends is swept both ways, with all layers below it.
        self._work = self.chunks * (layers + (layers * (layers + 1) if model.num_directions == 2 else 0))
        self._done = 0

    def boundaries(self, h_0: Any, c_0: Any) -> Boundaries:
        """The states at the edges, of which only those at the two ends are known yet."""
        first = record(self.model, self.values[:1], h_0=h_0, c_0=c_0)
        hidden = np.zeros((self.chunks + 1, *first.h_0.shape), first.h_0.dtype)
        cell = None if first.c_0 is None else np.zeros((self.chunks + 1, *first.c_0.shape), first.c_0.dtype)
        for states, start in ((hidden, first.h_0), (cell, first.c_0)):
            if states is not None and start is not None:
                states[0], states[-1] = start, start
        return Boundaries(hidden, cell, self.model.num_directions)

    def find(self, boundaries: Boundaries) -> None:
        """Find the states at every edge of a model that reads both ends, layer by layer and each way by itself."""
        for _ in self.finding(boundaries):
            pass

    def finding(self, boundaries: Boundaries) -> Iterator[float]:
        """As `find`, telling after each chunk how much of all the work is done."""
        for layer in range(self.model.num_layers):
            part = replace(self.model, stack=self.model.stack[: layer + 1])
            for chunk, trace in self._runs(part, boundaries, range(self.chunks)):
                boundaries.put(chunk + 1, slice(2 * layer, 2 * layer + 1), trace)
                yield self.share
            for chunk, trace in self._runs(part, boundaries, range(self.chunks - 1, -1, -1)):
                boundaries.put(chunk, slice(2 * layer + 1, 2 * layer + 2), trace)
                yield self.share

    def going(self, boundaries: Boundaries) -> Iterator[tuple[int, Trace]]:
        """Every chunk's first step and its trace, from the states at the edges; the forward ones are kept on the way.

        Args:
            boundaries: those of `boundaries`, after `find` where the model reads both ends.
        """
        for chunk, trace in self._runs(self.model, boundaries, range(self.chunks)):
            boundaries.put(chunk + 1, slice(0, None, self.model.num_directions), trace)
            yield chunk * self.size, trace

    @property
    def share(self) -> float:
        """How much of the work is done, 0 to 1."""
        return self._done / self._work

    def gather(self, boundaries: Boundaries, gathering: Gathering) -> float | None:
        """Run everything, take it into the overview, keep the forward states; the largest difference from PyTorch."""
        errors = []
        for start, trace in self.going(boundaries):
            gathering.add(trace, start)
            errors.append(trace.max_error)
        known = [error for error in errors if error is not None]
        return max(known) if known else None

    def _runs(self, part: Model, boundaries: Boundaries, order: range) -> Iterator[tuple[int, Trace]]:
        for chunk in order:
            self._ask()
            states = boundaries.entering(chunk, chunk + 1, part.num_layers)
            yield chunk, record(part, self.values[chunk * self.size : (chunk + 1) * self.size], **states)
            self._done += part.num_layers
            if self._progress is not None:
                self._progress(self._done / self._work)

    def _ask(self) -> None:
        wanted = self._cancel
        if wanted is not None and (wanted.is_set() if isinstance(wanted, Event) else wanted()):
            raise Cancelled(f"The recording was stopped after {self._done / self._work:.0%}: start it again to see it.")
