"""What every page begins with: the bar, and the view, or the sentence that says why there is none."""

import streamlit as st

from explorer.errors import ExplorerError
from explorer.ui.bar.bar import bar
from explorer.ui.parts.long_controls import offer, overview
from explorer.ui.parts.messages import warn
from explorer.ui.parts.notes import say_notes
from explorer.ui.parts.refused import say_refused, to_upload
from explorer.ui.parts.sentences import (
    literal,
)
from explorer.ui.parts.start import say_start
from explorer.ui.parts.window import CONFIG, measure, sizes, theme
from explorer.ui.session.catalogue import fitting_model, model_title, reads
from explorer.ui.session.request import Request, is_upload
from explorer.ui.session.state import begin, change, current, page, publish
from explorer.ui.view.data_in_hand import data_in_hand
from explorer.ui.view.long_run import TooLongError
from explorer.ui.view.on_screen import put_on_screen
from explorer.ui.view.view import View, look


def open_view(page: str, bar_waits: bool = False) -> View | None:
    """Draw the bar and run the request; None where there is nothing to draw but a message.

    Args:
        page: its address.
        bar_waits: whether, from a session's second run on, only the bar's place is kept, which `finish` fills: what
            a page sends first the browser draws first, and after an edit the reader waits for the picture.
    """
    begin(page)
    measure()
    place = st.container(key="bar-place")
    st.session_state["bar-place"] = place
    if not (bar_waits and st.session_state.get("begun")):
        finish()
    st.session_state["begun"] = True
    request = current()
    say_refused(page)
    try:
        view = look(request, data_in_hand())
    except TooLongError as trouble:
        finish()
        offer(trouble)
        return None
    except ExplorerError as trouble:
        finish()
        _refuse(request, str(trouble))
        return None
    put_on_screen(view)
    if view.is_window:
        overview(view.trace, view.request, theme(), sizes(), CONFIG)
    warn(view.model)
    say_notes(view, page)
    say_start(view)
    return view


def finish() -> None:
    """Write the address, and draw the bar where its place was kept."""
    publish()
    place = st.session_state.pop("bar-place", None)
    if place is not None:
        with place:
            bar()


def _refuse(request: Request, sentence: str) -> None:
    st.warning(literal(sentence), icon=":material/error:")
    if is_upload(request.model) and page() != "models":
        st.button("Upload it again", key="upload-again", on_click=to_upload)
    other = fitting_model(request)
    if request.sequence.source == "typed" and request.sequence.text.strip() and other != request.model:
        st.button(
            f"Open it with {model_title(other)}", key="fitting",
            on_click=change, kwargs={"model": other, "step": -1, "unit": -1, "layer": 0},
        )  # fmt: skip
    elif request.sequence.source in ("generator", "upload") and reads(request) == "text":
        st.button("Open it with random weights", on_click=change, kwargs={"model": "random"}, key="fitting")
