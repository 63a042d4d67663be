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
from explorer.sequences.visible import counted

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
CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
DECLARED = re.compile(r'"?sep=([;,|\t ])"?[ \t]*(?:\r?\n|$)', re.IGNORECASE)
# Cut without a second copy of the text, which a StringIO would hold at four bytes a character.
LINE = re.compile(rf"[^\r\n]{{1,{MAX_ROW_CHARACTERS + 1}}}+(?:\r\n?|\n)?|\r\n?|\n")
COMMENT = re.compile(r"\s*#[^,;|\t]*")
MOST_COMMENTS = 1_000
DECIMAL_COMMA = re.compile(r"\s*[-+−]?[0-9]*,[0-9]+\s*")


@dataclass(frozen=True)
class Rows:
    """The cells of a file as text, all rows equally long, with the line each row begins on."""

    cells: list[list[str]]
    lines: list[int]
    delimiter: str
    encoding: str


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
    text, delimiter, skipped = _without_preamble(text)
    if not text or text.isspace():
        raise EncodingError("This file is empty: give one with a row of numbers for every step.")
    try:
        chosen = _delimiter(text) if delimiter is None else delimiter
        found = [(line + skipped, cells) for line, cells in _bounded(_rows(text, chosen))]
    except csv.Error as error:
        raise EncodingError(f"This file cannot be cut into cells ({error}): save it again as CSV.") from None
    found = _trimmed(found)
    return Rows([cells for _, cells in found], [line for line, _ in found], chosen, encoding)


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


def _without_preamble(text: str) -> tuple[str, str | None, int]:
    """Take off Excel's "sep=;" line or leading "# …" lines, and say how many lines went."""
    declared = DECLARED.match(text)
    if declared:
        return text[declared.end() :], declared[1], 1
    comments = list(takewhile(COMMENT.fullmatch, islice(_lines(text), MOST_COMMENTS)))
    return text[sum(map(len, comments)) :], None, len(comments)


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
    """Choose what cuts most rows of the sample into the same number of cells, the earlier of equals."""
    scores = {delimiter: _agreement(text, delimiter) for delimiter in DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    if scores[best] == 0 or (best == "," and _is_decimal_column(text)):
        return ONE_COLUMN
    return best


def _agreement(text: str, delimiter: str) -> float:
    widths: Counter[int] = Counter()
    # A cell or row that never ends is refused later, with the delimiter that the rows before it agree on.
    with suppress(csv.Error, EncodingError):
        widths.update(len(cells) for _, cells in islice(_rows(text, delimiter), SAMPLE_ROWS))
    width, count = widths.most_common(1)[0] if widths else (1, 0)
    return count / widths.total() if width > 1 else 0.0


def _is_decimal_column(text: str) -> bool:
    """One column of 1,5 under a name without a comma."""
    head, *rest = [line for line in islice(_lines(text), SAMPLE_ROWS) if line.strip()]
    return bool(rest) and "," not in head and all(DECIMAL_COMMA.fullmatch(line) for line in rest)


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


def _trimmed(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Forgive what spreadsheets add (empty rows and cells at the end); refuse other unequal rows."""
    while len(rows) > 1 and len(rows[-1][1]) > 1 and not any(rows[-1][1]):
        rows.pop()
    first, width = rows[0][0], len(rows[0][1])
    for line, cells in rows:
        while len(cells) > width and not cells[-1]:
            cells.pop()
        if len(cells) != width:
            raise EncodingError(
                f"Line {line} has {counted(len(cells), 'value')}, line {first} has {width}: "
                "give every row the same number of values."
            )
    return rows
