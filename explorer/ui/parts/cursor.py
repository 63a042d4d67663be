"""What is looked at: which units, which step, which part; and following the reader there."""

from dataclasses import dataclass

import numpy as np

from explorer.measures import choose_units, leading_signal
from explorer.ui.parts.ribbon import RibbonState, moved
from explorer.ui.session.state import change
from explorer.ui.view.view import View

_ALL_UP_TO, _FIRST = 32, 24


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
    count = _count(request.units, trace[leading_signal(trace.kind)].shape[-1])
    units = choose_units(trace, count, request.order, request.similar, request.layer, request.direction)  # type: ignore[arg-type]
    unit = request.unit if request.unit in units else units[0]
    step = request.step if 0 <= request.step < len(trace) else _busiest_step(view, unit)
    steps = _span(request.first, request.last, len(trace))
    return Cursor(units, unit, step, steps, _span(request.top, request.bottom, len(units)) if steps else None)


def _count(asked: int, total: int) -> int | None:
    """How many units to show, None for all; by default all where they fit the window."""
    if asked < 0:
        return None if total <= _ALL_UP_TO else _FIRST
    return asked or None


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
    gate = view.trace.select(leading_signal(view.trace.kind), view.request.layer, view.request.direction)[:, unit]
    return int(np.nan_to_num(np.abs(np.diff(gate))).argmax()) + 1 if len(gate) > 1 else 0
