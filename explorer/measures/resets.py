"""What if it forgot? What a run whose state was reset every so many steps changes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.measures.ordering import memory_signal
from explorer.measures.predictions import probabilities
from explorer.models import Model
from explorer.trace import Trace

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Changes:
    """What another run of the same sequence changes, step by step.

    Attributes:
        state: (time,), ‖s' − s‖ / ‖s‖ of the memory of one layer and direction; 0 where nothing moved.
        answer: (time,), for classes half the sum of |p' − p|, the share of the probability that moved, in
            [0, 1]; for values |y' − y| in the data's own units; None without a head.
        other: (time,), whether another class is the likeliest; for values never.
    """

    state: Floats
    answer: Floats | None
    other: NDArray[np.bool_]


@checked
def changes(model: Model, before: Trace, after: Trace, layer: int = 0, direction: str = "forward") -> Changes:
    """Compare two runs of one model over one sequence."""
    signal = memory_signal(before.kind)
    one, two = (run.select(signal, layer, direction).astype(np.float64) for run in (before, after))
    size, moved = np.linalg.norm(one, axis=1), np.linalg.norm(two - one, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        state = np.where(moved > 0, moved / size, 0.0)
    never = np.zeros(len(before), dtype=bool)
    if model.head is None or before.output is None or after.output is None:
        return Changes(state, None, never)
    if model.head.gives == "value":
        return Changes(state, np.abs(after.output - before.output).astype(np.float64).max(axis=1), never)
    shares = probabilities(before), probabilities(after)
    other = shares[0].argmax(axis=1) != shares[1].argmax(axis=1)
    return Changes(state, np.abs(shares[1] - shares[0]).sum(axis=1) / 2, other)
