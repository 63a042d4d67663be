"""What the diagram is given: one cell's every value at every step, and the words for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.cells.declared import Factor
from explorer.figures import STYLES, Theme, part_colours
from explorer.measures import layer_input, preactivation
from explorer.measures.lines import Lines
from explorer.ui.step.drawing import drawing, drawn_factors
from explorer.ui.view.view import View

_MOST_CELLS = 200_000
_STRANDS = 8
_COLOURS = ("gates", "states", "ink", "quiet", "paper", "frame", "accent")


@dataclass(frozen=True)
class UnitValues:
    """One value of every chosen unit at every step.

    Attributes:
        id: what it is called in the drawing.
        role: ``"gate"``, ``"candidate"`` or ``"state"``.
        reach: the largest |value|, at least 1.
        units: which.
        values: (units, time).
    """

    id: str
    role: str
    reach: float
    units: tuple[int, ...]
    values: NDArray[np.float32]

    def described(self) -> dict[str, Any]:
        """What the browser is told about it."""
        low = 0.0 if self.role == "gate" else -self.reach
        told = {"id": self.id, "role": self.role, "low": low, "high": self.reach, "level": 1, "units": self.units}
        return told | {"values": self.values.ravel()}


def diagram_data(view: View, units: Sequence[int], unit: int, step: int, theme: Theme) -> dict[str, Any]:
    """Everything the diagram needs to walk through the sequence without the server.

    Args:
        view: the run.
        units: which units can be walked through; only the chosen one where all would be too much to send.
        unit, step: where the reader is.
        theme: ``"light"`` or ``"dark"``.
    """
    request, trace = view.request, view.trace
    size = 4 * len(trace.signals) * len(trace) * len(units)
    kept = tuple(units) if size <= _MOST_CELLS else (unit,)
    lines = lines_of(view)
    tracks = list(_tracks(view, lines, kept))
    style = STYLES[theme]
    named = dict.fromkeys((*trace.signals, *(line.signal for line in lines.all)))
    return {
        "title": lines.cell.title,
        "tokens": trace.labels,
        "units": kept,
        "step": step,
        "unit": unit,
        "tracks": [track.described() for track in tracks],
        "exact": True,
        "words": {name: _words(lines, name) for name in named},
        "sizes": {"hidden": trace["hidden"].shape[-1], "input": layer_input(trace, request.shown.layer).shape[1]},
        "before": "t+1" if request.shown.direction == "reverse" else "t−1",
        "drawing": drawing(lines),
        "hidden": request.step_page.hide,
        "stage": request.cursor.presenter,
        "colours": {name: getattr(style, name) for name in _COLOURS},
        "parts": part_colours(theme),
    }


def lines_of(view: View) -> Lines:
    """The lines of the layer and direction that is looked at, at every step."""
    request = view.request
    return Lines(
        view.model, view.trace, *request.shown.place, slice(None), request.step_page.update == "renew"
    )  # fmt: skip


def _words(lines: Lines, name: str) -> dict[str, str]:
    one = lines.word(name)
    return {"symbol": one.symbol, "title": one.title.lower(), "name": name, "role": one.role, "meaning": one.meaning}


def _tracks(view: View, lines: Lines, units: tuple[int, ...]) -> Iterator[UnitValues]:
    request, trace, cell = view.request, view.trace, lines.cell
    place = request.shown.place
    for name in trace.signals:
        yield _known(name, cell.word(name).role, lines.numbers(Factor(name, "now")), units)
    for name in cell.state_signals:
        yield _known(f"before:{name}", "state", lines.numbers(Factor(name, "old")), units)
    for name, factor in drawn_factors(lines).items():
        yield _known(name, "state", lines.numbers(factor), units)
    for gate in cell.blocks:
        parts = preactivation(view.model, trace, gate, units, *place)
        yield _track(f"{gate}:input", "state", units, parts.input)
        yield _track(f"{gate}:recurrent", "state", units, parts.recurrent - parts.direct)
        if parts.direct.any():
            yield _track(f"{gate}:direct", "state", units, parts.direct)
        if cell.shifted:
            yield _track(f"{gate}:bias", "state", units, parts.bias)
    yield _sample("past", trace.before("hidden", *place))
    yield _sample("inputs", layer_input(trace, request.shown.layer))


def _known(name: str, role: str, values: NDArray[Any], units: tuple[int, ...]) -> UnitValues:
    """Of the units that have this number: a projected state has fewer."""
    known = tuple(unit for unit in units if unit < values.shape[-1])
    return _track(name, role, known, values[:, list(known)])


def _track(name: str, role: str, units: tuple[int, ...], values: NDArray[Any]) -> UnitValues:
    reach = 1.0 if role != "state" else max(1.0, float(np.nan_to_num(np.abs(values)).max(initial=0.0)))
    return UnitValues(name, role, reach, units, np.ascontiguousarray(values.T, dtype="<f4"))


def _sample(name: str, values: NDArray[Any]) -> UnitValues:
    """A few numbers of a vector, evenly chosen, for the strands of a bundle."""
    width = values.shape[1]
    columns = tuple(int(place) for place in np.unique(np.linspace(0, width - 1, min(width, _STRANDS)).round()))
    reach = float(np.nan_to_num(np.abs(values[:, list(columns)])).max(initial=0.0)) or 1.0
    return UnitValues(name, "state", reach, columns, np.ascontiguousarray(values[:, list(columns)].T, dtype="<f4"))
