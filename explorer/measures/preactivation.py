"""What a gate is squashed from, at every step."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import UnknownSignalError
from explorer.measures.contributions import check_pair, layer_input
from explorer.models import Model
from explorer.trace import Trace

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Preactivation:
    """The parts of a gate's pre-activation, each (time, unit); ``total`` is their sum::

        a = W_ih x + b_ih + gain ∘ (W_hh source + b_hh)

    where source is h_{t-1} and gain is 1, but for a GRU's new content: gain is r (reset after the
    product), or source is r∘h_{t-1} (before it).

    Attributes:
        input: W_ih x; NaN at masked steps, where nothing was computed.
        past: W_hh source, before the gain.
        bias_ih, bias_hh: the two biases, 0 where there are none.
        gain: what the past and its bias are multiplied by.
    """

    input: Floats
    past: Floats
    bias_ih: Floats
    bias_hh: Floats
    gain: Floats

    @property
    def recurrent(self) -> Floats:
        """What the past contributes."""
        return self.gain * self.past

    @property
    def bias(self) -> Floats:
        """What the biases contribute."""
        return self.bias_ih + self.gain * self.bias_hh

    @property
    def total(self) -> Floats:
        """The pre-activation."""
        return self.input + self.recurrent + self.bias


@checked
def preactivation(
    model: Model,
    trace: Trace,
    signal: str,
    units: Sequence[int] | None = None,
    layer: int = 0,
    direction: str = "forward",
    steps: slice = slice(None),
) -> Preactivation:
    """Split one gate's pre-activation into input, recurrent and bias part, for many steps and units at once.

    Args:
        model: the model that made the trace.
        trace: the run.
        signal: a signal with weights: LSTM input, forget, candidate, output; GRU reset, update, new;
            RNN hidden.
        units: which, None for all.
        layer, direction: where.
        steps: which positions in the input.

    Raises:
        UnknownSignalError: no such signal, unit, layer or direction.
        ShapeError: the trace is of another model.
    """
    check_pair(model, trace)
    cell = model.cell(layer, direction)
    if signal not in cell.blocks:
        raise UnknownSignalError(f"{signal!r} has no weights of its own: choose one of {', '.join(cell.blocks)}.")
    chosen = np.arange(cell.hidden_size) if units is None else np.asarray(units, dtype=np.intp)
    if chosen.size and not 0 <= chosen.min() <= chosen.max() < cell.hidden_size:
        raise UnknownSignalError(f"There is no unit {chosen.max()}: this layer has {cell.hidden_size}.")
    weights = model.weights(layer, direction)
    rows = cell.blocks.index(signal) * cell.hidden_size + chosen
    part = {name: weights[name][rows].astype(np.float64) for name in ("weight_ih", "weight_hh")}
    gates = {name: trace.select(name, layer, direction)[steps].astype(np.float64) for name in cell.blocks}
    before = trace.before("hidden", layer, direction)[steps].astype(np.float64)
    reads = cell.reads(signal, SimpleNamespace(**gates), before)
    entered = layer_input(trace, layer)[steps].astype(np.float64) @ part["weight_ih"].T
    entered[~trace.taken[steps]] = np.nan
    gain = np.broadcast_to(reads.gain, (len(entered), cell.hidden_size))[:, chosen]
    bias_ih, bias_hh = (
        np.broadcast_to(weights[name][rows] if name in weights else 0.0, entered.shape).astype(np.float64)
        for name in ("bias_ih", "bias_hh")
    )
    return Preactivation(entered, reads.source @ part["weight_hh"].T, bias_ih, bias_hh, gain.astype(np.float64))
