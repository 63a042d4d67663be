"""Which sequence of several: of a run file, or of an uploaded array; and all of them side by side."""

from dataclasses import replace
from typing import Any

import streamlit as st

from explorer.cells import word
from explorer.errors import ExplorerError
from explorer.figures import batch_picture, padding_picture
from explorer.measures import leading_signal
from explorer.sequences import legible
from explorer.ui.bar.model_menu import FRESH
from explorer.ui.parts.sentences import literal
from explorer.ui.parts.window import CONFIG, sizes, theme
from explorer.ui.session.kept import kept
from explorer.ui.session.request import Request
from explorer.ui.session.state import change, current
from explorer.ui.session.turns import turn
from explorer.ui.view.reading import data_in_hand, keep_data
from explorer.ui.view.watched import OpenRun, call_of, place_of, reads_run, watched
from explorer.watching import Call, Gathered, as_if_padded, gathered, unit_means

_ALIGNED = {"start": "first steps", "end": "last steps", "mark": "a word"}
_MOST_DRAWN = 128


def count() -> int:
    """How many sequences there are to choose from; 0 where there is nothing to choose."""
    request = current()
    try:
        if reads_run(request):
            return len(call_of(request))
    except ExplorerError:
        return 0
    upload = data_in_hand()
    if request.sequence.source != "upload" or upload is None or upload.arrays is None:
        return 0
    batch = len(upload.arrays[upload.array])
    return batch if batch > 1 else 0


def label() -> str:
    """``"3 of 64"``."""
    return f"{_place() + 1:,} of {count():,}"


def _place() -> int:
    if reads_run(current()):
        return place_of(current())
    upload = data_in_hand()
    return 0 if upload is None else min(upload.index, count() - 1)


def chooser() -> None:
    """The number, and for a run file its modules, its calls, all sequences side by side and what padding would do."""
    _numbered()
    run = watched()
    if run is not None and reads_run(current()):
        _modules(run)
        call = call_of(current())
        _facts(call)
        _side_by_side(current(), call)
        _padding(current(), call)


def _numbered() -> None:
    most, place = count(), _place()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button("", icon=":material/chevron_left:", key="batch-before", help="The sequence before",
                  disabled=place == 0, on_click=_go, args=(place - 1,))  # fmt: skip
        st.session_state["batch-number"] = place + 1
        st.number_input(
            f"Sequence of {most:,}", 1, most, key="batch-number",
            on_change=lambda: _go(st.session_state["batch-number"] - 1),
        )  # fmt: skip
        st.button("", icon=":material/chevron_right:", key="batch-next", help="The next sequence",
                  disabled=place == most - 1, on_click=_go, args=(place + 1,))  # fmt: skip


def _go(place: int) -> None:
    if reads_run(current()):
        change(nth=place, **FRESH)
        return
    upload = data_in_hand()
    if upload is not None:
        keep_data(replace(upload, index=place))
        change(source="upload", step=-1)


def _modules(run: OpenRun) -> None:
    names = list(run.parts)
    if len(names) > 1:
        st.session_state["batch-module"] = current().model if current().model in names else names[0]
        st.selectbox(
            "Module", names, key="batch-module", format_func=lambda name: legible(run.parts[name], 80),
            on_change=lambda: _other(model=st.session_state["batch-module"], call=-1, layer=0, direction="forward"),
        )  # fmt: skip
    calls = run.seen[run.parts.get(current().model, run.parts[names[0]])].calls
    if len(calls) > 1:
        known = range(len(calls))
        st.session_state["batch-call"] = current().sequence.call % len(calls)
        st.selectbox(
            f"Call of {len(calls):,}", known, key="batch-call",
            format_func=lambda place: f"{place + 1:,}: {len(calls[place]):,} sequences",
            on_change=lambda: _other(call=st.session_state["batch-call"]),
        )  # fmt: skip


def _other(**choices: Any) -> None:
    change(nth=0, signal="", unit=-1, **choices, **FRESH)


def _facts(call: Call) -> None:
    lengths = call.lengths
    own, longest = lengths[_place()], max(lengths)
    padded = f"; the longest has {longest:,}, so a padded batch would mask the last {longest - own:,}" * (own < longest)
    st.caption(f"This sequence has {own:,} steps{padded}.")


def _side_by_side(request: Request, call: Call) -> None:
    """Every sequence's mean over units as a row, and mean and spread of these under them."""
    signal = request.shown.signal or leading_signal(call.model.kind)
    place = (min(request.shown.layer, call.model.num_layers - 1), request.shown.direction)
    known = list(_ALIGNED) if call.labels is not None else list(_ALIGNED)[:2]
    at = str(st.segmented_control("Aligned at their", known, format_func=_ALIGNED.__getitem__, default="start",
                                  required=True, key="batch-aligned"))  # fmt: skip
    mark = st.text_input("The first", key="batch-mark", placeholder="a step's word") if at == "mark" else ""
    if at == "mark" and not any(mark in row for row in call.labels or ()):
        st.caption("No sequence has such a step." if mark else "Type a word to put over one another.")
        return
    try:
        found, rows = _gathered(_key(request), call, signal, place, at, mark)
    except ExplorerError as trouble:
        st.caption(literal(str(trouble)))
        return
    words = word(call.model.kind, signal)
    chosen = rows.index(_place()) if _place() in rows else None
    figure = batch_picture(found, words, chosen, int(at == "start"), theme(), sizes())
    st.plotly_chart(
        figure, theme=None, config=CONFIG, key="batch-picture",
        alt=f"{words.title}, mean over units, of {len(rows)} sequences, and their mean and spread at each step",
    )  # fmt: skip
    if len(rows) < len(call):
        st.caption(f"{len(rows):,} of {len(call):,} sequences, evenly chosen.")


def _key(request: Request) -> tuple[Any, ...]:
    run = watched()
    return (run and run.mark, request.model, request.sequence.call)


@kept(8)
def _gathered(
    key: tuple[Any, ...], _call: Call, signal: str, place: tuple[int, str], at: str, mark: str
) -> tuple[Gathered, list[int]]:
    rows = sorted({round(one * (len(_call) - 1) / (_MOST_DRAWN - 1)) for one in range(_MOST_DRAWN)})
    part = _call if len(rows) == len(_call) else _call.only(rows)
    marks = [row.index(mark) if mark in row else -1 for row in part.labels or ()] if at == "mark" else None
    with turn(), st.spinner("Running every sequence…"):
        return gathered(unit_means(part, signal, *place), at, marks), rows  # type: ignore[arg-type]


def _padding(request: Request, call: Call) -> None:
    """What padding would have changed: the same sequence with rows of zeros behind it."""
    if not st.toggle("As if padded", key="batch-padded", help="Rows of zeros behind it, up to the batch's longest"):
        return
    try:
        found = as_if_padded(call, _place())
    except ExplorerError as trouble:
        st.caption(literal(str(trouble)))
        return
    st.caption(found.sentence)
    st.plotly_chart(
        padding_picture(found, theme(), sizes()), theme=None, config=CONFIG, key="padding-picture",
        alt=f"How much padding changes each state at each step. {found.sentence}",
    )  # fmt: skip
