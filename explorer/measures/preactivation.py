"""What a gate is squashed from, at every step."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import UnknownSignalError
from explorer.measures.contributions import check_pair, products
from explorer.models import Model
from explorer.trace import Trace

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Preactivation:
    """The parts of a gate's pre-activation, each (time, unit); ``total`` is their sum::

        a = W_ih x + b_ih + gain ∘ (W_hh source + b_hh) + direct

    where source is h_{t-1} and gain is 1, but for what the cell declares (`explorer.cells.Reads`): in a GRU's new
    content gain is r (reset after the product), or source is r∘h_{t-1} (before it).

    Attributes:
        input: W_ih x, as it reaches the sum; NaN at masked steps, where nothing was computed.
        past: W_hh source, before the gain.
        bias_ih: the input's bias, and what stands beside both products; 0 where there is none.
        bias_hh: the past's bias, before the gain; 0 where there is none.
        gain: what the past and its bias are multiplied by.
        direct: what the unit's own memory adds past the matrices; 0 without peepholes.
    """

    input: Floats
    past: Floats
    bias_ih: Floats
    bias_hh: Floats
    gain: Floats
    direct: Floats

    @property
    def recurrent(self) -> Floats:
        """What the past contributes."""
        return self.gain * self.past + self.direct

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
        signal: a signal with weights (``cell.blocks``).
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
    rows = cell.blocks.index(signal) * cell.hidden_size + chosen
    sums = products(model, trace, signal, layer, direction, steps)
    entered = sums.in_gain[:, chosen] * (sums.x @ sums.weight_ih[rows].T)
    entered[~trace.taken[steps]] = np.nan
    past = sums.source @ sums.weight_hh[rows].T
    return Preactivation(
        entered,
        past,
        sums.in_gain[:, chosen] * sums.bias_ih[rows] + sums.shift[:, chosen],
        np.broadcast_to(sums.bias_hh[rows], past.shape).copy(),
        sums.gain[:, chosen],
        sums.direct[:, chosen],
    )
