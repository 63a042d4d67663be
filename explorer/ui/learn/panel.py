"""The panel: a lesson's step beside the page that it speaks about."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from explorer.ui.learn.content import panel_content, screen_of
from explorer.ui.parts.lessons import Place, follow_bare_link, here, leave, let_answer, open_step, place_of, to_lessons
from explorer.ui.served import component
from explorer.ui.session.state import current, page
from explorer.ui.view.on_screen import take_from_screen

_KEY = "lesson-panel"
_WIDTH = 316
_mount = component(
    "lesson", "shared/component.js", "learn/spans.js", "learn/room.js", "learn/question.js", "learn/panel.js",
    html="learn/panel.html", css="learn/panel.css",
)  # fmt: skip


@contextmanager
def beside() -> Iterator[None]:
    """Let a page be drawn, and the step that the reader is at beside it.

    The page is sent first: after an edit the reader waits for the picture, and the panel's answers are read off it.
    """
    follow_bare_link()
    place = here()
    if place is None:
        yield
        take_from_screen()
        return
    with st.container(horizontal=True, gap="small", key="lesson-room"):
        panel = st.container(width=_WIDTH, key="lesson")
        with st.container(width="stretch", key="lesson-page"):
            yield
        with panel:
            _draw(place)


def _draw(place: Place) -> None:
    screen = screen_of(place, page(), current(), take_from_screen())
    _mount(key=_KEY, data=panel_content(place, screen), on_go_change=_went, on_asked_change=_asked)


def _went() -> None:
    """Where the reader wants to go: a step by its name, back to the step's view, or out."""
    wish = str((st.session_state.get(_KEY) or {}).get("go") or "")
    place = here() if wish == "back" else place_of(wish)
    if wish == "leave":
        leave()
    elif wish == "lessons":
        to_lessons()
    elif place is not None:
        open_step(place)


def _asked() -> None:
    """The reader has answered a question, and wants to hear what is right."""
    place = place_of(str((st.session_state.get(_KEY) or {}).get("asked") or ""))
    if place is not None:
        let_answer(place)
