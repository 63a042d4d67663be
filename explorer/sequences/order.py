"""Whether a table's rows follow each other in time, and what to do where they do not."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.sequences.clock import Clock, clock, spelt
from explorer.sequences.finding import Finding, Remedy
from explorer.sequences.limits import MAX_STEPS
from explorer.sequences.members import group_columns
from explorer.sequences.table import Table
from explorer.sequences.visible import counted, legible

_DAY = 86_400.0
_MOST_OFFERED = 3
_MOST_GROWTH = 10
Floats = NDArray[np.float64]
Places = NDArray[np.intp]


def order_findings(table: Table) -> tuple[Finding, ...]:
    """What is wrong with a table's time: backwards, several series stacked, no order; repeated or uneven steps."""
    when = clock(table)
    if when is None or len(when.values) < 3:
        return ()
    steps = np.diff(when.values)
    if (steps <= 0).all() and (steps < 0).any():
        return (_backwards(table),)
    if (steps <= 0).any():
        series = _series(table, when)
        if series is not None:
            return (_stacked(table, *series),)
    if (steps < 0).any():
        return (_unsorted(table, steps),)
    return tuple(found for found in (_repeated(table, steps), _uneven(table, when, steps)) if found is not None)


def reordered(table: Table, remedy: str) -> Table:
    """The table after one of the remedies that `order_findings` offers, and a note that says so."""
    name, _, which = remedy.partition(":")
    return _REMEDIES[name](table, which)


def _backwards(table: Table) -> Finding:
    first, last = _ends(table)
    sentence = f"Time runs backwards, from {first} to {last}: gates read it from the end to the beginning."
    return Finding("backwards", sentence, len(table.frame), (Remedy("turn", "Turn it round"),))


def _stacked(table: Table, names: list[str], series: Places, column: str) -> Finding:
    count = len(names)
    start = int(np.flatnonzero(np.diff(series))[0]) + 2
    told = f"column '{column}' tells them apart" if column else f"time goes back in row {start:,}"
    sentence = f"This file holds {count:,} series below each other, which are read as one ({told})."
    remedies = tuple(Remedy(f"only:{place}", f"Take {name}") for place, name in enumerate(names[:_MOST_OFFERED]))
    return Finding("stacked", sentence, count, remedies)


def _unsorted(table: Table, steps: Floats) -> Finding:
    count = int((steps < 0).sum())
    row = int(np.argmax(steps < 0)) + 2
    sentence = f"The rows are not in the order of time: it goes back {_times(count)}, first in row {row:,}."
    return Finding("unsorted", sentence, count, (Remedy("sort", "Sort by time"),))


def _repeated(table: Table, steps: Floats) -> Finding | None:
    count = int((steps == 0).sum())
    if not count:
        return None
    row = int(np.argmax(steps == 0)) + 2
    sentence = f"{counted(count, 'row')} of {len(table.frame):,} repeat the time of the row before, first row {row:,}."
    remedies = (Remedy("average", "Average them"), Remedy("drop", "Take the first"), Remedy("keep-repeated", "Keep"))
    return Finding("repeated", sentence, count, remedies)


def _uneven(table: Table, when: Clock, steps: Floats) -> Finding | None:
    rising = steps[steps > 0]
    usual = float(np.median(rising)) if rising.size else 0.0
    other = np.abs(rising - usual) > 0.1 * usual
    if not other.any() or _is_working_week(when, usual, rising):
        return None
    place = int(np.argmax(steps))
    sentence = (
        f"{counted(int(other.sum()), 'step')} of {len(rising):,} differ from the usual {_span(usual, when)}; the "
        f"longest, {_span(float(steps[place]), when)}, ends in row {place + 2:,}. Gates count every row as one step."
    )
    remedies: tuple[Remedy, ...] = (Remedy("keep-uneven", "Keep"),)
    length = (when.values[-1] - when.values[0]) / usual
    if length < min(MAX_STEPS, _MOST_GROWTH * len(table.frame)):
        remedies = (Remedy("even", "Make them even, by interpolation"), *remedies)
    return Finding("uneven", sentence, int(other.sum()), remedies)


