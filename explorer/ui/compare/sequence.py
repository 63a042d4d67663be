"""B's sequence: a line of its own, and edits of one token at a time."""

import streamlit as st

from explorer.ui.compare.rivals import MOST_TYPED, joined, other_text, text_of, tokens_of
from explorer.ui.session.state import change, current
from explorer.ui.view.view import View

_VISIBLE = {"\n": "⏎", "\t": "⇥"}
_EDITS = {"change": "Change it to", "insert": "Insert before it", "delete": "Delete it"}


def other_line(view: View) -> None:
    """The line that holds B's sequence, and beside it the edits of A's chosen token.

    Raises:
        EncodingError: A is too long for a second line beside it.
    """
    text = other_text(view)
    key = "other-line"
    shown = "".join(_VISIBLE.get(char, char) for char in text)
    if st.session_state.get(key) != shown:
        st.session_state[key] = shown
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="other"):
        with st.container(width="stretch", key="other-stretch"):
            st.text_input(
                "Sequence B", key=key, label_visibility="collapsed", on_change=_typed, max_chars=MOST_TYPED,
                autocomplete="off", placeholder="Type sequence B",
            )  # fmt: skip
        with st.popover("Edit one token", icon=":material/edit:", key="edit-form", on_change="rerun") as box:
            if box.open:
                _edits(view)
        st.button("B := A", key="as-a", on_click=change, kwargs={"other": text_of(view)}, help="Begin again from A")


def _typed() -> None:
    text = st.session_state["other-line"]
    for char, sign in _VISIBLE.items():
        text = text.replace(sign, char)
    change(other=text)


def _edits(view: View) -> None:
    """Change, insert or delete one token of B."""
    tokens = tokens_of(view, other_text(view))
    at = min(max(current().cursor.step, 0), len(tokens) - 1) + 1
    st.number_input("Step of B", 1, max(1, len(tokens)), at, key=f"edit-at-{at}-{len(tokens)}")
    place = st.session_state[f"edit-at-{at}-{len(tokens)}"] - 1
    st.text(f"The token there: {tokens[place].strip() or 'white space'}")
    st.segmented_control("Edit", list(_EDITS), format_func=_EDITS.__getitem__, key="edit-how", default="change",
                         required=True)  # fmt: skip
    how = st.session_state["edit-how"]
    if how != "delete":
        st.text_input("New token or value", key="edit-to", max_chars=60)
    st.button("Edit B", key="edit-it", on_click=_edit, args=(view, tokens, place))


def _edit(view: View, tokens: list[str], place: int) -> None:
    how = st.session_state["edit-how"]
    new = "" if how == "delete" else str(st.session_state.get("edit-to", ""))
    if how != "delete" and not new:
        return
    words = view.encoded.is_text and view.model.text is not None and view.model.text.unit != "character"
    spaced = " " + new if words and (place or how == "insert") and not new.startswith(" ") else new
    changed = {"change": [spaced], "insert": [spaced, tokens[place]], "delete": []}[how]
    edited = [*tokens[:place], *changed, *tokens[place + 1 :]]
    change(other=joined(view, edited).lstrip(" ") if words else joined(view, edited))
