"""Sequences too long to keep: run in chunks on request, then looked at through a window."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.models import Model
from explorer.sequences import Encoded
from explorer.trace import Chunks, Trace
from explorer.ui.session.request import Request

MOST_VALUES = 20_000_000
"""A run that would keep more numbers is made in chunks."""
_RUN = "long"
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


def run_in_hand() -> Chunks | None:
    """The session's long run."""
    kept = st.session_state.get(_RUN)
    return None if kept is None else kept[1]


def keep_run(long: Long, chunks: Chunks) -> None:
    """Look through windows of this run from now on."""
    st.session_state[_RUN] = (long.key, chunks)


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
    kept = st.session_state.get(_RUN)
    if kept is None or kept[0] != long.key:
        raise TooLongError(long)
    chunks: Chunks = kept[1]
    start = min(request.sequence.window, len(chunks) - long.width)
    trace = chunks.window(start, start + long.width)
    encoded = Encoded(long.values[start : start + long.width], trace.labels, columns=long.columns)
    return encoded, trace
