"""A long run in few numbers: the least, the greatest and the mean of every unit over equal stretches of time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.trace.read_only import ReadOnly
from explorer.trace.trace import Trace

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Overview(ReadOnly):
    """What every signal did over stretches of time.

    Attributes:
        kind: of the cells.
        edges: (bins + 1,), the positions at which stretches begin; the last is the sequence's length.
        low, high, mean: by signal, (layer, direction, bin, unit).
    """

    kind: str
    edges: NDArray[np.int64]
    low: Mapping[str, Array]
    high: Mapping[str, Array]
    mean: Mapping[str, Array]


class Gathering:
    """An overview as it grows, chunk by chunk in any order.

    Args:
        kind: of the cells.
        steps: length of the whole sequence.
        width: steps a stretch.
        shapes: by signal, (layers, directions, units).
    """

    def __init__(self, kind: str, steps: int, width: int, shapes: Mapping[str, tuple[int, int, int]]) -> None:
        self._kind, self._steps, self._width = kind, steps, width
        bins = -(-steps // width)
        sizes = {name: (layers, sides, bins, units) for name, (layers, sides, units) in shapes.items()}
        self._low = {name: np.full(size, np.inf, np.float32) for name, size in sizes.items()}
        self._high = {name: np.full(size, -np.inf, np.float32) for name, size in sizes.items()}
        self._sum = {name: np.zeros(size) for name, size in sizes.items()}
        self._counts = {name: np.zeros(bins, np.int64) for name in sizes}

    def add(self, trace: Trace, start: int) -> None:
        """Take in a run whose first step is at ``start``."""
        place = start
        while place < start + len(trace):
            number = place // self._width
            stop = min((number + 1) * self._width, start + len(trace))
            for name, low in self._low.items():
                block = _computed(trace, name, place - start, stop - start)
                self._counts[name][number] += block.shape[2]
                if not block.shape[2]:
                    continue
                high, total = self._high[name], self._sum[name]
                np.minimum(low[:, :, number], block.min(axis=2), out=low[:, :, number])
                np.maximum(high[:, :, number], block.max(axis=2), out=high[:, :, number])
                total[:, :, number] += block.sum(axis=2)
            place = stop

    def finish(self) -> Overview:
        """The overview of all that was added."""
        edges = np.append(np.arange(0, self._steps, self._width), self._steps)
        mean = {}
        for name, total in self._sum.items():
            counts = self._counts[name][:, None]
            mean[name] = (total / np.maximum(counts, 1)).astype(np.float32)
            for values in (self._low[name], self._high[name], mean[name]):
                values[:, :, counts[:, 0] == 0] = np.nan
        return Overview(self._kind, edges, self._low, self._high, mean)


def _computed(trace: Trace, signal: str, start: int, stop: int) -> Array:
    """A stretch of a signal without the masked steps, at which no gate is computed."""
    block = trace[signal][:, :, start:stop]
    if trace.masked is None or signal in trace.states:
        return block
    return block[:, :, ~trace.masked[start:stop]]
