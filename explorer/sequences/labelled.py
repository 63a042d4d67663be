"""Many sequences at once, each with the condition it belongs to."""

from typing import NamedTuple

from explorer.errors import EncodingError

MOST_LINES = 500
MOST_CONDITIONS = 6


class Labelled(NamedTuple):
    """One sequence and its condition."""

    condition: str
    text: str


def read_labelled(
    text: str, most_lines: int = MOST_LINES, most_conditions: int = MOST_CONDITIONS
) -> tuple[Labelled, ...]:
    """Read ``condition: sequence`` line by line; a tab may stand for the colon.

    Empty lines are passed over.

    Args:
        text: what was pasted or uploaded.
        most_lines, most_conditions: more are refused.

    Raises:
        EncodingError: nothing came, too much came, or a line has no condition or no sequence.

    Example:
        >>> read_labelled("one: the boy greets\\nmany: the boys greet")[1]
        Labelled(condition='many', text='the boys greet')
    """
    found = [_read(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not found:
        raise EncodingError("No sequences came: write one a line, its condition first, as in “plural: the boys greet”.")
    if len(found) > most_lines:
        raise EncodingError(f"{len(found):,} sequences came: give at most {most_lines} at a time.")
    conditions = dict.fromkeys(one.condition for one in found)
    if len(conditions) > most_conditions:
        raise EncodingError(
            f"{len(conditions)} conditions came: give at most {most_conditions}, the same word for the same condition."
        )
    return tuple(found)


def _read(number: int, line: str) -> Labelled:
    separator = "\t" if "\t" in line else ":"
    condition, found, rest = line.partition(separator)
    if not found or not condition.strip() or not rest.strip():
        raise EncodingError(f"Line {number} has no condition or no sequence: write “condition: sequence”.")
    return Labelled(condition.strip()[:40], rest.strip())
