"""What was dropped at an uploader: read once, then the server lets go of its bytes."""

from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFileRec


def dropped(key: str) -> list[tuple[str, bytes]]:
    """The names and the contents of the files at an uploader; [] where there are none. For callbacks.

    Streamlit keeps what came until its session ends, also where the uploader is gone or another file took its place:
    a browser asks to let go of it only where its reader removes it by hand. So what is read is emptied there.

    Args:
        key: of the uploader.
    """
    came = st.session_state.get(key)
    files = came if isinstance(came, list) else [] if came is None else [came]
    read = [(str(file.name), bytes(file.getvalue())) for file in files]
    for file in files:
        _empty(file)
    return read


def _empty(file: Any) -> None:
    """Leave the file's name, by which the browser knows it, and no content."""
    context = get_script_run_ctx()
    if context is not None and hasattr(context.uploaded_file_mgr, "add_file"):
        context.uploaded_file_mgr.add_file(context.session_id, UploadedFileRec(file.file_id, file.name, file.type, b""))
