"""A sequence that another model cannot read gives way to an example of that model's own, and can be brought back."""

from typing import Any

import streamlit as st

from explorer.errors import ExplorerError
from explorer.sequences import looks_numeric, parse_numbers
from explorer.ui.session.catalogue import RANDOM, reads, shown_text, takes, typed_columns
from explorer.ui.session.own import own
from explorer.ui.session.own_examples import MADE
from explorer.ui.session.request import Request
from explorer.ui.session.state import can_undo_to, current
from explorer.ui.view.data_in_hand import data_in_hand
from explorer.ui.view.reading import open_named
from explorer.ui.view.watched import encode_run, reads_run, watched

_CAME = {"typed": "your line", "upload": "your file as it was chosen", "generator": "the generated series",
         "run": "the run file's sequence"}  # fmt: skip
_STATE = "replaced"


def can_go_on(before: Request, name: str) -> bool:
    """Whether a model reads what is on screen, which the user brought."""
    if before.sequence.source == "example":
        return False
    if name == RANDOM:
        return True
    if before.sequence.source != "typed":
        return takes(name, _columns(before))
    try:
        return _reads_line(before, name)
    except ExplorerError:
        return False


def replaced(before: Request, name: str) -> None:
    """Remember what gives way, if it is the user's, so that the page can say it."""
    state: dict[str, Any] = dict(st.session_state.get(_STATE, {}))
    brought = before.sequence.source != "example" and not (
        before.sequence.source == "typed" and not before.sequence.text.strip()
    )
    state.pop(name, None)
    st.session_state[_STATE] = state | ({name: (before, _mark(name))} if brought else {})


def with_replacement(notes: tuple[str, ...]) -> tuple[str, ...]:
    """What is said about a sequence; first, in one line with it, that it stands in another's place."""
    said = _replacement()
    if not said:
        return notes
    others = [note for note in notes if note != MADE]
    return (" ".join([said, *others[:1]]), *others[1:])


def _replacement() -> str:
    """The sentence that says so, as long as Undo brings it back; "" otherwise."""
    request = current()
    before, mark = st.session_state.get(_STATE, {}).get(request.model, (None, ""))
    shown = request.sequence.source == "example" and request.sequence.example == 0
    if before is None or not shown or mark != _mark(request.model) or not can_undo_to(before):
        return ""
    came = _CAME[before.sequence.source]
    return f"This model cannot read {came}, so an example for it stands here; Undo brings yours back."


def _mark(name: str) -> str:
    kept = own(name)
    return "" if kept is None else kept.mark


def _reads_line(before: Request, name: str) -> bool:
    """Whether any of a typed line means something to the model: at least one token, ids, or the right columns."""
    text, model = shown_text(before), open_named(name)
    if model.text is not None:
        encoded = model.text.encode(text)
        return _is_text(before) and len(encoded.unknown) < len(encoded)
    if model.embedding is not None:
        ids = parse_numbers(text).values
        return bool((ids == ids.round()).all() and ids.min() >= 0 and ids.max() < len(model.embedding))
    return takes(name, typed_columns(text))


def _is_text(before: Request) -> bool:
    """Whether the line was written as text: numbers for a model of numbers are no characters for another."""
    return reads(before) == "text" or not looks_numeric(shown_text(before))


def _columns(request: Request) -> int:
    if reads_run(request):
        return encode_run(request).values.shape[1] if watched() else 0
    upload = data_in_hand()
    counts = {"generator": 1, "upload": len(upload.columns) if upload else 0}
    return counts[request.sequence.source]
