"""A table of several sequences below each other, told apart by one of its columns."""

from dataclasses import replace

import pandas as pd

from explorer.errors import EncodingError
from explorer.sequences.table import Table
from explorer.sequences.visible import legible

_MOST = 2_000


def group_columns(table: Table) -> tuple[str, ...]:
    """Names of the columns that could say which sequence a row belongs to.

    Words or whole numbers, at least two different ones, each on two rows or more on average.

    Example:
        >>> group_columns(read_table(b"who,x\\na,1.5\\na,2.5\\nb,3.5\\nb,4.5\\n"))
        ('who',)
    """
    return tuple(
        str(name) for name in table.frame.columns if name != table.label_column and _tells_apart(table.frame[name])
    )


def _tells_apart(column: "pd.Series[float] | pd.Series[str]") -> bool:
    if column.dtype.kind == "f" and not (column.dropna() % 1 == 0).all():
        return False
    different = column.nunique()
    return 2 <= different <= min(_MOST, len(column) // 2) and not column.isna().any()


def members(table: Table, column: str) -> tuple[str, ...]:
    """The sequences that a column tells apart, in the order in which they come first."""
    return tuple(dict.fromkeys(map(_spelt, table.frame[column])))


def member(table: Table, column: str, name: str) -> Table:
    """One of the sequences, its rows in the file's order.

    Raises:
        EncodingError: there is no such column or sequence.
    """
    if column not in table.frame.columns:
        raise EncodingError(f"There is no column '{legible(column)}' in this file: choose another.")
    rows = table.frame[[_spelt(value) == name for value in table.frame[column]]].reset_index(drop=True)
    if rows.empty:
        raise EncodingError(f"No row has '{legible(name)}' in column '{legible(column)}': choose another sequence.")
    return replace(table, frame=rows)


def _spelt(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
