"""The stack of heatmaps and what belongs to it: which units, which step, which panels."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.figures import Theme, gate_stack, layer_stack
from explorer.measures import ORDERS, choose_units, leading_signal, memory_signal, predictions
from explorer.signals import signal as word
from explorer.trace import Trace
from explorer.ui.content import View
from explorer.ui.controls import bound, menu, number, switch

_PANELS = {"signals": "all signals", "layers": "all layers"}
_STARTS = {"zeros": "zeros", "random": "seeded random"}
CONFIG = {"displayModeBar": False, "scrollZoom": False, "displaylogo": False, "responsive": True}


@dataclass(frozen=True)
class Cursor:
    """Which units are shown, and which unit and step are looked at."""

    units: tuple[int, ...]
    unit: int
    step: int


def theme() -> Theme:
    """The theme of the reader's browser."""
    return "dark" if st.context.theme.type == "dark" else "light"


def choose(view: View) -> Cursor:
    """The units shown, and the unit and step looked at: the user's, or the most telling ones."""
    request, trace = view.request, view.trace
    count = request.units or None
    units = choose_units(trace, count, request.order, request.similar, request.layer, request.direction)  # type: ignore[arg-type]
    total = trace[leading_signal(trace.kind)].shape[-1]
    unit = request.unit if 0 <= request.unit < total else units[0]
    step = request.step if 0 <= request.step < len(trace) else _busiest_step(view, unit)
    return Cursor(units, unit, step)


def _busiest_step(view: View, unit: int) -> int:
    """Where the unit's keep gate changes most."""
    gate = view.trace.select(leading_signal(view.trace.kind), view.request.layer, view.request.direction)[:, unit]
    return int(np.abs(np.diff(gate)).argmax()) + 1 if len(gate) > 1 else 0


def panel_order(trace: Trace) -> tuple[str, ...]:
    """The keep gate on top, where the eye begins; the rest in the cell's order."""
    first = leading_signal(trace.kind)
    return (first, *(name for name in trace.signals if name != first))


def draw_stack(view: View, cursor: Cursor) -> None:
    """Tokens and predictions on top, and every signal under them."""
    request = view.request
    said = predictions(view.model, view.trace)
    words = None if said is None else tuple(one.label for one in said)
    if request.view == "layers":
        signal = request.signal or leading_signal(view.trace.kind)
        figure = layer_stack(view.trace, signal, cursor.units, theme(), predictions=words)
    else:
        figure = gate_stack(
            view.trace,
            panel_order(view.trace),
            request.layer,
            request.direction,
            cursor.units,
            theme(),
            predictions=words,
        )
    st.plotly_chart(
        figure, theme=None, config=CONFIG, key="stack",
        alt=f"Heatmaps of {', '.join(view.trace.signals)} over {len(view.trace)} steps and {len(cursor.units)} units",
    )  # fmt: skip


def view_controls(view: View) -> None:
    """The sidebar: what belongs to the view."""
    trace, kind = view.trace, view.model.kind
    names = {"gate": word(leading_signal(kind)).title.lower(), "memory": word(memory_signal(kind)).title.lower()}
    total = trace[leading_signal(kind)].shape[-1]
    with st.sidebar:
        several = trace.num_layers * trace.num_directions > 1
        if several:
            switch("Panels", "view", ["signals", "layers"], _PANELS.__getitem__)
        if several and view.request.view == "layers":
            if not view.request.signal:
                st.session_state.pop("choice-signal", None)
            menu("Signal", "signal", list(trace.signals), lambda name: word(name).title)
        else:
            menu("Layer", "layer", list(range(trace.num_layers)), lambda layer: f"Layer {layer + 1}")
            switch("Direction", "direction", list(trace.directions))
        number("Units shown (0: all)", "units", 0, max(total, 24))
        menu("Order by", "order", list(ORDERS), lambda order: ORDERS[order].format(**names))
        st.toggle("Similar units together", **bound("similar"))
        switch("Initial state", "start", ["zeros", "random"], _STARTS.__getitem__)
