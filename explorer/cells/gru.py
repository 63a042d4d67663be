"""The gated recurrent unit, as `torch.nn.GRU` computes it and as it was first published."""

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor, tanh
from torch.nn.functional import linear

from explorer.cells.base import HARD, Carry, Cell, Fused, Hidden, Hold, Reads, call_kernel, free, squash


class GRUGates(NamedTuple):
    """r, z, n of one step, each (..., hidden_size)."""

    reset: Tensor
    update: Tensor
    new: Tensor


@dataclass(frozen=True, eq=False)
class GRUCell(Cell):
    """The GRU, with PyTorch's meaning of z (1 keeps)::

        r = σ(W_ir x + b_ir + W_hr h + b_hr)          z = σ(W_iz x + b_iz + W_hz h + b_hz)
        n = tanh(W_in x + b_in + r∘(W_hn h + b_hn))   h' = (1−z)∘n + z∘h

    Row blocks of the weights: r, z, n.

    Args:
        hard_sigmoid: 0 for the logistic σ; else the slope of the gates' hard sigmoid, σ(x) = clip(slope·x + ½, 0, 1),
            which PyTorch's kernel lacks: 0.2 as in Keras 2 and ONNX, 1/6 as in Keras 3 and ``torch.nn.Hardsigmoid``.
        reset_after: True resets after the matrix product, as above and as PyTorch does; False before
            it, n = tanh(W_in x + b_in + W_hn (r∘h) + b_hn). A different function, which PyTorch lacks.

    Source: Cho et al. 2014 (reset before the product, z the other way round); ``torch.nn.GRU``.

    Note:
        h' is computed exactly as written: with n + z∘(h−n), z = 1 would not keep h bit for bit.
    """

    reset_after: bool = True
    hard_sigmoid: float = 0.0

    kind: ClassVar[str] = "gru"
    title: ClassVar[str] = "GRU"
    blocks: ClassVar[tuple[str, ...]] = GRUGates._fields
    signals: ClassVar[tuple[str, ...]] = (*GRUGates._fields, "hidden")
    state_signals: ClassVar[tuple[str, ...]] = ("hidden",)
    memory: ClassVar[str | None] = "hidden"
    keep_gate: ClassVar[str | None] = "update"

    def state(self, *values: Tensor) -> Hidden:
        return Hidden(*values)

    def gates(self, projected: Tensor, state: Hidden, hold: Hold = free) -> GRUGates:
        h = state.hidden
        x_r, x_z, x_n = projected.chunk(3, dim=-1)
        w_r, w_z, w_n = self.weight_hh.chunk(3)
        b_r, b_z, b_n = (None, None, None) if self.bias_hh is None else self.bias_hh.chunk(3)
        r = hold("reset", squash(x_r + linear(h, w_r, b_r), self.hard_sigmoid))
        z = hold("update", squash(x_z + linear(h, w_z, b_z), self.hard_sigmoid))
        past = r * linear(h, w_n, b_n) if self.reset_after else linear(r * h, w_n, b_n)
        return GRUGates(r, z, hold("new", tanh(x_n + past)))

    def update(self, gates: GRUGates, state: Hidden, hold: Hold = free) -> Hidden:
        _, z, n = gates
        return Hidden(hold("hidden", (1 - z) * n + z * state.hidden))

    @classmethod
    def carry(cls, gates: GRUGates) -> Carry:
        """h' = z∘h + (1−z)∘n."""
        return Carry(gates.update, (1 - gates.update) * gates.new)

    def reads(self, signal: str, gates: Any, hidden: Any) -> Reads:
        if signal != "new":
            return Reads(1.0, hidden)
        return Reads(gates.reset, hidden) if self.reset_after else Reads(1.0, gates.reset * hidden)

    @property
    def lacks(self) -> str:
        if self.hard_sigmoid:
            return HARD
        return "" if self.reset_after else "this GRU resets before the matrix product"

    def fused(self, x: Tensor, *state: Tensor) -> Fused:
        if not self.has_kernel:
            return super().fused(x, *state)
        return call_kernel(torch.gru, self, x, *state)
