"""Rows of text to named columns: the header, the decimal sign, the numbers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from explorer.sequences.decimals import NUMBER, DecimalSign
from explorer.sequences.visible import legible
from explorer.sequences.written import Written, read_written, truth

MISSING = re.compile(
    r"(?:na|n/a|n\.a\.?|nan|<na>|nat|null|none|nil|missing|-{1,3}|–|—|\?|\.{1,3}|…|\*{1,5}|#n/a|#na|#value!|#div/0!)?",
    re.IGNORECASE,
)

_SAMPLE = 2_000


@dataclass(frozen=True, eq=False)
class Reading:
    """What a column's cells gave.

    Attributes:
        numbers: one a cell, or None.
        habits: ways of writing that it took, each with the first cell written so.
        reason: why there are no numbers.
        slip: the first cell that is none.
        mostly: whether most of the others are numbers.
        decimal: the decimal sign they were read with.
    """

    numbers: NDArray[np.float64] | None
    habits: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    slip: int | None = None
    mostly: bool = True
    decimal: DecimalSign = "."


def decimal_sign(cells: Sequence[Sequence[str]], delimiter: str) -> DecimalSign:
    """Decide by vote whether the table writes 1,5 or 1.5.

    Args:
        cells: rows of text.
        delimiter: what cut the rows; between commas ``1,234`` is a thousand, elsewhere one and a bit.

    Returns:
        "," or ".", the point where nothing speaks for the comma.
    """
    candidates = [cell for row in cells for cell in row if "," in cell]
    commas = sum(_speaks_for_comma(cell, delimiter) for cell in candidates)
    if not commas:
        return "."
    points = sum("." in cell and read_written(cell) is not None for row in cells for cell in row)
    return "," if commas > points else "."


def column_names(head: Sequence[str]) -> list[str]:
    """Make names legible and distinct: an empty one becomes "column 2", a second "a" becomes "a (2)"."""
    names: list[str] = []
    taken: set[str] = set()
    for place, given in enumerate(head, 1):
        base = legible(given.strip()) if given.strip() else f"column {place}"
        name, copy = base, 1
        while name in taken:
            copy += 1
            name = f"{base} ({copy})"
        taken.add(name)
        names.append(name)
    return names


def is_missing(cell: str) -> bool:
    """Tell whether a cell is empty or one of the usual signs for "no value" ("NA", "-", "?", …)."""
    return MISSING.fullmatch(cell.strip()) is not None


def read_column(cells: Sequence[str], decimal: DecimalSign) -> Reading:
    """Read a column of numbers, as people write them.

    Where the table's decimal sign gives none, the other one is tried: some tables mix columns of both.

    Args:
        cells: its cells.
        decimal: the table's decimal sign.

    Returns:
        One number per cell, NaN where it is missing, and how they were written; no numbers, and the reason, when a
        cell is no number, every one is missing, or units are mixed.
    """
    if all(map(is_missing, cells)):
        return Reading(None, reason="is empty")
    truths = _truths(cells)
    if truths is not None:
        return truths
    reading = _numbers(cells, decimal)
    swapped: DecimalSign = "," if decimal == "." else "."
    if reading.slip is None or read_written(cells[reading.slip], swapped) is None:
        return reading
    other = _numbers(cells, swapped)
    return reading if other.numbers is None else other


def _truths(cells: Sequence[str]) -> Reading | None:
    """A column of true and false; single letters count only where both stand."""
    first = next(cell for cell in cells if not is_missing(cell))
    if truth(first) is None:
        return None
    words = {cell.strip().lower() for cell in cells if not is_missing(cell)}
    if any(truth(word) is None for word in words) or (words <= {"t", "f", "y", "n"} and len(words) < 2):
        return None
    numbers = [np.nan if is_missing(cell) else truth(cell) for cell in cells]
    return Reading(np.array(numbers, dtype=np.float64), {"truth": first})


def _numbers(cells: Sequence[str], decimal: DecimalSign) -> Reading:
    numbers = np.empty(len(cells))
    habits: dict[str, str] = {}
    units: dict[str, str] = {}
    bare = 0
    for row, cell in enumerate(cells):
        # Most cells are plain, and a table may have a million.
        if decimal == "." and NUMBER.fullmatch(cell):
            numbers[row] = float(cell)
            bare = bare if bare or numbers[row] == 0 else row + 1
            continue
        written = read_written(cell, decimal) or _sign(cell)
        if written is None:
            return Reading(None, reason="holds words", slip=row, mostly=_mostly(cells[:_SAMPLE], decimal))
        numbers[row] = written.number
        for habit in written.habits:
            habits.setdefault(habit, cell)
        if written.number != 0 and written.number == written.number:
            units.setdefault(written.unit, cell)
    mixed = _mixed(units | ({"": cells[bare - 1]} if bare else {}))
    if mixed or np.isnan(numbers).all():
        return Reading(None, reason=mixed or "is empty")
    return Reading(numbers, habits, decimal=decimal)


def _mostly(cells: Sequence[str], decimal: DecimalSign) -> bool:
    given = [cell for cell in cells if not is_missing(cell)]
    return 2 * sum(read_written(cell, decimal) is None for cell in given) <= len(given)


def _sign(cell: str) -> Written | None:
    """What weather services write for a number: M is missing, T a trace of rain."""
    if is_missing(cell) or cell.strip() in ("M", "MM"):
        return Written(np.nan)
    return Written(0.0, ("trace",)) if cell.strip() == "T" else None


def _mixed(units: dict[str, str]) -> str:
    money = [unit for unit in units if unit not in ("", "%")]
    if len(money) > 1 or ("%" in units and len(units) > 1):
        shown = " and ".join(f"'{legible(cell)}'" for cell in list(units.values())[:2])
        return f"mixes units ({shown})"
    return ""


def _speaks_for_comma(cell: str, delimiter: str) -> bool:
    if read_written(cell, ",") is None:
        return False
    grouped = read_written(cell)
    return not (delimiter == "," and grouped is not None and "thousands" in grouped.habits)
