"""Take it with you: the trace as CSV, Parquet or NPZ, the picture as HTML, the view as code."""

import io
from collections.abc import Callable
from html import escape

import streamlit as st

from explorer.figures import Theme, gate_stack
from explorer.models.model.claims import left_out
from explorer.trace import csv_bytes, warned, write_csv, write_parquet
from explorer.trace.holds import opposite, write_holds
from explorer.ui.bar.bar import pop_up
from explorer.ui.gates.notebook import notebook_code
from explorer.ui.parts.cursor import Cursor
from explorer.ui.parts.download import download
from explorer.ui.parts.window import theme
from explorer.ui.session.detour import go_to
from explorer.ui.session.state import change
from explorer.ui.view.view import View


def downloads(view: View, cursor: Cursor) -> None:
    """A row of buttons; nothing is made before one is pressed."""
    name = f"gates-{view.request.model}"
    with st.container(horizontal=True, key="downloads"):
        if cursor.steps:
            download(
                "Selection", lambda: _selection(view, cursor), f"{name}-selection.csv", "text/csv",
                icon=":material/select_all:",
            )  # fmt: skip
            _hold_button(view, cursor)
        shown = theme()
        files: tuple[tuple[str, Callable[[], bytes], str], ...] = (
            ("CSV", lambda: _csv(view), "text/csv"),
            ("NPZ", lambda: _npz(view), "application/octet-stream"),
            ("Parquet", lambda: _parquet(view), "application/vnd.apache.parquet"),
            ("HTML", lambda: _html(view, cursor, shown), "text/html"),
        )
        for label, make, mime in files:
            file = f"{name}.{label.lower()}"
            download(label, make, file, mime)
        pop_up(
            "notebook", "Notebook", ":material/code:", "This view in a few lines of Python", lambda: _code(view, cursor)
        )


def _code(view: View, cursor: Cursor) -> None:
    st.code(notebook_code(view, cursor.units), language=None, wrap_lines=True)


def _hold_button(view: View, cursor: Cursor) -> None:
    """Go to Compare with the selected block of the keep gate held at the opposite of what it did."""
    says = "Compare with a run in which the keep gate does the opposite here"
    st.button(
        "Hold this block",
        icon=":material/front_hand:",
        key="hold-block",
        help=says,
        on_click=_hold,
        args=(view, cursor),
    )


def _hold(view: View, cursor: Cursor) -> None:
    low, high = cursor.rows or (0, len(cursor.units))
    units = cursor.units[low:high] if cursor.rows else None
    hold = opposite(view.trace, units, cursor.steps or (0, 1), *view.request.shown.place)
    change(compare="difference", against="held", holds=write_holds((hold,)), first=-1, last=-1, top=-1, bottom=-1)
    go_to("pages/compare.py")


def _selection(view: View, cursor: Cursor) -> bytes:
    """The selected steps × units of every panel's signal, as a tidy table."""
    assert cursor.steps is not None
    table = view.trace.to_frame()
    low, high = cursor.rows or (0, len(cursor.units))
    here = (table["layer"] == view.request.shown.layer) & (table["direction"] == view.request.shown.direction)
    chosen = table["time"].between(cursor.steps[0], cursor.steps[1] - 1) & table["unit"].isin(cursor.units[low:high])
    return csv_bytes(warned(table[here & chosen], view.trace))


def _csv(view: View) -> bytes:
    file = io.BytesIO()
    write_csv(view.trace, file)
    return file.getvalue()


def _parquet(view: View) -> bytes:
    file = io.BytesIO()
    write_parquet(view.trace, file)
    return file.getvalue()


def _npz(view: View) -> bytes:
    file = io.BytesIO()
    view.trace.save(file)
    return file.getvalue()


def _html(view: View, cursor: Cursor, shown: Theme) -> bytes:
    request = view.request
    figure = gate_stack(view.trace, None, *request.shown.place, cursor.units, shown)
    page = str(figure.to_html(include_plotlyjs=True))
    said = left_out(view.model)
    return (page.replace("<body>", f"<body><p>{escape(said)}</p>", 1) if said else page).encode()
