"""Who wrote this? One unit's ledger under the tokens, and every unit's."""

from typing import Any

from streamlit.delta_generator import DeltaGenerator

from explorer.cells import word
from explorer.figures import ledger_bars, ledger_map, written_reach
from explorer.figures.ledger import WRITTEN
from explorer.measures import leading_signal, ledger, memory_signal
from explorer.ui.memory.ribbon import Shade, along
from explorer.ui.memory.words import IDENTITY, who_wrote
from explorer.ui.parts.cursor import Cursor
from explorer.ui.parts.messages import note, say
from explorer.ui.parts.ribbon import Chart
from explorer.ui.parts.window import sizes, theme
from explorer.ui.view.view import View

BARS, MAP = "ledger-bars", "ledger-map"


def ledger_picture(view: View, cursor: Cursor, beside: DeltaGenerator) -> None:
    """Bars over the user's own tokens, which they colour too; under them all units."""
    request, trace, units = view.request, view.trace, list(cursor.units)
    place = request.shown.place
    book = ledger(trace, cursor.step, *place)
    memory, gate = word(trace.kind, memory_signal(trace.kind)), word(trace.kind, leading_signal(trace.kind))
    say(view, who_wrote(view, book, cursor.unit, cursor.step))
    written = book.written[:, units]
    states = trace.select(memory.name, *place)[:, units]
    shades = [
        Shade(WRITTEN, written, written_reach(written), place),
        Shade(memory, states, float(abs(states).max()) or 1.0, place),
        Shade(gate, trace.select(gate.name, *place)[:, units], 1.0, place),
    ]
    options: dict[str, Any] = {"theme": theme(), "sizes": sizes(), "hover": False}
    bars = ledger_bars(trace, book, cursor.unit, cursor.step, **options)
    everyone = ledger_map(trace, book, cursor.units, place, **options)
    step = cursor.step + 1
    said = f"Bars: what each of {len(trace)} steps wrote into unit {cursor.unit}'s {memory.title.lower()}"
    charts = [
        Chart(BARS, bars, f"{said}, as much as is left after step {step}"),
        Chart(MAP, everyone, f"Heatmap: the same for {len(units)} units"),
    ]
    along(view, cursor, shades, charts)
    note(IDENTITY)
