"""Tables with one row a year and one column a month, made one series."""

from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.errors import EncodingError
from explorer.sequences.dates import month_number
from explorer.sequences.limits import check_size
from explorer.sequences.table import Table
from explorer.sequences.visible import counted

LABEL = "month"


def unroll_months(table: Table) -> Table:
    """Make one monthly series of a table with one row a year and one column a month.

    Args:
        table: a table whose `is_year_by_month` is true; columns that are no months are left out.

    Returns:
        A table with the label column "month" ("1950-01", …) and one numeric column, named as the table.
        Missing months before the first and after the last value are cut off; others stay missing.

    Raises:
        EncodingError: another form of table, years that do not rise, or too many months.

    Example:
        >>> monthly = unroll_months(read_table(sst_file, "sst.csv"))  # doctest: +SKIP
        >>> monthly.labels[0], monthly.numeric_columns  # doctest: +SKIP
        ('1950-01', ('sst',))
    """
    if not table.is_year_by_month:
        raise EncodingError(
            "This table cannot become a monthly series: expected a column of years and twelve columns named by months."
        )
    years = [int(label) for label in table.labels]
    gap = next((later for earlier, later in pairwise(years) if later <= earlier), None)
    if gap is not None:
        raise EncodingError(f"The year {gap} comes after a later or equal one: sort the rows by year, one row each.")
    check_size(12 * len(years))
    labels = [f"{year}-{month:02d}" for year in years for month in range(1, 13)]
    return _series(table, labels, _values(table), _gap_notes(years))


def _values(table: Table) -> NDArray[np.float64]:
    by_month = {month_number(name): name for name in table.numeric_columns}
    grid = table.frame[[by_month[month] for month in range(1, 13)]].to_numpy(dtype=np.float64)
    return grid.reshape(-1)


def _series(table: Table, labels: list[str], values: NDArray[np.float64], notes: tuple[str, ...]) -> Table:
    present = np.flatnonzero(~np.isnan(values))
    kept = slice(int(present[0]), int(present[-1]) + 1)
    name = table.name if table.name not in ("", "∅", LABEL) else "value"
    frame = pd.DataFrame({LABEL: pd.Series(labels[kept], dtype="str"), name: values[kept]})
    said = f"Unrolled to {counted(len(frame), 'month')}, {labels[kept][0]} to {labels[kept][-1]}."
    return Table(table.name, frame, LABEL, (name,), (*table.notes[:1], said, *notes))


def _gap_notes(years: list[int]) -> tuple[str, ...]:
    absent = years[-1] - years[0] + 1 - len(years)
    if not absent:
        return ()
    return (f"The series closes up over {counted(absent, 'year')} without a row.",)
