"""A and B: two runs side by side, column by column.

Columns are those of an alignment, not steps: a step that one sequence lacks is NaN in its trace, and stays empty.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np

from explorer.errors import ExplorerError
from explorer.measures import (
    Alignment,
    align,
    aligned,
    comparable,
    divergences,
    largest_differences,
    leading_signal,
    subtracted,
)
from explorer.models import Model
from explorer.models.run.clamp import Held
from explorer.trace import Trace, record
from explorer.trace.holds import NOTHING, WantedHold, fitting, read_holds, to_clamps
from explorer.ui.compare.presets import first_hold
from explorer.ui.compare.rivals import rival_view, sequence_view
from explorer.ui.parts.cursor import ALL_UP_TO, FIRST, Cursor, shown_units
from explorer.ui.session.kept import kept
from explorer.ui.view.view import View


@dataclass(frozen=True)
class Pair:
    """Two runs.

    Attributes:
        first, second: A and B as they ran.
        columns: which step of either stands in which column.
        a, b: their traces laid out in columns, NaN in the gaps.
        holds: what is held in B.
        same: whether the cells are the same, so that each value of A has a partner in B.
    """

    first: View
    second: View
    columns: Alignment
    a: Trace
    b: Trace
    holds: tuple[WantedHold, ...] = ()

    @property
    def same(self) -> bool:
        return comparable(self.a, self.b)

    @property
    def gaps(self) -> bool:
        """Whether either sequence lacks a step that the other has."""
        return -1 in self.columns.first or -1 in self.columns.second


def open_pair(view: View) -> Pair:
    """Run B, as the request wants it.

    Raises:
        ExplorerError: one sentence for the page.
    """
    if view.request.compare_page.against == "held":
        return _with_holds(view)
    second = rival_view(view) if view.request.compare_page.against == "model" else sequence_view(view)
    return _pair(view, second)


def chosen_holds(view: View) -> tuple[WantedHold, ...]:
    """The holds of the request that fit its model: at first the most telling one."""
    text = view.request.compare_page.holds
    if text == NOTHING:
        return ()
    found = fitting(read_holds(text), view.model, len(view.trace))
    return found or fitting(read_holds(first_hold(view.model.kind)), view.model, len(view.trace))


def _with_holds(view: View) -> Pair:
    holds = chosen_holds(view)
    other = sequence_view(view) if any(one.value == "other" and not one.off for one in holds) else None
    steps = None if other is None else _partners(view, other)
    clamps = to_clamps(holds, view.trace, other.trace if other else None, steps)
    held = held_trace(view, clamps)
    columns = Alignment((*range(len(held)),), (*range(len(held)),), 0)
    return Pair(view, replace(view, trace=held), columns, view.trace, held, holds)


def held_trace(view: View, clamps: Sequence[Held]) -> Trace:
    """The view's run once more with something held, from the same states."""
    if not clamps:
        return view.trace
    key = (digest(view.trace), repr([clamp.to_dict() for clamp in clamps]))
    return _held(key, view.model, view, tuple(clamps))


@kept(12)
def _held(key: tuple[str, str], _model: Model, _view: View, _clamps: tuple[Held, ...]) -> Trace:
    trace = _view.trace
    return record(_model, _view.encoded, h_0=trace.h_0, c_0=trace.c_0, clamps=_clamps)


def digest(trace: Trace) -> str:
    """A run by its content: what went in, where it started and what came out of it."""
    found = blake2b(digest_size=16)
    for array in (trace.inputs, trace.h_0, trace.c_0, trace["hidden"], trace.output):
        found.update(b"" if array is None else array.tobytes())
    return found.hexdigest()


def _partners(view: View, other: View) -> list[int]:
    """For each step of the view, the step of another sequence that stands in the same column."""
    columns = _align(view, other)
    partners = {one: two for one, two in zip(columns.first, columns.second, strict=True) if one >= 0}
    return [partners[step] for step in range(len(view.trace))]


def _pair(first: View, second: View) -> Pair:
    columns = _align(first, second)
    return Pair(first, second, columns, aligned(first.trace, columns.first), aligned(second.trace, columns.second))


def _align(first: View, second: View) -> Alignment:
    return align(_tokens(first), _tokens(second))


def _tokens(view: View) -> list[Hashable]:
    if view.encoded.is_text:
        return list(view.encoded.labels)
    return [row.tobytes() for row in view.encoded.values]


def cursors(pair: Pair) -> tuple[Cursor, Cursor]:
    """What is looked at in A and in B: the same column; the same unit too where the cells are the same."""
    request = pair.first.request
    ours = _units(pair)
    theirs = ours if pair.same else shown_units(pair.second, pair.second.request.shown.units)
    unit, step = _start(pair, ours)
    start, last = request.cursor.first, request.cursor.last
    steps = (start, min(last + 1, len(pair.a))) if 0 <= start <= last and start < len(pair.a) else None
    first = Cursor(ours, unit, step, steps)
    return first, Cursor(theirs, unit if pair.same else theirs[0], step, steps)


def _start(pair: Pair, units: tuple[int, ...]) -> tuple[int, int]:
    """The unit and the column of the request, else where the two part most."""
    request = pair.first.request
    unit = request.cursor.unit if request.cursor.unit in units else -1
    step = request.cursor.step if 0 <= request.cursor.step < len(pair.a) else -1
    if unit >= 0 and step >= 0:
        return unit, step
    there = next(
        (
            one for one in (largest_differences(pair.a, pair.b, 60) if pair.same else ())
            if one.unit in units and (one.layer, one.direction) == request.shown.place
            and unit in (-1, one.unit)
        ), None,
    )  # fmt: skip
    best_unit, best_step = (there.unit, there.step) if there else (units[0], _parting(pair))
    return (unit if unit >= 0 else best_unit), (step if step >= 0 else best_step)


def _parting(pair: Pair) -> int:
    """The column in which two networks predict most differently, else the first."""
    heads = [view.model.head for view in (pair.first, pair.second)]
    if (
        pair.a.output is None
        or pair.b.output is None
        or not heads[0]
        or not heads[1]
        or heads[0].labels != heads[1].labels
    ):
        return 0
    return int(np.nan_to_num(divergences(pair.first.model, pair.a.output, pair.b.output)).argmax())


def _units(pair: Pair) -> tuple[int, ...]:
    """A's units in the order of the Gates page; where there are many, those that part most."""
    request, trace = pair.first.request, pair.first.trace
    total = trace[leading_signal(trace.kind)].shape[-1]
    if not pair.same or request.shown.units >= 0 or total <= ALL_UP_TO:
        return shown_units(pair.first, request.shown.units)
    place = pair.a.directions.index(request.shown.direction)
    gate = subtracted(pair.a, pair.b, leading_signal(trace.kind))[request.shown.layer, place]
    leading = np.argsort(-np.nansum(np.abs(gate), axis=0), kind="stable")[:FIRST]
    return tuple(unit for unit in shown_units(pair.first, 0) if unit in leading)


def trouble(view: View) -> tuple[Pair | None, str]:
    """The pair, or the sentence that says why there is none."""
    try:
        return open_pair(view), ""
    except ExplorerError as sentence:
        return None, str(sentence)
