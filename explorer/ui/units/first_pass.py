"""The first pass over a corpus: one signal of one layer at every step, kept for every answer after it."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.models import DIRECTIONS, Model
from explorer.trace.passing import Passed, passing
from explorer.ui.session.held_bytes import count_in
from explorer.ui.session.request import is_upload
from explorer.ui.session.turns import turn
from explorer.ui.units.corpus import Corpus
from explorer.ui.units.marks import model_mark
from explorer.ui.view.view import View

EXACT = 20_000_000
"""Up to so many numbers are kept as float32, more as float16."""
_MOST_BYTES = 450_000_000
_MOST_OWN = 3
_QUIET = 0.3
"""Seconds for which nothing is said about it."""


class FirstPass:
    """A pass that goes on where it stopped; several sessions may drive one.

    Args:
        model: the model.
        corpus: what it reads.
        signal, layer, direction: what is kept.
    """

    def __init__(self, model: Model, corpus: Corpus, signal: str, layer: int, direction: str) -> None:
        units, steps = model.cell(layer, direction).units[signal], len(corpus)
        dtype = np.float32 if units * steps <= EXACT else np.float16
        self.kept = np.zeros((units, steps), dtype)
        self.share, self.done, self.lock = 0.0, False, threading.Lock()
        self.trouble: ExplorerError | None = None
        self.states: dict[int, dict[str, Any]] = {}
        self._place = (signal, layer, DIRECTIONS.index(direction))
        self._going = self._begun(model, corpus)

    @staticmethod
    def _begun(model: Model, corpus: Corpus) -> Iterator[Passed]:
        return passing(model, corpus.values, corpus.starts.tolist(), **corpus.states)

    def go_on(self) -> None:
        """One stretch more."""
        with self.lock:
            if self.trouble is not None:
                raise self.trouble
            try:
                passed = None if self.done else next(self._going, None)
            except ExplorerError as trouble:
                self.trouble = trouble
                raise
            if passed is None:
                self.done = True
                return
            self.share = max(self.share, passed.share)
            if passed.trace is not None:
                self._keep(passed)

    def _keep(self, passed: Passed) -> None:
        assert passed.trace is not None
        signal, layer, direction = self._place
        trace = passed.trace
        self.states[passed.start] = {"h_0": trace.h_0} | ({} if trace.c_0 is None else {"c_0": trace.c_0})
        values = passed.trace[signal][layer, direction]
        self.kept[:, passed.start : passed.start + len(values)] = values.T

    @property
    def values(self) -> NDArray[Any]:
        """(time, unit), read-only; a unit's values lie side by side in memory."""
        view = self.kept.T.view()
        view.flags.writeable = False
        return view


def values_of(view: View, corpus: Corpus, signal: str, layer: int, direction: str) -> NDArray[Any] | None:
    """A signal at every step of the corpus; None while it is not known, and then progress or a button is drawn.

    Args:
        view: whose model reads the corpus.
        corpus: see `corpus_of`.
        signal, layer, direction: what is asked for.

    Returns:
        (time, unit), read-only, float32, or float16 above 20 million numbers.

    Raises:
        ExplorerError: the values do not fit the model, or the server holds as much as it can.
    """
    found = pass_of(view, corpus, signal, layer, direction)
    return None if found is None else found.values


def pass_of(view: View, corpus: Corpus, signal: str, layer: int, direction: str) -> FirstPass | None:
    """As `values_of`, with the states before each stretch of the run."""
    key = f"{model_mark(view.model)} {corpus.mark} {signal} {layer} {direction}"
    kept: Passes = st.session_state.setdefault("corpus-passes", Passes(_MOST_OWN))
    if not corpus.is_own and not is_upload(view.request.model):
        kept = _shared()
    found = kept.find(key, lambda: FirstPass(view.model, corpus, signal, layer, direction))
    if not found.done and st.session_state.get("corpus-stopped") == key:
        st.button(
            f"Run the model over {len(corpus):,} steps", key="corpus-run", on_click=_go, icon=":material/play_arrow:"
        )
        return None
    if not found.done:
        _run(found, corpus, key)
    return found


class Passes:
    """The passes that are kept, by their keys; those asked for least lately go first.

    Args:
        most: how many.
    """

    def __init__(self, most: int) -> None:
        self._most, self._kept, self._lock = most, dict[str, FirstPass](), threading.Lock()

    def find(self, key: str, make: Callable[[], FirstPass]) -> FirstPass:
        """The pass of that key, begun now if there is none."""
        with self._lock:
            found = self._kept.pop(key, None)
            if found is None:
                found = make()
                self._drop(self._most - 1, _MOST_BYTES - found.kept.nbytes)
                count_in(found, found.kept.nbytes)
            self._kept[key] = found
            return found

    def _drop(self, most: int, room: int) -> None:
        while self._kept and (len(self._kept) > most or sum(one.kept.nbytes for one in self._kept.values()) > room):
            self._kept.pop(next(iter(self._kept)))


@st.cache_resource(show_spinner=False)
def _shared() -> Passes:
    """Those of what every session may see."""
    return Passes(8)


def _run(found: FirstPass, corpus: Corpus, key: str) -> None:
    """Run on; whatever the reader presses meanwhile interrupts it, and it goes on from there."""
    place, begun = st.empty(), time.monotonic()
    bar = None
    with turn() as give_way:
        while not found.done:
            found.go_on()
            if time.monotonic() - begun > _QUIET and not found.done:
                if bar is None:
                    with place.container(horizontal=True, vertical_alignment="center", key="corpus-running"):
                        bar = st.progress(0.0, width="stretch")
                        st.button("Cancel", key="corpus-cancel", on_click=_stop, args=(key,))
                bar.progress(min(1.0, found.share), f"Running the model once over {len(corpus):,} steps")
            give_way()
    place.empty()


def _stop(key: str) -> None:
    st.session_state["corpus-stopped"] = key


def _go() -> None:
    st.session_state.pop("corpus-stopped", None)
