"""The ribbon: the tokens under the hand, aligned with the stack, painted in the browser without the server."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from explorer.ui.parts.message import pack
from explorer.ui.parts.ribbon_data import Ribbon, Track, make_ribbon, ribbon_content
from explorer.ui.served import PLOTLY, component

__all__ = [
    "RIBBON", "SECOND", "Chart", "Ribbon", "RibbonState", "Track", "Wish", "draw_view", "heard", "last_told",
    "make_ribbon", "moved", "ribbon",
]  # fmt: skip

RIBBON, SECOND = "ribbon", "ribbon-b"
"""Keys of a page's ribbons."""
_STATES = {RIBBON: "position", SECOND: "second"}
_SCRIPTS = (
    *(f"ribbon/{name}.js" for name in ("values", "tokens", "readout", "ribbon")),
    *(f"picture/{name}.js" for name in ("geometry", "words", "paint", "around", "marks", "plotly", "chart", "view")),
)


_mount = component(
    "view", "picture/message.js", "shared/component.js", *_SCRIPTS,
    html="picture/view.html", css="picture/view.css", plotly=PLOTLY.address,
)  # fmt: skip


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


@dataclass(frozen=True)
class Wish:
    """A ribbon, and where the page thinks the reader is.

    Attributes:
        data: the sequence, the values and the colours.
        step, unit: beyond the ends the nearest, an unknown unit the first.
        selection: steps (start, stop), or steps and rows (start, stop, low, high), ends exclusive.
        key: `RIBBON`, or `SECOND` for the one under it.
    """

    data: Ribbon
    step: int
    unit: int
    selection: tuple[int, ...] | None = None
    key: str = RIBBON

    def settled(self) -> RibbonState:
        """Where the reader is, within the data.

        The browser moves first and tells later; so the page hands back what it was answered last time, and anything
        else is a wish of its own (undo, a link, a menu), which the browser then follows.
        """
        told: _Told | None = st.session_state.get(f"{self.key}:told")
        wanted = RibbonState(self.step, self.unit, *(self.selection or ())).within(self.data)
        told = _told(wanted) if told is None else _settle(told, wanted, _heard(self.key, told), self.data)
        st.session_state[f"{self.key}:told"] = told
        return told.answer


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure under the tokens.

    Attributes:
        key: what it is called on the page.
        figure: of heatmaps, bars and lines over the steps; or its data and layout.
        alt: what a screen reader says it is.
    """

    key: str
    figure: Any
    alt: str


def ribbon(
    data: Ribbon,
    *,
    step: int,
    unit: int,
    selection: tuple[int, ...] | None = None,
    charts: Sequence[Chart] = (),
    on_change: Callable[[], None] | None = None,
) -> RibbonState:
    """Draw one ribbon with its charts, and return where the reader is, within the data.

    Args:
        data, step, unit, selection: as for `Wish`.
        charts, on_change: as for `draw_view`.
    """
    wish = Wish(data, step, unit, selection)
    answer = wish.settled()
    draw_view([wish], charts, on_change)
    return answer


def draw_view(
    wishes: Sequence[Wish], charts: Sequence[Chart] = (), on_change: Callable[[], None] | None = None
) -> None:
    """Draw ribbons that are settled, and charts under their tokens.

    Args:
        wishes: one or two; the first marks the charts and hears of what a pointer does there.
        charts: from top to bottom, all with the margins of the ribbons.
        on_change: called before the script when the reader has moved.
    """
    content = {
        "ribbons": [_payload(wish) for wish in wishes],
        "charts": [chart_content(chart) for chart in charts],
    }
    heard = {f"on_{_STATES[wish.key]}_change": on_change or _ignore for wish in wishes}
    _mount(key=RIBBON, data=pack(content), **heard)


def chart_content(chart: Chart) -> dict[str, Any]:
    """A chart as the browser is told of it."""
    figure = chart.figure
    if not isinstance(figure, dict):
        data = [trace.to_plotly_json() for trace in figure.data]
        figure = {"data": data, "layout": figure.layout.to_plotly_json()}
    return {"key": chart.key, "alt": chart.alt, **figure}


def heard(key: str = RIBBON) -> RibbonState | None:
    """Where the reader has moved, before the ribbon is drawn; None where it never was."""
    told: _Told | None = st.session_state.get(f"{key}:told")
    return None if told is None else _heard(key, told)


def last_told(key: str = RIBBON) -> RibbonState | None:
    """Where the reader was when the ribbon was last drawn."""
    told: _Told | None = st.session_state.get(f"{key}:told")
    return None if told is None else told.answer


def moved(key: str = RIBBON) -> RibbonState | None:
    """Where the reader has gone since the ribbon was drawn; None where they stayed: a browser also says that."""
    at = heard(key)
    return None if at == last_told(key) else at


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
    state = st.session_state.get(RIBBON)
    said = state.get(_STATES[key]) if state else None
    if not said or said.get("revision") != told.revision:
        return told.position
    return RibbonState(said["step"], said["unit"], said["start"], said["stop"], said["low"], said["high"])


def _payload(wish: Wish) -> dict[str, Any]:
    told: _Told = st.session_state[f"{wish.key}:told"]
    at = told.position
    return ribbon_content(wish.data) | {
        "key": wish.key,
        "state": _STATES[wish.key],
        "revision": told.revision,
        "position": {
            "step": at.step, "unit": at.unit, "start": at.start, "stop": at.stop,
            "low": at.unit_low, "high": at.unit_high,
        },
    }  # fmt: skip


def _clip(start: int | None, stop: int | None, length: int) -> tuple[int | None, int | None]:
    if start is None or stop is None or not 0 <= start < min(stop, length):
        return None, None
    return start, min(stop, length)


def _ignore() -> None:
    pass
