"""A long run: the button that makes it, and the strip that its window stands in."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from explorer.errors import ExplorerError
from explorer.figures import overview_strip
from explorer.measures import leading_signal, memory_signal
from explorer.trace import Trace, record_chunks
from explorer.ui.parts.controls import bound
from explorer.ui.session.held_bytes import count_in
from explorer.ui.session.request import Request
from explorer.ui.session.state import adjust, current
from explorer.ui.session.turns import turn
from explorer.ui.view.long_run import TooLongError, keep_run, run_in_hand


def offer(trouble: TooLongError) -> None:
    """A button that runs the sequence, with its progress; pressing anything else stops it."""
    long = trouble.long
    st.info(str(trouble), icon=":material/timeline:")
    with st.container(horizontal=True, key="long-buttons"):
        begun = st.button("Run it in chunks", key="run-long")
        if begun:
            st.button("Cancel", key="cancel-long")
    if begun:
        shown = st.progress(0.0)
        signals = dict.fromkeys((leading_signal(long.model.kind), memory_signal(long.model.kind)))
        with turn() as give_way:

            def told(share: float) -> None:
                shown.progress(min(share, 1.0))
                give_way()

            chunks = record_chunks(long.model, long.values, signals=tuple(signals), progress=told, **long.states)
        try:
            count_in(chunks, chunks.values.nbytes)
        except ExplorerError as full:
            st.error(str(full))
            return
        keep_run(long, chunks)
        st.rerun()


def overview(trace: Trace, request: Request, theme: Any, sizes: Any, config: Mapping[str, Any]) -> None:
    """The whole sequence as a strip, and where the window stands in it."""
    chunks = run_in_hand()
    if chunks is None:
        return
    most = len(chunks) - len(trace)
    if request.sequence.window > most:
        adjust(window=most)
    start = current().sequence.window
    figure = overview_strip(
        chunks.overview, leading_signal(trace.kind), *request.shown.place, (start, start + len(trace)),
        theme, sizes,
    )  # fmt: skip
    st.plotly_chart(
        figure, theme=None, config=dict(config), key="overview",
        alt=f"Means of {leading_signal(trace.kind)} over all {len(chunks):,} steps; the window begins at {start + 1:,}",
    )  # fmt: skip
    st.slider(
        f"Window of {len(trace):,} of {len(chunks):,} steps, from", 0, most, step=max(1, len(trace) // 4),
        format="%d", **bound("window"),
    )  # fmt: skip
