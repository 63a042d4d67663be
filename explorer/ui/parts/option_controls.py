"""The controls of a cell's options: a row of words for each."""

from typing import Any

import streamlit as st

from explorer.cells import CELLS
from explorer.ui.parts.controls import switch
from explorer.ui.session.options import chosen_word, read_words, spell_words
from explorer.ui.session.state import change, current


def option_controls(kind: str) -> None:
    """A row of words for each option."""
    for option in CELLS[kind].options:
        more: dict[str, Any] = {"help": option.about} if option.about else {}
        if option.choice:
            switch(option.label, option.choice, list(option.values), option.shown.format, width="stretch", **more)
            continue
        key = f"option-{option.name}"
        st.session_state[key] = chosen_word(current(), option)
        st.segmented_control(
            option.label, list(option.values), format_func=option.shown.format, required=True, width="stretch",
            key=key, on_change=_picked, args=(option.name, key), help=option.about or None,
        )  # fmt: skip


def _picked(name: str, key: str) -> None:
    change(options=spell_words(read_words(current()) | {name: st.session_state[key]}))
