"""The cell as a living diagram, linked with the ribbon above it."""

from collections.abc import Sequence

import streamlit as st

from explorer.ui.parts.message import pack
from explorer.ui.parts.window import theme
from explorer.ui.served import component
from explorer.ui.session.state import change
from explorer.ui.step.diagram_data import diagram_data
from explorer.ui.view.view import View

_KEY = "diagram"
# Values and colours are read as the ribbon reads them.
_DRAWN = ("draw", "layout", "box", "memory", "tail", "diagram")
_SCRIPTS = ("picture/message.js", "shared/component.js", "ribbon/values.js", *(f"diagram/{name}.js" for name in _DRAWN))

_mount = component("diagram", *_SCRIPTS, html="diagram/diagram.html", css="diagram/diagram.css")


def diagram(view: View, units: Sequence[int], unit: int, step: int, gate: str) -> None:
    """Draw the cell at one step; a click on a gate's box chooses that gate.

    Step and unit follow the ribbon in the browser; the server hears of them through the ribbon alone.
    """
    content = diagram_data(view, units, unit, step, theme()) | {"gate": gate}
    _mount(key=_KEY, data=pack(content), on_gate_change=_gate_chosen)


def _gate_chosen() -> None:
    gate = (st.session_state.get(_KEY) or {}).get("gate")
    if isinstance(gate, str):
        change(gate=gate)
