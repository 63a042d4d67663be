"""A number as people write it into a table: with thousands, units, signs and words round it."""

import re
from decimal import Decimal
from typing import NamedTuple

from explorer.sequences.dates import DATE
from explorer.sequences.decimals import NOT_FINITE, NUMBER, DecimalSign, read_number

_SPACES = "[ \u00a0\u2007\u2009\u202f]"
_CURRENCIES = ("US$", "A$", "C$", "USD", "EUR", "GBP", "CHF", "JPY", *"$€£¥₹₽₩¢")
_SPACED = re.compile(rf"[-+]?[1-9][0-9]{{0,2}}(?:{_SPACES}[0-9]{{3}})+(?:[.,][0-9]*)?")
_APOSTROPHES = re.compile(r"[-+]?[1-9][0-9]{0,2}(?:['’][0-9]{3})+(?:[.,][0-9]*)?")
_SUFFIX = re.compile(r"(?P<number>.*[0-9.,])\s?(?P<letter>[KkMB]|bn|mn)")
_FACTORS = {"k": 10**3, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9}
_LETTERS = ("K", "k", "M", "B", "n")
_LONGEST = 60
_LIMIT = re.compile(r"(?P<sign>[<>≤≥]=?)\s*(?P<number>[^\s<>≤≥=].*)")
_BRACKETS = re.compile(r"\((?P<number>[^()]*[0-9][^()]*)\)")
_MINUS = str.maketrans({"−": "-", "–": "-"})

HABITS = {
    "limit": "a limit was read as the number itself",
    "brackets": "a number in brackets was read as negative",
    "per cent": "per cent were kept as per cent",
    "currency": "the currency was taken off",
    "thousands": "thousands were joined",
    "suffix": "K, M and B were read as thousand, million and 10⁹",
    "truth": "yes and true were read as 1, no and false as 0",
    "trace": "T (trace) was read as 0",
}
"""Every way of writing that is understood, and what was done with it."""


class Written(NamedTuple):
    """A number and how it was written.

    Attributes:
        number: its value.
        habits: the keys of `HABITS` that it took to read it, none for a plain number.
        unit: "%" or a currency sign, "" for none.
    """

    number: float
    habits: tuple[str, ...] = ()
    unit: str = ""


def read_written(cell: str, decimal: DecimalSign = ".") -> Written | None:
    """Read a number as people write it, or None where a cell holds none.

    Thousands may be grouped by the other decimal sign, spaces or apostrophes; a limit (``<0.1``) is the number
    itself, brackets are a minus, K, M and B are factors, a currency goes, and per cent stay per cent.

    Args:
        cell: the cell.
        decimal: the table's decimal sign.

    Example:
        >>> read_written("($1,234.5K)").number
        -1234500.0
    """
    number = read_number(cell, decimal)
    if number is not None and ("," not in cell or "." not in cell) and not _is_grouped(cell, decimal):
        return Written(number)
    return None if len(cell) > _LONGEST else _undressed(cell.strip().translate(_MINUS), decimal)


def is_value(cell: str) -> bool:
    """Whether a cell is a number or a date, whatever the decimal sign."""
    cell = cell.strip()
    return bool(DATE.fullmatch(cell)) or read_written(cell) is not None or read_written(cell, ",") is not None


def truth(cell: str) -> float | None:
    """1 for yes and true, 0 for no and false, None for anything else."""
    return _TRUTHS.get(cell.strip().lower())


_TRUTHS = {"true": 1.0, "false": 0.0, "yes": 1.0, "no": 0.0, "t": 1.0, "f": 0.0, "y": 1.0, "n": 0.0}


def _is_grouped(cell: str, decimal: DecimalSign) -> bool:
    grouping = "," if decimal == "." else "."
    return grouping in cell or any(space in cell.strip() for space in "\u00a0\u202f")


def _undressed(cell: str, decimal: DecimalSign) -> Written | None:
    """Take one thing off after the other, from outside in."""
    habits: list[str] = []
    limit = _LIMIT.fullmatch(cell)
    if limit:
        cell = limit["number"]
        habits.append("limit")
    bracketed = _BRACKETS.fullmatch(cell)
    if bracketed:
        cell = bracketed["number"].strip()
        habits.append("brackets")
    cell, unit = (cell, "") if cell[-1:].isdigit() and cell[:1].isdigit() else _without_unit(cell)
    if unit:
        habits.append("per cent" if unit == "%" else "currency")
    suffix = _SUFFIX.fullmatch(cell) if cell[-1:] in _LETTERS else None
    if suffix:
        cell = suffix["number"]
        habits.append("suffix")
    return _number(cell, decimal, habits, suffix["letter"].lower() if suffix else "", unit)


def _number(cell: str, decimal: DecimalSign, habits: list[str], suffix: str, unit: str) -> Written | None:
    joined = _joined(cell)
    number = read_number(joined, decimal)
    if number is None or (habits and not NUMBER.search(joined)) or (habits and NOT_FINITE.fullmatch(joined)):
        return None
    if "brackets" in habits and cell[:1] in "+-":
        return None
    if joined != cell or _is_grouped(cell, decimal):
        habits.append("thousands")
    if suffix:
        number = float(Decimal(repr(number)) * _FACTORS[suffix])
    return Written(-number if "brackets" in habits else number, tuple(habits), unit)


def _joined(cell: str) -> str:
    """Without the spaces or apostrophes that group thousands; a cell that groups them otherwise as it is."""
    if cell.isascii() and " " not in cell and "'" not in cell:
        return cell
    if _SPACED.fullmatch(cell) or _APOSTROPHES.fullmatch(cell):
        return re.sub(rf"{_SPACES}|['’]", "", cell)
    return cell


def _without_unit(cell: str) -> tuple[str, str]:
    """A per-cent sign or one currency sign taken off either end."""
    if cell.endswith(("%", "％")):
        return cell[:-1].rstrip(), "%"
    sign, rest = (cell[0], cell[1:].lstrip()) if cell[:1] in ("+", "-") else ("", cell)
    before = next(filter(rest.startswith, _CURRENCIES)) if rest.startswith(_CURRENCIES) else ""
    after = next(filter(rest.endswith, _CURRENCIES)) if rest.endswith(_CURRENCIES) else ""
    if bool(before) == bool(after):
        return cell, ""
    return sign + rest.removeprefix(before).removesuffix(after).strip(), before or after
