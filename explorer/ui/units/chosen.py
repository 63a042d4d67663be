"""What the sidebar of Units chooses: whose signal is looked at, of which layer, over which corpus."""

import streamlit as st

from explorer.cells import word
from explorer.measures import memory_signal
from explorer.ui.parts.controls import bound, menu, switch
from explorer.ui.units.corpus import corpora
from explorer.ui.units.own_file import corpus_uploader
from explorer.ui.view.view import View

STEPS = (20_000, 50_000, 200_000, 1_000_000)
_CORPORA = {"held-out": "held-out text", "screen": "sequence on screen", "file": "a file"}


def signal_of(view: View) -> str:
    """The signal that is asked about: the reader's choice, else what the cell remembers."""
    return view.request.shown.signal or memory_signal(view.trace.kind)


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
        corpus_uploader()
