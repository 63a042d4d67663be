"""All sequences of a batch side by side, and what padding would do to the one on screen."""

from typing import Any

import streamlit as st

from explorer.cells import word
from explorer.errors import ExplorerError
from explorer.figures import batch_picture, padding_picture
from explorer.measures import leading_signal
from explorer.ui.parts.sentences import literal
from explorer.ui.parts.window import CONFIG, sizes, theme
from explorer.ui.session.kept import kept
from explorer.ui.session.request import Request
from explorer.ui.session.turns import turn
from explorer.ui.view.together import Together
from explorer.watching import Call, Gathered, as_if_padded, gathered, unit_means

_ALIGNED = {"start": "first steps", "end": "last steps", "mark": "a word"}
_ROUNDING = 1e-5


def side_by_side(request: Request, found: Together, worded: bool) -> None:
    """Every sequence's mean over units as a row, and mean and spread of these under them.

    Args:
        request: which signal of which layer.
        found: the sequences.
        worded: whether steps have words, at which sequences may be put over one another.
    """
    call = found.call
    signal = request.shown.signal or leading_signal(call.model.kind)
    place = (min(request.shown.layer, call.model.num_layers - 1), request.shown.direction)
    known = list(_ALIGNED) if worded else list(_ALIGNED)[:2]
    at = str(st.segmented_control("Aligned at their", known, format_func=_ALIGNED.__getitem__, default="start",
                                  required=True, key="batch-aligned"))  # fmt: skip
    mark = st.text_input("The first", key="batch-mark", placeholder="a step's word") if at == "mark" else ""
    if at == "mark" and not any(mark in row for row in call.labels or ()):
        st.caption("No sequence has such a step." if mark else "Type a word to put over one another.")
        return
    try:
        means = _gathered(found.key, call, signal, place, at, mark)
    except ExplorerError as trouble:
        st.caption(literal(str(trouble)))
        return
    words = word(call.model.kind, signal)
    st.plotly_chart(
        batch_picture(means, words, found.row, int(at == "start"), theme(), sizes()),
        theme=None, config=CONFIG, key="batch-picture",
        alt=f"{words.title}, mean over units, of {len(call)} sequences, and their mean and spread at each step",
    )  # fmt: skip
    if len(call) < found.total:
        st.caption(f"{len(call):,} of {found.total:,} sequences, evenly chosen.")


@kept(8)
def _gathered(key: tuple[Any, ...], _call: Call, signal: str, place: tuple[int, str], at: str, mark: str) -> Gathered:
    marks = [row.index(mark) if mark in row else -1 for row in _call.labels or ()] if at == "mark" else None
    with turn(), st.spinner("Running every sequence…"):
        return gathered(unit_means(_call, signal, *place), at, marks)  # type: ignore[arg-type]


def padding(found: Together) -> None:
    """What padding would have changed: the same sequence with rows of zeros behind it."""
    if not st.toggle("As if padded", key="batch-padded", help="Rows of zeros behind it, up to the batch's longest"):
        return
    try:
        padded = as_if_padded(found.call, found.row, found.longest)
    except ExplorerError as trouble:
        st.caption(literal(str(trouble)))
        return
    st.caption(padded.sentence)
    if max(float(values.max()) for values in padded.changed.values()) <= _ROUNDING:
        return  # there would be nothing to see but rounding
    st.plotly_chart(
        padding_picture(padded, theme(), sizes()), theme=None, config=CONFIG, key="padding-picture",
        alt=f"How much padding changes each state at each step. {padded.sentence}",
    )  # fmt: skip
