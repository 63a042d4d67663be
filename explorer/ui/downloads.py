"""Take it with you: the trace as CSV or NPZ, the picture as HTML."""

import io

import streamlit as st

from explorer.figures import gate_stack
from explorer.ui.content import View
from explorer.ui.stack import Cursor, theme


def downloads(view: View, cursor: Cursor) -> None:
    """Three buttons; nothing is made before one is pressed."""
    name = f"gates-{view.request.model}"
    with st.container(horizontal=True, key="downloads"):
        if cursor.steps:
            st.download_button(
                "Selection", lambda: _selection(view, cursor), f"{name}-selection.csv", "text/csv",
                icon=":material/select_all:",
            )  # fmt: skip
        st.download_button("CSV", lambda: _csv(view), f"{name}.csv", "text/csv", icon=":material/download:")
        st.download_button(
            "NPZ", lambda: _npz(view), f"{name}.npz", "application/octet-stream", icon=":material/download:"
        )
        st.download_button("HTML", lambda: _html(view, cursor), f"{name}.html", "text/html", icon=":material/download:")


def _selection(view: View, cursor: Cursor) -> bytes:
    """The selected steps × units of every panel's signal, as a tidy table."""
    assert cursor.steps is not None
    table = view.trace.to_frame()
    low, high = cursor.rows or (0, len(cursor.units))
    here = (table["layer"] == view.request.layer) & (table["direction"] == view.request.direction)
    chosen = table["time"].between(cursor.steps[0], cursor.steps[1] - 1) & table["unit"].isin(cursor.units[low:high])
    return table[here & chosen].to_csv(index=False).encode()


def _csv(view: View) -> bytes:
    return view.trace.to_frame().to_csv(index=False).encode()


def _npz(view: View) -> bytes:
    file = io.BytesIO()
    view.trace.save(file)
    return file.getvalue()


def _html(view: View, cursor: Cursor) -> bytes:
    request = view.request
    figure = gate_stack(view.trace, None, request.layer, request.direction, cursor.units, theme())
    return str(figure.to_html(include_plotlyjs=True)).encode()
