"""The states before the first step: as trained, zeros, seeded, or typed."""

import streamlit as st

from explorer.cells import CELLS
from explorer.sequences import spelt_state
from explorer.ui.parts.controls import bound, switch
from explorer.ui.session.state import change, current
from explorer.ui.view.view import View

STARTS = {"trained": "trained", "zeros": "zeros", "random": "random", "typed": "typed"}
_UNTRAINED = {"trained": "zeros", "random": "seeded random", "typed": "typed"}
"""Where the model has no trained state, zeros are what it starts from."""
_MOST = 6_000
_GOES_ON = "This state becomes the first one of whatever runs next: change the sequence, and it goes on from there."
_TOO_MANY = "This state has more numbers than can be typed: trace.state_at gives it in Python."
_HELP = "A line for each layer and direction; one number fills all units; nothing is zeros."


def initial_state(kind: str, trained: bool = False) -> None:
    """Choose h_0, and c_0 where the cell has a second state.

    Args:
        kind: of the cell.
        trained: whether the model has a trained state to start from.
    """
    known = STARTS if trained else _UNTRAINED
    switch("Initial state", "start", list(known), known.__getitem__)
    if current().initial.start == "typed":
        for name in CELLS[kind].starts():
            st.text_area(name, height=72, max_chars=_MOST, help=_HELP, placeholder="0", **bound(name))


def start_of(view: View) -> None:
    """`initial_state` of the model on screen."""
    initial_state(view.trace.kind, bool(view.model.initial))
    _from_here(view)


def _from_here(view: View) -> None:
    """A button that lets any run start from the state after the step on screen."""
    if view.trace.num_directions == 2:
        return
    chosen = view.request.cursor.step
    step = chosen if 0 <= chosen < len(view.trace) else len(view.trace) - 1
    spelt = {name: spelt_state(values) for name, values in view.trace.state_at(step).items()}
    fits = max(map(len, spelt.values())) <= _MOST
    st.button(
        f"Start from the state after step {step + 1}", key="start-here", on_click=change, disabled=not fits,
        kwargs={"start": "typed", **spelt},
        help=_GOES_ON if fits else _TOO_MANY,
    )  # fmt: skip


def say_start(view: View) -> None:
    """Where the run begins, if the file has a trained state; the other beginning is one click away."""
    start = view.request.initial.start
    if not view.model.initial or start not in ("trained", "zeros"):
        return
    trained = start == "trained"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="start"):
        st.caption(
            "The run starts from the file's trained state." if trained else "The run starts from zeros; the file has a "
            "trained state.", width="content",
        )  # fmt: skip
        st.button(
            "Start from zeros" if trained else "Start as trained", type="tertiary", key="other-start",
            on_click=change, kwargs={"start": "zeros" if trained else "trained"},
        )  # fmt: skip
