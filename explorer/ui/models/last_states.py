"""Where ``h_n`` stands in the run: which column of which heatmap, and what ``output[:, -1]`` has of it."""

import numpy as np
import pandas as pd
import streamlit as st

from explorer.trace import Trace
from explorer.ui.session.detour import go_to
from explorer.ui.session.state import change
from explorer.ui.view.view import View

_MOST_BUTTONS = 12


def last_states(view: View) -> None:
    """A row for each of ``h_n``, one click from its column; and why only half of it is in the output's last step."""
    trace = view.trace
    sides, count = trace.num_directions, trace.num_layers * trace.num_directions
    rows = [_row(trace, place) for place in range(count)]
    st.table(pd.DataFrame(rows).set_index("The last states"), border="horizontal")
    st.caption(said(trace))
    with st.container(horizontal=True, key="last-states"):
        for place in range(max(0, count - _MOST_BUTTONS), count):
            st.button(
                f"Show h_n[{place - count}]", key=f"last-{place}", on_click=_show,
                args=(place // sides, trace.directions[place % sides], _step(trace, place)),
                help="Its column on the Gates page",
            )  # fmt: skip


def _row(trace: Trace, place: int) -> dict[str, str]:
    sides, count = trace.num_directions, trace.num_layers * trace.num_directions
    layer, side = divmod(place, sides)
    where = f"layer {layer + 1}" + (f", {trace.directions[side]}" if sides == 2 else "")
    end = "the last step" if side == 0 else "the first step, where the reverse direction ends"
    return {
        "The last states": f"`h_n[{place - count}]`",
        "of": where,
        "is the column of": f"step {_step(trace, place) + 1:,}, {end}",
        "in `output[:, -1]`": _in_output(trace, layer, side),
    }


def _in_output(trace: Trace, layer: int, side: int) -> str:
    if layer < trace.num_layers - 1:
        return "no: the output is of the last layer alone"
    if trace.num_directions == 1:
        return "all of it"
    return "its first half" if side == 0 else "no"


def _step(trace: Trace, place: int) -> int:
    return 0 if place % trace.num_directions else len(trace) - 1


def said(trace: Trace) -> str:
    """What the output's last step has of ``h_n``, measured in this run.

    Args:
        trace: the run.
    """
    hidden, last = trace["hidden"][-1], trace.h_n[-trace.num_directions :]
    apart = np.abs(hidden[:, -1] - last).max(axis=-1)
    if trace.num_directions == 1:
        return f"output[:, -1] and h_n[-1] are the same numbers: here they differ by {apart[0]:.2g}."
    return (
        f"output[:, -1] holds h_n[-2] in its first half (they differ by {apart[0]:.2g}). Its second half is the "
        f"reverse direction after a single step, for that one begins at the end: it differs from h_n[-1] by "
        f"{apart[1]:.2g}. h_n[-1] is the second half of output[:, 0]."
    )


def _show(layer: int, direction: str, step: int) -> None:
    change(view="signals", layer=layer, direction=direction, step=step)
    go_to("pages/gates.py")
