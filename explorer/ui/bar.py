"""The bar at the top of every page: model, sequence, examples, undo and redo, share."""

import streamlit as st

from explorer.ui import sources
from explorer.ui.content import (
    RANDOM,
    example_at,
    examples,
    model_names,
    model_title,
    reads,
    shown_text,
)
from explorer.ui.controls import bound
from explorer.ui.session import can, change, current, redo, start_again, undo
from explorer.ui.share import share
from explorer.ui.words import model_summary

_VISIBLE = {"\n": "⏎", "\t": "⇥"}


def bar() -> None:
    """Draw the bar and change the request by it."""
    request = current()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="bar"):
        with st.container(width=230, key="bar-model"):
            _model_menu()
        with st.container(width="stretch", key="bar-sequence"):
            _line()
        with st.popover("Examples", icon=":material/category:", help="Sequences that show something", key="examples"):
            _examples()
        with st.popover("Source", icon=":material/tune:", help="Several lines, numbers, a CSV file, a generator"):
            sources.panel(request)
        st.button("", icon=":material/undo:", on_click=undo, disabled=not can("undo"), key="undo", help="Undo")
        st.button("", icon=":material/redo:", on_click=redo, disabled=not can("redo"), key="redo", help="Redo")
        share()
        st.button(
            "", icon=":material/restart_alt:", on_click=start_again, key="again",
            help="Start again: the first view, with an empty address",
        )  # fmt: skip


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
    change(model=chosen, layer=0, direction="forward", signal="", step=-1, unit=-1, **fresh)


def _reads(name: str) -> str:
    return "numbers" if examples(name) and "text" not in examples(name)[0] else "text"


def _line() -> None:
    """The sequence as one line; a line break is typed and shown as ⏎."""
    request = current()
    key = "line"
    text = shown_text(request)
    place = _placeholder()
    visible = "".join(_VISIBLE.get(char, char) for char in text)
    if st.session_state.get(key) != visible:
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
    change(source="typed", text=text, step=-1, first=-1, last=-1)


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
    for index, example in enumerate(examples(current().model)):
        label = example.get("text") or f"{example['title']}: {example['from']} to {example['to']}"
        st.button(
            example["title"],
            key=f"example-{index}",
            help=label[:200].replace("`", "'"),
            on_click=change,
            kwargs={"source": "example", "example": index, "text": "", "step": -1, "first": -1, "last": -1},
            width="stretch",
        )
