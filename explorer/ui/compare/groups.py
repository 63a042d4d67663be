"""Groups: many sequences by condition, one unit's mean and spread, aligned on a token."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import pandas as pd
import streamlit as st

from explorer.archives import pack, unpack
from explorer.cells import word
from explorer.errors import EncodingError, ExplorerError
from explorer.figures.groups import condition_lines
from explorer.measures import Profile, find_token, leading_signal, profile, separation
from explorer.models import Model
from explorer.sequences import Encoded, Labelled, parse_numbers, read_labelled
from explorer.trace import Trace, record
from explorer.training import task_of
from explorer.ui.compare.pair import digest
from explorer.ui.compare.rivals import changed_once, text_of
from explorer.ui.parts.controls import forget, menu, number
from explorer.ui.parts.sentences import literal
from explorer.ui.parts.window import CONFIG, sizes, theme
from explorer.ui.session.dropped import dropped
from explorer.ui.session.kept import kept
from explorer.ui.session.state import change, current
from explorer.ui.session.turns import turn
from explorer.ui.view.view import View

_BEFORE, _AFTER = 12, 24
_MOST = 20_000
"""Characters; of up to four bytes."""


@dataclass(frozen=True)
class Groups:
    """Sequences of several conditions, run.

    Attributes:
        conditions: which, in the order they came.
        labels: of each sequence, its condition.
        traces: its run.
        at: the step that comes to stand at 0.
        missing: how many sequences lack the token.
    """

    conditions: tuple[str, ...]
    labels: tuple[str, ...]
    traces: tuple[Trace, ...]
    at: tuple[int, ...]
    missing: int


def draw_groups(view: View) -> None:
    """Paste, choose, see."""
    text, align = _wanted(view)
    left, right = st.columns([3, 5], gap="medium")
    with left:
        _pasted(text)
        _choices(view, align)
    try:
        lines = read_labelled(text)
        groups = _runs(view, lines, align)
    except ExplorerError as sentence:
        with right:
            st.warning(literal(str(sentence)), icon=":material/error:")
        return
    with right:
        _draw(view, groups, align)


def _wanted(view: View) -> tuple[str, str]:
    """The sequences and the token of the request, or those that come with the task."""
    request = view.request
    if request.compare_page.lines:
        return unpack(request.compare_page.lines, 4 * _MOST) or "", request.compare_page.align
    text, align = task_of(view.model.card).groups
    if text:
        return text, request.compare_page.align or align
    ours = text_of(view)
    pair = (ours, changed_once(view, ours))
    return "\n".join(
        f"{name}: {_one_line(one)}" for name, one in zip("AB", pair, strict=True)
    ), request.compare_page.align


def _one_line(text: str) -> str:
    return text.replace("\n", "⏎").replace("\t", "⇥")


def _pasted(text: str) -> None:
    key = "group-lines"
    if st.session_state.get(key) != text:
        st.session_state[key] = text
    st.text_area(
        "Sequences, one a line, after their condition and a colon", key=key, height=196, max_chars=_MOST,
        on_change=lambda: change(lines=pack(st.session_state[key])),
    )  # fmt: skip
    with st.popover("From a file", icon=":material/upload:", key="group-upload", on_change="rerun") as box:
        if box.open:
            st.file_uploader(
                "Lines as above, or two columns of a CSV or TSV: condition, sequence", type=["txt", "csv", "tsv"],
                key="group-file", on_change=_uploaded, max_upload_size=1,
            )  # fmt: skip
            st.caption("What you upload here becomes part of the link.")


def _uploaded() -> None:
    for name, content in dropped("group-file"):
        text = content.decode("utf-8", "replace")[:_MOST]
        if name.lower().endswith(".csv"):
            text = "\n".join(line.replace(",", "\t", 1).replace('"', "") for line in text.splitlines())
        change(lines=pack(text))


def _choices(view: View, align: str) -> None:
    key = "group-align"
    if st.session_state.get(key) != align:
        st.session_state[key] = align
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="group-choices"):
        st.text_input("Align on the token", key=key, width=132, placeholder="first step", max_chars=40,
                      on_change=lambda: change(align=st.session_state[key]))  # fmt: skip
        number("Occurrence (−1: last)", "occurrence", -1, 99, width=132)
        names = list(view.trace.signals)
        if current().shown.signal not in names:
            forget("signal")
        menu(
            "Signal",
            "signal",
            ["", *names],
            lambda name: word(view.trace.kind, name).title if name else "keep gate",
            width=132,
        )


def _runs(view: View, lines: Sequence[Labelled], align: str) -> Groups:
    occurrence = view.request.compare_page.occurrence or 1
    key = blake2b(repr((digest(view.trace), [tuple(line) for line in lines])).encode(), digest_size=16).hexdigest()
    traces = _recorded(key, view.model, tuple(lines), view.encoded.is_text)
    places = [_place(trace, align, occurrence) for trace in traces]
    kept = [at for at, place in enumerate(places) if place is not None]
    if not kept:
        raise EncodingError(f"None of the {len(lines)} sequences has “{align}”: align on another token.")
    labels = tuple(lines[at].condition for at in kept)
    return Groups(
        tuple(dict.fromkeys(labels)), labels, tuple(traces[at] for at in kept),
        tuple(place for place in places if place is not None), len(lines) - len(kept),
    )  # fmt: skip


@kept(6)
def _recorded(key: str, _model: Model, _lines: tuple[Labelled, ...], text: bool) -> tuple[Trace, ...]:
    traces = []
    with turn() as give_way:
        for line in _lines:
            traces.append(record(_model, _encoded(_model, line.text, text)))
            give_way()
    return tuple(traces)


def _encoded(model: Model, line: str, text: bool) -> Encoded:
    whole = line.replace("⏎", "\n").replace("⇥", "\t")
    if text and model.text is not None:
        return model.text.encode(whole)
    numbers = parse_numbers(whole)
    return Encoded(numbers.values[:, 0].astype(int), numbers.labels) if text else numbers


def _place(trace: Trace, align: str, occurrence: int) -> int | None:
    if not align:
        return 0
    return find_token(trace.labels, align.replace(" ", "·"), occurrence)


def _profiles(view: View, groups: Groups, signal: str, unit: int) -> dict[str, Profile]:
    before = min(_BEFORE, max(groups.at))
    after = min(_AFTER, max(len(trace) - at for trace, at in zip(groups.traces, groups.at, strict=True)) - 1)
    layer, way = view.request.shown.place
    found = {}
    for condition in groups.conditions:
        mine = [at for at, label in enumerate(groups.labels) if label == condition]
        lines = [groups.traces[at].select(signal, layer, way)[:, unit].astype(np.float64) for at in mine]
        found[condition] = profile(lines, [groups.at[at] for at in mine], before, after)
    return found


def _draw(view: View, groups: Groups, align: str) -> None:
    signal = view.request.shown.signal or leading_signal(view.trace.kind)
    count = view.trace[signal].shape[-1]
    scores = [separation(list(_profiles(view, groups, signal, unit).values())) for unit in range(count)]
    telling = np.argsort(-np.asarray(scores), kind="stable")
    unit = view.request.cursor.unit if 0 <= view.request.cursor.unit < count else int(telling[0])
    profiles = _profiles(view, groups, signal, unit)
    title = f"{word(view.trace.kind, signal).title} of unit {unit}: mean ± standard deviation"
    st.plotly_chart(
        condition_lines(profiles, title, f"“{align}”" if align else "the first step",
                        word(view.trace.kind, signal).role == "gate",
                        theme(), sizes()),
        theme=None, config=CONFIG, key="grouped",
        alt=f"{title} in the conditions {', '.join(groups.conditions)}",
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="telling-units"):
        st.caption("Units that part the conditions most", width="content")
        for one in telling[:8]:
            st.button(
                f"unit {one}", key=f"group-unit-{one}", type="tertiary", on_click=change, kwargs={"unit": int(one)}
            )
    if groups.missing:
        st.caption(f"{groups.missing} sequences lack “{align}” and are left out.")
    with st.expander("As a table", key="group-table"):
        st.table(_table(profiles))


def _table(profiles: dict[str, Profile]) -> pd.DataFrame:
    columns = {}
    for name, one in profiles.items():
        columns[name] = [
            f"{mean:.3f} ± {spread:.3f} (n = {count})" if count else "–"
            for mean, spread, count in zip(one.mean, one.spread, one.counts, strict=True)
        ]
        offsets = [f"{offset:+d}" if offset else "0" for offset in one.offsets]
    return pd.DataFrame(columns, index=pd.Index(offsets, name="step"))
