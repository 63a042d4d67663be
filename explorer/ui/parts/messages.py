"""A sentence above a picture, and a line under it."""

import streamlit as st

from explorer.models import Model
from explorer.models.model.claims import left_out
from explorer.ui.parts.sentences import literal
from explorer.ui.view.view import View


def say(view: View, sentence: str) -> None:
    """What is to be seen, in one sentence; large on a stage. It may quote a stranger's words."""
    quoted = literal(sentence)
    st.markdown(f"#### {quoted}" if view.request.cursor.presenter else quoted)


def note(sentence: str) -> None:
    """What a picture leaves out, or how it is counted, in one quiet line."""
    st.caption(literal(sentence))


def warn(model: Model, about: str = "") -> None:
    """That tensors of the file were not used, or are read by their names alone: it may not be the user's network.

    Args:
        model: the model that is drawn.
        about: what to call it where a page draws two.
    """
    for sentence in filter(None, (left_out(model), *model.card.get("doubts", ()))):
        st.warning(f"{about}{literal(sentence)}", icon=":material/warning:")
