"""What a state keeps: time constants, and the ledger of who wrote it."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from explorer.arguments import checked
from explorer.cells import CELLS, Carry, Cell
from explorer.errors import UnknownSignalError
from explorer.measures.weights import gate_bias
from explorer.models import Model
from explorer.trace import Trace

Floats = NDArray[np.float64]


@checked
def time_constants(trace: Trace, layer: int = 0, direction: str = "forward") -> Floats:
    """How many steps each unit's memory lasts, read from what each recorded step kept of it::

        τ = −1 / mean_t ln k_t        (LSTM: k = f; GRU: k = z; where a gate f renews: k = 1 − f)

    After τ steps at the geometric mean of k, 1/e of a memory is left. The mean is over the steps that were
    taken; masked ones keep everything and are passed over.

    Args:
        trace: the run.
        layer, direction: where.

    Returns:
        (unit,) in steps: 0 where nothing was ever kept, ∞ where all always was, NaN where k was held below 0 or no
        step was taken.

    Raises:
        UnknownSignalError: the cell carries no state linearly (RNN), or the place does not exist.
    """
    keep = _carry(trace, layer, direction).keep[trace.taken]
    if not len(keep):
        return np.full(keep.shape[1], np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        decay = -np.log(keep).mean(axis=0)
        return np.where(decay == 0, np.inf, 1 / decay)


@checked
def bias_time_constants(model: Model, layer: int = 0, direction: str = "forward") -> Floats:
    """How many steps each unit's memory would last if its gates saw nothing but their biases::

        τ = −1 / ln σ(b),   b = b_ih + b_hh of the keep gate; −b where the gate at 1 renews

    with the hard sigmoid in place of σ where the model's gates have one. Of a cell that keeps otherwise, −1 / ln k of
    the k that its `Cell.carry` makes of such gates.

    Args:
        model: one whose cell carries a memory.
        layer, direction: where.

    Returns:
        (unit,) in steps; without biases σ(0) = ½, τ = 1.44.

    Raises:
        UnknownSignalError: the cell carries no state linearly (RNN), or the place does not exist.
    """
    cell = model.cell(layer, direction)
    if cell.memory is None:
        raise _carries_nothing(cell.title)
    if cell.keep_gate is None or not cell.keeps_by_gate():
        return _lasting(_at_rest(cell))
    bias = cell.keep_sign() * gate_bias(model, cell.keep_gate, layer, direction)
    return implied_time_constant(bias, gate_slope(cell))


def _at_rest(cell: Cell) -> Floats:
    """What a step keeps where nothing comes in and nothing was before, (unit,)."""
    slope, resting = gate_slope(cell), cell.resting().numpy().reshape(len(cell.blocks), -1)
    signals: dict[str, Any] = dict.fromkeys(cell.signals, np.zeros(cell.hidden_size))
    for name, a in zip(cell.blocks, resting, strict=True):
        squashed = np.clip(slope * a + 0.5, 0, 1) if slope else 1 / (1 + np.exp(-a))
        signals[name] = squashed if cell.word(name).role == "gate" else np.tanh(a)
    return np.broadcast_to(cell.carry(SimpleNamespace(**signals)).keep, cell.hidden_size)


def _lasting(keep: Floats) -> Floats:
    """−1 / ln keep, in steps."""
    with np.errstate(divide="ignore", invalid="ignore"):
        decay = -np.log(keep)
        return np.where(decay == 0, np.inf, 1 / decay)


@checked
def gate_slope(cell: Cell) -> float:
    """The slope of the hard sigmoid that squashes a cell's gates; 0 where it is the logistic σ."""
    return float(getattr(cell, "hard_sigmoid", 0.0))


@checked
def implied_time_constant(bias: ArrayLike, slope: float = 0.0) -> Floats:
    """How many steps a keep gate that always stood at σ(b) would keep, τ = −1 / ln σ(b).

    Args:
        bias: b, of any shape.
        slope: of a hard sigmoid in place of σ, as `gate_slope` gives it.

    Returns:
        In steps, in the bias's shape; ∞ where 1 − σ(b) is below every float; 0 where a hard sigmoid is shut.
    """
    if slope:
        gate = np.clip(slope * np.asarray(bias, dtype=np.float64) + 0.5, 0.0, 1.0)
        with np.errstate(divide="ignore"):
            return np.where(gate == 1, np.inf, -1 / np.where(gate == 1, -1.0, np.log(gate)))
    # −ln σ(b) = ln(1 + e^−b), which keeps its digits where σ(b) rounds to 1.
    with np.errstate(divide="ignore"):
        return np.asarray(1 / np.logaddexp(0.0, -np.asarray(bias, dtype=np.float64)))


