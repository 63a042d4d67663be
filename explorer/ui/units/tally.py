"""One pass over the corpus that keeps only counts: how often every gate of every layer is at an end."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import word
from explorer.measures import places, saturation
from explorer.models import Model
from explorer.trace import Trace
from explorer.trace.passing import passing
from explorer.ui.session.turns import turn
from explorer.ui.units.corpus import Corpus
from explorer.ui.units.marks import model_mark
from explorer.ui.view.view import View

Place = tuple[str, int, str]
_KEPT, _STOPPED, _MOST = "corpus-tallies", "tally-stopped", 4


@dataclass(eq=False)
class Tally:
    """What was counted so far, and the run that goes on.

    Attributes:
        shares: by signal, layer and direction the sums of (unit, 2) shut and open, over all steps so far.
        largest: by layer and direction, (unit,), the largest |h|.
        steps: how many were counted.
        share: of the run that is done.
    """

    going: Iterator[Any]
    shares: dict[Place, NDArray[np.float64]]
    largest: dict[tuple[int, str], NDArray[np.float64]]
    steps: int = 0
    share: float = 0.0
    done: bool = False

    def go_on(self) -> None:
        """One stretch more."""
        passed = next(self.going, None)
        if passed is None:
            self.done = True
            return
        self.share = passed.share
        if passed.trace is not None:
            self._count(passed.trace)

    def _count(self, trace: Trace) -> None:
        self.steps += len(trace)
        for place in places(trace):
            peak = np.abs(trace.select("hidden", *place)).max(axis=0)
            self.largest[place] = np.maximum(self.largest.get(place, 0.0), peak)
            for name in gates_of(trace):
                counted = saturation(trace, name, *place) * len(trace)
                self.shares[name, *place] = self.shares.get((name, *place), 0.0) + counted

    def saturations(self) -> dict[Place, NDArray[np.float64]]:
        """By signal, layer and direction: the shares of the steps at which each unit is shut and open, (unit, 2)."""
        return {place: counted / max(1, self.steps) for place, counted in self.shares.items()}


def gates_of(trace: Trace) -> list[str]:
    """The signals that are gates."""
    return [name for name in trace.signals if word(trace.kind, name).role == "gate"]


def tally_of(view: View, corpus: Corpus) -> Tally | None:
    """The counts over a corpus, kept for the session; None after Cancel, and then a button is drawn.

    Raises:
        ExplorerError: the corpus does not fit the model.
    """
    key = f"{model_mark(view.model)} {corpus.mark}"
    kept: dict[str, Tally] = st.session_state.setdefault(_KEPT, {})
    if key not in kept:
        kept[key] = _begun(view.model, corpus)
        while len(kept) > _MOST:
            kept.pop(next(iter(kept)))
    found = kept[key]
    if not found.done and st.session_state.get(_STOPPED) == key:
        words = f"Run the model over {len(corpus):,} steps"
        st.button(words, key="tally-run", on_click=_go, icon=":material/play_arrow:")
        return None
    if not found.done:
        _run(found, key, f"Running the model once over {len(corpus):,} steps")
    return found


def _begun(model: Model, corpus: Corpus) -> Tally:
    return Tally(passing(model, corpus.values, corpus.starts.tolist(), **corpus.states), {}, {})


def _run(found: Tally, key: str, words: str) -> None:
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center", key="tally-running"):
        bar = st.progress(0.0, words, width="stretch")
        st.button("Cancel", key="tally-cancel", on_click=_stop, args=(key,))
    with turn() as give_way:
        while not found.done:
            found.go_on()
            bar.progress(min(1.0, found.share), words)
            give_way()
    place.empty()


def _stop(key: str) -> None:
    st.session_state[_STOPPED] = key


def _go() -> None:
    st.session_state.pop(_STOPPED, None)
