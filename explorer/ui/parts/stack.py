"""The stack of heatmaps and what belongs to it: which units, which step, which panels."""

import time
from dataclasses import dataclass

import numpy as np
import streamlit as st

from explorer.cells import CELLS, word
from explorer.figures import Theme, gate_stack, layer_stack
from explorer.measures import ORDERS, choose_units, leading_signal, memory_signal, predictions
from explorer.trace import Trace
from explorer.ui.parts.controls import bound, menu, number, switch
from explorer.ui.parts.ribbon import RibbonState, make_ribbon, moved, ribbon
from explorer.ui.parts.sentences import question
from explorer.ui.parts.start import start_of
from explorer.ui.parts.window import narrow, sizes
from explorer.ui.session.request import Request, same_view
from explorer.ui.session.state import change, current
from explorer.ui.view.forecast import forecasts, given_numbers, is_apart
from explorer.ui.view.view import View

_PANELS = {"signals": "all signals", "layers": "all layers"}
CONFIG = {"displayModeBar": False, "scrollZoom": False, "displaylogo": False, "responsive": True}


_ALL_UP_TO, _FIRST = 32, 24
_MOMENT, _DRAWING = 0.35, 0.05
STACK = "stack"
"""Key of the figure that the ribbon marks and listens to."""


@dataclass(frozen=True)
class Cursor:
    """What is looked at.

    Attributes:
        units: the units shown, from top to bottom.
        unit, step: the chosen ones.
        steps: the selected steps (first, past the last), or None.
        rows: the selected rows of `units` likewise, or None.
    """

    units: tuple[int, ...]
    unit: int
    step: int
    steps: tuple[int, int] | None = None
    rows: tuple[int, int] | None = None


def theme() -> Theme:
    """The theme of the reader's browser."""
    return "dark" if st.context.theme.type == "dark" else "light"


def choose(view: View) -> Cursor:
    """The units shown, and what is looked at: the user's choice, or the most telling."""
    request, trace = view.request, view.trace
    count = _count(request.units, trace[leading_signal(trace.kind)].shape[-1])
    units = choose_units(trace, count, request.order, request.similar, request.layer, request.direction)  # type: ignore[arg-type]
    unit = request.unit if request.unit in units else units[0]
    step = request.step if 0 <= request.step < len(trace) else _busiest_step(view, unit)
    steps = _span(request.first, request.last, len(trace))
    return Cursor(units, unit, step, steps, _span(request.top, request.bottom, len(units)) if steps else None)


def _count(asked: int, total: int) -> int | None:
    """How many units to show, None for all; by default all where they fit the window."""
    if asked < 0:
        return None if total <= _ALL_UP_TO else _FIRST
    return asked or None


def _span(first: int, last: int, length: int) -> tuple[int, int] | None:
    return (first, min(last + 1, length)) if 0 <= first <= last and first < length else None


def read_along(view: View) -> Cursor:
    """The ribbon over the stack."""
    cursor = choose(view)
    said = predictions(view.model, view.trace)
    data = make_ribbon(
        view.trace,
        places(view),
        cursor.units,
        view.request.signal or leading_signal(view.trace.kind),
        predictions=() if said is None else tuple(one.label for one in said),
        question=question(view),
        numbers=given_numbers(view),
        apart=is_apart(view),
        forecasts=forecasts(view),
        figures=(STACK,),
        margin=(sizes().left, sizes().right),
        theme=theme(),
    )
    selection = (*cursor.steps, *(cursor.rows or ())) if cursor.steps else None
    told = ribbon(data, step=cursor.step, unit=cursor.unit, selection=selection, on_change=follow)
    _let_it_paint()
    steps = None if told.start is None or told.stop is None else (told.start, told.stop)
    rows = None if told.unit_low is None or told.unit_high is None else (told.unit_low, told.unit_high)
    return Cursor(cursor.units, told.unit, told.step, steps, rows)


def _let_it_paint() -> None:
    """At a session's beginning, a moment before the first figure: loading Plotly stops the browser for a second."""
    if "painted" not in st.session_state:
        _pause(_MOMENT)
    st.session_state["painted"] = True


def follow() -> None:
    """Let the request go where the reader has gone in the ribbon: its callback on every page, before the script."""
    at = moved()
    if at is not None:
        go(at)


def go(at: RibbonState) -> None:
    """Let the request go to a place in the ribbon."""
    first, past = (-1, 0) if at.start is None or at.stop is None else (at.start, at.stop)
    top, under = (-1, 0) if at.unit_low is None or at.unit_high is None else (at.unit_low, at.unit_high)
    change(step=at.step, unit=at.unit, first=first, last=past - 1, top=top, bottom=under - 1)


