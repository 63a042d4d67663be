"""Share: the link of this view, and what it holds."""

from urllib.parse import urlencode

import streamlit as st

from explorer.ui.request import fits_link, to_link
from explorer.ui.session import current


def share() -> None:
    """A popover with the link to this very view."""
    with st.popover("Share", icon=":material/link:", help="A link that restores this view", key="share"):
        request = current()
        st.code(_link(), language=None, wrap_lines=True)
        if request.source == "upload":
            st.caption("The link leaves your uploaded file out: whoever opens it sees the model with its example.")
        elif not fits_link(request):
            st.caption("Your text is too long for a link: whoever opens it sees the model with its example.")
        elif request.source == "typed":
            st.caption("This link contains your text.")


def _link() -> str:
    base = str(st.context.url or "").partition("?")[0]
    query = urlencode(to_link(current()))
    return f"{base}?{query}" if query else base