@dataclass(frozen=True)
class Ledger:
    """Who wrote a state: ``initial + written.sum(axis=0) + residual`` is the state.

    Attributes:
        written: (time, unit), what each step's writing still contributes; 0 after ``step`` (in the
            reverse direction: before it).
        initial: (unit,), what is left of the initial state.
        residual: (unit,), what rounding leaves over.
        survives: (time, unit), the share of a step's writing that is left; 0 after ``step`` likewise.
        half_life: (unit,), so many steps ago a writing has lost half of itself by now, the gate of a step
            taken as even through the step; ∞ where even the initial state has more than half left.
    """

    written: Floats
    initial: Floats
    residual: Floats
    survives: Floats
    half_life: Floats


@checked
def ledger(trace: Trace, step: int = -1, layer: int = 0, direction: str = "forward") -> Ledger:
    """Split a state into what each earlier step wrote into it, exactly::

        LSTM  c_T = (Π_s f_s) c_0 + Σ_t (Π_{s>t} f_s) i_t g_t
        GRU   h_T = (Π_s z_s) h_0 + Σ_t (Π_{s>t} z_s) (1−z_t) n_t

    An identity, computed by a reverse cumulative product; where the state itself was clamped it restarts
    from the held value, which that step then counts as having written. It says what was added and what
    survived, not why: the gates and candidates themselves depend on earlier states. A masked step keeps all and
    writes nothing.

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
    keep, write = (_in_reading_order(part, direction).copy() for part in _carry(trace, layer, direction))
    _restart_where_held(trace, cell, layer, direction, keep, write, state)
    left = _survival(keep[: last + 1])
    survives, written = np.zeros((2, *state.shape))
    survives[: last + 1] = left[1:]
    written[: last + 1] = left[1:] * write[: last + 1]
    initial = left[0] * trace.initial(cell.memory, layer, direction)
    return Ledger(
        written=_in_reading_order(written, direction),
        initial=initial,
        residual=state[last] - initial - written.sum(axis=0),
        survives=_in_reading_order(survives, direction),
        half_life=_half_life(np.abs(left[::-1])),
    )


def _half_life(left: Floats) -> Floats:
    """The lag at which the share left, (lag, unit) from 1 down, passes ½."""
    below = left < 0.5
    after = below.argmax(axis=0)
    units = np.arange(left.shape[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        before, past = np.log2(left[after - 1, units]), np.log2(left[after, units])
        lag = after - 1 + (before + 1) / (before - past)
    return np.where(below.any(axis=0), lag, np.inf)


def _survival(keep: Floats) -> Floats:
    """Π_{s>t} keep_s for t = −1, 0, …, T−1: what survives of a state after each step."""
    ones = np.ones((1, keep.shape[1]))
    return np.concatenate([np.cumprod(keep[::-1], axis=0)[::-1], ones])


def _restart_where_held(
    trace: Trace, cell: type[Cell], layer: int, direction: str, keep: Floats, write: Floats, state: NDArray[Any]
) -> None:
    """A held state is written whole by the step that holds it."""
    clamped = _held(trace, str(cell.memory), layer, direction) & trace.taken[:, None]
    held = _in_reading_order(clamped, direction)
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


def _carry(trace: Trace, layer: int, direction: str) -> Carry:
    """What each step kept and wrote, (time, unit); a masked step keeps all and writes nothing."""
    cell = _cell_with_memory(trace)
    gates = {name: trace.select(name, layer, direction).astype(np.float64) for name in trace.signals}
    shape = trace.select(str(cell.memory), layer, direction).shape
    keep, write = (np.broadcast_to(part, shape).copy() for part in cell.carry(SimpleNamespace(**gates)))
    keep[~trace.taken], write[~trace.taken] = 1.0, 0.0
    return Carry(keep, write)


def _cell_with_memory(trace: Trace) -> type[Cell]:
    cell = CELLS[trace.kind]
    if cell.memory is None:
        raise _carries_nothing(cell.title)
    return cell


def _carries_nothing(title: str) -> UnknownSignalError:
    return UnknownSignalError(
        f"The {title} carries no state linearly, so it has no time constants and no ledger: use an LSTM or a GRU."
    )
