"""Bytes of a delimited file to rows of text: its encoding, its delimiter, its lines."""

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, takewhile

from explorer.errors import EncodingError
from explorer.sequences.limits import (
    MAX_FILE_BYTES,
    MAX_ROW_CHARACTERS,
    MAX_STEPS,
    MAX_TABLE_CELLS,
    MAX_TABLE_COLUMNS,
)
from explorer.sequences.squaring import Row, squared
from explorer.sequences.visible import counted
from explorer.sequences.written import is_value

# UTF-32 before UTF-16, whose mark is the beginning of the other's.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
# In order of trust: a semicolon that cuts every line alike is hardly ever part of the data.
DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars", ",": "commas", " ": "spaces"}
ONE_COLUMN = ""
SAMPLE_ROWS = 200
SAMPLE_CELLS = 20
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
DECLARED = re.compile(r'"?sep=([;,|\t ])"?[ \t]*(?:\r?\n|$)', re.IGNORECASE)
# Cut without a second copy of the text, which a StringIO would hold at four bytes a character.
LINE = re.compile(rf"[^\r\n]{{1,{MAX_ROW_CHARACTERS + 1}}}+(?:\r\n?|\n)?|\r\n?|\n")
COMMENT = re.compile(r'\s*"?(?:#|%|//).*', re.DOTALL)
LISP_COMMENT = re.compile(r"\s*;.*", re.DOTALL)
BLANK = re.compile(r"\s+")
MOST_COMMENTS = 10_000
# One number a line that a delimiter would cut: 1,5 and 1 234,5.
DECIMAL_COMMA = re.compile(r"\s*[-+−]?[0-9]*,[0-9]+\s*")
SPACED = re.compile(r"\s*[-+−]?[1-9][0-9]{0,2}(?: [0-9]{3})*(?:[.,][0-9]+)?\s*")


@dataclass(frozen=True)
class Rows:
    """The cells of a file as text, all rows equally long, with the line each row begins on.

    Attributes:
        found: the rows.
        delimiter, encoding: how the file was written.
        comments: comment lines above the rows, cut as they are, without their sign.
        notes: sentences about what was left out.
    """

    found: list[Row]
    delimiter: str
    encoding: str
    comments: list[list[str]]
    notes: tuple[str, ...] = ()

    @property
    def cells(self) -> list[list[str]]:
        """The rows' cells."""
        return [cells for _, cells in self.found]


def read_rows(data: bytes) -> Rows:
    """Cut a delimited file into rows of text.

    Args:
        data: the file, at most `MAX_FILE_BYTES`.

    Returns:
        Its rows, blank lines left out.

    Raises:
        EncodingError: empty, binary or too large, or a row of another length than the first.
    """
    if len(data) > MAX_FILE_BYTES:
        raise EncodingError(
            f"This file has {len(data) / 1e6:,.0f} MB and the most is {MAX_FILE_BYTES / 1e6:.0f} MB: "
            "cut it to the rows and columns you need."
        )
    text, encoding = _decode(data)
    text, delimiter, comments = _without_preamble(text)
    if not text or text.isspace():
        raise EncodingError("This file is empty: give one with a row of numbers for every step.")
    skipped = len(comments)
    try:
        chosen = _delimiter(text) if delimiter is None else delimiter
        found = [(line + skipped, cells) for line, cells in _bounded(_rows(text, chosen))]
        cut = [] if delimiter else [_uncommented(line, chosen) for line in comments if line.strip()]
    except csv.Error as error:
        raise EncodingError(f"This file cannot be cut into cells ({error}): save it again as CSV.") from None
    square = squared(found)
    said = (f"Passed over at the top: {counted(len(cut), 'comment line')}.",) if cut else ()
    return Rows(square.rows, chosen, encoding, cut, (*said, *square.notes))


def _decode(data: bytes) -> tuple[str, str]:
    for mark, codec, name in MARKS:
        if data.startswith(mark):
            try:
                return _checked(data.decode(codec)), name
            except UnicodeDecodeError:
                raise EncodingError(f"This file says it is {name} but breaks off: save it again as UTF-8.") from None
    for codec, name in (("utf-8", "UTF-8"), ("cp1252", "Windows-1252"), ("latin-1", "Latin-1")):
        try:
            return _checked(data.decode(codec)), name
        except UnicodeDecodeError:
            continue
    raise AssertionError("Latin-1 decodes every byte")


def _checked(text: str) -> str:
    controls = len(CONTROLS.findall(text[:100_000]))
    if "\0" in text or 100 * controls > min(len(text), 100_000):
        raise EncodingError("This file is not text: save the table as CSV in UTF-8 (spreadsheets: Save as, CSV).")
    return text