def places(view: View) -> list[tuple[str, int, str]]:
    """The panels of the stack, (signal, layer, direction) from top to bottom."""
    request, trace = view.request, view.trace
    if request.view == "layers":
        signal = request.signal or leading_signal(trace.kind)
        return [(signal, layer, way) for layer in range(trace.num_layers) for way in trace.directions]
    return [(signal, request.layer, request.direction) for signal in panel_order(trace)]


def _busiest_step(view: View, unit: int) -> int:
    """Where the unit's keep gate changes most."""
    gate = view.trace.select(leading_signal(view.trace.kind), view.request.layer, view.request.direction)[:, unit]
    return int(np.nan_to_num(np.abs(np.diff(gate))).argmax()) + 1 if len(gate) > 1 else 0


def in_order(trace: Trace) -> tuple[str, ...]:
    """Every signal as panels and readouts name them: the keep gate first, the rest in the cell's order."""
    first = leading_signal(trace.kind)
    return (first, *(name for name in trace.signals if name != first))


def panel_order(trace: Trace) -> tuple[str, ...]:
    """The panels of one layer: those chosen, else all; by default three on a stage and two on a phone.

    The keep gate is on top, where the eye begins; the rest in the cell's order.
    """
    first, order = leading_signal(trace.kind), in_order(trace)
    chosen = tuple(name for name in order if name in current().panels.split(","))
    if chosen:
        return chosen
    few = tuple(dict.fromkeys((first, memory_signal(trace.kind), "hidden")))
    return few[:2] if narrow() else few if current().presenter else order


def draw_stack(view: View, cursor: Cursor) -> None:
    """Every panel, under the ribbon and its crosshair."""
    request = view.request
    options = {"tokens": False, "sizes": sizes(), "hover": False}
    if request.view == "layers":
        signal = request.signal or leading_signal(view.trace.kind)
        figure = layer_stack(view.trace, signal, cursor.units, theme(), **options)
    else:
        signals = panel_order(view.trace)
        figure = gate_stack(view.trace, signals, request.layer, request.direction, cursor.units, theme(), **options)
    st.plotly_chart(
        figure, theme=None, config=CONFIG, key=STACK,
        alt=f"Heatmaps of {', '.join(view.trace.signals)} over {len(view.trace)} steps and {len(cursor.units)} units",
    )  # fmt: skip
    _let_it_draw(request)


def _let_it_draw(request: Request) -> None:
    """After another picture a moment before the rest of the page, so that the browser draws it before it does that."""
    before = st.session_state.get("pictured", request)
    st.session_state["pictured"] = request
    if not same_view(before, request):
        _pause(_DRAWING)


def _pause(seconds: float) -> None:
    """Only where a browser draws meanwhile."""
    if st.context.headers.get("User-Agent"):
        time.sleep(seconds)


def view_controls(view: View) -> None:
    """The sidebar: what belongs to the view."""
    trace = view.trace
    with st.sidebar:
        several = trace.num_layers * trace.num_directions > 1
        if several:
            switch("Panels", "view", ["signals", "layers"], _PANELS.__getitem__)
        if several and view.request.view == "layers":
            if not view.request.signal:
                st.session_state.pop("choice-signal", None)
            menu("Signal", "signal", list(trace.signals), lambda name: word(trace.kind, name).title)
        else:
            menu("Layer", "layer", list(range(trace.num_layers)), lambda layer: f"Layer {layer + 1}")
            switch("Direction", "direction", list(trace.directions))
            _panel_choice(trace)
        unit_controls(view)


def unit_controls(view: View) -> None:
    """Which units, in which order, and how the run begins."""
    kind = view.model.kind
    names = {
        "gate": word(kind, leading_signal(kind)).title.lower(),
        "memory": word(kind, memory_signal(kind)).title.lower(),
    }
    # A cell without a memory has no time constants.
    known = [order for order in ORDERS if order != "constant" or CELLS[kind].memory]
    number("Units shown (0: all, −1: as many as fit)", "units", -1, view.trace[leading_signal(kind)].shape[-1])
    menu("Order by", "order", known, lambda order: ORDERS[order].format(**names))
    st.toggle("Similar units together", **bound("similar"))
    start_of(view)


def _panel_choice(trace: Trace) -> None:
    if len(trace.signals) == 1:
        return
    key = "choice-panels"
    st.session_state[key] = list(panel_order(trace))
    st.pills(
        "Signals", in_order(trace), selection_mode="multi", key=key,
        format_func=lambda name: word(trace.kind, name).title,
        on_change=lambda: change(panels=",".join(st.session_state[key])),
    )  # fmt: skip
