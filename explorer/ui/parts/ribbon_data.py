"""What the ribbon is given: the sequence and every value of the stack over it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.figures.panels import EXACT_CELLS, Panel, make_panels
from explorer.figures.stack import shown_units
from explorer.figures.style import DESK, STYLES, Theme
from explorer.trace import Trace

_LEVELS = 127
_COLOURS = ("gates", "states", "ink", "quiet", "paper", "frame", "accent")


@dataclass(frozen=True)
class Track:
    """One panel of the stack, as the ribbon needs it.

    Attributes:
        signal, symbol, role: its word.
        layer, direction: where.
        low, high: the ends of its colour scale.
        level: what one step of a quantised value is worth.
        units: which, from top to bottom.
        shared: whether these are the units one chooses from; a projected hidden state has units of its own.
        told: whether the line of values names it.
    """

    signal: str
    symbol: str
    role: str
    layer: int
    direction: str
    low: float
    high: float
    level: float
    units: tuple[int, ...]
    shared: bool = True
    told: bool = True


@dataclass(frozen=True)
class Ribbon:
    """Everything the browser needs, so that another step, unit or range is painted without the server.

    Attributes:
        tokens: what is shown for each step.
        units: the units one chooses from, in the stack's order from top to bottom.
        tracks: the panels of the stack.
        values: of every track, unit and step in this order: float32, or int8 multiples of the track's `level`.
        exact: whether `values` are float32.
        chosen: the index of the track that colours the tokens.
        predictions: a few characters a step, ``""`` where there is none; or empty.
        question: what is predicted, in a word or two.
        numbers: the sequence itself where it is numeric: drawn as a line in place of tokens.
        apart: whether the predictions are drawn on a scale of their own: they are of another kind than `numbers`.
        forecasts: the predictions as numbers, to be drawn where `numbers` are.
        margin: left and right of the columns in pixels, where no chart stands under it.
        theme: ``"light"`` or ``"dark"``.
        caption: what the sequence is called, where there are two.
        masked: the steps at which the state is held and no gate computed.
    """

    tokens: tuple[str, ...]
    units: tuple[int, ...]
    tracks: tuple[Track, ...]
    values: bytes
    exact: bool
    chosen: int = 0
    predictions: tuple[str, ...] = ()
    question: str = ""
    numbers: tuple[float | None, ...] | None = None
    apart: bool = False
    forecasts: tuple[float | None, ...] | None = None
    margin: tuple[int, int] = (DESK.left, DESK.right)
    theme: Theme = "light"
    caption: str = "input"
    masked: tuple[int, ...] = ()


def make_ribbon(
    trace: Trace,
    places: Sequence[tuple[str, int, str]],
    units: Sequence[int],
    chosen: str | tuple[str, int, str],
    **rest: Any,
) -> Ribbon:
    """The ribbon over a stack of panels.

    Args:
        trace: the run.
        places: (signal, layer, direction) of the panels from top to bottom.
        units: the units shown, from top to bottom.
        chosen: the signal, or the place, that colours the tokens; the first panel where there is none such.
        rest: the other attributes of `Ribbon`: predictions, question, numbers, apart, and so on.
    """
    shown = {signal: shown_units(trace, signal, units) for signal, _, _ in places}
    panels = make_panels(trace, list(places), shown)
    exact = sum(len(shown[signal]) for signal, _, _ in places) * len(trace) <= EXACT_CELLS or trace.masked is not None
    values = [_values(trace, panel, shown[panel.signal.name], exact) for panel in panels]
    width = trace[trace.signals[0]].shape[-1]
    tracks = [_track(panel, shown[panel.signal.name], trace[panel.signal.name].shape[-1] == width) for panel in panels]
    return Ribbon(
        tokens=tuple(trace.labels),
        units=tuple(units),
        tracks=tuple(tracks),
        values=b"".join(part.tobytes() for part in values),
        exact=exact,
        masked=masked_steps(trace),
        chosen=next((at for at, place in enumerate(places) if chosen in (place, place[0])), 0),
        **rest,
    )


def masked_steps(trace: Trace) -> tuple[int, ...]:
    """The positions of the masked steps."""
    return tuple(int(step) for step in np.flatnonzero(~trace.taken))


def _track(panel: Panel, units: tuple[int, ...], shared: bool) -> Track:
    word, level = panel.signal, (panel.largest or 1.0) / _LEVELS
    place = (panel.layer, panel.direction)
    return Track(word.name, word.symbol, word.role, *place, panel.low, panel.high, level, units, shared)


def _values(trace: Trace, panel: Panel, units: tuple[int, ...], exact: bool) -> NDArray[Any]:
    values = trace.select(panel.signal.name, panel.layer, panel.direction)[:, list(units)].T
    if exact:
        return np.ascontiguousarray(values, dtype="<f4")
    return np.rint(np.nan_to_num(values) * (_LEVELS / (panel.largest or 1.0))).astype(np.int8)


def ribbon_content(data: Ribbon) -> dict[str, Any]:
    """A ribbon as the browser is told of it: its numbers as arrays, those of a track (unit, step) in one row."""
    numbers = np.frombuffer(data.values, dtype="<f4" if data.exact else np.int8)
    tracks, start = [], 0
    for track in data.tracks:
        stop = start + len(track.units) * len(data.tokens)
        tracks.append(asdict(track) | {"values": numbers[start:stop]})
        start = stop
    told = {name: value for name, value in vars(data).items() if name not in ("values", "theme")}
    lines = {name: _gapped(getattr(data, name)) for name in ("numbers", "forecasts")}
    return told | lines | {"tracks": tracks, "colours": {name: getattr(STYLES[data.theme], name) for name in _COLOURS}}


def _gapped(values: Sequence[float | None] | None) -> NDArray[np.float64] | None:
    """NaN where there is no value."""
    return None if values is None else np.array([np.nan if one is None else one for one in values])
