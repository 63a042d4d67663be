"""One session's request: read from its link, changed by its controls, undone and redone."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer.sequences import GENERATORS
from explorer.ui.session.catalogue import model_names
from explorer.ui.session.link import MAX_TEXT, addressed, from_link, is_unreadable, to_link
from explorer.ui.session.request import CHOICES, Request, is_upload, same_view

_MOST_UNDOS = 20
_ECHO_SECONDS = 5.0
_RESTARTED = "The server was started again: Undo and uploaded files are gone; the view and your line are here."
_thread = threading.local()
"""A run of the script has a thread, and its callbacks are called on it before it begins."""


def current() -> Request:
    """The request that this run shows."""
    return st.session_state["request"]  # type: ignore[no-any-return]


def begun() -> Request | None:
    """The request of this session, None where it has none yet."""
    return st.session_state.get("request")


def begin(page: str) -> Request:
    """Take the request from the session, or from the link where the reader went to another one; once a run."""
    state = st.session_state
    if getattr(_thread, "begun", False):
        return current()
    _thread.begun = getattr(_thread, "drawing", False)
    arrived = st.query_params.to_dict()
    stayed = state.get("page", page) == page
    if "request" not in state or (stayed and not _ours(arrived)):
        start(asked())
        state["unread"] = current() if is_unreadable(arrived) else None
    state["page"] = page
    if "come-back" in state:
        adjust(**state.pop("come-back"))
        st.toast(_RESTARTED)
    return current()


def come_back(**choices: Any) -> None:
    """Let the next run of the script begin with what a browser brought whose session the server no longer has."""
    st.session_state["come-back"] = choices


def start(request: Request) -> None:
    """Begin with a request; nothing before it can be undone."""
    state = st.session_state
    state["request"], state["past"], state["future"] = request, [], []


def unread() -> str | None:
    """That the text of the link was not taken, as long as nothing else was chosen."""
    shown = st.session_state.get("unread")
    if shown is None or not same_view(shown, current()):
        return None
    return (
        f"The text of this link is damaged or stands for more than {MAX_TEXT:,} bytes, so an example stands here: "
        "paste the text, or ask for another link."
    )


def asked() -> Request:
    """The request in the address."""
    return _known(from_link(st.query_params.to_dict()))


def _known(request: Request) -> Request:
    """The request with a model and a generator that there are: a link may name any.

    An upload that is gone is said on the page.
    """
    model = request.model if request.model in model_names() or is_upload(request.model) else Request().model
    generator = request.sequence.generator if request.sequence.generator in GENERATORS else next(iter(GENERATORS))
    return request.but(model=model, generator=generator)


def publish() -> None:
    """Write the request into the address, as far as it fits."""
    link = to_link(addressed(current()))
    if st.query_params.to_dict() != link:
        st.query_params.from_dict(link)
    before = st.session_state.get("link", link)
    if before != link:
        now = time.monotonic()
        left = {spelt: when for spelt, when in st.session_state.get("left", {}).items() if now - when < _ECHO_SECONDS}
        st.session_state["left"] = left | {urlencode(before): now}
    st.session_state["link"] = link


def _ours(arrived: dict[str, str]) -> bool:
    """Whether an address is what we wrote ourselves, now or a moment ago.

    A browser that is quicker than its server sends the address it still has, which is no wish to go back there; its
    buttons for back and forward are one.
    """
    if arrived == st.session_state.get("link", arrived):
        return True
    if getattr(get_script_run_ctx(suppress_warning=True), "is_history_navigation", False):
        return False
    when = st.session_state.get("left", {}).get(urlencode(arrived))
    return when is not None and time.monotonic() - when < _ECHO_SECONDS


@contextmanager
def drawing() -> Iterator[None]:
    """While a page draws a request, nothing may `change` it: only callbacks may, before the page is drawn."""
    _thread.drawing, _thread.begun = True, False
    try:
        yield
    finally:
        _thread.drawing, _thread.begun = False, False


def change(**choices: Any) -> None:
    """Go on to another request; what it replaces can be undone. Only for callbacks.

    A page that changed the request while it draws it would do so again after each undo, which then leads nowhere;
    what cannot be shown is put right by `adjust`.

    Raises:
        RuntimeError: a page is being drawn.
    """
    if getattr(_thread, "drawing", False):
        raise RuntimeError(f"The request is changed while it is drawn: {', '.join(choices)}")
    before = current()
    after = before.but(**choices)
    if not same_view(before, after):
        st.session_state["past"] = [*st.session_state["past"], before][-_MOST_UNDOS:]
        st.session_state["future"] = []
    st.session_state["request"] = after


def adjust(**choices: Any) -> None:
    """Put right what cannot be shown, such as a layer that the model does not have; nothing to undo."""
    st.session_state["request"] = current().but(**choices)


def undo() -> None:
    """Back to the request before the last change."""
    _move("past", "future")


def redo() -> None:
    """Forward again."""
    _move("future", "past")


def can(direction: str) -> bool:
    """Whether there is anything to ``"undo"`` or ``"redo"``."""
    return bool(st.session_state["past" if direction == "undo" else "future"])


def can_undo_to(request: Request) -> bool:
    """Whether undo leads back to a request."""
    return request in st.session_state["past"]


def page() -> str:
    """The address of the page that is drawn."""
    return str(st.session_state["page"])


def start_again() -> None:
    """The landing view, with an empty address; this too can be undone."""
    change(**{one.name: one.default for one in CHOICES if one.name != "lang"})


def _move(source: str, target: str) -> None:
    state = st.session_state
    if state[source]:
        state[target] = [*state[target], state["request"]]
        state["request"] = state[source][-1]
        state[source] = state[source][:-1]
