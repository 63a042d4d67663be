"""What a table's notes say of its columns: how they were read, which were left out and why."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from explorer.sequences.columns import Reading
from explorer.sequences.decimals import DecimalSign
from explorer.sequences.visible import legible
from explorer.sequences.written import HABITS

_MOST_NAMED = 6
_LONGEST = 280
_DAY = re.compile(r"[0-9]{1,4}([-/.])[0-9]{1,2}\1[0-9]{1,4}")
_SPACES = re.compile("[\u00a0\u2007\u2009\u202f]")
_CLOCK = re.compile(r"[0-2]?[0-9](?::[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?|\.[0-5][0-9]\.[0-5][0-9])")


@dataclass(frozen=True, eq=False)
class Column:
    """One column with every reading that it allows.

    Attributes:
        name: its name.
        cells: as they were written.
        reading: as numbers.
        dates: as labels, None where it is no date.
        counts_rows: whether it only counts the rows.
        lines: the line each cell stands on.
    """

    name: str
    cells: tuple[str, ...]
    reading: Reading
    dates: tuple[str, ...] | None
    counts_rows: bool
    lines: list[int]

    @property
    def numbers(self) -> NDArray[np.float64] | None:
        """Its numbers, or None."""
        return self.reading.numbers


def joined_clock(columns: list[Column]) -> list[Column]:
    """Days in one column and times of day in the next, made one column of dates."""
    for place, (day, clock) in enumerate(pairwise(columns)):
        if day.dates and _all(_DAY, day.dates) and _all(_CLOCK, clock.cells):
            clocks = [re.sub(r"\.(?=[0-9]{2}(?:\.|$))", ":", cell) if ":" not in cell else cell for cell in clock.cells]
            dates = tuple(f"{one} {other}" for one, other in zip(day.dates, clocks, strict=True))
            return [*columns[:place], replace(day, dates=dates), *columns[place + 2 :]]
    return columns


def _all(pattern: re.Pattern[str], cells: Sequence[str]) -> bool:
    return all(map(pattern.fullmatch, cells))


def conversions(columns: list[Column], numeric: Sequence[str], decimal: DecimalSign) -> list[str]:
    """One sentence for each way of writing that was converted."""
    read = [column for column in columns if column.name in numeric]
    found = {
        habit: [(column.name, column.reading.habits[habit]) for column in read if habit in column.reading.habits]
        for habit in HABITS
    }
    notes = [f"{_capital(HABITS[habit])}: {_listed(cases)}." for habit, cases in found.items() if cases]
    other = [column.name for column in read if column.reading.numbers is not None and column.reading.decimal != decimal]
    other = [name for name in other if not _only_whole(read, name)]
    if other:
        sign = "points" if decimal == "," else "commas"
        notes.append(f"Read with decimal {sign}, unlike the rest: {_named(other)}.")
    return notes


def _only_whole(columns: list[Column], name: str) -> bool:
    cells = next(column.cells for column in columns if column.name == name)
    return not any("," in cell or "." in cell for cell in cells)


def left_out(columns: list[Column], label: Column | None, numeric: Sequence[str]) -> list[str]:
    """Every column that can be no input, and why."""
    reasons: dict[str, list[str]] = {}
    notes = []
    for column in columns:
        if column is label or column.name in numeric:
            continue
        slip = _slip(column)
        if slip is not None:
            notes.append(f"Left out as not numeric: {slip}.")
        else:
            reasons.setdefault(_reason(column), []).append(column.name)
    many = len(notes) - _MOST_NAMED
    if many > 0:
        named = [column.name for column in columns if column.name not in numeric and _slip(column)]
        notes = [*notes[:_MOST_NAMED], f"Left out likewise: {_named(named[_MOST_NAMED:])}."]
    return notes + [_sentence(reason, names) for reason, names in reasons.items()]


def _sentence(reason: str, names: list[str]) -> str:
    if reason == _COUNTS and len(names) == 1:
        return f"'{names[0]}' only counts the rows and was left out."
    return f"Left out, {reason}: {_named(names)}."


_COUNTS = "only counts the rows"


def _reason(column: Column) -> str:
    if column.counts_rows:
        return _COUNTS
    if column.dates:
        return "a second column of dates"
    return {"holds words": "since it holds words", "is empty": "since it is empty"}.get(
        column.reading.reason, f"since it {column.reading.reason}"
    )


def first_slip(columns: list[Column]) -> str:
    """Name the first cell that is no number of the column that comes nearest to numbers."""
    slips = [slip for column in columns if (slip := _slip(column))]
    return f" ({slips[0]})" if slips else ""


def _slip(column: Column) -> str | None:
    """Describe what kept a column, at least half numbers, from being numeric."""
    row = column.reading.slip
    if row is None or column.dates or not column.reading.mostly:
        return None
    return f"column '{column.name}' has '{legible(column.cells[row])}' on line {column.lines[row]}"


def _listed(cases: list[tuple[str, str]]) -> str:
    """Columns, each with a cell of it, as many as fit a sentence."""
    shown = [f"'{legible(_SPACES.sub(' ', cell), 20)}' in '{name}'" for name, cell in cases[:_MOST_NAMED]]
    return _fitting(shown, len(cases))


def _named(names: list[str]) -> str:
    return _fitting([f"'{name}'" for name in names], len(names))


def _fitting(shown: list[str], count: int) -> str:
    """As many as fit a sentence, and how many more there are."""
    kept: list[str] = []
    for one in shown:
        if sum(map(len, kept)) + 2 * len(kept) + len(one) > _LONGEST - 80:
            break
        kept.append(one)
    more = f" and {count - len(kept):,} more" if count > len(kept) else ""
    return ", ".join(kept) + more


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
