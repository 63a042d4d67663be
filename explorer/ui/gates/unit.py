"""One unit, exactly: its signals as lines under the columns of the stack, drawn by a component of ours."""

from typing import Any

import numpy as np

from explorer.cells import word
from explorer.figures import STYLES, Sizes, Theme
from explorer.figures.style import LINE_DASHES
from explorer.trace import Trace
from explorer.ui.parts.cursor import Cursor
from explorer.ui.parts.message import pack
from explorer.ui.parts.panels import in_order
from explorer.ui.parts.window import sizes, theme
from explorer.ui.served import component
from explorer.ui.view.view import View

_mount = component(
    "lines", "picture/message.js", "shared/component.js", "lines/lines.js",
    html="lines/lines.html", css="lines/lines.css",
)  # fmt: skip


def draw_unit(view: View, cursor: Cursor) -> None:
    """The chosen unit's signals as lines, with the recorded values at the chosen step."""
    request = view.request
    place = request.shown.place
    content = lines_data(view.trace, cursor.unit, cursor.step, *place, theme(), sizes())
    _mount(key="unit-lines", data=pack(content))


def lines_data(
    trace: Trace, unit: int, step: int, layer: int, direction: str, shown: Theme, room: Sizes
) -> dict[str, Any]:
    """What the browser draws: every signal of one unit, unrounded.

    Args:
        trace: the run.
        unit: which one; a signal that has no such unit (a projected hidden state) is left out.
        step: the position to begin with.
        layer, direction: where.
        shown: the theme.
        room: the margins of the stack above.
    """
    style = STYLES[shown]
    names = [name for name in in_order(trace) if unit < trace[name].shape[-1]]
    at = trace.signals.index
    lines = [
        {
            "title": word(trace.kind, name).spoken.title,
            "symbol": word(trace.kind, name).symbol,
            "gate": word(trace.kind, name).role == "gate",
            "colour": style.lines[at(name) % len(style.lines)],
            "dash": LINE_DASHES[at(name) % len(LINE_DASHES)],
            "values": np.ascontiguousarray(trace.select(name, layer, direction)[:, unit]),
        }
        for name in names
    ]
    return {
        "unit": unit,
        "step": step,
        "tokens": list(trace.labels),
        "lines": lines,
        "margin": [room.left, room.right],
        "alt": f"Unit {unit}: {', '.join(names)} over {len(trace)} steps",
        **{name: getattr(style, name) for name in ("ink", "quiet", "frame", "accent")},
    }
