"""The view that this run of the script draws, for whoever speaks about it beside the page."""

import streamlit as st

from explorer.ui.view.view import View

_KEY = "on-screen"


def put_on_screen(view: View) -> None:
    """Remember what the page draws, until the run ends."""
    st.session_state[_KEY] = view


def take_from_screen() -> View | None:
    """What the page has drawn, once; None where it drew no run of a network."""
    view: View | None = st.session_state.pop(_KEY, None)
    return view
