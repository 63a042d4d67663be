"""The sidebar's controls of what is shown: panels, layer, units and their order."""

import streamlit as st

from explorer.cells import CELLS, word
from explorer.languages import say
from explorer.measures import ORDERS, leading_signal, memory_signal
from explorer.trace import Trace
from explorer.ui.parts.controls import bound, forget, menu, number, several, switch
from explorer.ui.parts.panels import in_order, panel_order
from explorer.ui.parts.start import start_of
from explorer.ui.view.view import View

_PANELS = {"signals": "all signals", "layers": "all layers"}


def view_controls(view: View) -> None:
    """The sidebar: what belongs to the view."""
    trace = view.trace
    with st.sidebar:
        many = trace.num_layers * trace.num_directions > 1
        if many:
            switch(say("Panels"), "view", ["signals", "layers"], lambda name: say(_PANELS[name]))
        if many and view.request.shown.view == "layers":
            if not view.request.shown.signal:
                forget("signal")
            menu(say("Signal"), "signal", list(trace.signals), lambda name: word(trace.kind, name).spoken.title)
        else:
            menu(say("Layer"), "layer", list(range(trace.num_layers)), lambda layer: f"{say('Layer')} {layer + 1}")
            switch(say("Direction"), "direction", list(trace.directions))
            _panel_choice(trace)
        unit_controls(view)


def unit_controls(view: View) -> None:
    """Which units, in which order, and how the run begins."""
    kind = view.model.kind
    names = {
        "gate": word(kind, leading_signal(kind)).title.lower(),
        "memory": word(kind, memory_signal(kind)).title.lower(),
    }
    # A cell without a memory has no time constants.
    known = [order for order in ORDERS if order != "constant" or CELLS[kind].memory]
    number("Units shown (0: all, −1: as many as fit)", "units", -1, view.trace[leading_signal(kind)].shape[-1])
    menu("Order by", "order", known, lambda order: ORDERS[order].format(**names))
    st.toggle(say("Similar units together"), **bound("similar"))
    start_of(view)


def _panel_choice(trace: Trace) -> None:
    if len(trace.signals) == 1:
        return
    several(
        say("Signals"), "panels", in_order(trace), panel_order(trace), lambda name: word(trace.kind, name).spoken.title
    )
