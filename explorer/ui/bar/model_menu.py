"""The model menu: a row a task, with what was learned, and how well by each kind of cell."""

import streamlit as st

from explorer.ui.parts.sentences import RANDOM_WEIGHTS
from explorer.ui.session.catalogue import RANDOM, MenuRow, model_title, tasks
from explorer.ui.session.own import uploads
from explorer.ui.session.state import change, current
from explorer.ui.view.replaced import can_go_on, replaced

MENU = "models"
FRESH = {"step": -1, "first": -1, "last": -1, "top": -1, "bottom": -1}
"""A new sequence: the page chooses where to look, and nothing is selected."""
_WIDTH = 780


def model_menu(narrow: bool) -> None:
    """The chosen model's name; opened, every model there is.

    Args:
        narrow: whether the window is a phone's.
    """
    with st.popover(model_title(current().model), key=MENU, on_change="rerun", width="stretch") as box:
        if box.open:
            _menu(narrow)


def _menu(narrow: bool) -> None:
    """Two columns of tasks, and random weights."""
    known = tasks()
    with st.container(width="stretch" if narrow else _WIDTH, gap="small", key="model-menu"):
        places = [st.container()] if narrow else st.columns(2, gap="medium")
        for at, task in enumerate(known):
            with places[at * len(places) // len(known)].container(gap=None):
                _row(task)
        with st.container(horizontal=True, vertical_alignment="center"):
            _single(RANDOM, RANDOM_WEIGHTS)
            for name in uploads():
                _single(name, "The model that you uploaded; it is in this session only.")
            st.caption("Scores are on data that the models were not trained on.")


def _row(task: MenuRow) -> None:
    key = f"{MENU}-{task.name}"
    chosen = current().model if current().model in task.models else None
    st.session_state[key] = chosen
    st.segmented_control(
        task.title, list(task.models), format_func=lambda name: f"{task.cells[name]} {task.scores[name]}",
        key=key, on_change=_picked, args=(key,),
    )  # fmt: skip
    st.caption(f"{task.gist} *Score: {task.measure}.*")


def _single(name: str, says: str) -> None:
    label = f":material/check: {model_title(name)}" if current().model == name else model_title(name)
    st.button(label, key=f"{MENU}-{name}", on_click=_pressed, args=(name,), help=says)


def _pressed(name: str) -> None:
    choose_model(name)
    st.session_state[MENU] = False


def _picked(key: str) -> None:
    """A segment pressed again is no choice, but the menu closes all the same."""
    if st.session_state[key] is not None:
        choose_model(st.session_state[key])
    st.session_state[MENU] = False


def choose_model(name: str) -> None:
    """Go on with another model: it keeps the sequence where it can read it, else brings an example of its own."""
    stays = can_go_on(current(), name)
    if not stays:
        replaced(current(), name)
    fresh = {} if stays else {"source": "example", "example": 0}
    change(model=name, layer=0, direction="forward", signal="", unit=-1, **FRESH, **fresh)
