"""The long short-term memory cell, as `torch.nn.LSTM` computes it."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor, tanh
from torch.nn.functional import linear

from explorer.cells.base import HARD, Carry, Cell, Fused, Hold, call_kernel, free, squash


class LSTMGates(NamedTuple):
    """i, f, g, o of one step, each (..., hidden_size)."""

    input: Tensor
    forget: Tensor
    candidate: Tensor
    output: Tensor


class LSTMState(NamedTuple):
    """h (..., proj_size or hidden_size) and c (..., hidden_size)."""

    hidden: Tensor
    cell: Tensor


@dataclass(frozen=True, eq=False)
class LSTMCell(Cell):
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
    blocks: ClassVar[tuple[str, ...]] = LSTMGates._fields
    signals: ClassVar[tuple[str, ...]] = (*LSTMGates._fields, "cell", "hidden")
    state_signals: ClassVar[tuple[str, ...]] = LSTMState._fields
    memory: ClassVar[str | None] = "cell"
    keep_gate: ClassVar[str | None] = "forget"

    @property
    def units(self) -> dict[str, int]:
        return super().units | {"hidden": int(self.weight_hh.shape[1])}

    def weights(self) -> dict[str, Tensor]:
        projection = {} if self.weight_hr is None else {"weight_hr": self.weight_hr}
        return super().weights() | projection

    def state(self, *values: Tensor) -> LSTMState:
        return LSTMState(*values)

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

    @classmethod
    def carry(cls, gates: LSTMGates) -> Carry:
        """c' = f∘c + i∘g."""
        return Carry(gates.forget, gates.input * gates.candidate)

    @property
    def lacks(self) -> str:
        return HARD if self.hard_sigmoid else ""

    def fused(self, x: Tensor, *state: Tensor) -> Fused:
        if not self.has_kernel:
            return super().fused(x, *state)
        return call_kernel(torch.lstm, self, x, *state)
