"""What a state keeps: time constants, and the ledger of who wrote it."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.cells import CELLS, Cell
from explorer.errors import UnknownSignalError
from explorer.trace import Trace

Floats = NDArray[np.float64]


def time_constants(trace: Trace, layer: int = 0, direction: str = "forward") -> Floats:
    """How many steps each unit's memory lasts, read from its recorded keep gate::

        τ = −1 / mean_t ln f_t        (LSTM: forget gate f; GRU: update gate z)

    After τ steps at the geometric mean of the gate, 1/e of a memory is left.

    Args:
        trace: the run.
        layer, direction: where.

    Returns:
        (unit,) in steps: 0 where the gate was ever 0, ∞ where it was always 1, NaN where it was held below 0.

    Raises:
        UnknownSignalError: the cell has no such gate (RNN), or the place does not exist.
    """
    cell = _cell_with_memory(trace)
    assert cell.keep_gate is not None
    gate = trace.select(cell.keep_gate, layer, direction).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        decay = -np.log(gate).mean(axis=0)
        return np.where(decay == 0, np.inf, 1 / decay)


@dataclass(frozen=True)
class Ledger:
    """Who wrote a state: ``initial + written.sum(axis=0) + residual`` is the state.

    Attributes:
        written: (time, unit), what each step's writing still contributes; 0 after ``step`` (in the
            reverse direction: before it).
        initial: (unit,), what is left of the initial state.
        residual: (unit,), what rounding leaves over.
    """

    written: Floats
    initial: Floats
    residual: Floats


def ledger(trace: Trace, step: int = -1, layer: int = 0, direction: str = "forward") -> Ledger:
    """Split a state into what each earlier step wrote into it, exactly::

        LSTM  c_T = (Π_s f_s) c_0 + Σ_t (Π_{s>t} f_s) i_t g_t
        GRU   h_T = (Π_s z_s) h_0 + Σ_t (Π_{s>t} z_s) (1−z_t) n_t

    An identity, computed by a reverse cumulative product; where the state itself was clamped it restarts
    from the held value, which that step then counts as having written. It says what was added and what
    survived, not why: the gates and candidates themselves depend on earlier states.

    Args:
        trace: the run.
        step: the position whose state is explained; negative counts from the end of the sequence.
        layer, direction: where.

    Raises:
        UnknownSignalError: the cell has no linearly carried state (RNN), or the place or step does not exist.
    """
    cell = _cell_with_memory(trace)
    assert cell.memory is not None
    state = _in_reading_order(trace.select(cell.memory, layer, direction), direction)
    last = _reading_step(trace, step, direction)
    gates = {
        name: _in_reading_order(trace.select(name, layer, direction), direction).astype(np.float64)
        for name in cell.blocks
    }
    keep, write = cell.carry(SimpleNamespace(**gates))
    _restart_where_held(trace, cell, layer, direction, keep, write, state)
    survives = _survival(keep[: last + 1])
    written = np.zeros(state.shape, dtype=np.float64)
    written[: last + 1] = survives[1:] * write[: last + 1]
    initial = survives[0] * trace.initial(cell.memory, layer, direction)
    residual = state[last] - initial - written.sum(axis=0)
    return Ledger(_in_reading_order(written, direction), initial, residual)


def _survival(keep: Floats) -> Floats:
    """Π_{s>t} keep_s for t = −1, 0, …, T−1: what survives of a state after each step."""
    ones = np.ones((1, keep.shape[1]))
    return np.concatenate([np.cumprod(keep[::-1], axis=0)[::-1], ones])


def _restart_where_held(
    trace: Trace, cell: type[Cell], layer: int, direction: str, keep: Floats, write: Floats, state: NDArray[Any]
) -> None:
    """A held state is written whole by the step that holds it."""
    held = _in_reading_order(_held(trace, str(cell.memory), layer, direction), direction)
    keep[held] = 0.0
    write[held] = state[held]


def _held(trace: Trace, signal: str, layer: int, direction: str) -> NDArray[np.bool_]:
    """Where a clamp held a signal, (time, unit)."""
    held = np.zeros(trace.select(signal, layer, direction).shape, dtype=bool)
    for clamp in trace.clamps:
        if clamp.signal == signal and clamp.layer in (None, layer) and clamp.direction in (None, direction):
            units = slice(None) if clamp.units is None else np.atleast_1d(clamp.units)
            held[clamp.start : clamp.stop, units] = True
    return held


def _reading_step(trace: Trace, step: int, direction: str) -> int:
    if not -len(trace) <= step < len(trace):
        raise UnknownSignalError(f"There is no step {step}: the sequence has {len(trace)}.")
    position = step % len(trace)
    return len(trace) - 1 - position if direction == "reverse" else position


def _in_reading_order(values: NDArray[Any], direction: str) -> NDArray[Any]:
    return values[::-1] if direction == "reverse" else values


def _cell_with_memory(trace: Trace) -> type[Cell]:
    cell = CELLS[trace.kind]
    if cell.memory is None:
        raise UnknownSignalError(
            f"An {cell.title} carries no state linearly, so it has no time constants and no ledger: "
            "use an LSTM or a GRU."
        )
    return cell
