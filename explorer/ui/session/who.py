"""Whose run of the script this is."""

from streamlit.runtime.scriptrunner import get_script_run_ctx


def session_of() -> str:
    """The name of the session that runs; "" outside of any."""
    context = get_script_run_ctx(suppress_warning=True)
    return "" if context is None else str(context.session_id)
