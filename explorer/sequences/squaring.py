"""Rows of unequal length to a table: what stands above it, below it, and between its rows."""

from collections import Counter
from dataclasses import dataclass

from explorer.errors import EncodingError
from explorer.sequences.columns import is_missing
from explorer.sequences.visible import counted, legible
from explorer.sequences.written import is_value

Row = tuple[int, list[str]]
"""The line a row begins on, and its cells."""
COMMENT_SIGNS = ("#", "%", "//")
_SOME_WIDTHS = 20
_FIRST_ROWS = 200
_MOST_WORDS = 3


@dataclass(frozen=True)
class Square:
    """Rows of one length, and sentences about the others."""

    rows: list[Row]
    notes: tuple[str, ...] = ()


def squared(rows: list[Row]) -> Square:
    """Find the table among the rows.

    Rows above it (a preamble) and worded rows below it (a source, a total) are left out and said, comments
    between its rows too; empty cells that a spreadsheet adds at the end go. A header one name short, as R
    writes it, has no name for its first column.

    Args:
        rows: the file's rows.

    Raises:
        EncodingError: a row of another length where numbers stand.
    """
    while len(rows) > 1 and len(rows[-1][1]) > 1 and not any(rows[-1][1]):
        rows.pop()
    width = _width(rows)
    first, last = _beginning(rows, width), max(place for place, row in enumerate(rows) if _fits(row, width))
    above, inside, below = rows[:first], rows[first : last + 1], rows[last + 1 :]
    head = _short_head(above, inside, width)
    if head is not None:
        above, inside = above[:-1], [head, *inside]
    kept, comments = _without_comments(inside, width)
    _refuse_uneven(kept, above, below, width)
    notes = [*_said_above(above), *_said("Left out below the table", below), *_said("Comments left out", comments)]
    if head is not None:
        notes.append("The header has one name fewer than the rows have values: the first column has none.")
    return Square([(line, cells[:width]) for line, cells in kept], tuple(notes))


def _fits(row: Row, width: int) -> bool:
    return len(row[1]) >= width and not any(row[1][width:])


def _width(rows: list[Row]) -> int:
    """The length that most rows can have, empty cells at the end counted or not; the longer of equals."""
    spans = Counter((_filled(cells), len(cells)) for _, cells in rows)
    widths = {width for (_, width), _ in spans.most_common(_SOME_WIDTHS)}
    return max(widths, key=lambda width: (sum(n for (low, high), n in spans.items() if low <= width <= high), width))


def _filled(cells: list[str]) -> int:
    width = len(cells)
    while width and not cells[width - 1]:
        width -= 1
    return width


def _beginning(rows: list[Row], width: int) -> int:
    """Where the table begins: after the last other row that a header follows, else where numbers do."""
    head = range(min(len(rows), _FIRST_ROWS))
    for place in reversed(head[:-1]):
        after, few = rows[place + 1], 2 * sum(_fits(row, width) for row in rows[:place]) <= len(rows)
        if few and not _fits(rows[place], width) and _fits(after, width) and _is_header(after[1]):
            return place + 1
    numbers = next((i for i in head if _fits(rows[i], width) and any(map(is_value, filter(None, rows[i][1])))), 0)
    while numbers and _fits(rows[numbers - 1], width):
        numbers -= 1
    if not numbers and not _fits(rows[0], width):
        return next(place for place, row in enumerate(rows) if _fits(row, width))
    return numbers


def _is_header(cells: list[str]) -> bool:
    given = [cell for cell in cells if cell]
    return 2 * len(given) >= len(cells) and bool(given) and not any(map(is_value, given))


def _short_head(above: list[Row], inside: list[Row], width: int) -> Row | None:
    """The row above with one name too few, over rows whose first values name or count them."""
    if (
        not above
        or _is_header(inside[0][1])
        or len(above[-1][1]) != width - 1
        or not _is_header(above[-1][1])
        or not all(above[-1][1])
    ):
        return None
    firsts = [cells[0] for _, cells in inside]
    counts = len(firsts) > 1 and firsts in ([str(n + start) for n in range(len(firsts))] for start in (0, 1))
    if not counts and any(map(_is_number, firsts)):
        return None
    return above[-1][0], ["", *above[-1][1]]


def _is_number(cell: str) -> bool:
    return is_missing(cell) or (is_value(cell) and cell.replace(".", "", 1).lstrip("+-").isdigit())


def _without_comments(rows: list[Row], width: int) -> tuple[list[Row], list[Row]]:
    """Comments between the rows; where most rows begin so, it is how their names are spelt."""
    marked = [row for row in rows[1:] if row[1][0].startswith(COMMENT_SIGNS)]
    if 2 * len(marked) > len(rows) - 1:
        marked = [row for row in marked if not _fits(row, width)]
    places = {line for line, _ in marked}
    return [row for row in rows if row[0] not in places], marked


def _refuse_uneven(rows: list[Row], above: list[Row], below: list[Row], width: int) -> None:
    """Refuse what is neither above nor below: a row of numbers of another length, names for other columns."""
    reference = rows[0][0]
    wrong = next((row for row in rows if not _fits(row, width)), None)
    wrong = wrong or next((row for row in below if _has_number(row) or not row[1][0]), None)
    uneven = width
    if wrong is None and above and _could_name(above[-1]) and not _is_header(rows[0][1]):
        wrong, reference, uneven = rows[0], above[-1][0], len(above[-1][1])
    if wrong is not None:
        count = width if uneven != width else len(wrong[1])
        raise EncodingError(
            f"Line {wrong[0]} has {counted(count, 'value')}, line {reference} has {uneven}: "
            "give every row the same number of values."
        )


def _has_number(row: Row) -> bool:
    return is_value(row[1][0]) or (bool(row[1][0]) and is_missing(row[1][0]))


def _could_name(row: Row) -> bool:
    """Whether a row looks like names of columns rather than like a sentence with commas."""
    cells = row[1]
    short = all(len(cell.split()) <= _MOST_WORDS and not cell.endswith((":", ".")) for cell in cells)
    return len(cells) > 1 and _is_header(cells) and short and len(set(cells)) == len(cells)


def _said_above(rows: list[Row]) -> list[str]:
    if not rows:
        return []
    first, last = rows[0][0], rows[-1][0]
    lines = f"Line {first} stands" if first == last else f"Lines {first} to {last} stand"
    return [f"{lines} above the table and {'was' if first == last else 'were'} left out: '{_shown(rows[0])}'."]


def _said(what: str, rows: list[Row]) -> list[str]:
    if not rows:
        return []
    more = f", and {len(rows) - 1} more" if len(rows) > 1 else ""
    return [f"{what}: line {rows[0][0]} ('{_shown(rows[0])}'){more}."]


def _shown(row: Row) -> str:
    return legible(", ".join(filter(None, row[1])))
