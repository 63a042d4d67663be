"""Files of a corpus, found by pattern: text, Parquet, Zarr and NumPy's, read stretch by stretch."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from glob import glob
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from explorer.archives import named
from explorer.errors import EncodingError
from explorer.models import Model
from explorer.scanning.streams import InMemory, Stream, column_of, in_memory
from explorer.scanning.texts import encoded_text, tokens_of
from explorer.scanning.zarrs import zarr_stream

Array = NDArray[Any]


def found(patterns: Sequence[Path]) -> list[Path]:
    """The files that patterns name, each once, those of a pattern in alphabetical order.

    Raises:
        EncodingError: a pattern names none.
    """
    paths: dict[Path, None] = {}
    for pattern in patterns:
        here = sorted(map(Path, glob(str(pattern), recursive=True))) or ([pattern] if pattern.exists() else [])
        if not here:
            raise EncodingError(f"There is no file {named(str(pattern))}: check the path or the pattern.")
        paths |= dict.fromkeys(here)
    return list(paths)


def open_file(model: Model, path: Path, columns: Sequence[str] | None) -> Iterator[tuple[Stream, float]]:
    """The sequences of one file, and which share of it each is.

    Args:
        model: which will read them.
        path: ``.parquet``, ``.zarr`` or ``.npy``; any other is text in UTF-8.
        columns: the columns, or the array of a Zarr group, that the model reads; by default what fits.

    Raises:
        EncodingError: it cannot be read, or does not fit the model.
    """
    try:
        if path.suffix == ".parquet":
            yield from _of_parquet(model, path, columns)
        elif path.suffix == ".zarr":
            yield zarr_stream(model, path, columns), 1.0
        elif path.suffix == ".npy":
            values = np.load(path, mmap_mode="r", allow_pickle=False)
            yield in_memory(model, values, path.name), 1.0
        else:
            yield TextFile(model, path), 1.0
    except (OSError, ValueError, pa.ArrowException) as reason:
        if isinstance(reason, EncodingError):
            raise
        why = getattr(reason, "strerror", None) or " ".join(str(reason).split())[:100]
        raise EncodingError(f"{named(path.name)} cannot be read ({why}): check the file.") from None


class TextFile:
    """A text file as one sequence.

    Args:
        model: with a vocabulary.
        path: of the file.
    """

    def __init__(self, model: Model, path: Path) -> None:
        if model.text is None:
            raise EncodingError(
                f"{model.name} has no vocabulary and {named(path.name)} is text: give tables or arrays."
            )
        self.name, self._path, self._words = path.name, path, model.text
        self._steps = len(encoded_text(self._words, self._text()))

    def __len__(self) -> int:
        """How many tokens it has."""
        return self._steps

    def read(self, start: int, stop: int) -> Array:
        """Token ids."""
        return encoded_text(self._words, self._text())[start:stop]

    def whole(self) -> Any:
        """Its text, where a step is a character, else its tokens."""
        return self._text() if self._words.unit == "character" else tokens_of(self._words, self._text())

    def column(self, name: str) -> Array:
        """It has none."""
        return column_of({}, name, self.name)

    def cut(self, start: int, stop: int) -> "TextFile | InMemory":
        """The file itself where all of it is meant, else the stretch."""
        if (start, stop) == (0, len(self)):
            return self
        return InMemory(self.name, self.read(start, stop), first=start, steps=len(self))

    def _text(self) -> str:
        return _text_of(self._path, self._path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _text_of(path: Path, written: int) -> str:
    return path.read_text("utf-8-sig")


def _of_parquet(model: Model, path: Path, columns: Sequence[str] | None) -> Iterator[tuple[Stream, float]]:
    """A table of numbers is one sequence, its rows the steps; a column of text is a sequence a row."""
    file = pq.ParquetFile(path)
    texts = [
        one.name for one in file.schema_arrow if pa.types.is_string(one.type) or pa.types.is_large_string(one.type)
    ]
    reads = [name for name in columns or texts[:1] if name in texts]
    if model.text is None or not reads:
        yield ParquetTable(model, path, columns), 1.0
        return
    for group in range(file.num_row_groups):
        table = file.read_row_group(group)
        beside = {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names if name != reads[0]}
        for row, text in enumerate(table[reads[0]].to_pylist()):
            if text:
                told = text if model.text.unit == "character" else tokens_of(model.text, text)
                ids = encoded_text(model.text, text)
                labels = {name: np.repeat(values[row : row + 1], len(ids)) for name, values in beside.items()}
                yield InMemory(path.name, ids, told, labels), 1 / file.metadata.num_rows


class ParquetTable:
    """A Parquet file as one sequence, a row a step; read a row group at a time.

    Args:
        model: which reads numbers, or token ids.
        path: of the file.
        columns: those that the model reads, in its order; by default all numeric ones, if there are as many.
    """

    def __init__(self, model: Model, path: Path, columns: Sequence[str] | None) -> None:
        self.name, self._path = path.name, path
        file = pq.ParquetFile(path)
        numeric = [
            one.name for one in file.schema_arrow if pa.types.is_floating(one.type) or pa.types.is_integer(one.type)
        ]
        wanted = 1 if model.embedding is not None else model.input_size
        self._columns = tuple(columns or numeric)
        missing = [name for name in self._columns if name not in numeric]
        if missing or len(self._columns) != wanted:
            raise EncodingError(
                f"{named(path.name)} has the numeric columns {', '.join(numeric[:8]) or 'none'} and {model.name} reads "
                f"{wanted}: name as many, in its order, with columns."
            )
        self._is_ids = model.embedding is not None
        groups = (file.metadata.row_group(at).num_rows for at in range(file.num_row_groups))
        self._edges = np.concatenate([[0], np.cumsum(np.fromiter(groups, int))]).astype(int)

    def __len__(self) -> int:
        """How many rows it has."""
        return int(self._edges[-1])

    def read(self, start: int, stop: int) -> Array:
        """Rows of the columns that the model reads."""
        first, last = np.searchsorted(self._edges, [start, stop - 1], side="right") - 1
        parts = [self._group(int(at)) for at in range(first, last + 1)]
        joined = parts[0] if len(parts) == 1 else np.concatenate(parts)
        rows: Array = joined[start - self._edges[first] : stop - self._edges[first]]
        return rows

    def whole(self) -> Array:
        """All that the model reads."""
        return self.read(0, len(self))

    def column(self, name: str) -> Array:
        """Any column of the file."""
        table = pq.read_table(self._path, columns=[name] if name in pq.read_schema(self._path).names else [])
        return column_of({one: table[one].to_numpy() for one in table.column_names}, name, self.name)

    def cut(self, start: int, stop: int) -> "ParquetTable":
        """Itself: each worker reads the file."""
        return self

    def _group(self, at: int) -> Array:
        return _row_group(self._path, self._path.stat().st_mtime_ns, at, self._columns, self._is_ids)


@lru_cache(maxsize=4)
def _row_group(path: Path, written: int, at: int, columns: tuple[str, ...], is_ids: bool) -> Array:
    table = pq.ParquetFile(path).read_row_group(at, columns=list(columns))
    values = [table[name].to_numpy() for name in columns]
    return np.asarray(values[0], np.int64) if is_ids else np.stack([one.astype(np.float64) for one in values], axis=1)
