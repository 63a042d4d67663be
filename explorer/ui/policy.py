"""What a browser may do with our answers: scripts of this server alone, and which pages may frame them."""

import os
import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from explorer.ui.first import inline

FRAMES = "GATE_EXPLORER_FRAME_ANCESTORS"
"""The environment variable that names the pages which may embed the app, as in ``'self' https://course.example``."""
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_SOURCES = re.compile(r"[\x21-\x2b\x2d-\x3a\x3c-\x7e ]+")


def frame_ancestors() -> str:
    """Who may frame the app: any page, unless the environment says; this server alone where it says no sources."""
    asked = os.environ.get(FRAMES, "*").strip()
    return asked if _SOURCES.fullmatch(asked) else "'self'"


@cache
def policy() -> str:
    """The content security policy of every answer, but for who may frame it.

    A script runs only where it comes from this server as a file, is a component's (Streamlit hands those on as
    blobs), or stands in our first answer or Streamlit's own page word for word. Styles are written into the page by
    Streamlit, so they cannot be told apart; it reads its messages by WebAssembly of its own.
    """
    scripts = " ".join(("'self'", "blob:", "'wasm-unsafe-eval'", *_hashes()))
    return (
        f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline' blob:; "
        "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; worker-src 'self' blob:; "
        "connect-src 'self'; frame-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
    )


def headers() -> dict[str, str]:
    """What stands on every answer of the server."""
    return {
        "content-security-policy": f"{policy()}; frame-ancestors {frame_ancestors()}",
        "x-content-type-options": "nosniff",
        # The address holds what was typed.
        "referrer-policy": "same-origin",
    }


def _hashes() -> list[str]:
    digests = (sha256(one.encode()).digest() for one in _INLINE.findall(_page() + inline()))
    return [f"'sha256-{b64encode(one).decode()}'" for one in digests]


def _page() -> str:
    """Streamlit's own page, into which it writes a script."""
    found = find_spec("streamlit")
    page = Path(found.origin).parent / "static" / "index.html" if found and found.origin else None
    return page.read_text("utf-8") if page is not None and page.is_file() else ""
