"""The text in colour: the whole sequence by one unit's signal."""

import streamlit as st

from explorer.ui.parts.messages import say
from explorer.ui.units.chosen import signal_of
from explorer.ui.units.corpus import corpus_of
from explorer.ui.units.first_pass import values_of
from explorer.ui.view.view import View


def draw_text(view: View) -> None:
    """The corpus in the colours of one unit."""
    corpus = corpus_of(view)
    values = values_of(view, corpus, signal_of(view), *view.request.shown.place)
    if values is None:
        return
    say(view, f"{corpus.name}: {len(corpus):,} steps, {values.shape[1]} units.")
    st.caption(f"{values.mean():.3f}")
