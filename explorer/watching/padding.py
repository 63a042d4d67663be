"""What padding would have done: the same sequence with rows of padding behind it, as an unpacked batch has them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.cells import CELLS
from explorer.errors import ShapeError
from explorer.fitting import said
from explorer.trace import Trace, record
from explorer.watching.call import Call

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Padded:
    """A sequence beside itself with padding behind it.

    Attributes:
        trace: the true steps alone, as they were recorded.
        padded: true steps and padding, run as if nothing told them apart.
        length: the true steps.
        changed: for each state, the largest |difference| over units at each true step, (layer, direction, time).
        last: for each state, the largest |difference| of the last state, (layer, direction): what reading ``h_n`` of
            an unpacked batch gives instead.
    """

    trace: Trace
    padded: Trace
    length: int
    changed: dict[str, Array]
    last: dict[str, Array]

    @property
    def sentence(self) -> str:
        """What padding changed, in words."""
        extra = len(self.padded) - self.length
        if not extra:
            return "This is the longest sequence of its batch: nothing would be padded."
        last = max(float(values.max()) for values in self.last.values())
        true = max(float(values.max()) for values in self.changed.values())
        reverse = (
            f"The direction that reads from the end meets the padding first: its true steps change by up to {true:.2g}."
            if self.trace.num_directions == 2
            else "No true step changes, for padding comes after it."
        )
        return f"With {extra:,} steps of padding the last states differ by up to {last:.2g}. {reverse}"


@checked
def as_if_padded(call: Call, place: int, steps: int | None = None, value: float = 0.0) -> Padded:
    """Run a sequence with padding behind it, and say how much that changes each state.

    Args:
        call: of a watched module.
        place: which of its sequences.
        steps: how long it is with the padding; by default as the longest of the call.
        value: what a padded row holds in every input, 0 as `torch.nn.utils.rnn.pad_sequence` fills it.

    Raises:
        ShapeError: fewer steps than the sequence has.
    """
    trace = call[place]
    steps = max(call.lengths) if steps is None else steps
    extra = steps - len(trace)
    if extra < 0:
        raise ShapeError(f"steps is {said(steps)}, but the sequence has {len(trace):,}: give at least as many.")
    padding = np.full((extra, trace.inputs.shape[1]), value, trace.inputs.dtype)
    x, labels = np.concatenate([trace.inputs, padding]), (*trace.labels, *["pad"] * extra)
    starts = CELLS[trace.kind].starts()
    padded = record(call.model, x, labels, **{name: getattr(trace, name) for name in starts})
    changed, last = {}, {}
    for start, signal in starts.items():
        apart = np.abs(padded[signal][:, :, : len(trace)] - trace[signal]).max(axis=-1)
        end = start.replace("0", "n")
        ends = np.abs(getattr(padded, end) - getattr(trace, end)).max(axis=-1)
        changed[signal], last[signal] = apart, ends.reshape(trace.num_layers, trace.num_directions)
    return Padded(trace, padded, len(trace), changed, last)
