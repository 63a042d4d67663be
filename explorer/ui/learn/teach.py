"""The teacher's page: a plan for a class, each slide one link."""

import streamlit as st

from explorer.lessons.reader import FOLDER
from explorer.ui.session.language import say

_FILE = FOLDER / "teachers.md"


def teach() -> None:
    """Draw the page from its file."""
    if _FILE.is_file():
        st.markdown(_FILE.read_text(encoding="utf-8"))
    else:
        st.caption(say("Nothing here yet."))