def _without_preamble(text: str) -> tuple[str, str | None, list[str]]:
    """Take off Excel's "sep=;" line or leading comment lines, and give the lines that went."""
    declared = DECLARED.match(text)
    if declared:
        return text[declared.end() :], declared[1], [declared[0]]
    rest, comments = _without_comments(text, COMMENT)
    after, lisp = _without_comments(rest, LISP_COMMENT)
    # A line may begin with an empty cell before a semicolon.
    if lisp and after and not after.isspace() and _delimiter(after) != ";":
        return after, None, comments + lisp
    return rest, None, comments


def _without_comments(text: str, sign: re.Pattern[str]) -> tuple[str, list[str]]:
    """Take off the lines at the top that begin with a sign, and blank lines before the last of them."""
    lines = list(takewhile(lambda line: sign.fullmatch(line) or BLANK.fullmatch(line), _some_lines(text)))
    while lines and BLANK.fullmatch(lines[-1]):
        lines.pop()
    return text[sum(map(len, lines)) :], lines


def _some_lines(text: str) -> Iterator[str]:
    return islice(_lines(text), MOST_COMMENTS)


def _uncommented(line: str, delimiter: str) -> list[str]:
    """A comment's cells, without its sign; the sign alone before the first delimiter is a name."""
    plain = line.strip().lstrip('"')
    bare = plain.lstrip("#%/;").strip()
    if delimiter and bare.startswith(delimiter):
        bare = plain
    return next((cells for _, cells in _rows(bare.rstrip('"'), delimiter)), [])


def _lines(text: str) -> Iterator[str]:
    return (match[0] for match in LINE.finditer(text))


class _Meter:
    """The lines of a text, refused when those of one row (quotes may span lines) grow too long to cut."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.characters = 0

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(_lines(self.text), 1):
            self.characters += len(line)
            if self.characters > MAX_ROW_CHARACTERS:
                raise EncodingError(
                    f"The row that reaches line {number} has more than {MAX_ROW_CHARACTERS:,} characters: "
                    "check its quotes, or turn the table so that rows are steps."
                )
            yield line


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not blank with the line it begins on."""
    meter = _Meter(text)
    lines: Iterator[str] = iter(meter)
    if delimiter == " ":
        lines = (" ".join(line.split()) for line in lines)
    if delimiter == ONE_COLUMN:
        for number, line in enumerate(lines, 1):
            meter.characters = 0
            if line.strip():
                yield number, [line.strip().strip('"')]
        return
    reader = csv.reader(lines, delimiter=delimiter)
    begins = 1
    for cells in reader:
        meter.characters = 0
        if any(cell.strip() for cell in cells) or len(cells) > 1 or cells == [""]:
            yield begins, [cell.strip() for cell in cells]
        begins = reader.line_num + 1


def _delimiter(text: str) -> str:
    """Choose what cuts most rows of values in the sample into the same number of cells, the earlier of equals."""
    scores = {delimiter: _agreement(text, delimiter) for delimiter in DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    if scores[best] == (0, 0) or _is_one_column(text, best):
        return ONE_COLUMN
    return best


def _agreement(text: str, delimiter: str) -> tuple[float, float]:
    """The share of rows with a number, and of all, that are of the commonest length."""
    rows: list[list[str]] = []
    # A cell or row that never ends is refused later, with the delimiter that the rows before it agree on.
    with suppress(csv.Error, EncodingError):
        rows.extend(cells for _, cells in islice(_rows(text, delimiter), SAMPLE_ROWS))
    valued = [len(cells) for cells in rows if len(cells) > 1 and any(map(is_value, cells[:SAMPLE_CELLS]))]
    return _share(valued, len(rows)), _share([len(cells) for cells in rows if len(cells) > 1], len(rows))


def _share(widths: list[int], count: int) -> float:
    return Counter(widths).most_common(1)[0][1] / count if widths else 0.0


def _is_one_column(text: str, delimiter: str) -> bool:
    """One column of 1,5 or of 1 234,5 under a name that is not cut."""
    head, *rest = [line for line in islice(_lines(text), SAMPLE_ROWS) if line.strip()]
    if delimiter not in (",", " ") or delimiter in head.strip() or not rest:
        return False
    return all(DECIMAL_COMMA.fullmatch(line) or SPACED.fullmatch(line) for line in rest)


def _bounded(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Stop at the first row too many, so that a hostile file is never held whole."""
    values = 0
    for count, (line, cells) in enumerate(rows):
        values += len(cells)
        if len(cells) > MAX_TABLE_COLUMNS:
            raise EncodingError(
                f"Line {line} has {len(cells):,} columns and the most is {MAX_TABLE_COLUMNS:,}: "
                "keep the ones you need, or turn the table so that rows are steps."
            )
        if count > MAX_STEPS:
            raise EncodingError(f"This file has more than {MAX_STEPS:,} rows, the most there may be: cut it shorter.")
        if values > MAX_TABLE_CELLS:
            raise EncodingError(f"This file has more than {MAX_TABLE_CELLS:,} cells: cut it to what you need.")
        yield line, cells
