"""The front door: under the landing picture, three ways on for who does not know where to begin."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from explorer.languages import say
from explorer.ui.parts.lessons import course, open_step, place_of
from explorer.ui.parts.refused import to_upload
from explorer.ui.parts.sentences import literal
from explorer.ui.parts.window import narrow
from explorer.ui.session.catalogue import model_title
from explorer.ui.session.page_parts import LearnPart
from explorer.ui.session.request import Request, same_view
from explorer.ui.session.state import current
from explorer.ui.view.view import View


def doors(view: View) -> None:
    """Draw them while nothing has been chosen yet, and outside of presenter mode."""
    if view.request.cursor.presenter or not same_view(replace(current(), learn_page=LearnPart()), Request()):
        return
    with st.container(horizontal=not narrow(), vertical_alignment="center", gap="small", key="doors"):
        named = say("**Gate Explorer** shows every gate of a recurrent network. This one is called *{model}*.")
        st.markdown(named.format(model=literal(model_title(view.request.model))), width="content")
        first = course()[0]
        _door(
            "lesson", f"{say('Take me through it')} · {say('{minutes} min').format(minutes=first.minutes)}",
            ":material/school:", say("The first lesson, beside this picture"), _to_lesson,
        )  # fmt: skip
        _door(
            "model", say("My own model"), ":material/upload_file:", say("Drop a PyTorch, Keras or ONNX file"), to_upload
        )
        _door(
            "sequence",
            say("My own sequence"),
            ":material/edit:",
            say("Type lines or numbers, or bring a table"),
            _source,
        )


def _door(name: str, label: str, icon: str, says: str, act: Callable[[], None]) -> None:
    st.button(label, icon=icon, key=f"door-{name}", help=says, on_click=act)


def _to_lesson() -> None:
    place = place_of(course()[0].slug)
    if place is not None:
        open_step(place)


def _source() -> None:
    """Open the bar's own pop-up, which shows every way to bring a sequence."""
    st.session_state["source"] = True
