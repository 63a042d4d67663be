"""Tokens in the colour of a unit's signal: the component that the text and the places of Units share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.figures import STYLES
from explorer.signals import Signal
from explorer.ui.parts.message import pack
from explorer.ui.parts.window import theme
from explorer.ui.served import component

_LEVELS = 127
_COLOURS = ("gates", "states", "ink", "quiet", "paper", "frame", "accent")
_mount = component(
    "coloured", "picture/message.js", "shared/component.js", "ribbon/values.js", "coloured/coloured.js",
    html="coloured/coloured.html", css="coloured/coloured.css",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Stretch:
    """Some steps of a corpus, and the signal of some units over them.

    Attributes:
        tokens: what the steps are called.
        units: those that one may flick through, in their order.
        values: (time, unit of `units`).
        signal: its words.
        unit: the one that colours first.
        reach: (unit,), the end of each unit's scale where the signal is no gate.
        about: a few words on each unit, or none.
        first: the step of the corpus that the first is.
        breaks: the steps, of these, at which a sequence begins.
        marked: a range of them that is underlined, or None.
        rows: places with their context, each with ``from``, ``start``, ``stop``, ``to``, ``about`` and ``at``; None
            for one text.
        numbers: the series, where the corpus is one of numbers.
        guesses: as `guesses` gives them, or None.
        joint: what stands between two tokens.
        hint: what is said until the reader points at a token.
        alt: what a screen reader says it is.
    """

    tokens: Sequence[str]
    units: Sequence[int]
    values: NDArray[Any]
    signal: Signal
    unit: int
    reach: NDArray[np.float64]
    about: Sequence[str] = ()
    first: int = 0
    breaks: Sequence[int] = ()
    marked: tuple[int, int] | None = None
    rows: Sequence[dict[str, Any]] | None = None
    numbers: NDArray[Any] | None = None
    guesses: dict[str, Any] | None = None
    joint: str = ""
    hint: str = ""
    alt: str = ""


def draw_stretch(
    key: str, stretch: Stretch, on_unit: Callable[[], None], on_go: Callable[[], None] | None = None
) -> None:
    """Draw it.

    Args:
        key: of the component.
        stretch: what is drawn.
        on_unit: called before the script when the reader has flicked to another unit.
        on_go: called when a place was pressed.
    """
    _mount(key=key, data=pack(stretch_content(stretch)), on_unit_change=on_unit, on_go_change=on_go or _ignore)


def said_by(key: str, what: str) -> int | None:
    """What the browser has told: ``"unit"``, or ``"go"``."""
    state = st.session_state.get(key)
    told = state.get(what) if state else None
    return int(told) if told is not None else None


def stretch_content(stretch: Stretch) -> dict[str, Any]:
    """A stretch as the browser is told of it: each unit's values in bytes of its own scale."""
    values = np.nan_to_num(np.asarray(stretch.values, dtype=np.float32)).T
    level = np.maximum(np.abs(values).max(axis=1, initial=0), 1e-9) / _LEVELS
    gate = stretch.signal.role == "gate"
    high = np.ones(len(values)) if gate else np.maximum(np.asarray(stretch.reach, dtype=np.float64), 1e-9)
    told = {
        name: getattr(stretch, name)
        for name in ("unit", "first", "rows", "guesses", "joint", "hint", "alt", "numbers", "marked")
    }
    return told | {
        "tokens": list(stretch.tokens),
        "units": [int(unit) for unit in stretch.units],
        "breaks": [int(step) for step in stretch.breaks],
        "values": np.rint(values / level[:, None]).astype(np.int8),
        "level": level.tolist(),
        "low": (np.zeros(len(values)) if gate else -high).tolist(),
        "high": high.tolist(),
        "about": list(stretch.about) or [""] * len(values),
        "role": stretch.signal.role,
        "symbol": stretch.signal.symbol,
        "colours": {name: getattr(STYLES[theme()], name) for name in _COLOURS},
    }


def _ignore() -> None:
    pass
