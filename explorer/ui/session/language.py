"""Which language the reader wants: the link's, or the browser's."""

import streamlit as st

from explorer.languages import known_languages, preferred
from explorer.ui.session.state import begun


def language() -> str:
    """The language of this run, before or after its request is read."""
    request = begun()
    chosen = st.query_params.get("lang", "") if request is None else request.learn_page.lang
    return chosen if chosen in known_languages() else preferred(str(st.context.locale or ""))
