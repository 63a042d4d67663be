"""Numbers that stand for "no value": −999, 1e20 and their like, told by how far from the rest they lie."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from explorer.sequences.finding import Finding, Remedy
from explorer.sequences.table import Table
from explorer.sequences.visible import counted

# As instruments, data bases and netCDF write them; float32 spellings of the large ones differ in the eighth digit.
_WRITTEN = (
    *(-99.0, -99.9, -99.99, -200.0, -999.0, -999.9, -999.99, -9999.0, -9999.9, -99999.0, -999999.0, -32768.0),
    *(99.0, 99.9, 99.99, 999.0, 999.9, 999.99, 9999.0, 9999.9, 99999.0, 999999.0, -7777.0, -8888.0, -6999.0, -6666.0),
    *(9.969209968386869e36, 1e20, -1e20, 1e30, -1e30, 1e35, 1e36, -3.4028234663852886e38, 3.4028234663852886e38),
)
SENTINELS = np.array(_WRITTEN)
_HUGE = 1e19
_SHORT = 200.0
Floats = NDArray[np.float64]


def sentinel_findings(table: Table) -> tuple[Finding, ...]:
    """One finding for each value that stands for "no value" in some numeric column.

    Such a value is one of `SENTINELS`, and lies outside all other values by more than half of their span (by twice
    the span where it is small itself), or is the only kind of negative number, or is huge.
    """
    places: dict[float, list[str]] = {}
    counts: dict[float, int] = {}
    for name in table.numeric_columns:
        values = table.frame[name].to_numpy(dtype=np.float64)
        for value in _sentinels(values):
            places.setdefault(value, []).append(name)
            counts[value] = counts.get(value, 0) + int(_equal(values, value).sum())
    return tuple(_finding(value, names, counts[value]) for value, names in places.items())


def without_sentinel(table: Table, value: float) -> Table:
    """The table with one such value missing, where it was found, and a note that says so."""
    frame, changed = table.frame.copy(), 0
    for name in table.numeric_columns:
        values = frame[name].to_numpy(dtype=np.float64, copy=True)
        if any(one == value for one in _sentinels(values)):
            taken = _equal(values, value)
            values[taken] = np.nan
            frame[name] = values
            changed += int(taken.sum())
    note = f"Treated as missing: {counted(changed, 'value')} of {_spelt(value)}."
    return replace(table, frame=frame, notes=(*table.notes, note))


def _finding(value: float, names: list[str], count: int) -> Finding:
    shown = ", ".join(f"'{name}'" for name in names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    sentence = f"{_spelt(value)} stands {_times(count)} in {shown}, far from the rest: it looks like “no value”."
    return Finding(
        "sentinel", sentence, count, (Remedy(f"missing:{value!r}", "Treat as missing and interpolate"),), tuple(names)
    )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


def _spelt(value: float) -> str:
    return f"{value:.15g}".replace("-", "−", 1) if abs(value) < _HUGE else f"{value:.4g}".replace("e+", "e")


def _sentinels(values: Floats) -> list[float]:
    finite = values[np.isfinite(values)]
    present = [float(one) for one in SENTINELS if _equal(finite, float(one)).any()]
    found = present
    # What lies among the others is a number like them, and then the rest has grown.
    for _ in range(len(present) + 1):
        rest = finite[~np.any([_equal(finite, one) for one in found], axis=0)] if found else finite
        kept = [one for one in found if _is_far(one, rest)]
        if kept == found:
            break
        found = kept
    return found


def _is_far(value: float, rest: Floats) -> bool:
    if not rest.size or abs(value) > _HUGE:
        return abs(value) > _SHORT
    low, high = float(rest.min()), float(rest.max())
    distance = low - value if value < low else value - high if value > high else 0.0
    if value <= -_SHORT and low >= 0:
        return True
    return distance > (high - low) * (0.5 if abs(value) >= 99 and value != 99 else 2.0)


def _equal(values: Floats, sentinel: float) -> NDArray[np.bool_]:
    return np.isclose(values, sentinel, rtol=1e-6, atol=0.0)
