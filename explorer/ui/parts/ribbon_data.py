"""What the ribbon is given: the sequence and every value of the stack over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.figures.panels import EXACT_CELLS, Panel, make_panels
from explorer.figures.stack import shown_units
from explorer.figures.style import DESK, Theme
from explorer.trace import Trace

_LEVELS = 127


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
        figures: the keys of the Plotly charts that are marked and listened to; the first gives the alignment.
        values_in: the key of a container at whose end the values at the cursor stand; by default under the ribbon.
        margin: left and right of the columns in pixels, until a figure is drawn.
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
    figures: tuple[str, ...] = ()
    values_in: str = ""
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
        rest: the other attributes of `Ribbon`: predictions, question, numbers, apart, figures, and so on.
    """
    shown = {signal: shown_units(trace, signal, units) for signal, _, _ in places}
    panels = make_panels(trace, list(places), shown)
    exact = sum(len(shown[signal]) for signal, _, _ in places) * len(trace) <= EXACT_CELLS or trace.masked is not None
    values = [_values(trace, panel, shown[panel.signal.name]) for panel in panels]
    width = trace[trace.signals[0]].shape[-1]
    tracks = [_track(panel, shown[panel.signal.name], trace[panel.signal.name].shape[-1] == width) for panel in panels]
    return Ribbon(
        tokens=tuple(trace.labels),
        units=tuple(units),
        tracks=tuple(tracks),
        values=b"".join(packed(part, panel.largest, exact) for part, panel in zip(values, panels, strict=True)),
        exact=exact,
        masked=masked_steps(trace),
        chosen=next((at for at, place in enumerate(places) if chosen in (place, place[0])), 0),
        **rest,
    )


def masked_steps(trace: Trace) -> tuple[int, ...]:
    """The positions of the masked steps."""
    return tuple(int(step) for step in np.flatnonzero(~trace.taken))


def _track(panel: Panel, units: tuple[int, ...], shared: bool) -> Track:
    word, place = panel.signal, (panel.layer, panel.direction)
    level = level_of(panel.largest)
    return Track(word.name, word.symbol, word.role, *place, panel.low, panel.high, level, units, shared)


def _values(trace: Trace, panel: Panel, units: tuple[int, ...]) -> NDArray[Any]:
    values: NDArray[Any] = trace.select(panel.signal.name, panel.layer, panel.direction)[:, list(units)].T
    return values


def level_of(largest: float) -> float:
    """What one step of a value in a byte is worth, where ``largest`` is the largest |value|."""
    return (largest or 1.0) / _LEVELS


def packed(values: NDArray[Any], largest: float, exact: bool) -> bytes:
    """A track's values (unit, time) as the browser reads them: float32, or a signed byte each in steps of a level."""
    if exact:
        return np.ascontiguousarray(values, dtype="<f4").tobytes()
    levels: NDArray[np.int8] = np.rint(np.nan_to_num(values) / level_of(largest)).astype(np.int8)
    return levels.tobytes()
