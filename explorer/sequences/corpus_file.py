"""A user's corpus: a text, or a table with a row a step or a piece of text a row, and columns that label them."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.errors import EncodingError
from explorer.sequences.limits import MAX_LONG_STEPS
from explorer.sequences.visible import legible

MOST_BYTES = 50_000_000
_SEPARATORS = {"csv": ",;\t", "tsv": "\t"}
_TEXTS = ("text", "token", "character", "char", "word", "sentence", "line")


@dataclass(frozen=True, eq=False)
class CorpusFile:
    """A file that was read.

    Attributes:
        name: the file's.
        text: the whole of a text; "" for a table.
        columns: a table's, (rows,): numbers with NaN where one is missing, or words.
        missing: the columns of numbers in which one is missing.
    """

    name: str
    text: str = ""
    columns: Mapping[str, NDArray[Any]] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """The columns of words."""
        return tuple(name for name, values in self.columns.items() if values.dtype.kind != "f")

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns of numbers."""
        return tuple(name for name, values in self.columns.items() if values.dtype.kind == "f")

    @property
    def text_column(self) -> str:
        """The column that a model of text reads: by its name, else the one of words whose cells are longest."""
        named = [name for name in self.columns if name.strip().lower() in _TEXTS]
        if named or not self.words:
            return (named or [""])[0]
        return max(self.words, key=lambda name: sum(map(len, self.columns[name].tolist())))


def read_corpus(data: bytes, name: str) -> CorpusFile:
    """Read a corpus.

    Args:
        data: UTF-8, at most 50 MB.
        name: the file's; ``.csv`` and ``.tsv`` are tables with a header, anything else is text.

    Returns:
        The text, or the columns; a column whose cells are all numbers, or empty, is one of numbers.

    Raises:
        EncodingError: too large, no text, or a table that cannot be read or has no row.

    Example:
        >>> read_corpus(b"char,inside\\na,0\\nb,1\\n", "x.csv").columns["inside"]
        array([0., 1.])
    """
    if len(data) > MOST_BYTES:
        raise EncodingError(f"The file has {len(data) / 1e6:,.0f} MB and the most is {MOST_BYTES // 10**6}: cut it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise EncodingError("The file is no UTF-8 text: save it as UTF-8.") from None
    if not text.strip():
        raise EncodingError("The file is empty: give a text, or a table with a row a step.")
    separators = _SEPARATORS.get(PurePath(name).suffix[1:].lower())
    if separators is None:
        return CorpusFile(name, text.replace("\r\n", "\n").replace("\r", "\n"))
    return CorpusFile(name, columns=_columns(text, separators))


def _columns(text: str, separators: str) -> dict[str, NDArray[Any]]:
    header = text.lstrip("\r\n").partition("\n")[0]
    separator = max(separators, key=header.count)
    try:
        frame = pd.read_csv(
            io.StringIO(text), sep=separator, dtype=str, keep_default_na=False, nrows=MAX_LONG_STEPS, index_col=False,
        )  # fmt: skip
    except (ValueError, pd.errors.ParserError) as reason:
        said = legible(str(reason).partition("\n")[0], 80)
        raise EncodingError(f"The file is no table that can be read ({said}): save it again as CSV.") from None
    if frame.empty:
        raise EncodingError("The table has no row under its header: give one with a row a step.")
    return {str(name): _numbers(frame[name].fillna("")) for name in frame.columns}


def _numbers(column: "pd.Series[str]") -> NDArray[Any]:
    """The cells as numbers where all that are not empty are some, else as words."""
    cells = column.to_numpy(dtype=object)
    given = cells != ""
    numbers = np.full(len(cells), np.nan)
    try:
        numbers[given] = cells[given].astype(np.float64)
    except ValueError:
        return cells
    return numbers if given.any() and np.isfinite(numbers[given]).all() else cells
