"""The lab: an untrained network, a slider, and what it does to gate, memory and gradient; and the table of the myth."""

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import CELLS, word
from explorer.figures import Curve, gate_histogram, lag_curves, timescale_atlas
from explorer.measures import LAG, bias_time_constants, fading, leading_signal, noise, time_constants
from explorer.models.model.untrained import untrained
from explorer.trace import gradients, record
from explorer.trace.untrained import UNITS
from explorer.ui.memory.words import UNTRAINED, in_the_lab
from explorer.ui.parts.controls import menu, switch
from explorer.ui.parts.messages import note, say
from explorer.ui.parts.window import CONFIG, narrow, sizes, theme
from explorer.ui.session.state import change, current
from explorer.ui.view.view import View

Floats = NDArray[np.float64]
_PLAIN = next(kind for kind, cell in CELLS.items() if cell.memory is None)
"""The cell without a memory, for comparison."""
_LABS = {"bias": "forget bias", "chrono": "chrono initialisation"}


def lab_picture(view: View) -> None:
    """Gate, time constants and gradient of an untrained network, at once."""
    request = current()
    asked = request.memory_page
    gate = word(asked.cell, leading_signal(asked.cell))
    added = CELLS[asked.cell].keep_sign() > 0
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="lab"):
        choose = menu if narrow() else switch
        choose("Cell", "cell", [kind for kind in CELLS if CELLS[kind].keep_gate], lambda kind: CELLS[kind].title)
        switch("Begins with", "lab", list(_LABS), _LABS.__getitem__)
        if asked.lab == "bias":
            label = f"{'Added to' if added else 'Taken off'} the bias of the keep gate"
            _slider("lab-bias", label, 0.0, 6.0, asked.bias_tenths / 10, 0.1, "%.1f")
        else:
            label = "T_max: the longest dependency, in steps"
            _slider("lab-longest", label, 3, 1_000, asked.longest, 1, "%d")
    values, taus, biases, left = _lab(*_settings())
    plain = _lab(_PLAIN, 0.0, 0, request.build.seed)[3]
    name = gate.title.removesuffix(" gate").lower()
    bias = f"{name} bias {'+' if added else '−'} {asked.bias_tenths / 10:g}"
    start = bias if asked.lab == "bias" else f"T_max = {asked.longest}"
    say(view, in_the_lab(asked.cell, start, taus, left, LAG))
    columns = st.columns([10, 13, 13], gap="small")
    tall = 220 if narrow() else 270 if request.cursor.presenter else 380
    curves = [
        Curve(CELLS[_PLAIN].title, plain, _PLAIN, 1.6),
        Curve(CELLS[asked.cell].title, left, asked.cell, 3.0),
    ]
    opened = f"Histogram of {gate.symbol}, mean {values.mean():.2f}"
    pictures = (
        ("lab-gate", gate_histogram(values, gate.symbol, theme(), sizes(), tall), opened),
        ("lab-taus", timescale_atlas(taus, biases, None, theme(), sizes(), tall), f"Time constants of {UNITS} units"),
        ("lab-curve", lag_curves(curves, theme(), sizes(), tall), f"Gradient left {LAG} steps back: {left[LAG]:.1e}"),
    )
    titles = ("How open is the gate?", "For how long?", "Does the past get a say?")
    for column, title, (key, figure, alt) in zip(columns, titles, pictures, strict=True):
        with column:
            st.markdown(f"###### {title}")
            st.plotly_chart(figure, theme=None, config=CONFIG, key=key, alt=alt)
    note(UNTRAINED)


def _slider(key: str, label: str, low: float, high: float, at: float, step: float, written: str) -> None:
    """A slider that is told its place on every run: a browser that was given two runs at once has lost the first."""
    st.session_state[key] = at
    st.slider(label, low, high, step=step, format=written, width=320, key=key, on_change=_moved, args=(key,))


def _moved(key: str) -> None:
    """In tenths in the link, in units on the slider of the bias."""
    value = st.session_state[key]
    change(**({"bias_tenths": round(10 * value)} if key == "lab-bias" else {"longest": int(value)}))


def _settings() -> tuple[str, float, int, int]:
    request = current()
    if request.memory_page.lab == "chrono":
        return request.memory_page.cell, 0.0, request.memory_page.longest, request.build.seed
    return request.memory_page.cell, request.memory_page.bias_tenths / 10, 0, request.build.seed


@st.cache_data(max_entries=200, show_spinner=False)
def _lab(kind: str, bias: float, longest: int, seed: int) -> tuple[Floats, Floats, Floats, Floats]:
    """The recorded gate, both time constants, and the gradient by lag."""
    model = untrained(kind, UNITS, seed, bias=bias, longest=longest or None)
    left = fading(gradients(model, noise(seed)))
    if CELLS[kind].keep_gate is None:
        return np.zeros(0), np.zeros(0), np.zeros(0), left
    trace = record(model, noise(seed))
    return trace[leading_signal(kind)][0, 0], time_constants(trace), bias_time_constants(model), left
