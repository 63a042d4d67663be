"""The ribbon: the tokens under the hand, aligned with the stack, painted in the browser without the server."""

import base64
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

import streamlit as st

from explorer.figures.style import STYLES
from explorer.ui.parts.ribbon_data import Ribbon, Track, make_ribbon
from explorer.ui.served import component

__all__ = ["Ribbon", "RibbonState", "Track", "heard", "last_told", "make_ribbon", "moved", "ribbon"]

_SCRIPTS = ("values.js", "tokens.js", "plots.js", "readout.js", "ribbon.js")
_COLOURS = ("gates", "states", "ink", "quiet", "paper", "frame", "accent")


_mount = component(
    "ribbon", "shared/component.js", *(f"ribbon/{name}" for name in _SCRIPTS),
    html="ribbon/ribbon.html", css="ribbon/ribbon.css",
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


def heard(key: str = "ribbon") -> RibbonState | None:
    """Where the reader has moved, before the ribbon is drawn; None where it never was."""
    told: _Told | None = st.session_state.get(f"{key}:told")
    return None if told is None else _heard(key, told)


def last_told(key: str = "ribbon") -> RibbonState | None:
    """Where the reader was when the ribbon was last drawn."""
    told: _Told | None = st.session_state.get(f"{key}:told")
    return None if told is None else told.answer


def moved(key: str = "ribbon") -> RibbonState | None:
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
