"""Why is this gate open? Its pre-activation, split exactly."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ShapeError, UnknownSignalError
from explorer.models import DIRECTIONS, Model
from explorer.trace import Trace

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Contributions:
    """The parts of one pre-activation; together they are its `total`.

    Attributes:
        input: (input_size of the layer,), one part a feature.
        recurrent: (units,), one part a source unit of h_{t-1}; with peepholes the unit's own memory counts with it.
        bias: both biases together.
    """

    input: NDArray[Any]
    recurrent: NDArray[Any]
    bias: float

    @property
    def total(self) -> float:
        """The pre-activation."""
        return float(self.input.sum() + self.recurrent.sum() + self.bias)


@checked
def contributions(
    model: Model,
    trace: Trace,
    signal: str,
    step: int,
    unit: int,
    layer: int = 0,
    direction: str = "forward",
) -> Contributions:
    """Split the pre-activation of one gate, at one step, of one unit j::

        a_j = Σ_k W_ih[j,k] x_k + Σ_k W_hh[j,k] h_k + b_ih[j] + b_hh[j]

    For a GRU's new content the recurrent part of unit k is r_j W_hn[j,k] h_k and the bias
    b_in + r_j b_hn (reset after the product), or W_hn[j,k] r_k h_k and b_in + b_hn (before it). Under layer
    normalisation the mean over all rows and the spread of the step are taken as they are: the split is exact for
    this step.

    Args:
        model: the model that made the trace.
        trace: the run.
        signal: a signal with weights (``cell.blocks``).
        step: the position in the input, negative from the end.
        unit: the gate's unit j.
        layer, direction: where.

    Raises:
        UnknownSignalError: no such signal, step, unit, layer or direction, or the step is masked.
        ShapeError: the trace is of another model.
    """
    check_pair(model, trace)
    cell = model.cell(layer, direction)
    if signal not in cell.blocks:
        raise UnknownSignalError(f"{signal!r} has no weights of its own: choose one of {', '.join(cell.blocks)}.")
    if not -len(trace) <= step < len(trace):
        raise UnknownSignalError(f"There is no step {step}: the sequence has {len(trace)}.")
    if not 0 <= unit < cell.hidden_size:
        raise UnknownSignalError(f"There is no unit {unit}: this layer has {cell.hidden_size}.")
    refuse_masked(trace, step)
    row = cell.blocks.index(signal) * cell.hidden_size + unit
    sums = products(model, trace, signal, layer, direction, slice(step % len(trace), step % len(trace) + 1))
    recurrent = sums.gain[0, unit] * sums.weight_hh[row] * sums.source[0]
    if sums.direct.any():
        recurrent[unit] += sums.direct[0, unit]
    bias = sums.in_gain[0, unit] * sums.bias_ih[row] + sums.gain[0, unit] * sums.bias_hh[row] + sums.shift[0, unit]
    return Contributions(sums.in_gain[0, unit] * sums.weight_ih[row] * sums.x[0], recurrent, float(bias))


class Products(NamedTuple):
    """What the pre-activations of one block are made of at some steps (see `explorer.cells.Reads`).

    Attributes:
        x, source: (time, features) and (time, units), what the two matrices read.
        weight_ih, weight_hh, bias_ih, bias_hh: of all rows, with their mean taken off where the cell does so.
        in_gain, gain, shift, direct: (time, hidden_size).
    """

    x: Floats
    source: Floats
    weight_ih: Floats
    weight_hh: Floats
    bias_ih: Floats
    bias_hh: Floats
    in_gain: Floats
    gain: Floats
    shift: Floats
    direct: Floats


def products(model: Model, trace: Trace, signal: str, layer: int, direction: str, steps: slice) -> Products:
    """Everything that the pre-activations of one block are computed from, in float64."""
    cell = model.cell(layer, direction)
    place = (layer, direction)
    now = {name: trace.select(name, *place)[steps].astype(np.float64) for name in trace.signals}
    before = {name: trace.before(name, *place)[steps].astype(np.float64) for name in cell.state_signals}
    x = layer_input(trace, layer)[steps].astype(np.float64)
    reads = cell.reads(signal, SimpleNamespace(**now), SimpleNamespace(**before), x)
    weights = {name: array.astype(np.float64) for name, array in model.weights(*place).items()}
    rows = len(weights["weight_ih"])
    parts = [weights.get(name, np.zeros(rows)) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")]
    if reads.centred:
        parts = [part - part.mean(axis=0) for part in parts]
    wide = [
        np.broadcast_to(value, (len(x), cell.hidden_size))
        for value in (reads.in_gain, reads.gain, reads.shift, reads.direct)
    ]
    return Products(x, np.asarray(reads.source), *parts, *wide)


def refuse_masked(trace: Trace, step: int) -> None:
    """Refuse a step at which nothing was computed.

    Raises:
        UnknownSignalError: the step is masked.
    """
    if not trace.taken[step]:
        raise UnknownSignalError(
            f"Step {step % len(trace)} is masked: the state is held and no gate computed there, choose another step."
        )


def check_pair(model: Model, trace: Trace) -> None:
    """Refuse a trace that another model made, as far as sizes show it.

    Raises:
        ShapeError: the two have different cells, layers, directions, units or inputs.
    """
    layers, sides = model.num_layers, model.num_directions
    units = model.cell().units
    alike = trace.kind == model.kind and trace.inputs.shape[1] == model.input_size
    if not alike or any(trace[name].shape[::3] != (layers, count) for name, count in units.items()) or (
        trace.num_directions != sides
    ):  # fmt: skip
        raise ShapeError(f"This trace is of another model than {model.name[:60]}: record it with this one.")


@checked
def layer_input(trace: Trace, layer: int) -> NDArray[Any]:
    """What a layer read at each step, (time, features): the inputs, or the hidden states of the layer below."""
    if layer == 0:
        return trace.inputs
    below = [trace.select("hidden", layer - 1, direction) for direction in DIRECTIONS[: trace.num_directions]]
    return np.concatenate(below, axis=-1)
