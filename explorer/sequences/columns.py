"""Rows of text to named columns: the header, the decimal sign, the numbers."""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from explorer.sequences.dates import DATE
from explorer.sequences.decimals import GROUPED, DecimalSign, read_number
from explorer.sequences.visible import legible

MISSING = re.compile(r"(?:na|n/a|nan|<na>|nat|null|none|missing|--?|—|\?|\.|\*|#n/a|#na)?", re.IGNORECASE)


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
    points = sum("." in cell and read_number(cell) is not None for row in cells for cell in row)
    return "," if commas > points else "."


def has_header(cells: Sequence[Sequence[str]], decimal: DecimalSign) -> bool:
    """Tell whether the first row holds names.

    It does when no cell of it is a number or a date and one is a word, or when its first cell is a word over
    a column of numbers or dates (``YEAR,1,2,3``).
    """
    head, rest = cells[0], cells[1:]
    is_word = [_is_word(cell, decimal) for cell in head]
    if any(is_word) and all(word or is_missing(cell) for word, cell in zip(is_word, head, strict=True)):
        return True
    return is_word[0] and bool(rest) and not any(_is_word(row[0], decimal) for row in rest)


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


def read_column(cells: Sequence[str], decimal: DecimalSign) -> NDArray[np.float64] | None:
    """Read a column of numbers.

    Args:
        cells: its cells.
        decimal: the table's decimal sign.

    Returns:
        One number per cell, NaN where it is missing; None when a cell is no number or every one is missing.
    """
    numbers = np.empty(len(cells))
    for row, cell in enumerate(cells):
        number = read_number(cell, decimal)
        if number is None and not is_missing(cell):
            return None
        numbers[row] = np.nan if number is None else number
    return None if np.isnan(numbers).all() else numbers


def _is_word(cell: str, decimal: DecimalSign) -> bool:
    return not is_missing(cell) and read_number(cell, decimal) is None and not DATE.fullmatch(cell)


def _speaks_for_comma(cell: str, delimiter: str) -> bool:
    if read_number(cell, ",") is None:
        return False
    return not (delimiter == "," and GROUPED[","].fullmatch(cell))
