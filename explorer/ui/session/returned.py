"""A browser whose server was started again comes to a new session with what stands in its fields."""

from contextlib import suppress

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_BROUGHT = "brought"


def remember_brought(key: str) -> None:
    """Keep the text of a field that the browser sent with a session's first run, before that run leads elsewhere.

    Streamlit gives a field's text only to the script that draws the field, and forgets it where none does.

    Args:
        key: of the field.
    """
    context = get_script_run_ctx()
    with suppress(AttributeError, KeyError):  # Streamlit's own business: where it is another, nothing is remembered
        assert context is not None
        sent = context.session_state._state._new_widget_state.states
        for name in [name for name in sent if name.endswith(f"-{key}")]:
            st.session_state[_BROUGHT] = str(sent[name].value.string_value)


def brought() -> str | None:
    """What was remembered, once."""
    text: str | None = st.session_state.pop(_BROUGHT, None)
    return text
