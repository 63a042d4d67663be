"""The stack of heatmaps and what belongs to it: which units, which step, which panels."""

import time
from collections.abc import Sequence

import streamlit as st

from explorer.figures.stack import stack_spec
from explorer.measures import leading_signal, predictions
from explorer.ui.parts.cursor import Cursor, choose, follow
from explorer.ui.parts.panels import places
from explorer.ui.parts.ribbon import Chart, make_ribbon, ribbon
from explorer.ui.parts.sentences import question
from explorer.ui.parts.window import sizes, theme
from explorer.ui.session.request import Request, same_view
from explorer.ui.view.forecast import forecasts, given_numbers, is_apart
from explorer.ui.view.view import View

_DRAWING = 0.05
STACK = "stack"
"""Key of the chart of all panels."""


def draw_stack(view: View) -> Cursor:
    """The ribbon, and every panel under it and its crosshair."""
    cursor = choose(view)
    told = read_along(view, cursor, [_stack(view, cursor.units)])
    _let_it_draw(view.request)
    return told


def read_along(
    view: View,
    cursor: Cursor,
    charts: Sequence[Chart] = (),
    panels: Sequence[tuple[str, int, str]] | None = None,
    chosen: str = "",
) -> Cursor:
    """The ribbon over the panels, and where the reader is in it.

    Args:
        view: the run.
        cursor: what is looked at.
        charts: those that are drawn under the tokens.
        panels: (signal, layer, direction) from top to bottom, those of the stack by default.
        chosen: the signal that colours the tokens, the request's by default.
    """
    said = predictions(view.model, view.trace)
    data = make_ribbon(
        view.trace,
        places(view) if panels is None else panels,
        cursor.units,
        chosen or view.request.shown.signal or leading_signal(view.trace.kind),
        predictions=() if said is None else tuple(one.label for one in said),
        question=question(view),
        numbers=given_numbers(view),
        apart=is_apart(view),
        forecasts=forecasts(view),
        margin=(sizes().left, sizes().right),
        theme=theme(),
    )
    selection = (*cursor.steps, *(cursor.rows or ())) if cursor.steps else None
    told = ribbon(data, step=cursor.step, unit=cursor.unit, selection=selection, charts=charts, on_change=follow)
    steps = None if told.start is None or told.stop is None else (told.start, told.stop)
    rows = None if told.unit_low is None or told.unit_high is None else (told.unit_low, told.unit_high)
    return Cursor(cursor.units, told.unit, told.step, steps, rows)


def _stack(view: View, units: Sequence[int]) -> Chart:
    trace = view.trace
    figure = stack_spec(trace, places(view), units, theme(), tokens=False, sizes=sizes(), hover=False)
    alt = f"Heatmaps of {', '.join(trace.signals)} over {len(trace)} steps and {len(units)} units"
    return Chart(STACK, figure, alt)


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
