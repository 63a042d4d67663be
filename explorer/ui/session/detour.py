"""Another page next: for callbacks, which cannot go there themselves, and for a page that was asked for too early."""

from typing import Any

import streamlit as st

_KEY = "detour"


def go_to(file: str, query: dict[str, Any] | None = None) -> None:
    """Let the next run be another page's, with the request as it is.

    Args:
        file: the page, from the app's folder.
        query: its address; none for the request's own.
    """
    st.session_state[_KEY] = (file, query or {})


def take_detour() -> None:
    """Go where the last run was sent, if it was."""
    if _KEY in st.session_state:
        file, query = st.session_state.pop(_KEY)
        st.switch_page(file, query_params=query)
