"""Words in a CSV that a spreadsheet would take for a formula, made harmless and turned back."""

import re
from typing import Literal

import pandas as pd

_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_NUMBER = re.compile(r"[+-]?(\d+[.]?\d*|[.]\d+)([eE][+-]?\d+)?")


def quoted(word: str) -> str:
    """A word with an apostrophe before it where a spreadsheet would compute it, or where `unquoted` would take one off.

    A word is computed that begins with ``=``, ``+``, ``-``, ``@`` (or their full-width forms), a tab or a line break
    and is no number: ``=1+1`` becomes ``'=1+1``, ``'=1+1`` becomes ``''=1+1``, ``-1.5`` and ``'a`` stay.

    Args:
        word: a token, a label or a name.

    Returns:
        What to write; `unquoted` is the inverse for every word.
    """
    return f"'{word}" if _FORMULA.match(word) and not _NUMBER.fullmatch(word) else word


def unquoted(cell: str) -> str:
    """The word of a cell that `quoted` wrote.

    Args:
        cell: as it stands in the file.

    Returns:
        The word without the apostrophe that was put before it.
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def csv_bytes(table: pd.DataFrame, header: bool = True) -> bytes:
    """A table as CSV without an index; its words, and the names of its columns, are `quoted`.

    Args:
        table: numbers and words.
        header: whether the names of the columns come first.

    Returns:
        UTF-8, lines ending with a line feed.
    """
    words = {
        name: table[name].map(_written)
        for name in table.columns if not pd.api.types.is_numeric_dtype(table[name])
    }  # fmt: skip
    safe = table.assign(**words).rename(columns=lambda name: quoted(str(name)))
    # Where lines end with a line feed the writer leaves a carriage return bare, at which readers end a line too.
    bare = any("\r" in str(cell) for column in words.values() for cell in column.unique())
    how: Literal[0, 2] = 2 if bare else 0  # csv.QUOTE_NONNUMERIC, csv.QUOTE_MINIMAL
    text: str = safe.to_csv(index=False, header=header, lineterminator="\n", quoting=how)
    return text.encode()


def _written(cell: object) -> object:
    """A word quoted, half a character (a lone surrogate, which no file holds) as a question mark."""
    return quoted(cell.encode("utf-8", "replace").decode()) if isinstance(cell, str) else cell
