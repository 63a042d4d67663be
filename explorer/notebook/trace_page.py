"""A trace in a notebook: its tokens, every signal of a layer as a panel, one crosshair, one unit's lines."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.cells import CELLS, word
from explorer.errors import UnknownSignalError
from explorer.figures.panels import make_panels
from explorer.figures.style import LINE_DASHES
from explorer.measures import choose_units, leading_signal
from explorer.models.model.claims import left_out
from explorer.notebook.page import Page, drawn
from explorer.sequences import visible
from explorer.shown import draws
from explorer.trace import Trace

_MOST_CELLS = 1_000_000
"""Over the whole page; so many bytes, four thirds of it as text."""
_EXACT_CELLS = 100_000
_LEVELS, _BLANK = 250, 255
_FEWEST_UNITS, _MOST_PLACES, _LONGEST = 24, 12, 12


@draws("Trace")
@checked
def show_trace(
    trace: Trace,
    layer: int | None = None,
    direction: str | None = None,
    signals: Sequence[str] | None = None,
    units: Sequence[int] | None = None,
    start: int = 0,
    stop: int | None = None,
) -> Page:
    """A trace as an interactive page: point for the crosshair, click or use the arrow keys for the step and the unit.

    Args:
        trace: the run.
        layer, direction: where; by default every layer and direction that a page has room for, the last layer first
            seen.
        signals: which, from top to bottom; by default all, the keep gate on top.
        units: which, from top to bottom; by default all that a page has room for, the most moving first.
        start, stop: the steps shown, counted from 0, ``stop`` left out; by default all that a page has room for.

    Raises:
        UnknownSignalError: there is no such signal, unit, layer, direction or step.
    """
    names = _signals(trace, signals)
    places = _places(trace, layer, direction)
    stop = len(trace) if stop is None else min(stop, len(trace))
    if not 0 <= start < stop:
        raise UnknownSignalError(f"There are no steps {start} to {stop}: the trace has {len(trace):,}.")
    first = places[-1]
    chosen = tuple(units) if units is not None else choose_units(trace, layer=first[0], direction=first[1])
    fitted = _fitted(trace, names, places, chosen, stop - start, given=units is not None)
    panes = [
        _pane(trace, names, place, fitted.units, start, start + fitted.steps, fitted.exact) for place in fitted.places
    ]
    data = {
        "tokens": [_short(label) for label in trace.labels[start : start + fitted.steps]],
        "first": start + 1,
        "panes": panes,
        "shown": len(panes) - 1,
        "proof": _proof(trace),
        "title": CELLS[trace.kind].title,
        "notes": fitted.notes(trace, start, len(places), len(chosen), stop),
        "exact": fitted.exact,
        "dashes": LINE_DASHES,
    }
    return drawn("trace.js", data, repr(trace), f"{CELLS[trace.kind].title}, {len(trace):,} steps")


class _Fitted:
    """What a page has room for."""

    def __init__(self, places: list[tuple[int, str]], units: tuple[int, ...], steps: int, exact: bool) -> None:
        self.places, self.units, self.steps, self.exact = places, units, steps, exact

    def notes(self, trace: Trace, start: int, places: int, units: int, stop: int) -> list[str]:
        """What is left out, and how to see it."""
        told = []
        if len(self.places) < places:
            told.append(f"{len(self.places)} of {places} layers and directions: show(layer=0) has another.")
        if len(self.units) < units:
            told.append(f"The {len(self.units)} of {units:,} units that move most: show(units=[…]) has others.")
        if start or start + self.steps < len(trace):
            more = ": show(start=…) has others" if start + self.steps < stop else ""
            told.append(f"Steps {start + 1:,} to {start + self.steps:,} of {len(trace):,}{more}.")
        if not self.exact:
            told.append(f"Drawn in steps of 1/{_LEVELS} of the scale; trace[…] has every number.")
        return told


def _fitted(
    trace: Trace, names: Sequence[str], places: list[tuple[int, str]], units: tuple[int, ...], steps: int, given: bool
) -> _Fitted:
    """Layers give way first, then units down to a few, then steps."""
    column = len(names) * len(units)
    room = max(1, _MOST_CELLS // (column * steps))
    kept = places[-min(room, _MOST_PLACES) :]
    if column * steps > _MOST_CELLS and not given:
        fewer = max(_FEWEST_UNITS, _MOST_CELLS // (len(names) * steps))
        units = choose_units(trace, fewer, layer=places[-1][0], direction=places[-1][1])
    most = max(1, _MOST_CELLS // (len(names) * len(units)))
    steps = min(steps, most)
    cells = len(kept) * len(names) * len(units) * steps
    return _Fitted(kept, units, steps, cells <= _EXACT_CELLS)


def _signals(trace: Trace, signals: Sequence[str] | None) -> tuple[str, ...]:
    if signals is not None:
        names = (signals,) if isinstance(signals, str) else tuple(signals)
        for name in names:
            trace[name]
        return names
    first = leading_signal(trace.kind)
    return (first, *(name for name in trace.signals if name != first))


def _places(trace: Trace, layer: int | None, direction: str | None) -> list[tuple[int, str]]:
    layers = range(trace.num_layers) if layer is None else (layer,)
    ways = trace.directions[::-1] if direction is None else (direction,)
    places = [(one, way) for one in layers for way in ways]
    for place in places:
        trace.select(trace.signals[0], *place)
    return places


def _pane(
    trace: Trace,
    names: Sequence[str],
    place: tuple[int, str],
    units: tuple[int, ...],
    start: int,
    stop: int,
    exact: bool,
) -> dict[str, Any]:
    """One layer and direction."""
    rows = {
        name: units if trace[name].shape[3] == trace[trace.signals[0]].shape[3] else _all(trace, name) for name in names
    }
    ends = {
        one.signal.name: (one.low, one.high) for one in make_panels(trace, [(name, *place) for name in names], rows)
    }
    layers = f"layer {place[0] + 1}" if trace.num_layers > 1 else ""
    way = {"forward": "", "reverse": "read from the end"}[place[1]] if trace.num_directions == 2 else ""
    way = way or ("forward" if trace.num_directions == 2 else "")
    return {
        "name": ", ".join(part for part in (layers, way) if part),
        "units": list(units),
        "panels": [
            _panel(
                trace, name, trace.select(name, *place)[start:stop, list(rows[name])], rows[name], *ends[name], exact
            )
            for name in names
        ],
    }


def _all(trace: Trace, name: str) -> tuple[int, ...]:
    return tuple(range(trace[name].shape[3]))


def _panel(
    trace: Trace, name: str, values: NDArray[Any], units: tuple[int, ...], low: float, high: float, exact: bool
) -> dict[str, Any]:
    words = word(trace.kind, name)
    largest = float(np.max(np.abs(values), initial=0.0, where=np.isfinite(values)))
    return {
        "name": words.title,
        "symbol": words.symbol,
        "gist": words.gist,
        "gate": words.role == "gate",
        "low": low,
        "high": high,
        "clipped": f"colours end at ±{high:.3g}, largest {largest:.3g}" if largest > high else "",
        "own": list(units),
        "values": _packed(values.T, low, high, exact),
    }


def _packed(values: NDArray[Any], low: float, high: float, exact: bool) -> str:
    """Row by row, a row a unit: float32, or one byte a value."""
    if exact:
        return b64encode(values.astype("<f4").tobytes()).decode()
    share = (np.clip(np.nan_to_num(values), low, high) - low) / (high - low)
    levels = np.rint(share * _LEVELS).astype(np.uint8)
    levels[~np.isfinite(values)] = _BLANK
    return b64encode(levels.tobytes()).decode()


def _proof(trace: Trace) -> str:
    if trace.unused:
        return left_out(trace)
    if trace.max_error is None:
        return "no PyTorch equivalent"
    if trace.max_error != trace.max_error:
        return "not finite, in PyTorch neither"
    return f"✓ equals PyTorch to {trace.max_error:.1g}" if trace.max_error else "✓ equals PyTorch exactly"


def _short(label: str) -> str:
    shown = visible(label) if len(label) == 1 else label
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
