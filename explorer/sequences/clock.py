"""A table's dates as numbers that rise with time."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.sequences.dates import YEAR
from explorer.sequences.table import Table

_NUMBERED = re.compile(r"([12][0-9]{3})[- ]?([MQW])([0-9]{1,2})", re.IGNORECASE)
_DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d.%m.%y",
    "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%d %b %Y", "%d-%b-%Y", "%d %B %Y", "%b %d, %Y", "%b %d %Y", "%B %d, %Y",
    "%d-%b-%y", "%d %b %y", "%b %Y", "%b-%Y", "%B %Y", "%b-%y", "%Y/%m", "%Y-%m", "%Y",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", "T%H:%M", "T%H:%M:%S", "T%H:%M:%S.%f")
_ORDINAL = re.compile(
    "t|ts|time|times|timestamp|step|steps|second|seconds|year|date|unix|epoch|timestep", re.IGNORECASE
)
_PARTS = {
    "year": ("YY", "YYYY", "year", "Year", "YEAR", "yr", "YR"),
    "month": ("MM", "month", "Month", "MONTH", "mo", "MO"),
    "day": ("DD", "day", "Day", "DAY", "dy", "DY"),
    "yearday": ("yday", "doy", "DOY", "jday", "yearday"),
    "hour": ("hh", "hour", "Hour", "HOUR", "hr", "HR"),
    "minute": ("mm", "minute", "Minute", "MINUTE", "min", "mn"),
}
_DAY = 86_400.0


@dataclass(frozen=True, eq=False)
class Clock:
    """When each row was.

    Attributes:
        values: one number a row, in `unit`.
        unit: "second" (since 1970), "month" (since year 0), or "" for a count of its own.
        column: the numeric column it was read from; "" for the labels.
    """

    values: NDArray[np.float64]
    unit: str
    column: str = ""


def clock(table: Table) -> Clock | None:
    """When each row of a table was: by its labels, its year, month and day columns, or a column named time.

    Returns:
        None where nothing says it, or says it of some rows only.
    """
    # Of years that its dates cannot hold pandas raises a ValueError, whatever it was told to do with errors.
    with suppress(ValueError, OverflowError):
        return _clock(table)
    return None


def _clock(table: Table) -> Clock | None:
    parts = _parts(table)
    if parts is not None:
        return parts
    if table.label_column is not None:
        return _of_dates(table.labels)
    column = next((name for name in table.numeric_columns if _ORDINAL.fullmatch(name)), None)
    if column is None:
        return None
    values = table.frame[column].to_numpy(dtype=np.float64)
    return Clock(values, "", column) if np.isfinite(values).all() else None


def spelt(values: NDArray[np.float64], unit: str) -> list[str]:
    """Labels for times of a clock."""
    if unit == "month":
        return [f"{int(value) // 12}-{int(value) % 12 + 1:02d}" for value in values.round()]
    if unit == "second":
        whole = bool((values % _DAY == 0).all())
        pattern = "%Y-%m-%d" if whole else "%Y-%m-%d %H:%M" if (values % 60 == 0).all() else "%Y-%m-%d %H:%M:%S"
        return list(pd.to_datetime(values, unit="s").strftime(pattern))
    return [f"{value:g}" for value in values]


def _of_dates(labels: Sequence[str]) -> Clock | None:
    numbered = [_NUMBERED.fullmatch(label) for label in labels]
    if all(numbered):
        kinds = {"M": 12, "Q": 4, "W": 53}
        values = [int(one[1]) * kinds[one[2].upper()] + int(one[3]) - 1 for one in numbered if one]
        return Clock(np.array(values, dtype=np.float64), "month" if numbered[0] and numbered[0][2] in "Mm" else "")
    times = _times(pd.Series(labels, dtype="str"))
    return None if times is None else _clock_of(times)


def _times(labels: "pd.Series[str]") -> "pd.DatetimeIndex | None":
    """Read by the first format that fits every label; of day first and month first, the one that runs on."""
    whole = pd.to_datetime(labels, format="ISO8601", errors="coerce", utc=True)
    if whole.notna().all():
        return pd.DatetimeIndex(whole).tz_localize(None)
    best: pd.DatetimeIndex | None = None
    for day, time in product(_DAYS, _TIMES):
        if pd.isna(pd.to_datetime(labels[:1], format=day + time, errors="coerce")).any():
            continue
        read = pd.to_datetime(labels, format=day + time, errors="coerce")
        if read.notna().all() and (best is None or _turns(pd.DatetimeIndex(read)) < _turns(best)):
            best = pd.DatetimeIndex(read)
    return best


def _turns(times: "pd.DatetimeIndex") -> int:
    """How many different steps there are: few where a format is right."""
    return len(np.unique(np.diff(times.to_numpy())))


def _clock_of(times: "pd.DatetimeIndex") -> Clock:
    """Months where every date is the same day of its month, or its last; else seconds."""
    seconds = times.as_unit("ms").to_numpy().astype(np.int64) / 1_000.0
    midnight = bool((seconds % _DAY == 0).all())
    steps = np.abs(np.diff(seconds))
    monthly = len(steps) > 0 and float(np.median(steps)) >= 27 * _DAY
    if midnight and monthly and (times.day.nunique() == 1 or times.is_month_end.all()):
        return Clock(np.asarray(times.year * 12 + times.month - 1, dtype=np.float64), "month")
    return Clock(seconds, "second")


def _parts(table: Table) -> Clock | None:
    """Year, month or day of the year, day, hour and minute in columns of their own; the year may be the label."""
    found = {part: next((one for one in names if one in table.numeric_columns), None) for part, names in _PARTS.items()}
    frame = pd.DataFrame({part: table.frame[name] for part, name in found.items() if name is not None})
    if table.label_column is not None:
        if not all(map(YEAR.fullmatch, table.labels)):
            return None
        frame["year"] = [float(label) for label in table.labels]
    if "year" not in frame or not {"month", "yearday"} & set(frame):
        return None
    days = frame.pop("yearday") if "yearday" in frame else None
    if days is not None:
        frame = frame.drop(columns=["month", "day"], errors="ignore").assign(month=1.0, day=1.0)
    times = pd.to_datetime(frame if "day" in frame else frame.assign(day=1.0), errors="coerce")
    times = times if days is None else times + pd.to_timedelta(days - 1, unit="D")
    return _clock_of(pd.DatetimeIndex(times)) if times.notna().all() else None
