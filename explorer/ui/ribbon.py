"""The ribbon: the tokens under the hand, aligned with the stack, painted in the browser without the server."""

import base64
import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.figures.panels import EXACT_CELLS, Panel, make_panels
from explorer.figures.stack import MARGIN_LEFT, MARGIN_RIGHT, shown_units
from explorer.figures.style import STYLES, Theme
from explorer.trace import Trace

_FOLDER = Path(__file__).parents[2] / "assets" / "ribbon"
# The browser gets one script, which cannot import its neighbours; the one that uses the others comes last.
_SCRIPTS = ("values.js", "tokens.js", "plots.js", "readout.js", "ribbon.js")
_LEVELS = 127
_COLOURS = ("gates", "states", "ink", "quiet", "paper", "frame", "accent")


def _asset(*names: str) -> str:
    return "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in names)


_mount = st.components.v2.component(
    "gate_explorer_ribbon", html=_asset("ribbon.html"), css=_asset("ribbon.css"), js=_asset(*_SCRIPTS)
)


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
        figures: the keys of the Plotly charts that are marked and listened to; the first gives the alignment.
        values_in: the key of a container at whose end the values at the cursor stand; by default under the ribbon.
        margin: left and right of the columns in pixels, until a figure is drawn.
        theme: ``"light"`` or ``"dark"``.
    """

    tokens: tuple[str, ...]
    units: tuple[int, ...]
    tracks: tuple[Track, ...]
    values: bytes
    exact: bool
    chosen: int = 0
    predictions: tuple[str, ...] = ()
    question: str = ""
    numbers: tuple[float, ...] | None = None
    figures: tuple[str, ...] = ()
    values_in: str = ""
    margin: tuple[int, int] = (MARGIN_LEFT, MARGIN_RIGHT)
    theme: Theme = "light"


@dataclass(frozen=True)
class RibbonState:
    """Where the reader is.

    Attributes:
        step, unit: the chosen ones, counted from 0.
        start, stop: the selected steps, stop exclusive, or None.
        unit_low, unit_high: the selected rows of the stack from the top, high exclusive, or None for all.
    """

    step: int
    unit: int
    start: int | None = None
    stop: int | None = None
    unit_low: int | None = None
    unit_high: int | None = None

    def within(self, data: Ribbon) -> "RibbonState":
        """The same, clipped to a sequence and to the units shown."""
        steps, units = len(data.tokens), len(data.units)
        start, stop = _clip(self.start, self.stop, steps)
        low, high = _clip(self.unit_low, self.unit_high, units) if start is not None else (None, None)
        unit = self.unit if self.unit in data.units else data.units[0]
        return RibbonState(min(max(self.step, 0), steps - 1), unit, start, stop, low, high)


@dataclass(frozen=True)
class _Told:
    """What the browser was last given (`position`, by `revision`), and what the page was last answered."""

    revision: str
    position: RibbonState
    answer: RibbonState


def ribbon(
    data: Ribbon,
    *,
    step: int,
    unit: int,
    selection: tuple[int, ...] | None = None,
    key: str = "ribbon",
    on_change: Callable[[], None] | None = None,
) -> RibbonState:
    """Draw the ribbon and return where the reader is.

    The browser moves first and tells later; so the page hands back what it was answered last time, and anything
    else is a wish of its own (undo, a link, a menu), which the browser then follows.

    Args:
        data: the sequence, the values and the colours.
        step, unit: where the page thinks the reader is; beyond the ends the nearest, an unknown unit the first.
        selection: steps (start, stop), or steps and rows (start, stop, low, high), ends exclusive.
        key: of the component; one a page.
        on_change: called before the script when the reader has moved.

    Returns:
        The reader's position, within the data.
    """
    told: _Told | None = st.session_state.get(f"{key}:told")
    wanted = RibbonState(step, unit, *(selection or ())).within(data)
    told = _told(wanted) if told is None else _settle(told, wanted, _heard(key, told), data)
    _mount(key=key, data=_payload(data, told, key), on_position_change=on_change or _ignore)
    st.session_state[f"{key}:told"] = told
    return told.answer


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
        rest: the other attributes of `Ribbon`: predictions, question, numbers, figures, values_in, margin, theme.
    """
    shown = {signal: shown_units(trace, signal, units) for signal, _, _ in places}
    panels = make_panels(trace, list(places), shown)
    exact = sum(len(shown[signal]) for signal, _, _ in places) * len(trace) <= EXACT_CELLS
    values = [_values(trace, panel, shown[panel.signal.name], exact) for panel in panels]
    width = trace[trace.signals[0]].shape[-1]
    tracks = [_track(panel, shown[panel.signal.name], trace[panel.signal.name].shape[-1] == width) for panel in panels]
    return Ribbon(
        tokens=tuple(trace.labels),
        units=tuple(units),
        tracks=tuple(tracks),
        values=b"".join(part.tobytes() for part in values),
        exact=exact,
        chosen=next((at for at, place in enumerate(places) if chosen in (place, place[0])), 0),
        **rest,
    )


def _track(panel: Panel, units: tuple[int, ...], shared: bool) -> Track:
    word, level = panel.signal, (panel.largest or 1.0) / _LEVELS
    place = (panel.layer, panel.direction)
    return Track(word.name, word.symbol, word.role, *place, panel.low, panel.high, level, units, shared)


def _values(trace: Trace, panel: Panel, units: tuple[int, ...], exact: bool) -> NDArray[Any]:
    values = trace.select(panel.signal.name, panel.layer, panel.direction)[:, list(units)].T
    if exact:
        return np.ascontiguousarray(values, dtype="<f4")
    return np.rint(values * (_LEVELS / (panel.largest or 1.0))).astype(np.int8)


def _settle(told: _Told, wanted: RibbonState, heard: RibbonState, data: Ribbon) -> _Told:
    """Follow the browser, unless the page has changed its mind or the browser is beyond the data."""
    if wanted not in (told.answer.within(data), heard):
        return _told(wanted)
    return replace(told, answer=heard) if heard == heard.within(data) else _told(heard.within(data))


def _told(position: RibbonState) -> _Told:
    """A position that the browser has not been told yet. By chance, so that no two sessions share a revision."""
    return _Told(secrets.token_hex(4), position, position)


def _heard(key: str, told: _Told) -> RibbonState:
    """Where the browser is: what it said since it was last told where to go, else where it was told."""
    state = st.session_state.get(key)
    said = state.get("position") if state else None
    if not said or said.get("revision") != told.revision:
        return told.position
    return RibbonState(said["step"], said["unit"], said["start"], said["stop"], said["low"], said["high"])


def _payload(data: Ribbon, told: _Told, key: str) -> dict[str, Any]:
    at, style = told.position, STYLES[data.theme]
    return asdict(data) | {
        "key": key,
        "revision": told.revision,
        "position": {
            "step": at.step, "unit": at.unit, "start": at.start, "stop": at.stop,
            "low": at.unit_low, "high": at.unit_high,
        },
        "values": base64.b64encode(data.values).decode("ascii"),
        "colours": {name: getattr(style, name) for name in _COLOURS},
    }  # fmt: skip


def _clip(start: int | None, stop: int | None, length: int) -> tuple[int | None, int | None]:
    if start is None or stop is None or not 0 <= start < min(stop, length):
        return None, None
    return start, min(stop, length)


def _ignore() -> None:
    pass
