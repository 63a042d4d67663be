"""Numbers typed into a box."""

import math
import re

import numpy as np

from explorer.errors import EncodingError
from explorer.sequences.decimals import NOT_FINITE, read_number
from explorer.sequences.encoded import Encoded, step_labels
from explorer.sequences.limits import check_size
from explorer.sequences.visible import counted, legible

TIGHT_COMMA = re.compile(r"[0-9],[0-9]")
LOOSE_COMMA = re.compile(r",(?![0-9])|(?<![0-9]),")


def parse_numbers(text: str) -> Encoded:
    """Read typed numbers as a sequence.

    Numbers are separated by commas, white space or semicolons. Where a semicolon stands anywhere, a comma is
    the decimal sign (``1,5; 2,5``). One line, or one number on each line, is one column over time; several
    lines of several numbers are a table, each line a step and each place in it a column: ``1, 2, 3`` is 3
    steps of one number, ``1 2 3⏎4 5 6`` is 2 steps of three. Empty lines, and a separator at the end
    of a line, do not count.

    Args:
        text: what the user typed; signs, ``−`` and scientific notation included.

    Returns:
        Values ``(time, columns)``, labels "1", "2", …; a note where the reading could surprise.

    Raises:
        EncodingError: nothing typed, an item is no finite number (its line and place are named), lines of
            different lengths, too many numbers.

    Example:
        >>> parse_numbers("1,5; 2,5").values
        array([[1.5],
               [2.5]])
    """
    comma_is_decimal = ";" in text
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise EncodingError("No numbers were typed: type some, such as 0.5, 1, -2.")
    rows = [(number, _split(line, comma_is_decimal)) for number, line in lines]
    width = _common_width(rows)
    values = np.array([_numbers(items, number, comma_is_decimal) for number, items in rows])
    if len(rows) == 1:
        values, width = values.T, 1
    columns = ("value",) if width == 1 else tuple(f"column {place}" for place in range(1, width + 1))
    return Encoded(values, step_labels(len(values)), notes=_notes(text, *values.shape), columns=columns)


def looks_numeric(text: str) -> bool:
    """Tell whether a person would call the text a list of numbers, slips included.

    Args:
        text: any string.

    Returns:
        True when more than half of its items are numbers and at least one is finite.

    Example:
        >>> looks_numeric("1, 2, x"), looks_numeric("x = max(1, 2)")
        (True, False)
    """
    numbers = [_number(item, comma_is_decimal=";" in text) for item in _split(text, ";" in text) if item]
    found = [number for number in numbers if number is not None]
    return 2 * len(found) > len(numbers) and any(map(math.isfinite, found))


def _split(line: str, comma_is_decimal: bool) -> list[str]:
    """Split at the sign or at white space; an empty last item is dropped, others stay to be refused."""
    sign = ";" if comma_is_decimal else ","
    items = [piece for part in line.strip().split(sign) for piece in part.split() or [""]]
    return items[:-1] if len(items) > 1 and not items[-1] else items


def _common_width(rows: list[tuple[int, list[str]]]) -> int:
    first, width = rows[0][0], len(rows[0][1])
    if len(rows) == 1:
        check_size(width)
    else:
        check_size(len(rows), width)
    for number, items in rows:
        if len(items) != width:
            raise EncodingError(
                f"Line {number} has {counted(len(items), 'number')}, line {first} has {width}: give every "
                "line the same count, or put all numbers on one line."
            )
    return width


def _numbers(items: list[str], line: int, comma_is_decimal: bool) -> list[float]:
    numbers = []
    for place, item in enumerate(items, 1):
        number = _number(item, comma_is_decimal)
        if number is None or not math.isfinite(number):
            raise EncodingError(_refusal(item, f"line {line}, item {place}", number))
        numbers.append(number)
    return numbers


def _number(item: str, comma_is_decimal: bool) -> float | None:
    if "," in item:
        # Typed lists have no thousands: 1,234.5 is a slip here, not a number.
        return read_number(item, ",") if comma_is_decimal and "." not in item else None
    return read_number(item)


def _refusal(item: str, place: str, number: float | None) -> str:
    if not item:
        return f"Nothing stands between two separators ({place}): type one there, or take one separator away."
    if number is None:
        return f"'{legible(item)}' ({place}) is not a number: type numbers such as 0.5, 1, -2."
    why = "not a finite number" if NOT_FINITE.fullmatch(item) else "too large to hold"
    return f"'{legible(item)}' ({place}) is {why}: give a finite one."


def _notes(text: str, steps: int, columns: int) -> tuple[str, ...]:
    notes = []
    if columns > 1:
        notes.append(f"Each line was read as one step: {counted(steps, 'step')} of {columns} numbers.")
    is_tight = bool(TIGHT_COMMA.search(text)) and not LOOSE_COMMA.search(text)
    if is_tight and ";" not in text and len(text.split()) > 1:
        notes.append("Commas were read as separators; for decimal commas, put semicolons between the numbers.")
    return tuple(notes)
