"""One written number to a float, the same way for typed lists and for tables."""

import re
from typing import Literal

DecimalSign = Literal[".", ","]
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
# 1,234,567.8 and 1.234.567,8: the sign in the key groups the thousands.
GROUPED = {
    ",": re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?"),
    ".": re.compile(r"[+-]?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]*)?"),
}
SPELLING = str.maketrans({"−": "-", "–": "-", "\u00a0": None, "\u202f": None})


def read_number(item: str, decimal: DecimalSign = ".") -> float | None:
    """Return the number that an item spells, or None when it spells none.

    Args:
        item: one item; spaces round it, a typographic minus and scientific notation are fine.
        decimal: the decimal sign; the other one may group thousands.

    Returns:
        A float; NaN or infinity where the item says so or is too large, for the caller to refuse in place.

    Example:
        >>> read_number("−1.234,5", decimal=",")
        -1234.5
    """
    if decimal == "." and NUMBER.fullmatch(item):
        return float(item)
    plain = item.strip().translate(SPELLING)
    grouping = "," if decimal == "." else "."
    if grouping in plain:
        if not GROUPED[grouping].fullmatch(plain):
            return None
        plain = plain.replace(grouping, "")
    plain = plain.replace(decimal, ".")
    return float(plain) if NUMBER.fullmatch(plain) or NOT_FINITE.fullmatch(plain) else None
