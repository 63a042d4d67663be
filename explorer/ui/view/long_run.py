"""Sequences too long to keep: run in chunks on request, then looked at through a window."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.figures import overview_strip
from explorer.measures import leading_signal, memory_signal
from explorer.models import Model
from explorer.sequences import Encoded
from explorer.trace import Chunks, Trace, record_chunks
from explorer.ui.parts.controls import bound
from explorer.ui.session.held_bytes import count_in
from explorer.ui.session.request import Request
from explorer.ui.session.state import adjust, current

MOST_VALUES = 20_000_000
"""A run that would keep more numbers is made in chunks."""
_WINDOW_VALUES, _WINDOW_STEPS = 2_000_000, 1_000


@dataclass(frozen=True, eq=False)
class Long:
    """A long sequence and the model that reads it.

    Attributes:
        model: the model.
        values: token ids (time,) or numbers (time, columns), scaled.
        columns: the columns' names.
        states: before the first step, as `record_chunks` takes them.
        key: by which a run of it is known again.
    """

    model: Model
    values: NDArray[Any]
    columns: tuple[str, ...]
    states: Mapping[str, Any]
    key: tuple[Any, ...]

    @property
    def width(self) -> int:
        """Steps of a window."""
        return min(len(self.values), _WINDOW_STEPS, max(1, _WINDOW_VALUES // self.model.values_per_step))


class TooLongError(ExplorerError):
    """The sequence has not been run yet, which takes a moment and is therefore asked for."""

    def __init__(self, long: Long) -> None:
        super().__init__(
            f"This sequence has {len(long.values):,} steps: it is run in chunks that carry the state, and looked at "
            f"through a window of {long.width:,} steps."
        )
        self.long = long


def is_long(model: Model, steps: int) -> bool:
    """Whether a run would keep too many numbers."""
    return steps * model.values_per_step > MOST_VALUES


def mark(values: NDArray[Any]) -> str:
    """A sequence by its content."""
    return blake2b(np.ascontiguousarray(values).data, digest_size=16).hexdigest()


def window(long: Long, request: Request) -> tuple[Encoded, Trace]:
    """The steps that the request looks at, and what happened there.

    Raises:
        TooLongError: it has not been run.
    """
    kept = st.session_state.get("long")
    if kept is None or kept[0] != long.key:
        raise TooLongError(long)
    chunks: Chunks = kept[1]
    start = min(request.window, len(chunks) - long.width)
    trace = chunks.window(start, start + long.width)
    encoded = Encoded(long.values[start : start + long.width], trace.labels, columns=long.columns)
    return encoded, trace


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
        chunks = record_chunks(
            long.model, long.values, signals=tuple(signals), progress=lambda share: shown.progress(min(share, 1.0)),
            **long.states,
        )  # fmt: skip
        try:
            count_in(chunks, chunks.values.nbytes)
        except ExplorerError as full:
            st.error(str(full))
            return
        st.session_state["long"] = (long.key, chunks)
        st.rerun()


def overview(trace: Trace, request: Request, theme: Any, sizes: Any, config: Mapping[str, Any]) -> None:
    """The whole sequence as a strip, and where the window stands in it."""
    kept = st.session_state.get("long")
    if kept is None:
        return
    chunks: Chunks = kept[1]
    most = len(chunks) - len(trace)
    if request.window > most:
        adjust(window=most)
    start = current().window
    figure = overview_strip(
        chunks.overview, leading_signal(trace.kind), request.layer, request.direction, (start, start + len(trace)),
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
