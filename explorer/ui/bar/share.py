"""Share: the link of this view, its QR code, and what the link holds."""

import io
from urllib.parse import urlencode

import segno
import streamlit as st

from explorer.languages import say
from explorer.ui.session.link import fits_link, shareable, to_link
from explorer.ui.session.request import is_upload
from explorer.ui.session.state import current

_MOST_IN_QR = 1_200


def share() -> None:
    """The link to this very view, as text and as a picture for phones."""
    request, link = current(), _link()
    st.code(link, language=None, wrap_lines=True)
    if is_upload(request.model):
        st.caption("The link leaves your uploaded model out: whoever opens it sees another model.")
    if request.sequence.source in ("upload", "run"):
        st.caption("The link leaves your uploaded file out: whoever opens it sees the model with its example.")
    elif not fits_link(request):
        st.caption("Your text is too long for a link: whoever opens it sees the model with its example.")
    elif request.sequence.source == "typed":
        st.caption(say("This link contains your text."))
    if len(link) <= _MOST_IN_QR:
        st.image(qr_code(link), width=220, caption=say("Point a phone at it"))


def _link() -> str:
    base = str(st.context.url or "").partition("?")[0]
    query = urlencode(to_link(shareable(current())))
    return f"{base}?{query}" if query else base


@st.cache_data(max_entries=64, show_spinner=False)
def qr_code(link: str) -> bytes:
    """A link as a picture for phones, PNG."""
    picture = io.BytesIO()
    segno.make(link, micro=False).save(picture, kind="png", scale=5, border=4)
    return picture.getvalue()
