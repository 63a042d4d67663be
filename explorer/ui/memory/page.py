"""The Memory page: one picture at a time, each a question."""

import streamlit as st

from explorer.ui.bar.opening import open_view
from explorer.ui.memory.gradient import sequence_picture, triangle_picture
from explorer.ui.memory.lab import lab_picture
from explorer.ui.memory.ledger import ledger_picture
from explorer.ui.memory.myth import myth_picture
from explorer.ui.memory.resets import resets_picture
from explorer.ui.memory.ribbon import look_at
from explorer.ui.memory.run import has_memory, remembering_twin
from explorer.ui.memory.timescales import timescales_picture
from explorer.ui.memory.words import no_ledger
from explorer.ui.parts.controls import menu, switch
from explorer.ui.parts.facts import facts
from explorer.ui.parts.messages import say
from explorer.ui.parts.view_controls import unit_controls
from explorer.ui.parts.window import narrow
from explorer.ui.session.catalogue import model_title
from explorer.ui.session.state import change, current
from explorer.ui.view.view import View

_QUESTIONS = {
    "wrote": "Who wrote this?",
    "long": "For how long?",
    "say": "Does the past get a say?",
    "forgot": "What if it forgot?",
}
_SHORT = {"wrote": "Who?", "long": "How long?", "say": "A say?", "forgot": "Forgot?"}
_PAST_SHORT = {"sequence": "sequence", "tokens": "tokens", "lab": "lab", "myth": "myth"}
_PAST = {"sequence": "over your sequence", "tokens": "token by token", "lab": "the lab", "myth": "the myth"}


def draw() -> None:
    """The sidebar, and one picture at a time."""
    view = open_view("memory")
    if view is None:
        return
    _controls(view)
    _questions(view)


def _controls(view: View) -> None:
    """The sidebar: which cell is looked into, which units, and how it starts."""
    with st.sidebar:
        menu("Layer", "layer", list(range(view.trace.num_layers)), lambda layer: f"Layer {layer + 1}")
        switch("Direction", "direction", list(view.trace.directions))
        unit_controls(view)


def _questions(view: View) -> None:
    """The choice of the question, and its picture."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="questions"):
        words = _SHORT if narrow() else _QUESTIONS
        switch("Question", "memory", list(_QUESTIONS), words.__getitem__, label_visibility="collapsed")
        if current().memory_page.memory == "say":
            where = _PAST_SHORT if narrow() else _PAST
            switch("Where", "past", list(_PAST), where.__getitem__, label_visibility="collapsed")
        beside = st.container(horizontal=True, vertical_alignment="center", gap="small", key="beside", width="content")
    question = current().memory_page.memory
    if question == "say" and current().memory_page.past == "lab":
        lab_picture(view)
    elif question == "say" and current().memory_page.past == "myth":
        myth_picture(view)
    elif question in ("wrote", "long") and not has_memory(view.model):
        _offer_a_memory(view)
    else:
        picture = {"wrote": ledger_picture, "long": timescales_picture, "forgot": resets_picture}.get(question)
        past = triangle_picture if current().memory_page.past == "tokens" else sequence_picture
        cursor = look_at(view)
        (picture or past)(view, cursor, beside)
        facts(view, len(cursor.units))


def _offer_a_memory(view: View) -> None:
    say(view, no_ledger(view.model))
    other = remembering_twin(view)
    with st.container(horizontal=True, gap="small", key="no-memory"):
        if other:
            st.button(f"Open {model_title(other)}", key="twin", on_click=change, kwargs={"model": other, "unit": -1})
        st.button("Look at its gradient", key="gradient-instead", on_click=change, kwargs={"memory": "say"})
