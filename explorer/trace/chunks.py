"""Sequences too long to keep: run in chunks that carry the state, any window recomputed when it is looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import taken
from explorer.cells import CELLS
from explorer.errors import ShapeError, UnknownSignalError
from explorer.fitting import is_index, said
from explorer.models import Model
from explorer.sequences import Encoded, visible
from explorer.trace.chunk_runs import Boundaries, Cancel, ChunkRuns, Progress
from explorer.trace.long import read_long
from explorer.trace.overview import Gathering, Overview
from explorer.trace.read_only import ReadOnly
from explorer.trace.recorder import record
from explorer.trace.trace import Trace

Array = NDArray[Any]
_CHUNK, _STEPPED = 2_500, 1_000
_CHUNK_VALUES = 2_000_000
_MOST_CHUNKS = 20_000


@dataclass(frozen=True, eq=False)
class Chunks(ReadOnly):
    """A long run: its overview, the states between its chunks, and any window of it.

    Attributes:
        model: what ran.
        values: its whole input, token ids (time,) or numbers (time, input_size).
        size: steps a chunk.
        boundaries: the states between the chunks.
        overview: every signal's least, greatest and mean over stretches of time.
        max_error: as a trace's, the largest of all chunks.
        names: one word a step, or None for tokens or numbers.
    """

    model: Model
    values: Array
    size: int
    boundaries: Boundaries
    overview: Overview
    max_error: float | None
    names: Sequence[Any] | None = None

    def __repr__(self) -> str:
        proof = "no PyTorch equivalent" if self.max_error is None else f"equals PyTorch to {self.max_error:.1g}"
        bins = len(self.overview.edges) - 1
        return (
            f"Chunks({self.model.summary})\n  {len(self):,} steps in chunks of {self.size:,}, overview of {bins:,} "
            f"stretches\n  signals: {', '.join(self.overview.mean)}; {proof}"
        )

    def __len__(self) -> int:
        """How many steps the sequence has."""
        return len(self.values)

    @property
    def h_n(self) -> Array:
        """The last state of each direction, (layers*directions, units); the reverse one ends at position 0."""
        return self.boundaries.leaving(0, -1)[0]

    @property
    def c_n(self) -> Array | None:
        """As `h_n`; None where the cell has no c."""
        return self.boundaries.leaving(0, -1)[1]

    def labels(self, start: int, stop: int) -> tuple[str, ...]:
        """What to call the steps from ``start`` to before ``stop``: as given, else the tokens, else 1, 2, 3, …"""
        if self.names is not None:
            return tuple(map(str, self.names[start:stop]))
        vocabulary = self.model.vocabulary
        if self.values.ndim == 1 and vocabulary is not None:
            return tuple(visible(vocabulary[number]) for number in self.values[start:stop])
        return tuple(map(str, range(start + 1, stop + 1)))

    def window(self, start: int, stop: int) -> Trace:
        """Every value from step ``start`` to before ``stop``, recomputed from the nearest states that were kept.

        The trace's states are those at the window's own ends. A head that reads both ends of a sequence gives no
        output here.

        Raises:
            UnknownSignalError: the window is empty or reaches outside the sequence.
            EncodingError: it is too large to keep.
        """
        if not is_index(start) or not is_index(stop) or not 0 <= start < stop <= len(self):
            raise UnknownSignalError(
                f"There are no steps {said(start)} to {said(stop)}: the sequence has {len(self):,}."
            )
        model = replace(self.model, head=None) if self.model.head and self.model.head.reads == "ends" else self.model
        first, last = start // self.size, -(-stop // self.size)
        begin = first * self.size
        # Only a direction that reads from the end needs what comes after the window.
        end = stop if model.num_directions == 1 else min(last * self.size, len(self))
        states = self.boundaries.entering(first, last, model.num_layers)
        trace = record(model, self.values[begin:end], self.labels(begin, end), **states)
        return _cut(trace, start - begin, stop - begin)

    def state_at(self, step: int) -> dict[str, Array]:
        """The state after a step, as `Trace.state_at`.

        Raises:
            UnknownSignalError: there is no such step, or the model reads both ways.
        """
        last = is_index(step) and -len(self) <= step < 0
        place = step + len(self) if last else step
        return self.window(place, place + 1 if is_index(place) else place).state_at(0)


@taken
def record_chunks(
    model: Model,
    x: Any,
    chunk: int | None = None,
    labels: Sequence[Any] | None = None,
    h_0: Any = None,
    c_0: Any = None,
    *,
    bins: int = 1_000,
    signals: Sequence[str] | None = None,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Chunks:
    """Run a model over up to 1,000,000 steps; keep an overview, and the states between chunks for any window.

    Memory holds one chunk at a time, whatever the length. Where a model reads both ends, the states between its
    chunks are found first, layer by layer and each way by itself, so both directions are exact; that takes
    layers + 1 times as long again. Nothing can be clamped here.

    Args:
        model: the model.
        x: as `record` takes it.
        chunk: steps a chunk; by default as many as keep it small (2,500 for an LSTM of 128 units).
        labels: one word a step; by default the tokens, or 1, 2, 3, …
        h_0, c_0: the states before the first step, as `record` takes them.
        bins: the most stretches of time in the overview.
        signals: those in the overview; by default all.
        progress: told after each chunk how much is done, 0 to 1.
        cancel: a `threading.Event`, or a function that says whether to stop; asked before each chunk.

    Raises:
        EncodingError, ShapeError: the input does not fit, or is too long.
        UnknownSignalError: the model has no such signal.
        Cancelled: it was asked to stop.

    Example:
        >>> run = record_chunks(random_model("lstm", 1, 8), np.zeros(25_000))
        >>> run.overview.mean["forget"].shape, run.window(12_000, 12_100)["forget"].shape
        ((1, 1, 1000, 8), (1, 1, 100, 8))
    """
    values = read_long(model, x, labels)
    wanted = model.signals if signals is None else tuple(signals)
    if unknown := [name for name in wanted if name not in model.signals]:
        raise UnknownSignalError(f"There is no signal {said(unknown[0])}: this model has {', '.join(model.signals)}.")
    size, width = _sizes(model, len(values), chunk, bins)
    runs = ChunkRuns(model, values, size, progress, cancel)
    boundaries = runs.boundaries(h_0, c_0)
    if model.num_directions == 2:
        runs.find(boundaries)
    gathering = Gathering(model.kind, len(values), width, _shapes(model, wanted))
    max_error = runs.gather(boundaries, gathering)
    names = x.labels if labels is None and isinstance(x, Encoded) else labels
    # A view, so that the caller's own array stays as it is.
    return Chunks(model, values.view(), size, boundaries.closed(), gathering.finish(), max_error, names)


def _sizes(model: Model, steps: int, chunk: int | None, bins: int) -> tuple[int, int]:
    """Steps a chunk and steps a stretch of the overview."""
    if bins < 1 or (chunk is not None and chunk < 1):
        raise ShapeError(f"chunk is {chunk} and bins is {bins}: give whole numbers of at least 1.")
    size = chunk_steps(model) if chunk is None else chunk
    if steps / size > _MOST_CHUNKS:
        raise ShapeError(f"chunk is {size}, which makes more than {_MOST_CHUNKS:,} chunks: give a larger one.")
    return size, -(-steps // bins)


def chunk_steps(model: Model) -> int:
    """Steps a chunk that keep it small: 2,500 for an LSTM of 128 units."""
    most = _CHUNK if model.has_kernel else _STEPPED
    return min(max(1, _CHUNK_VALUES // model.values_per_step), most)


def _shapes(model: Model, signals: Sequence[str]) -> dict[str, tuple[int, int, int]]:
    units = model.cell().units
    return {name: (model.num_layers, model.num_directions, units[name]) for name in signals}


def _cut(trace: Trace, start: int, stop: int) -> Trace:
    """Some steps of a trace as a trace of their own, with the states at their ends."""
    before, after = _states_at(trace, start, stop), _states_at(trace, stop, start)
    return replace(
        trace,
        values={name: values[:, :, start:stop] for name, values in trace.values.items()},
        labels=trace.labels[start:stop],
        inputs=trace.inputs[start:stop],
        output=None if trace.output is None else trace.output[start:stop],
        masked=None if trace.masked is None else trace.masked[start:stop],
        h_0=before["h_0"],
        h_n=after["h_0"],
        c_0=before.get("c_0"),
        c_n=after.get("c_0"),
    )


def _states_at(trace: Trace, forward: int, reverse: int) -> Mapping[str, Array]:
    """Each direction's states at an edge between steps, as h_0 and c_0: after so many, counted in the input's order."""
    found = {}
    for name, signal in CELLS[trace.kind].starts().items():
        rows = np.array(getattr(trace, name))
        sides = trace.num_directions
        for row in range(len(rows)):
            values = trace[signal][row // sides, row % sides]
            if row % sides == 0 and forward > 0:
                rows[row] = values[forward - 1]
            elif row % sides == 1 and reverse < len(trace):
                rows[row] = values[reverse]
        found[name] = rows
    return found
