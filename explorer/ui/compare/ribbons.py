"""One ribbon for A and one for B, under one cursor."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.figures.difference import Row, difference_panels
from explorer.figures.panels import EXACT_CELLS, Panel
from explorer.figures.stack import shown_units
from explorer.measures import leading_signal, memory_signal, predictions, subtracted
from explorer.trace import Trace
from explorer.ui.compare.pair import Pair, cursors
from explorer.ui.parts.cursor import Cursor, go
from explorer.ui.parts.panels import in_order
from explorer.ui.parts.ribbon import SECOND, Chart, Ribbon, Track, Wish, draw_view, heard, last_told
from explorer.ui.parts.ribbon_data import masked_steps
from explorer.ui.parts.sentences import question
from explorer.ui.parts.window import narrow, sizes, theme
from explorer.ui.view.forecast import forecasts, given_numbers, is_apart
from explorer.ui.view.view import View

_LEVELS = 127


@dataclass(frozen=True)
class Both:
    """Both ribbons, settled.

    Attributes:
        wishes: A's and B's.
        first, second: what is looked at in A and in B.
        shared: A's units where B has the same.
    """

    wishes: tuple[Wish, Wish]
    first: Cursor
    second: Cursor
    shared: tuple[int, ...]

    def draw(self, charts: Sequence[Chart]) -> None:
        """Both, and charts under them; where the reader moves in either, the request and the other one follow."""
        draw_view(self.wishes, charts, partial(_follow, self.shared))


def settle_both(pair: Pair, drawn: Sequence[Row]) -> Both:
    """Where the reader is in both ribbons.

    Args:
        pair: the runs.
        drawn: the panels of the figure, so that pointing at one gives its number.
    """
    first, second = cursors(pair)
    own = {run: _own_rows(pair, run) for run in ("A", "B")}
    more = [row for row in drawn if row not in own["A"]]
    one = Wish(_ribbon(pair, "A", own["A"], more, first, second), first.step, first.unit, first.steps)
    told = one.settled()
    unit = told.unit if told.unit in second.units else second.unit
    two = Wish(_ribbon(pair, "B", own["B"], [], first, second), told.step, unit, first.steps, SECOND)
    other = two.settled()
    steps = None if told.start is None or told.stop is None else (told.start, told.stop)
    cursor = Cursor(first.units, told.unit, told.step, steps)
    return Both((one, two), cursor, replace(second, step=told.step, unit=other.unit), first.units if pair.same else ())


def _follow(shared: tuple[int, ...]) -> None:
    """Believe the ribbon that has moved; B's unit counts only where it is one of A's, ``shared``."""
    told, before, other = heard(), last_told(), heard(SECOND)
    if told is None or before is None or other is None:
        return
    moved = other if other.step != told.step and told.step == before.step else told
    unit = other.unit if told.unit == before.unit and other.unit in shared else told.unit
    at = replace(moved, unit=unit, unit_low=None, unit_high=None)
    if at != before:
        go(at)


def _own_rows(pair: Pair, run: str) -> list[Row]:
    """Every signal of a run's chosen layer, the keep gate first; on a phone the two that tell most."""
    view, trace = (pair.first, pair.a) if run == "A" else (pair.second, pair.b)
    first = leading_signal(trace.kind)
    names = list(in_order(trace))
    if narrow():
        names = [name for name in names if name in (first, memory_signal(trace.kind))]
    return [Row(run, name, *view.request.shown.place) for name in names]


def _ribbon(pair: Pair, run: str, own: Sequence[Row], more: Sequence[Row], first: Cursor, second: Cursor) -> Ribbon:
    view, trace, cursor = (pair.first, pair.a, first) if run == "A" else (pair.second, pair.b, second)
    rows = [*own, *more]
    units = {"A": first.units, "B": second.units}
    panels = difference_panels(pair.a, pair.b, rows, units)
    laid = [_values(pair, row, units) for row in rows]
    exact = sum(values.size for values in laid) <= EXACT_CELLS or trace.masked is not None
    steps = pair.columns.first if run == "A" else pair.columns.second
    return Ribbon(
        tokens=trace.labels,
        units=cursor.units,
        tracks=tuple(_track(pair, row, panel, units, row in own) for row, panel in zip(rows, panels, strict=True)),
        values=b"".join(_bytes(values, panel, exact) for values, panel in zip(laid, panels, strict=True)),
        exact=exact,
        predictions=said(view, steps),
        question=question(view),
        numbers=_laid(given_numbers(view), steps),
        apart=is_apart(view),
        forecasts=_laid(forecasts(view), steps),
        margin=(sizes().left, sizes().right),
        theme=theme(),
        caption=run,
        masked=masked_steps(trace),
    )


def said(view: View, steps: Sequence[int]) -> tuple[str, ...]:
    """What a run predicts in each column, nothing in the gaps; empty without a head."""
    found = predictions(view.model, view.trace)
    return () if found is None else tuple("" if step < 0 else found[step].label for step in steps)


def _values(pair: Pair, row: Row, units: dict[str, tuple[int, ...]]) -> NDArray[Any]:
    """(unit, column)"""
    trace = pair.b if row.run == "B" else pair.a
    if row.run == "B − A":
        values = subtracted(pair.a, pair.b, row.signal)[row.layer, trace.directions.index(row.direction)]
    else:
        values = trace.select(row.signal, row.layer, row.direction)
    shown: NDArray[Any] = values[:, list(_shown(trace, row, units))].T
    return shown


def _shown(trace: Trace, row: Row, units: dict[str, tuple[int, ...]]) -> tuple[int, ...]:
    return shown_units(trace, row.signal, units["B" if row.run == "B" else "A"])


def _track(pair: Pair, row: Row, panel: Panel, units: dict[str, tuple[int, ...]], told: bool) -> Track:
    trace = pair.b if row.run == "B" else pair.a
    level = (panel.largest or 1.0) / _LEVELS
    whole = trace[row.signal].shape[-1] == trace[trace.signals[0]].shape[-1]
    shared = whole and (row.run != "B" or pair.same or told)
    return Track(row.name, panel.signal.symbol, panel.signal.role, row.layer, row.direction, panel.low, panel.high,
                 level, _shown(trace, row, units), shared, told)  # fmt: skip


def _bytes(values: NDArray[Any], panel: Panel, exact: bool) -> bytes:
    if exact:
        return np.ascontiguousarray(values, dtype="<f4").tobytes()
    levels: NDArray[np.int8] = np.rint(np.nan_to_num(values) * (_LEVELS / (panel.largest or 1.0))).astype(np.int8)
    return levels.tobytes()


def _laid(known: Sequence[float | None] | None, steps: Sequence[int]) -> tuple[float | None, ...] | None:
    """Numbers of a sequence, laid out; nothing in the gaps."""
    return None if known is None else tuple(None if step < 0 else known[step] for step in steps)
