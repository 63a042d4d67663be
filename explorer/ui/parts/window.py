"""How much room there is: a phone, a desk or a stage."""

import streamlit as st

from explorer.figures import DESK, PHONE, STAGE, Sizes, Theme
from explorer.languages import spoken
from explorer.ui.served import component
from explorer.ui.session.state import current

_COOKIE = "gate-explorer-narrow"
_probe = component("width", "width/width.js")


def measure() -> None:
    """Learn from the browser whether the window is narrow."""
    st.session_state["narrow"] = narrow()
    data = {"narrow": st.session_state["narrow"], "language": spoken()}
    told = _probe(key="width", data=data, on_narrow_change=_changed)
    if told.narrow is not None:
        st.session_state["narrow"] = bool(told.narrow)
    layout = (narrow(), current().cursor.presenter, bool(current().learn_page.lesson))
    st.session_state["moved"] = st.session_state.get("layout", layout) != layout
    st.session_state["layout"] = layout


def remounted() -> bool:
    """Whether the layout has just changed: widgets mounted anew come up with their first option."""
    return bool(st.session_state.get("moved"))


def narrow() -> bool:
    """Whether the window is a phone's width; until the page has told, what its first answer left as a cookie.

    Where there is none, whether the browser says that it is on a phone. A page that were laid out again a moment
    later would move what a reader is about to press, or to drop a file on.
    """
    if "narrow" not in st.session_state:
        told = st.context.cookies.get(_COOKIE, "")
        if told in ("0", "1"):
            return told == "1"
        return "Mobi" in (st.context.headers.get("User-Agent") or "")
    return bool(st.session_state["narrow"])


def sizes() -> Sizes:
    """Heights, margins and type for this window and mode."""
    if narrow():
        return PHONE
    return STAGE if current().cursor.presenter else DESK


def _changed() -> None:
    state = st.session_state["width"]
    st.session_state["narrow"] = bool(state["narrow"])


CONFIG = {"displayModeBar": False, "scrollZoom": False, "displaylogo": False, "responsive": True}


def theme() -> Theme:
    """The theme of the reader's browser."""
    return "dark" if st.context.theme.type == "dark" else "light"
