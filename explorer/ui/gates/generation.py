"""What a model predicts at the chosen step, and letting it write on."""

import streamlit as st

from explorer.errors import ExplorerError
from explorer.measures import likeliest
from explorer.models.run.generate import generate, writes
from explorer.ui.parts.cursor import Cursor
from explorer.ui.parts.sentences import question
from explorer.ui.session.catalogue import shown_text
from explorer.ui.session.state import change
from explorer.ui.view.view import View

_LENGTH = 80
_MOST_TEXT = 4_000


def answer(view: View, cursor: Cursor) -> None:
    """The likeliest classes at the chosen step, with their probabilities."""
    head = view.model.head
    if head is None or head.gives != "class" or view.trace.output is None:
        return
    shares = [f"{one.label or 'none'} {one.probability:.0%}" for one in likeliest(view.model, view.trace, cursor.step)]
    st.text(f"{question(view)} after step {cursor.step + 1}:  " + "   ".join(shares))


def write_on(view: View) -> None:
    """A button that lets a model which predicts its next token continue the sequence."""
    if not writes(view.model) or view.request.sequence.source not in ("typed", "example"):
        return
    with st.container(horizontal=True, vertical_alignment="bottom", key="writing"):
        st.slider(
            "Temperature: 0 always takes the likeliest character", 0.0, 1.5, 0.6, 0.1, key="temperature",
            width=340, persist_state="session",
        )  # fmt: skip
        st.button(
            "Write on", icon=":material/edit:", on_click=_continue, args=(view,), key="write-on",
            help=f"Let the network write {_LENGTH} more characters; its gates are recorded as it writes",
        )  # fmt: skip


def _continue(view: View) -> None:
    text = shown_text(view.request)
    try:
        new = generate(view.model, text[-_MOST_TEXT:], _LENGTH, st.session_state["temperature"], seed=len(text))
    except ExplorerError:
        return
    change(source="typed", text=text + new, step=len(text), first=-1, last=-1, top=-1, bottom=-1)
