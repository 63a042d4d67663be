"""How much of the time a gate is shut or open."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.cells import word
from explorer.errors import UnknownSignalError
from explorer.trace import Trace

SHUT, OPEN = 0.1, 0.9


@checked
def saturation(trace: Trace, signal: str, layer: int = 0, direction: str = "forward") -> NDArray[np.float64]:
    """The share of steps at which each unit's gate is shut (< 0.1) and open (> 0.9); masked steps do not count.

    Args:
        trace: the run.
        signal: a gate: input, forget, output, reset or update.
        layer, direction: where.

    Returns:
        (unit, 2): columns shut and open, each in [0, 1], together at most 1.

    Raises:
        UnknownSignalError: no such signal or place, or the signal is no gate.

    Source: Karpathy, Johnson & Fei-Fei 2015, arXiv 1506.02078, figure 3.
    """
    values: NDArray[Any] = trace.select(signal, layer, direction)[trace.taken]
    if word(trace.kind, signal).role != "gate":
        raise UnknownSignalError(f"{signal!r} is no gate: saturation is defined for values between 0 and 1.")
    if not len(values):
        return np.zeros((values.shape[1], 2))
    return np.stack([(values < SHUT).mean(axis=0), (values > OPEN).mean(axis=0)], axis=1)