def _is_working_week(when: Clock, usual: float, steps: Floats) -> bool:
    """Days without Saturdays and Sundays, at most a holiday or two more."""
    if when.unit != "second" or usual != _DAY or (steps > 5 * _DAY).any() or (steps % _DAY).any():
        return False
    # 1 January 1970 was a Thursday.
    return bool(((when.values // _DAY + 3) % 7 < 5).all())


def _series(table: Table, when: Clock) -> tuple[list[str], Places, str] | None:
    """Which series each row belongs to: by a column within whose values time rises, or by where time starts again."""
    for column in group_columns(table):
        codes, found = pd.factorize(table.frame[column])
        if _each_runs_through(when.values, codes) and _rises_within(when.values, codes):
            names = [legible(f"{one:g}" if isinstance(one, float) else str(one), 24) for one in found]
            return names, np.asarray(codes, dtype=np.intp), column
    back = np.diff(when.values) < 0
    pieces = np.concatenate([[0], np.cumsum(back)])
    counts = np.bincount(pieces)
    starts = np.concatenate([[0], np.flatnonzero(back) + 1])
    middles = when.values[starts + counts // 2]
    if len(counts) < 2 or counts.min() < 3 or not (when.values[starts[1:]] < middles[:-1]).all():
        return None
    ordinals = ("the first", "the second", "the third")
    return [*ordinals, *(f"number {n}" for n in range(4, len(counts) + 1))][: len(counts)], pieces.astype(np.intp), ""


def _each_runs_through(times: Floats, codes: Places) -> bool:
    """Whether the longest of the series has most of the times, so that no other column of numbers is taken for one."""
    longest = int(np.bincount(codes).max())
    return longest >= 3 and 2 * len(np.unique(times)) <= 3 * longest


def _rises_within(times: Floats, codes: Places) -> bool:
    order = np.lexsort((np.arange(len(codes)), codes))
    same = np.diff(codes[order]) == 0
    return bool((np.diff(times[order])[same] > 0).all())


def _turned(table: Table, which: str) -> Table:
    return _with(table, table.frame.iloc[::-1], "Turned round: the last row comes first.")


def _only(table: Table, which: str) -> Table:
    when = clock(table)
    found = _series(table, when) if when is not None else None
    if found is None:
        return table
    names, series, column = found
    kept = table.frame[series == int(which)]
    said = f"One series of {len(names):,}: {names[int(which)]}" + (f" of '{column}'" if column else "")
    return _with(table, kept, f"{said}, {counted(len(kept), 'row')}.")


def _sorted(table: Table, which: str) -> Table:
    return _with(table, table.frame.iloc[np.argsort(_values(table), kind="stable")], "Sorted by time.")


def _averaged(table: Table, which: str) -> Table:
    places = np.cumsum(np.concatenate([[0], np.diff(_values(table)) != 0]))
    means = {name: "mean" if name in table.numeric_columns else "first" for name in table.frame.columns}
    return _with(table, table.frame.groupby(places).agg(means), "Rows of the same time were averaged.")


def _dropped(table: Table, which: str) -> Table:
    kept = np.concatenate([[True], np.diff(_values(table)) != 0])
    return _with(table, table.frame[kept], "Of rows of the same time the first was taken.")


def _evened(table: Table, which: str) -> Table:
    """Rows at even times, a straight line between those that there are; what was missing stays missing."""
    when = clock(table)
    assert when is not None
    times, first = np.unique(when.values, return_index=True)
    usual = float(np.median(np.diff(times)))
    even = times[0] + usual * np.arange(round((times[-1] - times[0]) / usual) + 1)
    frame = pd.DataFrame(
        {name: _between(table.frame[name].to_numpy()[first], times, even) for name in table.numeric_columns}
    )
    if table.label_column is not None:
        frame.insert(0, table.label_column, pd.Series(spelt(even, when.unit), dtype="str"))
    new = int((~np.isin(even, times)).sum())
    note = f"Made even: {counted(len(even), 'step')} of {_span(usual, when)}, {new:,} of them interpolated."
    return _with(table, frame, note)


def _between(values: Floats, times: Floats, even: Floats) -> Floats:
    known = np.isfinite(values)
    if not known.any():
        return np.full(len(even), np.nan)
    drawn = np.interp(even, times[known], values[known])
    drawn[np.isin(even, times[~known])] = np.nan
    return drawn


def _values(table: Table) -> Floats:
    when = clock(table)
    assert when is not None
    return when.values


def _with(table: Table, frame: pd.DataFrame, note: str) -> Table:
    return replace(table, frame=frame.reset_index(drop=True), notes=(*table.notes, note))


def _ends(table: Table) -> tuple[str, str]:
    labels = table.labels
    if table.label_column is None:
        return "the last row", "the first"
    return labels[0], labels[-1]


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _span(step: float, when: Clock) -> str:
    """A length of time in words."""
    if when.unit == "month":
        return counted(round(step), "month")
    if when.unit != "second":
        return f"{step:g}"
    for length, noun in ((_DAY, "day"), (3600.0, "hour"), (60.0, "minute")):
        if step >= length:
            return counted(int(step / length), noun) if step % length == 0 else f"{step / length:.3g} {noun}s"
    return f"{step:g} s"


_REMEDIES: dict[str, Callable[[Table, str], Table]] = {
    "turn": _turned,
    "only": _only,
    "sort": _sorted,
    "average": _averaged,
    "drop": _dropped,
    "even": _evened,
}
