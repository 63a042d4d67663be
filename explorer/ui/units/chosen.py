"""What the sidebar of Units chooses: whose signal is looked at, of which layer, over which corpus."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import word
from explorer.measures import memory_signal
from explorer.ui.parts.controls import bound, menu, switch
from explorer.ui.units.corpus import corpora
from explorer.ui.units.own_file import corpus_file, corpus_uploader
from explorer.ui.view.view import View

STEPS = (20_000, 50_000, 200_000, 1_000_000)
_LOOKED = 5_000
_OFTEN = 1 / 30
_CORPORA = {"held-out": "held-out text", "screen": "sequence on screen", "file": "a file"}


def lacks_file(view: View) -> bool:
    """Whether a file is asked about that is not there: then the page itself asks for it."""
    return view.request.units_page.corpus == "file" and corpus_file() is None


def signal_of(view: View) -> str:
    """The signal that is asked about: the reader's choice, else what the cell remembers."""
    return view.request.shown.signal or memory_signal(view.trace.kind)


def unit_of(view: View, values: NDArray[Any]) -> int:
    """The unit that is looked at: the reader's, else the one that changes most beside how much it moves at each step.

    A unit that stays long at either of two levels is more telling than one that flickers.

    Args:
        view: the run.
        values: (time, unit) of the signal.
    """
    wanted = view.request.cursor.unit
    if 0 <= wanted < values.shape[1]:
        return wanted
    some = np.asarray(values[:_LOOKED], dtype=np.float32)
    moved = np.abs(np.diff(some, axis=0)).mean(axis=0) if len(some) > 1 else np.ones(values.shape[1])
    telling = np.nan_to_num(some.std(axis=0) / np.maximum(moved, 1e-6))
    sides = some > some.mean(axis=0)
    returns = (sides[1:] != sides[:-1]).mean(axis=0) if len(some) > 1 else np.ones(values.shape[1])
    # What only drifts comes back too seldom to mean anything here and there.
    often = returns >= min(_OFTEN, float(returns.max()))
    return int(np.where(often, telling, -1).argmax())


def controls(view: View) -> None:
    """The sidebar."""
    trace = view.trace
    with st.sidebar:
        names = ["", *(name for name in trace.signals if name != memory_signal(trace.kind))]
        memory = word(trace.kind, memory_signal(trace.kind)).title
        menu("Signal", "signal", names, lambda name: word(trace.kind, name).title if name else memory)
        menu("Layer", "layer", list(range(trace.num_layers)), lambda layer: f"Layer {layer + 1}")
        switch("Direction", "direction", list(trace.directions))
        switch("Corpus", "corpus", corpora(view), _CORPORA.__getitem__)
        st.select_slider(
            "Steps of it, at most", sorted({*STEPS, view.request.units_page.corpus_steps}), **bound("corpus_steps"),
            format_func=lambda steps: f"{steps:,}",
        )  # fmt: skip
        if not lacks_file(view):
            corpus_uploader()
    if lacks_file(view):
        corpus_uploader()
