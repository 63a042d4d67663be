"""A long run in few numbers: the least, the greatest and the mean of every unit over equal stretches of time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.trace.trace import Trace

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Overview:
    """What every signal did over stretches of time.

    Attributes:
        edges: (bins + 1,), the positions at which stretches begin; the last is the sequence's length.
        low, high, mean: by signal, (layer, direction, bin, unit).
    """

    edges: NDArray[np.int64]
    low: Mapping[str, Array]
    high: Mapping[str, Array]
    mean: Mapping[str, Array]


class Gathering:
    """An overview as it grows, chunk by chunk in any order.

    Args:
        steps: length of the whole sequence.
        width: steps a stretch.
        shapes: by signal, (layers, directions, units).
    """

    def __init__(self, steps: int, width: int, shapes: Mapping[str, tuple[int, int, int]]) -> None:
        self._steps, self._width = steps, width
        bins = -(-steps // width)
        sizes = {name: (layers, sides, bins, units) for name, (layers, sides, units) in shapes.items()}
        self._low = {name: np.full(size, np.inf, np.float32) for name, size in sizes.items()}
        self._high = {name: np.full(size, -np.inf, np.float32) for name, size in sizes.items()}
        self._sum = {name: np.zeros(size) for name, size in sizes.items()}

    def add(self, trace: Trace, start: int) -> None:
        """Take in a run whose first step is at ``start``."""
        place = start
        while place < start + len(trace):
            number = place // self._width
            stop = min((number + 1) * self._width, start + len(trace))
            for name, low in self._low.items():
                block = trace[name][:, :, place - start : stop - start]
                high, total = self._high[name], self._sum[name]
                np.minimum(low[:, :, number], block.min(axis=2), out=low[:, :, number])
                np.maximum(high[:, :, number], block.max(axis=2), out=high[:, :, number])
                total[:, :, number] += block.sum(axis=2)
            place = stop

    def finish(self) -> Overview:
        """The overview of all that was added."""
        edges = np.append(np.arange(0, self._steps, self._width), self._steps)
        lengths = np.diff(edges)[:, None]
        mean = {name: (total / lengths).astype(np.float32) for name, total in self._sum.items()}
        return Overview(edges, self._low, self._high, mean)
