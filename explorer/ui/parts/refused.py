"""A file that was refused: said on every page until the reader goes on, so that no other network is taken for it."""

from dataclasses import dataclass

import streamlit as st

from explorer.sequences import legible
from explorer.ui.parts.sentences import literal
from explorer.ui.session.catalogue import model_title
from explorer.ui.session.detour import go_to
from explorer.ui.session.state import change, current

_KEY, _TROUBLE = "checkpoint-refused", "checkpoint-trouble"


@dataclass(frozen=True)
class Refused:
    """A file that did not become the model on screen.

    Attributes:
        file: its name.
        model: what was on screen when it came.
    """

    file: str
    model: str


def refuse(file: str, sentence: str) -> None:
    """Keep why a file was not opened."""
    say_trouble(sentence)
    st.session_state[_KEY] = Refused(file, current().model)


def say_trouble(sentence: str) -> None:
    """Keep why what was chosen about a file makes no model."""
    st.session_state[_TROUBLE] = sentence


def end_trouble() -> None:
    """It is tried anew."""
    st.session_state.pop(_TROUBLE, None)


def trouble() -> str:
    """Why the last file was not opened, "" where it was."""
    return str(st.session_state.get(_TROUBLE, ""))


def forget_refusal() -> None:
    """Another file came, or the reader has read it."""
    end_trouble()
    st.session_state.pop(_KEY, None)


def say_refused(page: str) -> None:
    """That what is drawn is not the file that was dropped; where it was dropped the sentence stands already."""
    told: Refused | None = st.session_state.get(_KEY)
    request = current()
    if told is None or told.model != request.model or (page == "models" and request.build.about == "upload"):
        return
    said, close = st.columns([16, 1], vertical_alignment="center", gap="small")
    said.warning(
        f"{literal(legible(told.file, 60))} was not opened; what you see is {literal(model_title(request.model))}. "
        f"{literal(trouble())}",
        icon=":material/error:",
    )
    close.button("Close", key="refused-close", type="tertiary", on_click=forget_refusal)


def to_upload() -> None:
    """Go to where a checkpoint is dropped and its choices are made; for callbacks."""
    change(about="upload")
    go_to("pages/models.py")
