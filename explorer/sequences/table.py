"""An uploaded table of numbers."""

from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.errors import EncodingError
from explorer.sequences.columns import column_names, decimal_sign, read_column
from explorer.sequences.dates import date_labels, is_year_by_month
from explorer.sequences.decimals import DecimalSign
from explorer.sequences.delimited import DELIMITERS, ONE_COLUMN, Rows, read_rows
from explorer.sequences.encoded import step_labels
from explorer.sequences.headers import Layout, laid_out
from explorer.sequences.limits import check_lines, check_size
from explorer.sequences.table_notes import Column, conversions, first_slip, joined_clock, left_out
from explorer.sequences.visible import counted, legible


@dataclass(frozen=True, eq=False)
class Table:
    """A table as it was read; `encode_table` makes a sequence of it.

    Args:
        name: the file's name without its ending.
        frame: one row per step; numeric columns are float64 with NaN where a value is missing,
            the others text.
        label_column: the column that dates the rows, or None.
        numeric_columns: names of the columns that can become a sequence, in the file's order.
        notes: sentences on how the file was read.
    """

    name: str
    frame: pd.DataFrame
    label_column: str | None
    numeric_columns: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """One label per row: its date, or "1", "2", …"""
        if self.label_column is None:
            return step_labels(len(self.frame))
        return tuple(map(str, self.frame[self.label_column]))

    @property
    def is_year_by_month(self) -> bool:
        """Whether rows are years and columns months, so that `unroll_months` can make one series of it."""
        return self.label_column is not None and is_year_by_month(self.labels, self.numeric_columns)


def read_table(data: bytes, name: str = "table.csv") -> Table:
    """Read a delimited text file, finding out how it was written.

    Encoding (UTF-8, UTF-16 or UTF-32 by their marks, else Windows-1252 or Latin-1), delimiter (``;``, tab,
    ``|``, ``,``, spaces), decimal sign, header and date column are told from the contents. Excel's first line
    ``sep=;``, comment lines, lines above and below the table, several header rows, and numbers with units,
    thousands and words for them (``$1,234.5``, ``12.3K``, ``(5)``, ``<0.1``, ``yes``) are understood; the notes say
    what was converted and what was left out, and why. A nameless first column that only counts the rows, as data
    frames write it, is kept in the frame but is no numeric column.

    Args:
        data: the file's bytes, at most 50 MB, 100,000 rows, 10,000 columns and 1,000,000 cells.
        name: the file's name.

    Returns:
        The table, with at least one numeric column.

    Raises:
        EncodingError: the file is empty, not text, too large, has unequal rows (the line is named), only a
            header, or no column of numbers.

    Example:
        >>> read_table(b"day;sst\\n2020-01-01;23,5\\n2020-01-02;24,1\\n").numeric_columns
        ('sst',)
    """
    check_lines(data)
    rows = read_rows(data)
    decimal = decimal_sign(rows.cells, rows.delimiter)
    layout = laid_out(rows.found, decimal, rows.comments)
    if layout.names is not None and not layout.rows:
        raise EncodingError("This file has only a header: give at least one row of numbers below it.")
    check_size(len(layout.rows))
    columns = joined_clock(_columns(layout, decimal))
    label, numeric = _roles(columns)
    if not numeric:
        slip = first_slip(columns)
        raise EncodingError(f"This file has no column of numbers{slip}: check it and save it again.")
    frame = pd.DataFrame({column.name: _series(column, column is label) for column in columns})
    names = tuple(column.name for column in numeric)
    table = Table(legible(PurePath(name).stem), frame, label.name if label else None, names)
    said = (_first_note(rows, layout, decimal), *rows.notes, *layout.notes)
    notes = (*said, *conversions(columns, table.numeric_columns, decimal), *left_out(columns, label, names))
    return replace(table, notes=(*notes, *_months_note(table)))


def _columns(layout: Layout, decimal: DecimalSign) -> list[Column]:
    """Turn rows into columns, without those that are wholly empty and nameless."""
    head = layout.names or [""] * len(layout.rows[0][1])
    turned = list(zip(*(cells for _, cells in layout.rows), strict=True))
    kept = [place for place, column in enumerate(turned) if head[place] or any(column)]
    lines = [line for line, _ in layout.rows]
    columns = []
    for place, name in zip(kept, column_names([head[place] for place in kept]), strict=True):
        reading = read_column(turned[place], decimal)
        dates = date_labels(name, turned[place])
        nameless = layout.names is not None and place == 0 and not head[0]
        counts = nameless and reading.numbers is not None and _counts_rows(reading.numbers)
        columns.append(Column(name, turned[place], reading, dates, counts, lines))
    return columns


def _counts_rows(numbers: NDArray[np.float64]) -> bool:
    first = numbers[0]
    return first in (0.0, 1.0) and bool((numbers == first + np.arange(len(numbers))).all())


def _roles(columns: list[Column]) -> tuple[Column | None, list[Column]]:
    """Choose the label column and the numeric ones; a date that is the only number is taken as a number."""
    label = next((column for column in columns if column.dates), None)
    numeric = [c for c in columns if c.numbers is not None and c is not label and not c.counts_rows]
    if numeric:
        return label, numeric
    numeric = [column for column in columns if column.numbers is not None]
    return (None if label in numeric else label), numeric


def _series(column: Column, is_label: bool) -> "pd.Series[float] | pd.Series[str]":
    if is_label and column.dates:
        return pd.Series(column.dates, dtype="str")
    if column.numbers is not None:
        return pd.Series(column.numbers, dtype="float64")
    return pd.Series(column.cells, dtype="str")


def _first_note(rows: Rows, layout: Layout, decimal: DecimalSign) -> str:
    cut = "one column" if rows.delimiter == ONE_COLUMN else f"separated by {DELIMITERS[rows.delimiter]}"
    sign = "decimal commas" if decimal == "," else "decimal points"
    header = "no header row" if layout.names is None else "a header row"
    return f"Read as {rows.encoding} text, {cut}, {sign}, {header}."


def _months_note(table: Table) -> tuple[str, ...]:
    if not table.is_year_by_month:
        return ()
    return (
        f"One row a year and one column a month: {counted(len(table.frame), 'year')} can become one monthly series.",
    )
