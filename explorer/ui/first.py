"""The first answer: what the landing page can say from its address alone, before any run, and what pages will want."""

import os
from html import escape
from string import Template
from urllib.parse import parse_qsl

import streamlit as st

from explorer.errors import ExplorerError
from explorer.models import load_card
from explorer.places import GIVEN
from explorer.sequences import Vocabulary
from explorer.ui.assets import asset
from explorer.ui.frame import ROOMS
from explorer.ui.parts.sentences import RANDOM_WEIGHTS
from explorer.ui.served import SCRIPTS
from explorer.ui.session.catalogue import RANDOM, reads, shown_text
from explorer.ui.session.link import from_link
from explorer.ui.session.request import Request

_MOST_TOKENS = 60
"""More do not stand beside each other legibly; the ribbon then shows a window of them."""
_PAGE = Template(asset("first/first.html"))
_LATER = ' fetchpriority="low"'
_WANTED = {
    "gates": ("width", "ribbon", "lines", "plotly"),
    "step": ("width", "ribbon", "diagram"),
    "memory": ("width", "ribbon", "plotly"),
    "compare": ("width", "ribbon", "plotly"),
}
"""The scripts of a page, in the order in which it needs them."""


def page_of(path: str) -> str | None:
    """The page that a path of the server is, by its address; None where it is a file."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    name = path.strip("/").removeprefix(base).strip("/") or ROOMS[0].url
    return name if name in {room.url for room in ROOMS} else None


def preloads(page: str) -> str:
    """Links by which a browser fetches a page's scripts while it starts Streamlit; Plotly's when there is time."""
    names = [name for name in _WANTED.get(page, ("width",)) if name in SCRIPTS]
    return "".join(
        f'<link rel="modulepreload" href="{SCRIPTS[name].address}"{_LATER if name == "plotly" else ""}>'
        for name in names
    )


def first_paint(query: str) -> str:
    """What the model on this address learned, and the tokens that it will read; the page itself then covers both.

    Args:
        query: of the address, as the browser sent it.

    Returns:
        HTML for the end of the body; nothing where the server was started on files, which take its place, or where
        the address names a model that this server does not bundle, or a line that it cannot read: the page then says
        so itself.
    """
    if os.environ.get(GIVEN):
        return ""
    request = from_link(dict(parse_qsl(query, keep_blank_values=True)))
    try:
        sentence, tokens = _sentence(request.model), _tokens(request)
    except ExplorerError:
        return ""
    return _PAGE.substitute(
        room="stage" if request.cursor.presenter else "desk",
        sentence=escape(sentence),
        tokens="".join(f"<span>{escape(token)}</span>" for token in tokens),
    )


def _sentence(model: str) -> str:
    return RANDOM_WEIGHTS if model == RANDOM else str(load_card(model).get("learned", ""))


def _tokens(request: Request) -> tuple[str, ...]:
    if request.sequence.source not in ("example", "typed") or reads(request) != "text":
        return ()
    text = shown_text(request)
    if len(text) > 20 * _MOST_TOKENS:
        return ()
    known = None if request.model == RANDOM else load_card(request.model).get("vocabulary")
    labels = (Vocabulary.from_dict(known) if known else Vocabulary.printable_ascii()).encode(text).labels
    return labels if len(labels) <= _MOST_TOKENS else ()
