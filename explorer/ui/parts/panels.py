"""The panels of the stack, from top to bottom."""

from explorer.measures import leading_signal, memory_signal
from explorer.trace import Trace
from explorer.ui.parts.window import narrow
from explorer.ui.session.request import Request
from explorer.ui.session.state import current
from explorer.ui.view.view import View


def places(view: View) -> list[tuple[str, int, str]]:
    """The panels of the stack, (signal, layer, direction) from top to bottom."""
    request, trace = view.request, view.trace
    if request.shown.view == "layers":
        signal = request.shown.signal or leading_signal(trace.kind)
        return [(signal, layer, way) for layer in range(trace.num_layers) for way in trace.directions]
    return [(signal, *request.shown.place) for signal in panel_order(trace)]


def in_order(trace: Trace) -> tuple[str, ...]:
    """Every signal as panels and readouts name them: the keep gate first, the rest in the cell's order."""
    first = leading_signal(trace.kind)
    return (first, *(name for name in trace.signals if name != first))


def panel_order(trace: Trace) -> tuple[str, ...]:
    """The panels of one layer in this session's window."""
    return panels_for(current(), trace, narrow())


def panels_for(request: Request, trace: Trace, small: bool) -> tuple[str, ...]:
    """The panels of one layer: those chosen, else all; by default three on a stage and two on a phone (``small``).

    The keep gate is on top, where the eye begins; the rest in the cell's order.
    """
    first, order = leading_signal(trace.kind), in_order(trace)
    chosen = tuple(name for name in order if name in request.shown.panels.split(","))
    if chosen:
        return chosen
    few = tuple(dict.fromkeys((first, memory_signal(trace.kind), "hidden")))
    return few[:2] if small else few if request.cursor.presenter else order
