"""Which column dates the rows, and which tables have one row a year and one column a month."""

import re
from collections.abc import Sequence
from itertools import pairwise

CLOCK = r"(?:[T ][0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?(?: ?Z| ?[+-][0-9]{2}:?[0-9]{2})?)?"
MONTH, DAY = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12][0-9]|3[01])"
SPELLED = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
DATE = re.compile(
    rf"(?:[12][0-9]{{3}}[-/]{MONTH}(?:[-/]{DAY}{CLOCK})?"
    rf"|[12][0-9]{{3}}\.{MONTH}\.{DAY}{CLOCK}"
    rf"|{DAY}([-/.]){DAY}\1(?:[12][0-9]{{3}}|[0-9]{{2}}){CLOCK}"
    rf"|(?:{DAY}[ .-]+)?{SPELLED}[ ,-]+(?:{DAY},? +)?(?:[12][0-9]{{3}}|[0-9]{{2}})"
    r"|[12][0-9]{3}[- ]?[MQW][0-9]{1,2}|[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?)",
    re.IGNORECASE,
)
COMPACT = re.compile(r"([12][0-9]{3})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
YEAR = re.compile(r"[12][0-9]{3}")
YEAR_NAME = re.compile("years?|yr|jahr|année|annee|año|ano|anno|date|time", re.IGNORECASE)
DAY_NAME = re.compile("days?|dates?|datum|fecha|data|time|timestamp|datetime|yyyymmdd|ymd", re.IGNORECASE)
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip


def date_labels(name: str, cells: Sequence[str]) -> tuple[str, ...] | None:
    """Return a date column's labels, or None when it is no date column.

    Dates are shown as typed, except that ``19580329`` becomes ``1958-03-29``. Years alone, and dates without
    separators, count only under a name that says so or where they rise from row to row.

    Args:
        name: the column's name.
        cells: its cells; every one must be a date.
    """
    rises = len(cells) > 2 and all(a < b for a, b in pairwise(cells))
    if all(DATE.fullmatch(cell) for cell in cells):
        return tuple(cells)
    if all(COMPACT.fullmatch(cell) for cell in cells) and (rises or DAY_NAME.fullmatch(name)):
        return tuple(COMPACT.sub(r"\1-\2-\3", cell) for cell in cells)
    if all(YEAR.fullmatch(cell) for cell in cells) and (YEAR_NAME.fullmatch(name) or _is_count(cells, name)):
        return tuple(cells)
    return None


def month_number(name: str) -> int | None:
    """Return 1 to 12 for the name of a month ("JAN", "January", "Sept.", "1", "01"), else None."""
    plain = name.strip().lower().rstrip(".")
    if plain.isascii() and plain.isdigit():
        return int(plain) if len(plain) <= 2 and 1 <= int(plain) <= 12 else None
    found = [number for number, month in enumerate(MONTHS, 1) if len(plain) >= 3 and month.startswith(plain)]
    return found[0] if found else None


def is_year_by_month(labels: Sequence[str], columns: Sequence[str]) -> bool:
    """Tell whether rows are years and columns hold each of the twelve months once.

    Args:
        labels: the date column, empty where there is none.
        columns: names of the numeric columns; others than months (a yearly mean) do not matter.
    """
    months = sorted(number for name in columns if (number := month_number(name)))
    return bool(labels) and all(map(YEAR.fullmatch, labels)) and months == list(range(1, 13))


def _is_count(cells: Sequence[str], name: str) -> bool:
    """Years in a nameless first column, one after the other."""
    first = int(cells[0])
    in_order = all(int(cell) == first + place for place, cell in enumerate(cells))
    return name == "column 1" and len(cells) > 2 and 1500 <= first <= 2200 and in_order
