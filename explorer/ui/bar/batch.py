"""Which sequence of several: of a run file, or of an uploaded array; and all of them side by side."""

from dataclasses import replace
from typing import Any

import streamlit as st

from explorer.archives import named
from explorer.errors import ExplorerError
from explorer.sequences import legible
from explorer.ui.bar.model_menu import FRESH
from explorer.ui.bar.side_by_side import padding, side_by_side
from explorer.ui.parts.sentences import literal
from explorer.ui.session.state import change, current
from explorer.ui.view.data_in_hand import DataFile, data_in_hand, keep_data
from explorer.ui.view.together import Together, together
from explorer.ui.view.watched import OpenRun, call_of, place_of, reads_run, watched


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
    """The number, what tells true steps from padding, all sequences side by side and what padding would do."""
    _numbered()
    run, upload = watched(), data_in_hand()
    if run is not None and reads_run(current()):
        _modules(run)
    elif upload is not None:
        _true_steps(upload)
    try:
        found = together(current())
    except ExplorerError as trouble:
        st.caption(literal(str(trouble)))
        return
    if found is not None:
        _facts(found)
        side_by_side(current(), found, run is not None and reads_run(current()) and found.call.labels is not None)
        if min(found.call.lengths) < found.longest:
            padding(found)


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
    _stay_open()
    if reads_run(current()):
        change(nth=place, **FRESH)
        return
    upload = data_in_hand()
    if upload is not None:
        keep_data(replace(upload, index=place))
        change(source="upload", step=-1)


def _stay_open() -> None:
    """The button's words change with what is chosen, and a pop-up of other words would begin closed."""
    st.session_state["batch"] = True


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
    _stay_open()
    change(nth=0, signal="", unit=-1, **choices, **FRESH)


def _facts(found: Together) -> None:
    own, longest = found.call.lengths[found.row], found.longest
    padded = f"; the longest has {longest:,}, so a padded batch would mask the last {longest - own:,}" * (own < longest)
    st.caption(f"This sequence has {own:,} steps{padded}.")


def _true_steps(upload: DataFile) -> None:
    """What is known of an array's true steps, and whether what follows them is left out."""
    known = upload.known
    if known is None:
        st.caption(
            "Every step is read: the file states no lengths, and no sequence ends in rows that repeat. Save it with "
            "numpy.savez and an array lengths, or a mask, to leave padding out and to see what it does."
        )
        return
    st.session_state["batch-cut"] = upload.is_cut
    st.toggle("Leave padding out", key="batch-cut", on_change=lambda: _cut(st.session_state["batch-cut"]))
    if known.stated:
        st.caption(literal(f"The file's array {named(known.stated)} says how many steps of each sequence are true."))
        return
    rest = upload.batch.shape[1] - known.steps
    st.caption(
        f"{int((rest > 0).sum()):,} of {len(rest):,} sequences end in rows that repeat, up to {int(rest.max()):,}. "
        "The file states no lengths, so these may be padding or data: you decide."
    )


def _cut(cut: bool) -> None:
    upload = data_in_hand()
    if upload is not None:
        keep_data(replace(upload, cut=cut))
        change(source="upload", **FRESH)
