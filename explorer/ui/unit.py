"""One unit, exactly: its values at the step, and its signals as lines."""

from collections.abc import Callable

import streamlit as st

from explorer.figures import unit_lines
from explorer.signals import signal as word
from explorer.ui.content import View
from explorer.ui.session import change
from explorer.ui.stack import CONFIG, Cursor, theme


def choose_cursor(view: View, cursor: Cursor) -> None:
    """Unit and step by menu and by number."""
    total = max(view.trace[name].shape[-1] for name in view.trace.signals)
    with st.container(horizontal=True, vertical_alignment="bottom", key="cursor"):
        _menu("Unit", "unit", list(range(total)), cursor.unit, lambda unit: f"unit {unit}")
        st.session_state["cursor-step"] = cursor.step + 1
        st.number_input(
            f"Step (1 to {len(view.trace)})", 1, len(view.trace), key="cursor-step", width=150,
            on_change=lambda: change(step=st.session_state["cursor-step"] - 1),
        )  # fmt: skip


def _menu(label: str, name: str, options: list[int], value: int, shown: Callable[[int], str]) -> None:
    key = f"cursor-{name}"
    st.session_state[key] = value
    st.selectbox(
        label, options, format_func=shown, key=key, width=150,
        on_change=lambda: change(**{name: st.session_state[key]}),
    )  # fmt: skip


def draw_unit(view: View, cursor: Cursor) -> None:
    """The unit's exact values at the step, and all of them as lines."""
    request, trace = view.request, view.trace
    parts = [f"step {cursor.step + 1} `{_safe(trace.labels[cursor.step])}`", f"unit {cursor.unit}"]
    for name in trace.signals:
        values = trace.select(name, request.layer, request.direction)
        if cursor.unit < values.shape[1]:
            parts.append(f"*{word(name).symbol}* {values[cursor.step, cursor.unit]:.4f}")
    st.markdown(" · ".join(parts))
    figure = unit_lines(trace, cursor.unit, request.layer, request.direction, cursor.step, theme())
    st.plotly_chart(
        figure, theme=None, config=CONFIG, key="unit-lines",
        alt=f"Unit {cursor.unit}: {', '.join(trace.signals)} over {len(trace)} steps",
    )  # fmt: skip


def _safe(token: str) -> str:
    return token.replace("`", "ˋ")
