"""Which rows of a table name its columns, which stand above and below, and which hold its numbers."""

import re
from dataclasses import dataclass
from itertools import dropwhile, pairwise

from explorer.sequences.columns import is_missing
from explorer.sequences.dates import COMPACT, DATE
from explorer.sequences.decimals import DecimalSign
from explorer.sequences.squaring import COMMENT_SIGNS, Row
from explorer.sequences.visible import legible
from explorer.sequences.written import read_written

_SAMPLE = 200
_MOST_HEAD_ROWS = 60
_MOST_FOOTERS = 20
_STATED = re.compile(r"[:=]\s*\S")
_FORMAT = re.compile(r"[0-9]{1,3}[sndSND]")


@dataclass(frozen=True)
class Layout:
    """A table's names and rows.

    Attributes:
        names: one a column, "" where there is none; None where no row names them.
        rows: the rows of values.
        notes: sentences about the other rows.
    """

    names: list[str] | None
    rows: list[Row]
    notes: tuple[str, ...] = ()


def laid_out(rows: list[Row], decimal: DecimalSign, comments: list[list[str]]) -> Layout:
    """Tell the header of a table from its values, and what stands round both.

    Args:
        rows: all of the same length.
        decimal: the table's decimal sign.
        comments: comment lines above it, cut as its rows are: one of the same length may be the header.
    """
    rows = _without_empty(rows)
    typed = _typed_columns(rows, decimal)
    begins = next((place for place, row in enumerate(rows) if _holds_values(row[1], typed, decimal)), 0)
    head = [place for place in range(min(begins, _MOST_HEAD_ROWS)) if _is_worded(rows[place][1], typed, decimal)]
    if not head and _first_row_names(rows, typed, decimal):
        head = [0]
    if not head:
        return _unnamed(rows, typed, decimal, comments)
    last = head[-1]
    first = next(place for place in reversed(head) if place - 1 not in head)
    above, block, body = rows[:first], [cells for _, cells in rows[first : last + 1]], rows[last + 1 :]
    sparse = _sparse_start(block)
    above, block = [*above, *rows[first : first + sparse]], block[sparse:]
    names, notes = _named(block)
    body, below = _without_footers(body, typed, names, decimal)
    return Layout(names, body, (*_said_above(above), *notes, *below))


def _without_empty(rows: list[Row]) -> list[Row]:
    first = next((place for place, (_, cells) in enumerate(rows) if any(cells)), 0)
    used = [any(column) for column in zip(*(cells for _, cells in rows), strict=True)]
    if all(used) or not any(used):
        return rows[first:]
    return [(line, [cell for cell, kept in zip(cells, used, strict=True) if kept]) for line, cells in rows[first:]]


def _is_word(cell: str, decimal: DecimalSign) -> bool:
    if is_missing(cell) or DATE.fullmatch(cell) or COMPACT.fullmatch(cell):
        return False
    return read_written(cell, decimal) is None and read_written(cell, "," if decimal == "." else ".") is None


