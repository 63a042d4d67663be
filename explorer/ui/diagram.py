"""The cell as a living diagram, linked with the ribbon above it."""

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from explorer.ui.content import View
from explorer.ui.diagram_data import diagram_data
from explorer.ui.session import change
from explorer.ui.stack import theme

_ASSETS = Path(__file__).parents[2] / "assets"
_KEY = "diagram"
# One script, which cannot import its neighbours: values and colours are read as the ribbon reads them.
_SCRIPTS = ("ribbon/values.js", "diagram/draw.js", "diagram/cells.js", "diagram/diagram.js")


def _asset(*names: str) -> str:
    return "\n".join((_ASSETS / name).read_text(encoding="utf-8") for name in names)


_mount = st.components.v2.component(
    "gate_explorer_diagram",
    html=_asset("diagram/diagram.html"),
    css=_asset("diagram/diagram.css"),
    js=_asset(*_SCRIPTS),
)


def diagram(view: View, units: Sequence[int], unit: int, step: int, gate: str) -> None:
    """Draw the cell at one step; a click on a gate's box chooses that gate.

    Step and unit follow the ribbon in the browser; the server hears of them through the ribbon alone.
    """
    _mount(key=_KEY, data=diagram_data(view, units, unit, step, theme()) | {"gate": gate}, on_gate_change=_gate_chosen)


def _gate_chosen() -> None:
    gate = (st.session_state.get(_KEY) or {}).get("gate")
    if isinstance(gate, str):
        change(gate=gate)
