"""For how long? Every unit's time constant, and two checks on one unit."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.cells import word
from explorer.figures import timescale_atlas, unit_check
from explorer.measures import (
    autocorrelation,
    bias_time_constants,
    leading_signal,
    memory_signal,
    spectrum,
    time_constants,
)
from explorer.ui.memory.ribbon import Shade, along
from explorer.ui.memory.words import as_slow, geometric, how_long
from explorer.ui.parts.cursor import Cursor
from explorer.ui.parts.messages import note, say
from explorer.ui.parts.window import CONFIG, sizes, theme
from explorer.ui.session.state import change
from explorer.ui.view.view import View

ATLAS, CHECK = "timescales", "timescale-check"
_MOST_LAGS = 200


def timescales_picture(view: View, cursor: Cursor, beside: DeltaGenerator) -> None:
    """The atlas, a click in which chooses the unit everywhere; under it the unit's autocorrelation and spectrum."""
    request, trace = view.request, view.trace
    place = request.shown.place
    taus, biases = time_constants(trace, *place), bias_time_constants(view.model, *place)
    gate, memory = word(trace.kind, leading_signal(trace.kind)), word(trace.kind, memory_signal(trace.kind))
    say(view, how_long(taus, biases, cursor.unit))
    units = list(cursor.units)
    states = trace.select(memory.name, *place)[:, units]
    shades = [
        Shade(gate, trace.select(gate.name, *place)[:, units], 1.0, place),
        Shade(memory, states, float(abs(states).max()) or 1.0, place),
    ]
    along(view, cursor, shades)
    st.plotly_chart(
        timescale_atlas(taus, biases, cursor.unit, theme(), sizes()), theme=None, config=CONFIG, key=ATLAS,
        on_select=_chosen, selection_mode="points",
        alt=f"Time constants of {len(taus)} units on a log axis, as recorded and from the bias alone; "
        f"the median is {float(np.median(np.nan_to_num(taus, posinf=1e9))):.3g} steps",
    )  # fmt: skip
    _check(view, cursor, float(taus[cursor.unit]))
    note(geometric(view.model))


def _check(view: View, cursor: Cursor, tau: float) -> None:
    if len(view.trace) < 3:
        return
    memory = word(view.trace.kind, memory_signal(view.trace.kind))
    values = view.trace.select(memory.name, *view.request.shown.place)[:, cursor.unit]
    likeness = autocorrelation(values, min(_MOST_LAGS, len(values) // 2))
    slow = spectrum(values)
    best, total = int(slow.power.argmax()), float(slow.power.sum()) or 1.0
    symbol = f"{memory.symbol} of unit {cursor.unit}"
    st.text(as_slow(likeness, tau, float(1 / slow.frequency[best]), float(slow.power[best]) / total, symbol))
    st.plotly_chart(
        unit_check(likeness, slow, tau, memory.symbol, theme(), sizes()), theme=None, config=CONFIG, key=CHECK,
        alt=f"Autocorrelation of {symbol} beside a leak of τ, and its spectrum",
    )  # fmt: skip


def _chosen() -> None:
    """A dot is a unit."""
    points = st.session_state[ATLAS]["selection"]["points"]
    unit = points[0].get("customdata") if points else None
    unit = unit[0] if isinstance(unit, list) else unit
    if isinstance(unit, int):
        change(unit=unit)
