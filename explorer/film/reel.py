"""The frames of a film as numbers: every panel at every kept step of a training."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.cells import word
from explorer.errors import ArgumentError
from explorer.measures import choose_units
from explorer.trace import Trace

LEVELS = 250
MOST_FRAMES = 60
MOST_BYTES = 2_000_000
"""Of all panels' numbers: a byte each; in base64 they are a third more."""
_ALL_UP_TO, _FIRST = 32, 24
_PERCENTILE = 98.0


@dataclass(frozen=True)
class Told:
    """A line of the picture of losses: its name, and (update, value) pairs."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class Reel:
    """A film before it is drawn.

    Attributes:
        kind: of the cell.
        signals: the panels from top to bottom.
        ends: of each panel's colour scale, the same in every frame.
        steps: the updates before each frame.
        levels: (frame, panel, unit, time) as uint8: 0 for the low end, 250 for the high.
        units: the units from top to bottom, the same in every frame.
        labels: a word a step of the sequence.
        losses: lines of losses, if any.
        title: what was trained.
    """

    kind: str
    signals: tuple[str, ...]
    ends: tuple[tuple[float, float], ...]
    steps: tuple[int, ...]
    levels: NDArray[np.uint8]
    units: tuple[int, ...]
    labels: tuple[str, ...]
    losses: tuple[Told, ...] = ()
    title: str = ""


def reel_of(
    traces: Mapping[int, Trace],
    losses: Sequence[Told] = (),
    title: str = "",
    layer: int = 0,
    direction: str = "forward",
    units: Sequence[int] | None = None,
) -> Reel:
    """Traces of one sequence along a training as a film.

    Units are chosen and ordered by the last frame. Where the numbers would be more than 2 million, frames are left
    out evenly, never the first or the last.

    Args:
        traces: by the number of updates before them.
        losses: lines of losses.
        title: what was trained.
        layer, direction: which.
        units: from top to bottom; by default as said.

    Raises:
        ArgumentError: no trace, or traces of different networks or sequences.
    """
    if not traces:
        raise ArgumentError("A film has no frame yet: give at least one trace.")
    steps = sorted(traces)
    first, last = traces[steps[0]], traces[steps[-1]]
    if any((one.kind, one.labels) != (last.kind, last.labels) for one in traces.values()):
        raise ArgumentError("The traces are of different cells or sequences: a film is of one.")
    if units is None:
        total = last[last.signals[0]].shape[-1]
        units = choose_units(last, None if total <= _ALL_UP_TO else _FIRST, "movement", True, layer, direction)
    signals = tuple(name for name in _in_order(last) if last[name].shape[-1] > max(units))
    room = max(2, MOST_BYTES // (len(first) * len(units) * len(signals)))
    steps = _thinned(steps, min(MOST_FRAMES, room))
    panels = [[traces[step].select(name, layer, direction)[:, units].T for name in signals] for step in steps]
    values = np.nan_to_num(np.array(panels, dtype=np.float32))
    ends = tuple(_ends(last.kind, name, values[:, at]) for at, name in enumerate(signals))
    return Reel(
        last.kind, signals, ends, tuple(steps), _levels(values, ends), tuple(units), last.labels, tuple(losses), title
    )


def _in_order(trace: Trace) -> tuple[str, ...]:
    """The gates first, then candidates and states; within them the cell's order."""
    roles = {"gate": 0, "candidate": 1, "state": 2}
    return tuple(sorted(trace.signals, key=lambda name: roles[word(trace.kind, name).role]))


def _thinned(steps: list[int], most: int) -> list[int]:
    places = np.linspace(0, len(steps) - 1, min(most, len(steps))).round().astype(int)
    return [steps[place] for place in dict.fromkeys(places.tolist())]


def _ends(kind: str, name: str, values: NDArray[np.float32]) -> tuple[float, float]:
    """A signal's bounds, or ± what 98 of 100 of its values over the whole film stay within."""
    signal = word(kind, name)
    if np.isfinite([signal.low, signal.high]).all():
        return signal.low, signal.high
    reach = float(np.percentile(np.abs(values), _PERCENTILE)) or 1.0
    return -reach, reach


def _levels(values: NDArray[np.float32], ends: Sequence[tuple[float, float]]) -> NDArray[np.uint8]:
    low = np.array([one for one, _ in ends], dtype=np.float32)[None, :, None, None]
    high = np.array([one for _, one in ends], dtype=np.float32)[None, :, None, None]
    return ((values - low) / (high - low) * LEVELS).round().clip(0, LEVELS).astype(np.uint8)
