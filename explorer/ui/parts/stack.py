"""The stack of heatmaps and what belongs to it: which units, which step, which panels."""

import time
from typing import Any

import streamlit as st

from explorer.figures import gate_stack, layer_stack
from explorer.measures import leading_signal, predictions
from explorer.ui.parts.cursor import Cursor, choose, follow
from explorer.ui.parts.panels import panel_order, places
from explorer.ui.parts.ribbon import make_ribbon, ribbon
from explorer.ui.parts.sentences import question
from explorer.ui.parts.window import CONFIG, sizes, theme
from explorer.ui.session.request import Request, same_view
from explorer.ui.view.forecast import forecasts, given_numbers, is_apart
from explorer.ui.view.view import View

_MOMENT, _DRAWING = 0.35, 0.05
STACK = "stack"
"""Key of the figure that the ribbon marks and listens to."""


def read_along(view: View) -> Cursor:
    """The ribbon over the stack."""
    cursor = choose(view)
    said = predictions(view.model, view.trace)
    data = make_ribbon(
        view.trace,
        places(view),
        cursor.units,
        view.request.shown.signal or leading_signal(view.trace.kind),
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


def draw_stack(view: View, cursor: Cursor) -> None:
    """Every panel, under the ribbon and its crosshair."""
    request = view.request
    options: dict[str, Any] = {"tokens": False, "sizes": sizes(), "hover": False}
    if request.shown.view == "layers":
        signal = request.shown.signal or leading_signal(view.trace.kind)
        figure = layer_stack(view.trace, signal, cursor.units, theme(), **options)
    else:
        signals = panel_order(view.trace)
        figure = gate_stack(view.trace, signals, *request.shown.place, cursor.units, theme(), **options)
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
