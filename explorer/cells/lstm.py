"""The long short-term memory cell, as `torch.nn.LSTM` computes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import linear

from explorer.cells.base import Fused, Hold, free
from explorer.cells.declared import AnyLine, Block, Line, Projection, now, on_the_way
from explorer.cells.declared import tanh as squashed
from explorer.cells.kernels import HARD, call_kernel, squash, tanh
from explorer.cells.long_short_term import CELL, LongShortTermCell, LSTMGates, LSTMState

SHOWN = on_the_way(
    "shown", "m", "Before the projection", "This unit's share: W_hr turns all of these into the hidden state.",
)  # fmt: skip

_CODE = '''
def layer(x, state, weight_ih, weight_hh, bias_ih=0, bias_hh=0, weight_hr=None):
    """An LSTM whose gates have a hard sigmoid, which torch.nn lacks."""
    h, c = state
    states = []
    for projected in x @ weight_ih.T + bias_ih:
        i, f, g, o = (projected + weight_hh @ h + bias_hh).chunk(4)
        c = squash(f) * c + squash(i) * torch.tanh(g)
        h = squash(o) * torch.tanh(c)
        h = h if weight_hr is None else weight_hr @ h
        states.append(h)
    return torch.stack(states), (h, c)
'''


@dataclass(frozen=True, eq=False)
class LSTMCell(LongShortTermCell):
    """The LSTM, with an optional projection of its hidden state::

        i = σ(W_ii x + b_ii + W_hi h + b_hi)     f = σ(W_if x + b_if + W_hf h + b_hf)
        g = tanh(W_ig x + b_ig + W_hg h + b_hg)  o = σ(W_io x + b_io + W_ho h + b_ho)
        c' = f∘c + i∘g                           h' = o∘tanh(c'),  with a projection W_hr (o∘tanh(c'))

    Row blocks of the weights: i, f, g, o.

    Args:
        weight_hr: (proj_size, hidden_size), or None.
        hard_sigmoid: 0 for the logistic σ; else the slope of the gates' hard sigmoid, σ(x) = clip(slope·x + ½, 0, 1),
            which PyTorch's kernel lacks: 0.2 as in Keras 2 and ONNX, 1/6 as in Keras 3 and ``torch.nn.Hardsigmoid``.

    Source: Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000; ``torch.nn.LSTM``.
    """

    weight_hr: Tensor | None = None
    hard_sigmoid: float = 0.0

    kind: ClassVar[str] = "lstm"
    title: ClassVar[str] = "LSTM"
    keep_bias: ClassVar[float | None] = 1.0
    modules: ClassVar[tuple[type[torch.nn.Module], ...]] = (torch.nn.LSTM, torch.nn.LSTMCell)
    keras: ClassVar[str] = "LSTM"
    parts: ClassVar[Mapping[str, str]] = {"weight_hr": "projection"}
    orders: ClassVar[Mapping[str, str]] = {
        "ifgo": "PyTorch, Keras", "igfo": "TensorFlow", "iofg": "ONNX", "ifog": "", "figo": "", "fiog": "",
    }  # fmt: skip
    doubtful: ClassVar[Mapping[str, str]] = {
        "z": "i, f, z, o are an LSTM's gates and an sLSTM's, of which i and f are exponential",
    }

    @classmethod
    def shapes(cls, input_size: int, hidden_size: int, units: int, bias: bool = True) -> dict[str, tuple[int, ...]]:
        projection = {"weight_hr": (units, hidden_size)} if units != hidden_size else {}
        return super().shapes(input_size, hidden_size, units, bias) | projection

    @property
    def units(self) -> dict[str, int]:
        return super().units | {"hidden": int(self.weight_hh.shape[1])}

    def gates(self, projected: Tensor, state: LSTMState, hold: Hold = free) -> LSTMGates:
        a = linear(state.hidden, self.weight_hh, self.bias_hh).add_(projected)
        i, f, g, o = a.chunk(4, dim=-1)
        slope = self.hard_sigmoid
        kept = hold("forget", squash(f, slope))  # first, so that an input gate coupled to it can follow
        opened = hold("input", squash(i, slope))
        return LSTMGates(opened, kept, hold("candidate", tanh(g)), hold("output", squash(o, slope)))

    def update(self, gates: LSTMGates, state: LSTMState, hold: Hold = free) -> LSTMState:
        i, f, g, o = gates
        c = hold("cell", f * state.cell + i * g)
        h = o * tanh(c)
        if self.weight_hr is not None:
            h = linear(h, self.weight_hr)
        return LSTMState(hold("hidden", h), c)

    @property
    def lines(self) -> tuple[AnyLine, ...]:
        gates = Block("forget"), Block("input"), Block("candidate", "tanh"), Block("output"), CELL
        shown = now("output") * squashed(now("cell"))
        if self.weight_hr is None:
            return *gates, Line("hidden", shown)
        return *gates, Line("shown", shown, SHOWN), Projection("hidden", "shown", "weight_hr", "W_{hr}")

    @property
    def lacks(self) -> str:
        return HARD if self.hard_sigmoid else ""

    @property
    def code(self) -> str:
        return _CODE

    def fused(self, x: Tensor, *state: Tensor) -> Fused:
        if not self.has_kernel:
            return super().fused(x, *state)
        return call_kernel(torch.lstm, self, x, *state)
