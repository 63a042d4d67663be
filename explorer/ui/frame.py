"""The frame round every page: page settings, navigation, and the guard for cold deep links."""

import gc
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import streamlit as st

from explorer.languages import say, speak
from explorer.models import single_threaded
from explorer.places import ASSETS, ROOT
from explorer.ui.given import take_given
from explorer.ui.learn.panel import beside
from explorer.ui.parts.sentences import PRIVACY
from explorer.ui.parts.window import narrow, theme
from explorer.ui.session.detour import go_to, take_detour
from explorer.ui.session.language import language
from explorer.ui.session.returned import remember_brought
from explorer.ui.session.state import begin, drawing
from explorer.ui.session.timing import timed

ABOUT = f"**Gate Explorer** shows every gate of an RNN, LSTM or GRU, at every step.\n\n{PRIVACY}"


@dataclass(frozen=True)
class Room:
    """One entry of the navigation."""

    group: str
    file: str
    title: str
    url: str


ROOMS = (
    Room("", "pages/gates.py", "Gates", "gates"),
    Room("", "pages/step.py", "Step", "step"),
    Room("Understand", "pages/memory.py", "Memory", "memory"),
    Room("Understand", "pages/units.py", "Units", "units"),
    Room("Understand", "pages/compare.py", "Compare", "compare"),
    Room("Build", "pages/models.py", "Models", "models"),
    Room("Build", "pages/train.py", "Train", "train"),
    Room("Learn", "pages/learn.py", "Lessons", "learn"),
)
"""The pages, in order; the first is the landing page. A new page is its file and one line here."""


def run() -> None:
    """Run the app: settings, navigation, and the page that was asked for."""
    single_threaded()
    settle()
    st.set_page_config(
        "Gate Explorer", _icon(), layout="wide", initial_sidebar_state="collapsed", menu_items={"About": ABOUT}
    )
    st.logo(_name(), size="medium")
    speak(language())
    groups: dict[str, list[st.Page]] = {}
    for index, room in enumerate(ROOMS):
        page = st.Page(ROOT / room.file, title=say(room.title), url_path=room.url, default=index == 0)
        groups.setdefault(say(room.group), []).append(page)
    # On a phone the menu is a list in the sidebar, and Streamlit's list of groups is none to a screen reader.
    flat = [page for pages in groups.values() for page in pages]
    chosen = st.navigation(flat if narrow() else groups, position="top")
    st.session_state["routed"] = True
    take_detour()
    take_given()
    with drawing(), timed(chosen.title):
        chosen.run()


def show(file: str, draw: Callable[[], None]) -> None:
    """A page: all that a file in `pages/` does.

    Args:
        file: its ``__file__``.
        draw: draws it.
    """
    _enter(file)
    begin(Path(file).stem)
    speak(language())
    with beside(), st.container(gap="xsmall", key="page"):
        draw()


def _enter(file: str) -> None:
    """Make sure that `app.py` has set up this session.

    On a fresh server whose first request is a deep link, Streamlit runs the page's file by itself. Then
    this remembers the page and its link, goes to `app.py`, and comes back.
    """
    if not st.session_state.get("routed"):
        remember_brought("line")
        go_to(f"pages/{Path(file).name}", st.query_params.to_dict())
        st.switch_page("app.py")


@st.cache_resource(show_spinner=False)
def settle() -> bool:
    """Once a server, by the door before anyone comes: what is left to the first visitor otherwise.

    What the imports left behind goes out of the collector's way. For its first element Streamlit asks for the stack,
    which makes Python look up the file of every module there is; and for the icon it imports Pillow.
    """
    inspect.stack()
    import_module("PIL.Image")
    gc.collect()
    gc.freeze()
    return True


@st.cache_data(show_spinner=False)
def _icon() -> str:
    return str(ASSETS / "icon.svg")


def _name() -> str:
    """The app's own name beside the navigation, in the ink of the reader's theme; on a phone its sign alone fits."""
    return _icon() if narrow() else str(ASSETS / f"name-{theme()}.svg")
