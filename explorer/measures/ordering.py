"""Which units to show first, and in which order."""

from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.cells import CELLS, Cell
from explorer.errors import UnknownSignalError
from explorer.fitting import said
from explorer.measures.alike import MOST_UNITS, alike
from explorer.measures.memory import time_constants
from explorer.trace import Trace

Order = Literal["index", "movement", "spread", "openness", "constant", "alike"]
_BY_ITSELF = ("index", "constant", "alike")
"""Orders that similar units are not moved out of."""
ORDERS: dict[Order, str] = {
    "movement": "how much the {gate} moves",
    "spread": "spread of the {memory}",
    "openness": "mean of the {gate}",
    "constant": "time constant",
    "alike": "likeness of the {memory}",
    "index": "unit number",
}


@checked
def leading_signal(kind: str) -> str:
    """The signal that tells most about a unit: its keep gate, else its hidden state."""
    return _cell(kind).leading()


@checked
def memory_signal(kind: str) -> str:
    """The state that a cell remembers in."""
    return _cell(kind).memory or "hidden"


@checked
def rank_units(trace: Trace, by: Order = "movement", layer: int = 0, direction: str = "forward") -> NDArray[np.intp]:
    """Units from the most to the least telling, over the steps that were taken.

    Args:
        trace: the run.
        by: ``"movement"``, the mean |change| of the keep gate from step to step; ``"spread"``, the
            standard deviation of the memory; ``"openness"``, the mean of the keep gate; ``"constant"``, the time
            constant, the longest first (an RNN, which has none, by index); ``"alike"``, as the leaves of the tree of
            how their memories go together (`alike`); ``"index"``.
        layer, direction: where.

    Returns:
        (unit,) indices; equal units in the order of their index.

    Raises:
        UnknownSignalError: there is no such order or place.
    """
    gate = _taken(trace, leading_signal(trace.kind), layer, direction)
    if by == "index" or (by == "constant" and CELLS[trace.kind].memory is None) or not len(gate):
        return np.arange(gate.shape[1])
    if by == "alike":
        return _leaves(_taken(trace, memory_signal(trace.kind), layer, direction))
    if by == "movement":
        score = np.abs(np.diff(gate, axis=0)).mean(axis=0) if len(gate) > 1 else np.zeros(gate.shape[1])
    elif by == "openness":
        score = gate.mean(axis=0)
    elif by == "constant":
        score = time_constants(trace, layer, direction)
        score = np.where(np.isnan(score), -1.0, score)
    elif by == "spread":
        score = _taken(trace, memory_signal(trace.kind), layer, direction).std(axis=0)
    else:
        raise UnknownSignalError(f"There is no order {by!r}: choose one of {', '.join(get_args(Order))}.")
    return np.argsort(-score, kind="stable")


@checked
def choose_units(
    trace: Trace,
    count: int | None = None,
    by: Order = "movement",
    similar: bool = True,
    layer: int = 0,
    direction: str = "forward",
) -> tuple[int, ...]:
    """The ``count`` leading units (None: all), similar ones side by side if asked.

    Similar means a high correlation of the keep gate over time; the chain starts at the unit ranked
    first and always goes on to the nearest one left.
    """
    ranked = rank_units(trace, by, layer, direction)[:count]
    if not similar or by in _BY_ITSELF or len(ranked) < 3:
        return tuple(int(unit) for unit in ranked)
    gate = _taken(trace, leading_signal(trace.kind), layer, direction)[:, ranked]
    return tuple(int(ranked[place]) for place in _chain(_likeness(gate)))


def _taken(trace: Trace, signal: str, layer: int, direction: str) -> NDArray[np.float64]:
    """A signal at the steps that were taken, (step, unit)."""
    return np.asarray(trace.select(signal, layer, direction)[trace.taken], dtype=np.float64)


def _leaves(memory: NDArray[np.float64]) -> NDArray[np.intp]:
    """Units as the leaves of their tree; by index where there is nothing to compare, or too many."""
    if len(memory) < 2 or memory.shape[1] > MOST_UNITS:
        return np.arange(memory.shape[1])
    return np.array(alike(memory).order, dtype=np.intp)


def _cell(kind: str) -> type[Cell]:
    if kind not in CELLS:
        raise UnknownSignalError(f"There is no cell called {said(kind)}: choose one of {', '.join(CELLS)}.")
    return CELLS[kind]


def _likeness(values: NDArray[Any]) -> NDArray[np.float64]:
    """Correlations (unit, unit); a unit that never moves is like none."""
    centred = values - (values.mean(axis=0) if len(values) else 0.0)
    norms = np.linalg.norm(centred, axis=0)
    norms[norms == 0] = 1.0
    return np.asarray((centred / norms).T @ (centred / norms))


def _chain(likeness: NDArray[np.float64]) -> list[int]:
    left = list(range(1, len(likeness)))
    chain = [0]
    while left:
        nearest = max(left, key=lambda place: likeness[chain[-1], place])
        left.remove(nearest)
        chain.append(nearest)
    return chain
