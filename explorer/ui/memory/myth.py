"""The myth-buster: what is left of the gradient in untrained networks, computed here and now, seed by seed."""

import time

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from explorer.figures import spread
from explorer.measures import LAG, gradient_left
from explorer.trace import MYTH
from explorer.ui.memory.words import UNTRAINED, busted, share
from explorer.ui.parts.messages import note, say
from explorer.ui.parts.window import CONFIG, narrow, sizes, theme
from explorer.ui.session.turns import turn
from explorer.ui.view.view import View

Floats = NDArray[np.float64]
_SEEDS = 12
_AT_ONCE = 0.3
"""Seconds without a progress bar: most readers find everything computed already."""
_STOP, _DONE = "myth-stop", "myth-done"


def myth_picture(view: View) -> None:
    """A dot a seed, and the table of medians beside the numbers to expect."""
    head = st.container(gap="xsmall", key="myth")
    values = _computed(head)
    seeds = len(values[0])
    with head:
        say(view, busted(MYTH, values))
        if seeds < _SEEDS:
            with st.container(horizontal=True, vertical_alignment="center", key="myth-stopped"):
                st.caption(f"Stopped after {seeds} of {_SEEDS} seeds.", width="content")
                st.button("Go on", key="myth-on", on_click=_go_on)
    names, known = [row.title for row in MYTH], [row.known for row in MYTH]
    st.plotly_chart(
        spread(names, values, known, theme(), sizes()), theme=None, config=CONFIG, key="myth-spread",
        alt="The share of the gradient left 100 steps back, a dot a seed: "
        + ", ".join(f"{name} {_median(found)}" for name, found in zip(names, values, strict=True)),
    )  # fmt: skip
    _table(values)
    note(UNTRAINED)


def _computed(place: st.delta_generator.DeltaGenerator) -> list[Floats]:
    """Every row's values, as far as the reader lets it go on."""
    most = st.session_state.get(_STOP, _SEEDS)
    found: list[list[float]] = [[] for _ in MYTH]
    shown = place.empty()
    began, bar = time.monotonic(), None
    with turn() as give_way:
        for seed in range(most):
            st.session_state[_DONE] = seed
            if bar is None and time.monotonic() - began > _AT_ONCE:
                with shown.container(horizontal=True, vertical_alignment="center", key="myth-running"):
                    bar = st.progress(0.0, "Computing")
                    st.button("Cancel", key="myth-cancel", on_click=_cancel)
            if bar is not None:
                bar.progress(seed / most, f"Seed {seed + 1} of {most}")
            for row, left in zip(found, _seed(seed), strict=True):
                row.append(left)
            give_way()
    shown.empty()
    return [np.array(row) for row in found]


@st.cache_data(max_entries=_SEEDS, show_spinner=False)
def _seed(seed: int) -> list[float]:
    return [gradient_left(row, seed) for row in MYTH]


def _cancel() -> None:
    st.session_state[_STOP] = st.session_state.get(_DONE, 0)


def _go_on() -> None:
    st.session_state.pop(_STOP, None)


def _median(found: Floats) -> str:
    return share(float(np.median(found))) if len(found) else "not computed"


def _table(values: list[Floats]) -> None:
    rows = [
        {
            "untrained network": row.title,
            f"left {LAG} steps back": _median(found),
            "from … to": f"{share(float(found.min()))} … {share(float(found.max()))}" if len(found) else "",
            "expected": share(row.known),
        }
        for row, found in zip(MYTH, values, strict=True)
    ]
    table = pd.DataFrame(rows)
    st.table((table.drop(columns="from … to") if narrow() else table).set_index("untrained network"))
