"""Columns of a table to one sequence, missing values dealt with in the open."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from explorer.errors import EncodingError
from explorer.sequences.encoded import Encoded
from explorer.sequences.limits import check_size
from explorer.sequences.remedies import findings
from explorer.sequences.table import Table
from explorer.sequences.visible import counted, legible

Missing = Literal["refuse", "interpolate"]


def encode_table(table: Table, columns: Sequence[str] | None = None, missing: Missing = "refuse") -> Encoded:
    """Make a sequence of a table's numeric columns, one step per row.

    Args:
        table: the table.
        columns: names among its numeric columns, in the order the model takes them; None takes all.
        missing: "refuse" raises where a value is missing; "interpolate" draws a straight line between the
            neighbouring rows (by row, not by date) and repeats the nearest value at the ends.

    Returns:
        Values ``(rows, columns)``, labelled by date or row; the notes count what was interpolated, and say
        what `findings` finds.

    Raises:
        EncodingError: no column or an unknown one, a missing value that is refused, an infinite value.

    Example:
        >>> encode_table(read_table(b"a,b\\n1,2\\n,4\\n3,6\\n"), ["a"], missing="interpolate").values[:, 0]
        array([1., 2., 3.])
    """
    chosen = _chosen(table, columns)
    if missing not in ("refuse", "interpolate"):
        raise EncodingError(f"Missing values are to be '{legible(str(missing))}': give 'refuse' or 'interpolate'.")
    check_size(len(table.frame), len(chosen))
    values = table.frame[chosen].to_numpy(dtype=np.float64, copy=True)
    notes = [one.sentence for one in findings(table) if not one.columns or set(one.columns) & set(chosen)]
    for place, name in enumerate(chosen):
        _refuse_infinite(values[:, place], name, table)
        gaps = np.isnan(values[:, place])
        if gaps.any():
            values[:, place] = _filled(values[:, place], gaps, name, table, missing)
            notes.append(f"Missing values in '{name}' were interpolated: {int(gaps.sum()):,}")
    return Encoded(values, table.labels, notes=tuple(notes), columns=tuple(chosen))


def _chosen(table: Table, columns: Sequence[str] | None) -> list[str]:
    chosen = list(dict.fromkeys(table.numeric_columns if columns is None else columns))
    strange = [name for name in chosen if name not in table.numeric_columns]
    if strange or not chosen:
        came = f"'{legible(str(strange[0]))}' is no numeric column" if strange else "No column was chosen"
        shown = ", ".join(table.numeric_columns[:8]) + (", …" if len(table.numeric_columns) > 8 else "")
        raise EncodingError(f"{came}: choose among {shown}.")
    return chosen


def _filled(
    column: NDArray[np.float64], gaps: NDArray[np.bool_], name: str, table: Table, missing: Missing
) -> NDArray[np.float64]:
    if gaps.all():
        raise EncodingError(f"Column '{name}' has no value but missing ones: choose another column.")
    if missing == "refuse":
        raise EncodingError(
            f"Column '{name}' has {counted(int(gaps.sum()), 'missing value')}, the first in "
            f"{_row(int(np.argmax(gaps)), table)}: let them be interpolated, or choose another column."
        )
    rows = np.arange(len(column))
    return np.interp(rows, rows[~gaps], column[~gaps])


def _refuse_infinite(column: NDArray[np.float64], name: str, table: Table) -> None:
    infinite = np.isinf(column)
    if infinite.any():
        row = _row(int(np.argmax(infinite)), table)
        raise EncodingError(f"Column '{name}' has an infinite or too large value in {row}: give finite numbers.")


def _row(place: int, table: Table) -> str:
    return f"row {place + 1}" + (f" ({table.labels[place]})" if table.label_column else "")
