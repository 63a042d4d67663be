"""What is looked at: which units, which step, which part; and following the reader there."""

from dataclasses import dataclass

import numpy as np

from explorer.measures import choose_units, leading_signal
from explorer.ui.parts.ribbon import RibbonState, moved
from explorer.ui.session.state import change
from explorer.ui.view.view import View

ALL_UP_TO, FIRST = 32, 24
"""Up to so many units are all shown, at 3 to 4 pixels a row, else these first: so six panels stand above the fold."""


@dataclass(frozen=True)
class Cursor:
    """What is looked at.

    Attributes:
        units: the units shown, from top to bottom.
        unit, step: the chosen ones.
        steps: the selected steps (first, past the last), or None.
        rows: the selected rows of `units` likewise, or None.
    """

    units: tuple[int, ...]
    unit: int
    step: int
    steps: tuple[int, int] | None = None
    rows: tuple[int, int] | None = None


def choose(view: View) -> Cursor:
    """The units shown, and what is looked at: the user's choice, or the most telling."""
    request, trace = view.request, view.trace
    units = shown_units(view, request.shown.units)
    unit = request.cursor.unit if request.cursor.unit in units else units[0]
    step = request.cursor.step if 0 <= request.cursor.step < len(trace) else _busiest_step(view, unit)
    steps = _span(request.cursor.first, request.cursor.last, len(trace))
    return Cursor(
        units, unit, step, steps, _span(request.cursor.top, request.cursor.bottom, len(units)) if steps else None
    )


def shown_units(view: View, asked: int) -> tuple[int, ...]:
    """The units from top to bottom in the order that was chosen; by default all where they fit the window.

    Args:
        view: the run.
        asked: how many, 0 for all, −1 for as many as fit.
    """
    shown, total = view.request.shown, view.trace[leading_signal(view.trace.kind)].shape[-1]
    count = (None if total <= ALL_UP_TO else FIRST) if asked < 0 else asked or None
    return choose_units(view.trace, count, shown.order, shown.similar, *shown.place)  # type: ignore[arg-type]


def _span(first: int, last: int, length: int) -> tuple[int, int] | None:
    return (first, min(last + 1, length)) if 0 <= first <= last and first < length else None


def follow() -> None:
    """Let the request go where the reader has gone in the ribbon: its callback on every page, before the script."""
    at = moved()
    if at is not None:
        go(at)


def go(at: RibbonState) -> None:
    """Let the request go to a place in the ribbon."""
    first, past = (-1, 0) if at.start is None or at.stop is None else (at.start, at.stop)
    top, under = (-1, 0) if at.unit_low is None or at.unit_high is None else (at.unit_low, at.unit_high)
    change(step=at.step, unit=at.unit, first=first, last=past - 1, top=top, bottom=under - 1)


def _busiest_step(view: View, unit: int) -> int:
    """Where the unit's keep gate changes most."""
    gate = view.trace.select(leading_signal(view.trace.kind), *view.request.shown.place)[:, unit]
    return int(np.nan_to_num(np.abs(np.diff(gate))).argmax()) + 1 if len(gate) > 1 else 0
