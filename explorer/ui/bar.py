"""The bar at the top of every page: model, sequence, examples, undo and redo, share."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from explorer.ui import sources
from explorer.ui.catalogue import (
    RANDOM,
    example_at,
    examples,
    gallery,
    model_names,
    model_title,
    reads,
    shown_text,
)
from explorer.ui.controls import bound
from explorer.ui.session import can, change, current, redo, start_again, undo
from explorer.ui.share import share
from explorer.ui.width import narrow
from explorer.ui.words import model_summary

_VISIBLE = {"\n": "⏎", "\t": "⇥"}
_FRESH = {"step": -1, "first": -1, "last": -1, "top": -1, "bottom": -1}
"""A new sequence: the page chooses where to look, and nothing is selected."""


def bar() -> None:
    """Draw the bar and change the request by it; in presenter mode, only the way out."""
    if current().presenter:
        _presenter_bar()
        return
    if narrow():
        _line()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="bar"):
        with st.container(width=230, key="bar-model"):
            _model_menu()
        if not narrow():
            with st.container(width="stretch", key="bar-sequence"):
                _line()
        pop_up("examples", "Examples", ":material/category:", "Sequences that show something", _examples)
        pop_up("source", "Source", ":material/tune:", "Several lines, numbers, a CSV file, a generator", sources.panel)
        _icon("undo", ":material/undo:", "Undo", undo, disabled=not can("undo"))
        _icon("redo", ":material/redo:", "Redo", redo, disabled=not can("redo"))
        pop_up("share", "Share", ":material/link:", "A link that restores this view", share)
        if not narrow():
            _icon("present", ":material/slideshow:", "Presenter mode: large type, three panels", _present)
        _icon("again", ":material/restart_alt:", "Start again: the first view, with an empty address", start_again)


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
        _icon("present", ":material/close_fullscreen:", "Leave presenter mode", _present)


def _present() -> None:
    change(presenter=not current().presenter)


def _icon(key: str, icon: str, says: str, act: Callable[[], None], disabled: bool = False) -> None:
    """A small button; its words are its tooltip."""
    st.button("", icon=icon, key=key, help=says, on_click=act, disabled=disabled)


def _model_menu() -> None:
    names = model_names()
    if current().model not in names:
        change(model=names[0])
    ties = bound("model") | {"on_change": _model_chosen}
    st.selectbox(
        "Model", names, format_func=model_title, label_visibility="collapsed",
        help=model_summary(current().model) or None, **ties,
    )  # fmt: skip


def _model_chosen(name: str, key: str, _: dict[str, str]) -> None:
    """Keep what was typed where the new model can read it; else bring an example of its own."""
    before, chosen = current(), st.session_state[key]
    change_of_kind = chosen != RANDOM and (reads(before), before.source) != (_reads(chosen), "typed")
    fresh = {"source": "example", "example": 0} if change_of_kind or before.source == "example" else {}
    change(model=chosen, layer=0, direction="forward", signal="", unit=-1, **_FRESH, **fresh)


def _reads(name: str) -> str:
    return "numbers" if examples(name) and "text" not in examples(name)[0] else "text"


def _line() -> None:
    """The sequence as one line; a line break is typed and shown as ⏎."""
    request = current()
    key = "line"
    text = shown_text(request)
    place = _placeholder()
    visible = "".join(_VISIBLE.get(char, char) for char in text)
    if st.session_state.get(key) != visible or st.session_state.get("moved"):
        st.session_state[key] = visible
    st.text_input(
        "Sequence: type text or numbers",
        key=key,
        on_change=_typed,
        args=(key,),
        label_visibility="collapsed",
        placeholder=place,
        autocomplete="off",
    )


def _typed(key: str) -> None:
    text = st.session_state[key]
    for char, sign in _VISIBLE.items():
        text = text.replace(sign, char)
    change(source="typed", text=text, **_FRESH)


def _placeholder() -> str:
    request = current()
    if request.source == "upload":
        return "Your uploaded file is shown; type here to replace it"
    if request.source == "generator":
        return f"{request.generator}, {request.length} steps; type here to replace it"
    if request.source == "example" and "dataset" in example_at(request):
        return f"{example_at(request)['title']} · type numbers to replace it"
    return "Type text or numbers"


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
        change(**_FRESH, **choice)
