"""The bar at the top of every page: model, sequence, examples, undo and redo, share."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer.languages import say
from explorer.ui.bar import batch, sources
from explorer.ui.bar.model_menu import FRESH, model_menu
from explorer.ui.bar.share import share
from explorer.ui.parts.window import narrow, remounted
from explorer.ui.session.catalogue import example_at, examples, gallery, reads, shown_text
from explorer.ui.session.returned import brought
from explorer.ui.session.state import can, change, come_back, current, page, redo, start_again, undo

_VISIBLE = {"\n": "⏎", "\t": "⇥"}


def bar() -> None:
    """Draw the bar and change the request by it; in presenter mode, only the way out."""
    if current().cursor.presenter:
        _presenter_bar()
        return
    if narrow():
        _line()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="bar"):
        with st.container(width=230, key="bar-model"):
            model_menu(narrow())
        if not narrow():
            with st.container(width="stretch", key="bar-sequence"):
                _line()
        pop_up("examples", say("Examples"), ":material/category:", say("Sequences that show something"), _examples)
        if batch.count():
            pop_up("batch", batch.label(), ":material/stacks:", "Another sequence of this batch", batch.chooser)
        several = say("Several lines, numbers, a CSV file, a generator")
        pop_up("source", say("Source"), ":material/tune:", several, sources.panel)
        _always(say("Presenter mode: large type, three panels"))


def short_bar() -> None:
    """The bar of a page that makes its own models: undo, redo, share, presenter mode, start again."""
    with st.container(horizontal=True, horizontal_alignment="right", gap="xsmall", key="bar"):
        if current().cursor.presenter:
            _way_out()
        else:
            _always(say("Presenter mode: large type"))


def _always(presents: str) -> None:
    """What stands at the end of every bar; ``presents`` says what presenter mode does."""
    _icon("undo", ":material/undo:", say("Undo"), undo, disabled=not can("undo"))
    _icon("redo", ":material/redo:", say("Redo"), redo, disabled=not can("redo"))
    pop_up("share", say("Share"), ":material/link:", say("A link that restores this view"), share)
    if not narrow():
        _icon("present", ":material/slideshow:", presents, _present)
    _icon("again", ":material/restart_alt:", say("Start again: the first view, with an empty address"), start_again)


def pop_up(key: str, label: str, icon: str, says: str, draw: Callable[[], None]) -> None:
    """A pop-up whose content is made only while it is open: the bar is drawn on every run."""
    folded = narrow() and key != "examples"
    with st.popover("" if folded else label, icon=icon, help=says, key=key, on_change="rerun") as box:
        if box.open:
            draw()


def _presenter_bar() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="bar"):
        with st.container(width="stretch"):
            _line()
        _way_out()


def _way_out() -> None:
    _icon("present", ":material/close_fullscreen:", say("Leave presenter mode"), _present)


def _present() -> None:
    change(presenter=not current().cursor.presenter)


def _icon(key: str, icon: str, says: str, act: Callable[[], None], disabled: bool = False) -> None:
    """A small button; its words are its tooltip."""
    st.button("", icon=icon, key=key, help=says, on_click=act, disabled=disabled)


def _line() -> None:
    """The sequence as one line; a line break is typed and shown as ⏎.

    It is read on Enter and on leaving the field: each keystroke would be a run of the script, and sixty people typing
    several hundred a second.
    """
    request = current()
    key = "line"
    text = shown_text(request)
    place = _placeholder()
    visible = "".join(_VISIBLE.get(char, char) for char in text)
    # Another page has another widget of this key, which begins empty though the old value still stands.
    elsewhere = st.session_state.get("line-page") != page()
    begins = key not in st.session_state
    if not begins and (st.session_state[key] != visible or remounted() or elsewhere):
        st.session_state[key] = visible
    st.session_state["line-page"] = page()
    said = st.text_input(
        say("Sequence: type text or numbers"),
        key=key,
        on_change=_typed,
        args=(key,),
        label_visibility="collapsed",
        placeholder=place,
        autocomplete="off",
        value=visible if begins else "",
    )
    # Only a browser whose server was started again comes to a new session with a line of its own.
    said = brought() or said
    if begins and said != visible:
        come_back(source="typed", text=_text_of(said), **FRESH)
        st.rerun()


def _typed(key: str) -> None:
    change(source="typed", text=_text_of(st.session_state[key]), **FRESH)


def _text_of(visible: str) -> str:
    for char, sign in _VISIBLE.items():
        visible = visible.replace(sign, char)
    return visible


def _placeholder() -> str:
    request = current()
    if request.sequence.source == "run":
        return "A run file is shown; type here to replace it"
    if request.sequence.source == "upload":
        return "Your uploaded file is shown; type here to replace it"
    if request.sequence.source == "generator":
        return f"{request.sequence.generator}, {request.sequence.length} steps; type here to replace it"
    if request.sequence.source == "example" and "text" not in example_at(request):
        return f"{example_at(request)['title']} · type {reads(request)} to replace it"
    return say("Type text or numbers")


def _examples() -> None:
    """One click each: what comes with the model, and what else it can read, by kind."""
    request = current()
    own = {example["title"]: {"source": "example", "example": index, "text": ""}
           for index, example in enumerate(examples(request.model))}  # fmt: skip
    _chips("with this model", own)
    for kind, entries in gallery(request).items():
        _chips(kind, {title: {"source": "typed", "text": text} for title, text in entries.items()})


def _chips(kind: str, choices: dict[str, dict[str, Any]]) -> None:
    key = f"chips-{kind}"
    st.pills(
        kind.capitalize(), list(choices), key=key,
        on_change=lambda: _pick(choices.get(st.session_state[key]), key),
    )  # fmt: skip


def _pick(choice: dict[str, Any] | None, key: str) -> None:
    st.session_state[key] = None
    if choice is not None:
        change(**FRESH, **choice)
