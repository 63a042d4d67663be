"""One unit, exactly."""

import streamlit as st

from explorer.figures import unit_lines
from explorer.ui.content import View
from explorer.ui.stack import CONFIG, LINES, Cursor, theme
from explorer.ui.width import sizes


def draw_unit(view: View, cursor: Cursor) -> None:
    """The chosen unit's signals as lines."""
    request, trace = view.request, view.trace
    figure = unit_lines(trace, cursor.unit, request.layer, request.direction, theme=theme(), sizes=sizes(), hover=False)
    st.plotly_chart(
        figure, theme=None, config=CONFIG, key=LINES,
        alt=f"Unit {cursor.unit}: {', '.join(trace.signals)} over {len(trace)} steps",
    )  # fmt: skip
