"""The Units page: which unit does what? One picture at a time."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from explorer.errors import ExplorerError
from explorer.ui.bar.opening import open_view
from explorer.ui.parts.controls import switch
from explorer.ui.parts.sentences import literal
from explorer.ui.parts.window import narrow
from explorer.ui.session.catalogue import model_names
from explorer.ui.session.state import change, current
from explorer.ui.units.alike import draw_alike
from explorer.ui.units.chosen import controls
from explorer.ui.units.coloured import draw_text
from explorer.ui.units.concept import draw_concept
from explorer.ui.units.here import draw_here
from explorer.ui.units.matter import draw_matter
from explorer.ui.units.saturated import draw_saturation
from explorer.ui.units.statistics import draw_statistics
from explorer.ui.view.view import View

_TELLING = "python-chars-lstm"


@dataclass(frozen=True)
class Picture:
    """One picture of the page.

    Attributes:
        name: its word in the request.
        title, short: what it asks, on a desk and on a phone.
        draw: draws it under the choice of pictures.
    """

    name: str
    title: str
    short: str
    draw: Callable[[View], None]


PICTURES = (
    Picture("text", "The text in colour", "Colour", draw_text),
    Picture("here", "Which units are on here?", "On here", draw_here),
    Picture("concept", "Which unit knows …?", "Knows", draw_concept),
    Picture("saturation", "Saturation", "Saturation", draw_saturation),
    Picture("alike", "Alike, counting, idle", "Alike", draw_alike),
    Picture("matter", "Does it matter?", "Matter", draw_matter),
    Picture("statistics", "Statistics", "Statistics", draw_statistics),
)  # fmt: skip
"""The pictures in their order. A new one is its file and one line here."""


def _offer_quotes(view: View) -> None:
    """One step to what the page is for, where the model on screen reads something else."""
    there = _TELLING in model_names() and any(one.name == "concept" for one in PICTURES)
    if there and view.model.card.get("task") != _TELLING.rpartition("-")[0]:
        st.button(
            "Which unit knows quotes?", key="quotes", on_click=change, icon=":material/format_quote:",
            kwargs={"model": _TELLING, "picture": "concept", "corpus": "held-out", "unit": -1, "layer": 0},
        )  # fmt: skip


def draw() -> None:
    """The sidebar, and one picture at a time."""
    view = open_view("units")
    if view is None:
        return
    controls(view)
    by_name = {one.name: one for one in PICTURES}
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="pictures"):
        switch(
            "Picture", "picture", list(by_name), lambda name: by_name[name].short if narrow() else by_name[name].title,
            label_visibility="collapsed",
        )  # fmt: skip
        _offer_quotes(view)
    chosen = by_name.get(current().units_page.picture, PICTURES[0])
    try:
        chosen.draw(view)
    except ExplorerError as trouble:
        st.warning(literal(str(trouble)), icon=":material/error:")
