"""Where two runs differ most."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.cells import word
from explorer.errors import ShapeError
from explorer.signals import Signal
from explorer.trace import Trace

CLIP_PERCENTILE = 98.0


@dataclass(frozen=True)
class Difference:
    """One unit's largest difference in one signal.

    Attributes:
        signal, layer, direction, unit: of what.
        step: the column where it is largest.
        first, second: the two values there.
    """

    signal: str
    layer: int
    direction: str
    unit: int
    step: int
    first: float
    second: float

    @property
    def change(self) -> float:
        """The second minus the first."""
        return self.second - self.first


@checked
def comparable(first: Trace, second: Trace) -> bool:
    """Whether two traces have the same signals, layers, directions and units, so that each value has a partner."""
    shapes = [{name: (*one[name].shape[:2], one[name].shape[3]) for name in one.signals} for one in (first, second)]
    return shapes[0] == shapes[1]


@checked
def subtracted(first: Trace, second: Trace, signal: str) -> NDArray[Any]:
    """The second minus the first, (layer, direction, time, unit); NaN in the gaps of an alignment.

    Raises:
        ShapeError: the traces do not have the same cells and the same number of columns.
    """
    if not comparable(first, second) or len(first) != len(second):
        raise ShapeError(
            "The two runs have different cells or lengths, so their units have no partners: compare what they predict."
        )
    return np.asarray(second[signal] - first[signal])


@checked
def scale_end(signal: Signal, *values: NDArray[Any]) -> float:
    """The size that a value of a signal is judged by: its bound, where it keeps it, else the 98th percentile.

    Args:
        signal: its words.
        values: of one run or several; NaN is passed over.
    """
    sizes = np.concatenate([np.zeros(0), *(np.abs(one[np.isfinite(one)]).ravel() for one in values)])
    bound = signal.high
    if not sizes.size or (np.isfinite(bound) and sizes.max() <= bound):
        return bound if np.isfinite(bound) else 1.0
    return float(np.percentile(sizes, CLIP_PERCENTILE)) or 1.0


@checked
def largest_differences(first: Trace, second: Trace, count: int = 10) -> tuple[Difference, ...]:
    """The units that part most, each signal of each unit once, at its own largest difference.

    Differences of the cell state, which has no bounds, are counted in units of its 98th percentile.

    Args:
        first, second: traces of the same cells over the same columns.
        count: how many, the largest first; those that do not differ at all are left out.

    Raises:
        ShapeError: as for `subtracted`.
    """
    found: list[tuple[float, Difference]] = []
    for signal in first.signals:
        size = np.nan_to_num(np.abs(subtracted(first, second, signal)))
        size = size / scale_end(word(first.kind, signal), first[signal], second[signal])
        steps = size.argmax(axis=2)
        largest = size.max(axis=2)
        for layer, way, unit in np.argwhere(largest > 0):
            step = int(steps[layer, way, unit])
            values = (float(one[signal][layer, way, step, unit]) for one in (first, second))
            place = Difference(signal, int(layer), first.directions[way], int(unit), step, *values)
            found.append((float(largest[layer, way, unit]), place))
    found.sort(key=lambda pair: -pair[0])
    return tuple(place for _, place in found[:count])


@checked
def first_parting(first: Trace, second: Trace, tolerance: float = 1e-3) -> int | None:
    """The first column in which any value differs by more than ``tolerance``, or None.

    A gap, where only one of the runs has a step, is no difference of values.
    """
    apart = np.zeros(len(first), dtype=bool)
    for signal in first.signals:
        size = np.nan_to_num(np.abs(subtracted(first, second, signal)))
        apart |= size.max(axis=(0, 1, 3)) > tolerance
    return int(apart.argmax()) if apart.any() else None