def _typed_columns(rows: list[Row], decimal: DecimalSign) -> list[bool]:
    """Which columns hold numbers or dates, told from the second half of the first rows."""
    sample = rows[len(rows[: 2 * _SAMPLE]) // 2 : 2 * _SAMPLE]
    typed = []
    for column in zip(*(cells for _, cells in sample), strict=True):
        given = [cell for cell in column if not is_missing(cell)]
        words = sum(_is_word(cell, decimal) for cell in given)
        typed.append(bool(given) and 2 * words <= len(given))
    return typed


def _holds_values(cells: list[str], typed: list[bool], decimal: DecimalSign) -> bool:
    """Whether numbers or dates stand where they do below, and no word."""
    words, values = _told(cells, typed, decimal)
    return values > 0 and not words


def _told(cells: list[str], typed: list[bool], decimal: DecimalSign) -> tuple[int, int]:
    """How many words, and how many values, stand where numbers or dates do below."""
    given = [cell for cell, known in zip(cells, typed, strict=True) if known and not is_missing(cell)]
    words = sum(_is_word(cell, decimal) for cell in given)
    return words, len(given) - words


def _is_worded(cells: list[str], typed: list[bool], decimal: DecimalSign) -> bool:
    """Whether a row could name columns: words and hardly a number, or one word before months or years."""
    words, values = _told(cells, typed, decimal)
    if not words:
        return False
    distinct = all(cells) and len(set(cells)) == len(cells)
    return not values or (distinct and words > values) or (typed[0] and _counts_up(cells, 1))


def _counts_up(cells: list[str], start: int | None) -> bool:
    """A word or some, then whole numbers that rise: months, or years."""
    given = list(dropwhile(lambda cell: not cell.isdigit(), filter(None, cells[1:])))
    if len(given) < 2 or not all(cell.isascii() and cell.isdigit() and len(cell) < 5 for cell in given):
        return False
    numbers = list(map(int, given))
    rises = all(a < b for a, b in pairwise(numbers))
    return rises and (numbers[0] == start or all(1500 <= number <= 2200 for number in numbers))


def _first_row_names(rows: list[Row], typed: list[bool], decimal: DecimalSign) -> bool:
    """Words above words, a name above years, or one above a column of numbers and dates."""
    head = rows[0][1]
    given = [_is_word(cell, decimal) for cell in head]
    if any(given) and all(word or is_missing(cell) for word, cell in zip(given, head, strict=True)):
        return True
    if (given[0] or not head[0]) and _counts_up(head, None):
        return True
    return given[0] and len(rows) > 1 and not any(_is_word(cells[0], decimal) for _, cells in rows[1:])


def _unnamed(rows: list[Row], typed: list[bool], decimal: DecimalSign, comments: list[list[str]]) -> Layout:
    """Values without a header; the last comments of the same length may hold the names."""
    block: list[list[str]] = []
    for cells in reversed(comments):
        if not _names_from_comment(cells, len(typed), decimal):
            break
        block.insert(0, cells)
    if not block:
        body, below = _without_footers(rows, typed, None, decimal)
        return Layout(None, body, below)
    names, _ = _named(block)
    names = [name.rstrip(",;") for name in names]
    body, below = _without_footers(rows, typed, names, decimal)
    return Layout(names, body, ("The names were taken from the comment above the values.", *below))


def _names_from_comment(cells: list[str], width: int, decimal: DecimalSign) -> bool:
    return len(cells) == width and any(cells) and not any(cell and not _is_word(cell, decimal) for cell in cells)


def _sparse_start(block: list[list[str]]) -> int:
    """How many of the first header rows are titles: less filled than half of the fullest below them, or one word."""
    alone = [place for place, cells in enumerate(block[:-1]) if len(cells) > 1 and cells[0] and not any(cells[1:])]
    if alone:
        return alone[-1] + 1
    filled = [0 if _is_stated(cells) else sum(map(bool, cells)) for cells in block]
    fullest = max(range(len(filled)), key=lambda place: (filled[place], -place))
    return next((place for place in range(fullest) if 2 * filled[place] > filled[fullest]), fullest)


def _is_stated(cells: list[str]) -> bool:
    """Whether a row says "latitude: 12.5" rather than names."""
    given = [cell for cell in cells if cell]
    return sum(bool(_STATED.search(cell)) for cell in given) * 2 > len(given)


def _named(block: list[list[str]]) -> tuple[list[str], tuple[str, ...]]:
    """One name a column: of the first row that names each differently, else of all rows together."""
    kept = [cells for cells in block if not all(_FORMAT.fullmatch(cell) for cell in cells)] or block
    notes = [f"Left out: a row of column types ('{legible(' '.join(cells))}')." for cells in block if cells not in kept]
    own = [cells for cells in kept if any(cells[1:])] or kept[:1]
    index = next((cells[0] for cells in kept if cells not in own and cells[0]), "")
    chosen = next((cells for cells in own if _tells_apart(cells)), None)
    if chosen is None:
        names = _joined(own)
    else:
        names = list(chosen)
        others = [cells for cells in own if cells is not chosen]
        shown = "; ".join(legible(", ".join(dict.fromkeys(filter(None, cells))), 80) for cells in others)
        if shown:
            notes.append(f"Beside the names, the header says: '{shown}'.")
    names[0] = index or names[0]
    return names, tuple(notes)


def _tells_apart(cells: list[str]) -> bool:
    rest = cells[1:] if len(cells) > 1 else cells
    return all(rest) and len(set(rest)) == len(rest)


def _joined(rows: list[list[str]]) -> list[str]:
    """Names of several rows, each carried on to the empty cells after it, joined."""
    if len(rows) == 1:
        return list(rows[0])
    carried = [_carried(cells) if place < len(rows) - 1 else cells for place, cells in enumerate(rows)]
    telling = [cells for cells in carried if len(set(cells[1:])) > 1] or carried[:1]
    return [" ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*telling, strict=True)]


def _carried(cells: list[str]) -> list[str]:
    carried, last = [], ""
    for cell in cells:
        last = cell or last
        carried.append(last)
    return carried


def _without_footers(
    rows: list[Row], typed: list[bool], names: list[str] | None, decimal: DecimalSign
) -> tuple[list[Row], tuple[str, ...]]:
    """Rows without totals and sources at the end, and without repeated headers."""
    kept = [row for row in rows if row[1] != names]
    notes = (
        [f"The header is repeated {len(rows) - len(kept)} times; it was left out there."]
        if len(kept) < len(rows)
        else []
    )
    below: list[Row] = []
    while len(kept) > 3 and len(below) < _MOST_FOOTERS and _is_footer(kept[-1][1], typed, decimal):
        below.insert(0, kept.pop())
    if below:
        line, cells = below[0]
        more = f", and {len(below) - 1} more" if len(below) > 1 else ""
        notes.append(f"Left out below the table: line {line} ('{legible(', '.join(filter(None, cells)))}'){more}.")
    return kept, tuple(notes)


def _is_footer(cells: list[str], typed: list[bool], decimal: DecimalSign) -> bool:
    """A word where the rows above have a number or a date first, or a word alone."""
    if len(cells) < 2 or not (_is_word(cells[0], decimal) or cells[0].startswith(COMMENT_SIGNS)):
        return False
    return typed[0] or (len(cells) > 2 and not any(cells[1:]))


def _said_above(rows: list[Row]) -> tuple[str, ...]:
    if not rows:
        return ()
    shown = legible(", ".join(filter(None, rows[0][1])))
    many = f"Lines {rows[0][0]} to {rows[-1][0]} stand" if len(rows) > 1 else f"Line {rows[0][0]} stands"
    return (f"{many} above the header and {'were' if len(rows) > 1 else 'was'} left out: '{shown}'.",)
