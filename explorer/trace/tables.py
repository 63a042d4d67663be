"""A run as a tidy table on disk, one row a value, written block by block so that it never stands in memory whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from explorer.errors import CheckpointError
from explorer.models.model.claims import Partial, left_out
from explorer.trace.chunks import Chunks
from explorer.trace.export import tidy_blocks
from explorer.trace.spreadsheets import csv_bytes
from explorer.trace.trace import Trace

_ROWS = 500_000
ENDINGS = (".npz", ".csv", ".parquet")


def write(run: Trace | Chunks, path: str | Path) -> None:
    """Write a run as its ending says: ``.npz`` (`Trace.load` reads it), ``.csv`` or ``.parquet``.

    Raises:
        CheckpointError: another ending, a long run as ``.npz``, or the file cannot be written.
    """
    path = Path(path)
    if path.suffix not in ENDINGS:
        raise CheckpointError(f"'{path.name}' has no ending that can be written: choose {', '.join(ENDINGS)}.")
    try:
        if path.suffix == ".csv":
            write_csv(run, path)
        elif path.suffix == ".parquet":
            write_parquet(run, path)
        elif isinstance(run, Trace):
            run.save(path)
        else:
            raise CheckpointError(
                f"A run of {len(run):,} steps is kept in chunks, which .npz does not hold: write .parquet or .csv."
            )
    except OSError as reason:
        raise CheckpointError(f"'{path.name}' cannot be written ({reason.strerror}): choose another place.") from None


def write_csv(run: Trace | Chunks, file: Any) -> None:
    """Write a run as CSV: signal, layer, direction, time, label, unit, value.

    Where tensors of the file were not used, a last column ``warning`` says so in its first row. A label that a
    spreadsheet would compute, such as ``=1+1``, has an apostrophe before it, which `unquoted` takes off.

    Args:
        run: the run.
        file: a path or a binary file object.
    """
    if isinstance(file, str | Path):
        with open(file, "wb") as opened:
            write_csv(run, opened)
        return
    for number, block in enumerate(frames(run)):
        told = warned(block, run, first=number == 0)
        file.write(csv_bytes(told, header=number == 0))


def write_parquet(run: Trace | Chunks, file: Any) -> None:
    """Write a run as Parquet: the same columns, words as dictionaries, values in their own precision.

    Where tensors of the file were not used, the schema's metadata say so under ``warning``.

    Args:
        run: the run.
        file: a path or a binary file object.
    """
    import pyarrow  # only here: nothing else needs it
    from pyarrow import parquet

    writer, said = None, left_out(_model(run))
    try:
        for block in frames(run):
            table = pyarrow.Table.from_pandas(block, preserve_index=False)
            if said:
                table = table.replace_schema_metadata({**(table.schema.metadata or {}), b"warning": said.encode()})
            writer = writer or parquet.ParquetWriter(str(file) if isinstance(file, Path) else file, table.schema)
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()


def warned(block: pd.DataFrame, run: Trace | Chunks, first: bool = True) -> pd.DataFrame:
    """A table with what was left out of the run in a last column, in its first row; as it is where nothing was.

    Args:
        block: rows of the run's tidy table.
        run: the run.
        first: whether these are its first rows.
    """
    said = left_out(_model(run))
    if not said or not len(block):
        return block
    return block.assign(warning=[said if first else "", *[""] * (len(block) - 1)])


def _model(run: Trace | Chunks) -> Partial:
    return run if isinstance(run, Trace) else run.model


def frames(run: Trace | Chunks, rows: int = _ROWS) -> Iterator[pd.DataFrame]:
    """A run's tidy table in blocks of about so many rows, each of one signal, layer and direction."""
    if isinstance(run, Trace):
        yield from tidy_blocks(run.values, run.labels, 0, rows)
        return
    for start in range(0, len(run), run.size):
        window = run.window(start, min(start + run.size, len(run)))
        yield from tidy_blocks(window.values, window.labels, start, rows)
