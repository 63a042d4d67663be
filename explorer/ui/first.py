"""The first answer: what the landing page can say from its address alone, before any run, and what pages will want."""

import os
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from string import Template
from urllib.parse import parse_qsl

import streamlit as st

from explorer.errors import ExplorerError
from explorer.figures import DESK, PHONE, STAGE, Sizes
from explorer.languages import ENGLISH, preferred, speak
from explorer.measures import predictions
from explorer.models import list_models, load_card
from explorer.models.model.bundle import Place, place_of
from explorer.places import GIVEN
from explorer.sequences import Vocabulary
from explorer.ui.assets import asset
from explorer.ui.first_panels import INKS, first_panels
from explorer.ui.frame import ROOMS
from explorer.ui.parts.sentences import RANDOM_WEIGHTS, beyond_training, question
from explorer.ui.served import SCRIPTS
from explorer.ui.session.catalogue import RANDOM, reads, shown_text
from explorer.ui.session.link import from_link
from explorer.ui.session.request import Request
from explorer.ui.view.view import View, look

_MOST_TOKENS = 60
"""More do not stand beside each other legibly; the ribbon then shows a window of them."""
_MOST_LETTERS = 2_000
_LEAST_COLUMN, _LETTER = 9, 7.2
"""Pixels of a column, and of a letter, below which the ribbon shows a window."""
_SIGN, _DESK_SIDE, _PHONE_SIDE = 8.4, 80, 16
"""Pixels of a letter among the values at the cursor, and beside a page."""
_PAGE = Template(asset("first/first.html"))
_WAITING = Template(asset("first/waiting.html")).substitute(INKS)
_LATER = ' fetchpriority="low"'
_WANTED = {
    "gates": ("width", "view", "lines", "plotly"),
    "step": ("width", "view", "diagram"),
    "memory": ("width", "view", "plotly"),
    "compare": ("width", "view", "plotly"),
    "train": ("width", "film"),
    "learn": ("width", "course"),
}
"""The scripts of a page, in the order in which it needs them."""


def page_of(path: str) -> str | None:
    """The page that a path of the server is, by its address; None where it is a file."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    parts = path.strip("/")
    below = parts.removeprefix(base) if f"{parts}/".startswith(f"{base}/") else parts
    name = below.strip("/") or ROOMS[0].url
    return name if name in {room.url for room in ROOMS} else None


def preloads(page: str) -> str:
    """Links by which a browser fetches a page's scripts while it starts Streamlit; Plotly's when there is time."""
    names = [name for name in _WANTED.get(page, ("width",)) if name in SCRIPTS]
    return "".join(
        f'<link rel="modulepreload" href="{SCRIPTS[name].address}"{_LATER if name == "plotly" else ""}>'
        for name in names
    )


def waiting() -> str:
    """A sentence that shows itself where Streamlit has had no connection for ten seconds, on any page."""
    return _WAITING


def inline() -> str:
    """The scripts that stand in the first answers themselves, as they stand there."""
    return asset("first/first.html", "first/waiting.html")


def first_paint(query: str, asked: str = "") -> str:
    """What the model on this address learned, the tokens that it will read, and what every gate does at them.

    The page itself then covers all of it, in the same places.

    Args:
        query: of the address, as the browser sent it.
        asked: the languages that the browser asks for.

    Returns:
        HTML for the end of the body; nothing where the server was started on files, which take its place, or where
        the address names a model that is not at hand, or a line that it cannot read: the page then says
        so itself; and nothing in a lesson, which stands where the view would be.
    """
    if os.environ.get(GIVEN):
        return ""
    request = from_link(dict(parse_qsl(query, keep_blank_values=True)))
    if request.learn_page.lesson:
        return ""
    try:
        language = request.learn_page.lang or preferred(asked)
        return _painted(request, None if request.model == RANDOM else place_of(request.model), language)
    except ExplorerError:
        return ""


@lru_cache(maxsize=64)
def _painted(request: Request, place: Place | None, language: str = ENGLISH) -> str:
    """The same once for a request, its language and its model's ``place``: trained again, a model is another."""
    speak(language)
    sentence, view = _sentence(request.model), _view(request)
    tokens = _tokens(request) if view is None else view.trace.labels
    said = () if view is None else tuple(one.label for one in predictions(view.model, view.trace) or ())
    row = _Row(tokens, said, view is None or view.encoded.is_text)
    few = len(row.tokens) <= _MOST_TOKENS
    return _PAGE.substitute(
        INKS,
        room="stage" if request.cursor.presenter else "desk",
        sentence=escape(sentence),
        tokens=_spans(row.tokens if few and row.is_text else ()),
        answers=_spans(row.answers if few else ()),
        row="34px" if row.is_text else "52px",
        answer="20px" if row.answers else "0px",
        windowed=row.windowed(STAGE if request.cursor.presenter else DESK),
        wrapped="0px" if view is None else f"{row.readout(view):.2f}px",
        panels=first_panels(view) if view is not None else "",
    )


def _spans(texts: Sequence[str]) -> str:
    return "".join(f"<span>{escape(text)}</span>" for text in texts)


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


def _view(request: Request) -> View | None:
    """The run of a model at hand; None where the page will say something above it, or the line is long."""
    if request.model not in list_models() or request.sequence.source not in ("example", "typed"):
        return None
    if len(shown_text(request)) > _MOST_LETTERS:
        return None
    view = look(request, None)
    said = view.encoded.notes or beyond_training(view) or view.model.initial or view.request.initial.start != "trained"
    return None if said or view.is_window or view.trace.masked is not None else view


class _Row:
    """What the ribbon will say, and the room that it takes; the browser lays it out by the same rules (`tokens.js`)."""

    def __init__(self, tokens: Sequence[str], said: Sequence[str], is_text: bool) -> None:
        self.tokens, self.is_text = tokens, is_text
        self.answers = said if is_text else ()

    @property
    def usual(self) -> float:
        """A length that 19 of 20 texts do not exceed."""
        lengths = sorted(_length(text) for text in (*self.tokens, *self.answers))
        return max(1.0, lengths[int(0.95 * (len(lengths) - 1))]) if lengths else 1.0

    def windowed(self, sizes: Sizes) -> str:
        """In which windows there is no room for every token, as a media query."""
        room = len(self.tokens) * max(_LEAST_COLUMN, self.usual * _LETTER + 1) if self.is_text else 0.0
        wide = room + 2 * _DESK_SIDE + sizes.left + sizes.right
        small = room + 2 * _PHONE_SIDE + PHONE.left + PHONE.right
        return (
            f"(min-width: 640.01px) and (max-width: {wide - 0.02:.2f}px), "
            f"(max-width: 640px) and (max-width: {small - 0.02:.2f}px)"
        )

    def readout(self, view: View) -> float:
        """The narrowest desk on which the values at the cursor stand in one line."""
        width = view.trace[view.trace.signals[0]].shape[-1]
        place = len(f"step {len(self.tokens)} ''  unit {width - 1}") + self.usual
        parts = [place * _SIGN, *[8 * _SIGN + 16] * len(view.trace.signals)]
        if self.answers:
            parts.append((len(f"{question(view)} ") + max(map(_length, self.answers))) * _SIGN)
        return 2 * _DESK_SIDE + DESK.left + sum(parts) + 14 * (len(parts) - 1)


def _length(text: str) -> float:
    return sum(1.7 if letter > "\u2e7f" else 1.0 for letter in text)
