"""A run as a tidy table on disk, one row a value, written block by block so that it never stands in memory whole."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from explorer.errors import CheckpointError
from explorer.trace.chunks import Chunks
from explorer.trace.export import tidy_blocks
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

    Args:
        run: the run.
        file: a path or a binary file object.
    """
    if isinstance(file, str | Path):
        with open(file, "wb") as opened:
            write_csv(run, opened)
        return
    for number, block in enumerate(frames(run)):
        file.write(block.to_csv(index=False, header=number == 0, lineterminator="\n").encode())


def write_parquet(run: Trace | Chunks, file: Any) -> None:
    """Write a run as Parquet: the same columns, words as dictionaries, values in their own precision.

    Args:
        run: the run.
        file: a path or a binary file object.
    """
    import pyarrow  # only here: nothing else needs it
    from pyarrow import parquet

    writer = None
    try:
        for block in frames(run):
            table = pyarrow.Table.from_pandas(block, preserve_index=False)
            writer = writer or parquet.ParquetWriter(str(file) if isinstance(file, Path) else file, table.schema)
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()


def frames(run: Trace | Chunks, rows: int = _ROWS) -> Iterator[pd.DataFrame]:
    """A run's tidy table in blocks of about so many rows, each of one signal, layer and direction."""
    if isinstance(run, Trace):
        yield from tidy_blocks(run, 0, rows)
        return
    for start in range(0, len(run), run.size):
        yield from tidy_blocks(run.window(start, min(start + run.size, len(run))), start, rows)
