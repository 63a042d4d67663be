"""The Units page: which unit does what? One picture at a time."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from explorer.errors import ExplorerError
from explorer.ui.bar.opening import open_view
from explorer.ui.parts.controls import switch
from explorer.ui.parts.sentences import literal
from explorer.ui.parts.window import narrow
from explorer.ui.session.state import current
from explorer.ui.units.chosen import controls
from explorer.ui.units.coloured import draw_text
from explorer.ui.view.view import View


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
)  # fmt: skip
"""The pictures in their order. A new one is its file and one line here."""


def draw() -> None:
    """The sidebar, and one picture at a time."""
    view = open_view("units")
    if view is None:
        return
    controls(view)
    by_name = {one.name: one for one in PICTURES}
    switch(
        "Picture", "picture", list(by_name), lambda name: by_name[name].short if narrow() else by_name[name].title,
        label_visibility="collapsed",
    )  # fmt: skip
    chosen = by_name.get(current().units_page.picture, PICTURES[0])
    try:
        chosen.draw(view)
    except ExplorerError as trouble:
        st.warning(literal(str(trouble)), icon=":material/error:")
