"""Two runs in one picture: their difference, or one above the other on one scale."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.cells import word
from explorer.errors import ShapeError
from explorer.figures.panels import Panel, make_panel
from explorer.figures.stack import draw_panels, shown_units
from explorer.figures.style import DESK, Sizes, Theme
from explorer.measures import comparable, scale_end, subtracted
from explorer.signals import Signal
from explorer.trace import Trace

ENDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
"""The scales of a difference: the smallest that 98 of 100 of the differences fit into."""


class Row(NamedTuple):
    """One panel of a comparison: of which run, and which signal of which layer and direction.

    ``run`` is ``"A"``, ``"B"`` or ``"B − A"``.
    """

    run: str
    signal: str
    layer: int = 0
    direction: str = "forward"

    @property
    def name(self) -> str:
        """As the panel's name in a figure and in a ribbon."""
        return f"{self.run} {self.signal}"


def difference_panels(
    first: Trace, second: Trace, rows: Sequence[Row], units: Mapping[str, Sequence[int]]
) -> list[Panel]:
    """Panels of two runs and of their difference.

    All panels of one signal share a scale: a gate's is 0 to 1, a candidate's −1 to 1, a cell state's ± the
    98th percentile of both runs. Differences of all gates share a scale, ± the smallest of `ENDS` that holds
    98 % of them, and so do those of candidates and bounded states; the cell state's have one of their own.

    Args:
        first, second: traces over the same columns; NaN where an alignment has a gap.
        rows: what to draw, from top to bottom.
        units: the units of ``"A"`` and of ``"B"``; those of ``"A"`` for the difference.

    Raises:
        ShapeError: different numbers of columns, or a difference of different cells.
    """
    if len(first) != len(second):
        raise ShapeError(f"A has {len(first)} columns and B {len(second)}: align them first.")
    gates = _common_end(first, second, rows, gates=True)
    others = _common_end(first, second, rows, gates=False)
    return [
        _panel(first, second, row, units, gates if _word(first, second, row).role == "gate" else others) for row in rows
    ]


def difference_stack(
    first: Trace,
    second: Trace,
    rows: Sequence[Row],
    units: Mapping[str, Sequence[int]],
    theme: Theme = "light",
    sizes: Sizes = DESK,
    tokens: bool = False,
    hover: bool = False,
) -> go.Figure:
    """A stack of panels of two runs, or of their difference, on one axis.

    x is the column of the alignment, y the unit. Colour is the value, as in `gate_stack`; in a difference rust
    where B is lower and navy where B is higher than A. Gaps of an alignment stay empty.

    Args:
        first, second, rows, units: as for `difference_panels`.
        theme: ``"light"`` or ``"dark"``.
        sizes: heights and margins.
        tokens: whether the labels of the first stand on top.
        hover: whether Plotly shows values under the pointer.
    """
    panels = difference_panels(first, second, rows, units)
    shown = [_units(first, second, row, units) for row in rows]
    return draw_panels(first, panels, shown, theme, tokens=tokens, sizes=sizes, hover=hover)


def _panel(first: Trace, second: Trace, row: Row, units: Mapping[str, Sequence[int]], end: float) -> Panel:
    signal = _word(first, second, row)
    values = _values(first, second, row)[:, list(_units(first, second, row, units))]
    reach = scale_end(
        signal, *(one.select(row.signal, row.layer, row.direction) for one in _having(row, first, second))
    )
    if row.run == "B − A":
        reach = end if np.isfinite(signal.high) else _nice(np.abs(values), reach)
        titled = replace(signal, title=signal.title, symbol=f"Δ{signal.symbol}", role="state", at_high=_gist(reach))
    else:
        titled = replace(signal, title=f"{row.run} · {signal.title}")
    gaps = bool(np.isnan(values).any())
    quantise = False if gaps else None
    panel = make_panel(replace(titled, name=row.name), values, (row.layer, row.direction), reach, quantise)
    known = np.abs(values[np.isfinite(values)])
    return replace(panel, largest=float(known.max()) if known.size else 0.0)


def _gist(reach: float) -> str:
    return f"B − A, from −{reach:.3g} to {reach:.3g}"


def _values(first: Trace, second: Trace, row: Row) -> NDArray[Any]:
    """(time, unit)"""
    if row.run == "B − A":
        place = first.directions.index(row.direction)
        values: NDArray[Any] = subtracted(first, second, row.signal)[row.layer, place]
        return values
    return (first if row.run == "A" else second).select(row.signal, row.layer, row.direction)


def _having(row: Row, first: Trace, second: Trace) -> list[Trace]:
    """The traces whose values share the row's scale."""
    both = comparable(first, second)
    return [first, second] if both else [first if row.run == "A" else second]


def _units(first: Trace, second: Trace, row: Row, units: Mapping[str, Sequence[int]]) -> tuple[int, ...]:
    run = "B" if row.run == "B" else "A"
    return shown_units(second if run == "B" else first, row.signal, units[run])


def _word(first: Trace, second: Trace, row: Row) -> Signal:
    return word((second if row.run == "B" else first).kind, row.signal)


def _common_end(first: Trace, second: Trace, rows: Sequence[Row], gates: bool) -> float:
    """One scale for the differences of all gates, or of all else that is bounded."""
    differences = [(row, _word(first, second, row)) for row in rows if row.run == "B − A"]
    sizes = [
        np.abs(_values(first, second, row)).ravel()
        for row, signal in differences
        if (signal.role == "gate") == gates and np.isfinite(signal.high)
    ]
    return _nice(np.concatenate(sizes), ENDS[-1]) if sizes else 1.0


def _nice(sizes: NDArray[Any], most: float) -> float:
    """The smallest of `ENDS` times a power of ten that 98 of 100 sizes other than 0 fit into."""
    some = sizes[np.isfinite(sizes) & (sizes > 0)]
    if not some.size:
        return min(1.0, most)
    wanted = float(np.percentile(some, 98))
    return next((end for end in ENDS if end >= wanted), max(most, wanted))
