"""What turns hidden states into predictions."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor
from torch.nn.functional import linear


@dataclass(frozen=True, eq=False)
class Head:
    """A linear readout of the last layer's hidden state::

        output = (W h + b) * scale + offset

    Called on a hidden state of every step it answers at every step. Where it reads the ends, h is
    ``cat(h_n[-2], h_n[-1])``: the forward direction's last step and the reverse direction's first, so the
    sequence as a whole has one answer, and a step's answer is that of the prefix which ends there.

    Args:
        weight: (outputs, features).
        bias: (outputs,), or None.
        labels: a name for each output.
        gives: ``"class"`` (logits: a softmax over the outputs is the prediction) or ``"value"``. A single output is
            always a value: a softmax over it would be 1 whatever the network says.
        offset, scale: back to the data's own units.
        reads: ``"step"``: the hidden state of each step; ``"ends"``: the final state of each direction.
    """

    weight: Tensor
    bias: Tensor | None = None
    labels: tuple[str, ...] = ()
    gives: Literal["class", "value"] = "class"
    offset: float = 0.0
    scale: float = 1.0
    reads: Literal["step", "ends"] = "step"

    def __post_init__(self) -> None:
        if len(self.weight) == 1:
            object.__setattr__(self, "gives", "value")

    def __call__(self, hidden: Tensor) -> Tensor:
        """(time, features) → (time, outputs)."""
        with torch.no_grad():
            return linear(hidden, self.weight, self.bias) * self.scale + self.offset
