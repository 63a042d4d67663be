"""A file of lines, with a column of classes or without."""

import csv
import io
from typing import NamedTuple

from explorer.errors import EncodingError
from explorer.sequences.visible import legible

MOST_BYTES = 2_000_000
MOST_CLASSES = 20
_SEPARATORS = {"csv": ",;", "tsv": "\t"}


class LinesFile(NamedTuple):
    """What `read_labelled` reads where there are classes, else lines.

    Attributes:
        text: a line a sequence; with classes ``class⇥text``.
        labelled: whether there are classes.
        note: how the file was read.
    """

    text: str
    labelled: bool
    note: str


def read_lines(data: bytes, name: str) -> LinesFile:
    """Read lines of text, or a table with a column of text and one of classes.

    The column whose cells are longest is the text; of the others the one with the fewest different cells, 2 to 20,
    is the classes.

    Args:
        data: UTF-8, at most 2 MB.
        name: the file's; ``.csv`` and ``.tsv`` are tables with a header.

    Raises:
        EncodingError: too large, no text, or no row.

    Example:
        >>> read_lines(b"mood,text\\nglad,what a day\\nsad,not again\\nsad,oh no\\n", "mood.csv").labelled
        True
    """
    if len(data) > MOST_BYTES:
        raise EncodingError(f"The file has {len(data) / 1e6:.1f} MB and the most is {MOST_BYTES / 1e6:.0f}: cut it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise EncodingError("The file is no UTF-8 text: save it as UTF-8.") from None
    separators = _SEPARATORS.get(name.rpartition(".")[2].lower())
    if separators is None:
        return LinesFile(text, labelled=False, note="")
    return _of_table(_rows(text, separators))


def _rows(text: str, separators: str) -> list[list[str]]:
    first = text.splitlines()[0] if text.strip() else ""
    separator = max(separators, key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if row]
    except csv.Error as reason:
        raise EncodingError(f"The file is no table that can be read ({reason}): save it again as CSV.") from None
    width = len(rows[0]) if rows else 0
    if len(rows) < 2:
        raise EncodingError("The table has no row under its header: give one with a row a line.")
    return [[" ".join(cell.split()) for cell in (row + [""] * width)[:width]] for row in rows]


def _of_table(rows: list[list[str]]) -> LinesFile:
    names, *cells = rows
    columns = list(zip(*cells, strict=True))
    longest = max(range(len(columns)), key=lambda at: sum(map(len, columns[at])))
    kinds = {at: len(set(column)) for at, column in enumerate(columns) if at != longest}
    fitting = [at for at, count in kinds.items() if 2 <= count <= min(MOST_CLASSES, len(cells) - 1)]
    said = f"The lines are the column {legible(names[longest])!r}"
    if not fitting:
        return LinesFile("\n".join(columns[longest]), labelled=False, note=f"{said}.")
    label = min(fitting, key=kinds.__getitem__)
    pairs = zip(columns[label], columns[longest], strict=True)
    text = "\n".join(f"{one}\t{line}" for one, line in pairs if one and line)
    return LinesFile(text, labelled=True, note=f"{said}, their classes the column {legible(names[label])!r}.")
