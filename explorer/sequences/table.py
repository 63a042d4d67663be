"""An uploaded table of numbers."""

from dataclasses import dataclass, replace
from pathlib import PurePath

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.errors import EncodingError
from explorer.sequences.columns import column_names, decimal_sign, has_header, is_missing, read_column
from explorer.sequences.dates import date_labels, is_year_by_month
from explorer.sequences.decimals import DecimalSign, read_number
from explorer.sequences.delimited import DELIMITERS, ONE_COLUMN, Rows, read_rows
from explorer.sequences.encoded import step_labels
from explorer.sequences.limits import check_size
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


@dataclass(frozen=True)
class _Column:
    """One column with every reading that it allows."""

    name: str
    cells: tuple[str, ...]
    numbers: NDArray[np.float64] | None
    dates: tuple[str, ...] | None
    counts_rows: bool


@dataclass(frozen=True)
class _Form:
    """How the file was written."""

    rows: Rows
    decimal: DecimalSign
    header: bool

    @property
    def first_line(self) -> int:
        return self.rows.lines[1] if self.header else self.rows.lines[0]


def read_table(data: bytes, name: str = "table.csv") -> Table:
    """Read a delimited text file, finding out how it was written.

    Encoding (UTF-8, UTF-16 or UTF-32 by their marks, else Windows-1252 or Latin-1), delimiter (``;``, tab,
    ``|``, ``,``, spaces), decimal sign, header and date column are told from the contents. Excel's first line
    ``sep=;`` and comment lines (``# …``) at the top are understood. A nameless first column that only counts
    the rows, as data frames write it, is kept in the frame but is no numeric column.

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
    rows = read_rows(data)
    decimal = decimal_sign(rows.cells, rows.delimiter)
    form = _Form(rows, decimal, has_header(rows.cells, decimal))
    if form.header and len(rows.cells) == 1:
        raise EncodingError("This file has only a header: give at least one row of numbers below it.")
    check_size(len(rows.cells) - form.header)
    columns = _columns(form)
    label, numeric = _roles(columns)
    if not numeric:
        slip = _first_slip(columns, form)
        raise EncodingError(f"This file has no column of numbers{slip}: check it and save it again.")
    frame = pd.DataFrame({column.name: _series(column, column is label) for column in columns})
    names = tuple(column.name for column in numeric)
    table = Table(legible(PurePath(name).stem), frame, label.name if label else None, names)
    return replace(table, notes=_notes(form, columns, table))


def _columns(form: _Form) -> list[_Column]:
    """Turn rows into columns, without those that are wholly empty."""
    cells = form.rows.cells
    head = cells[0] if form.header else [""] * len(cells[0])
    turned = list(zip(*cells[form.header :], strict=True))
    kept = [place for place, column in enumerate(turned) if head[place] or any(column)]
    columns = []
    for place, name in zip(kept, column_names([head[place] for place in kept]), strict=True):
        numbers = read_column(turned[place], form.decimal)
        dates = date_labels(name, turned[place])
        counts = form.header and place == 0 and not head[0] and numbers is not None and _counts_rows(numbers)
        columns.append(_Column(name, turned[place], numbers, dates, counts))
    return columns


def _counts_rows(numbers: NDArray[np.float64]) -> bool:
    first = numbers[0]
    return first in (0.0, 1.0) and bool((numbers == first + np.arange(len(numbers))).all())


def _roles(columns: list[_Column]) -> tuple[_Column | None, list[_Column]]:
    """Choose the label column and the numeric ones; a date that is the only number is taken as a number."""
    label = next((column for column in columns if column.dates), None)
    numeric = [c for c in columns if c.numbers is not None and c is not label and not c.counts_rows]
    if numeric:
        return label, numeric
    numeric = [column for column in columns if column.numbers is not None]
    return (None if label in numeric else label), numeric


def _series(column: _Column, is_label: bool) -> "pd.Series[float] | pd.Series[str]":
    if is_label and column.dates:
        return pd.Series(column.dates, dtype="str")
    if column.numbers is not None:
        return pd.Series(column.numbers, dtype="float64")
    return pd.Series(column.cells, dtype="str")


def _first_slip(columns: list[_Column], form: _Form) -> str:
    """Name the first cell that is no number of the column that comes nearest to numbers."""
    slips = [slip for column in columns if (slip := _slip(column, form))]
    return f" ({slips[0]})" if slips else ""


def _slip(column: _Column, form: _Form) -> str | None:
    """Describe what kept a column, at least half numbers, from being numeric."""
    if column.numbers is not None or column.dates:
        return None
    given = [(row, cell) for row, cell in enumerate(column.cells) if not is_missing(cell)]
    wrong = [row for row, cell in given if read_number(cell, form.decimal) is None]
    if not wrong or 2 * len(wrong) > len(given):
        return None
    line = form.rows.lines[wrong[0] + form.header]
    return f"column '{column.name}' has '{legible(column.cells[wrong[0]])}' on line {line}"


def _notes(form: _Form, columns: list[_Column], table: Table) -> tuple[str, ...]:
    delimiter = form.rows.delimiter
    cut = "one column" if delimiter == ONE_COLUMN else f"separated by {DELIMITERS[delimiter]}"
    sign = "decimal commas" if form.decimal == "," else "decimal points"
    header = "a header row" if form.header else "no header row"
    notes = [f"Read as {form.rows.encoding} text, {cut}, {sign}, {header}."]
    notes += [f"Left out as not numeric: {slip}." for column in columns if (slip := _slip(column, form))]
    counting = {column.name for column in columns if column.counts_rows}.difference(table.numeric_columns)
    notes += [f"'{name}' only counts the rows and was left out." for name in counting]
    if table.is_year_by_month:
        years = counted(len(table.frame), "year")
        notes.append(f"One row a year and one column a month: {years} can become one monthly series.")
    return tuple(notes)
