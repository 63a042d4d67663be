"""How answers say numbers: ranges to choose among, small shares, a step with what stands there."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.measures import predictions
from explorer.models import Model
from explorer.trace import Trace

NONE = "none"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def within(value: float, bounds: Sequence[float]) -> str:
    """The range that a value lies in: ``"Below 0.05"``, ``"0.05 to 0.2"``, ``"Above 0.2"``."""
    if not value >= bounds[0]:
        return f"Below {_plain(bounds[0])}"
    for low, high in pairwise(bounds):
        if value < high:
            return f"{_plain(low)} to {_plain(high)}"
    return f"Above {_plain(bounds[-1])}"


def _plain(bound: float) -> str:
    return f"{bound:.10f}".rstrip("0").rstrip(".")


def number(value: float) -> str:
    """Three digits, and a power of ten where it is very small: ``"0.0123"``, ``"5 × 10⁻²¹"``."""
    if not 0 < abs(value) < 1e-4:
        return f"{value:.3g}".replace("-", "−")
    digit, power = f"{value:.0e}".split("e")
    return f"{digit} × 10{str(int(power)).translate(_RAISED)}".replace("-", "−")


def yes(true: bool) -> str:
    """``"Yes"`` or ``"No"``."""
    return "Yes" if true else "No"


def place(trace: Trace, step: int) -> str:
    """A step as pages count it, with its token: ``"2 ‘(’"``."""
    return f"{step + 1} ‘{trace.labels[step]}’"


def labels(model: Model, trace: Trace) -> list[str]:
    """What the model says after each step; "" for a class without a name."""
    found = predictions(model, trace)
    return [] if found is None else [one.label for one in found]


def changes(trace: Trace, before: Sequence[str], after: Sequence[str]) -> tuple[int, str]:
    """How many answers differ, and the first: ``"3 ‘x’: ) → none"``."""
    other = [step for step, (one, two) in enumerate(zip(before, after, strict=True)) if one != two]
    if not other:
        return 0, NONE
    first = other[0]
    return len(other), f"{place(trace, first)}: {before[first] or NONE} → {after[first] or NONE}"


def largest(values: NDArray[Any]) -> float:
    """The largest size of any value; 0 of none."""
    return float(np.nanmax(np.abs(values))) if values.size else 0.0
