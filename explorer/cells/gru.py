"""The gated recurrent unit, as `torch.nn.GRU` computes it and as it was first published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import linear

from explorer.cells.base import Carry, Cell, Fused, Hidden, Hold, free
from explorer.cells.declared import AnyLine, Block, Line, now, old
from explorer.cells.kernels import HARD, call_kernel, squash, tanh
from explorer.cells.offers import Option
from explorer.cells.spelt import Spelling
from explorer.signals import HIDDEN, Signal, candidate, gate

WORDS = (
    gate(
        "reset", "r", "ignore past", "use past",
        "How much of the old hidden state the new content may see: 0 ignores the past, 1 uses it all.",
    ),
    gate(
        "update", "z", "renew", "keep",
        "How much of the old hidden state is kept, in PyTorch's convention: 0 renews it, 1 keeps it all. "
        "Cho et al. (2014) write 1 − z for it.",
    ),
    candidate(
        "new", "n", "New content",
        "The new content, between −1 and 1, that replaces what the update gate does not keep.",
        joined="h\u0303",
    ),
    HIDDEN,
)  # fmt: skip


class GRUGates(NamedTuple):
    """r, z, n of one step, each (..., hidden_size)."""

    reset: Tensor
    update: Tensor
    new: Tensor


_CODE = '''
def layer(x, state, weight_ih, weight_hh, bias_ih=None, bias_hh=None):
    """A GRU whose gates have a hard sigmoid, which torch.nn lacks."""
    (h,) = state
    w_r, w_z, w_n = weight_hh.chunk(3)
    b_r, b_z, b_n = (0, 0, 0) if bias_hh is None else bias_hh.chunk(3)
    states = []
    for projected in x @ weight_ih.T + (0 if bias_ih is None else bias_ih):
        x_r, x_z, x_n = projected.chunk(3)
        r = squash(x_r + w_r @ h + b_r)
        z = squash(x_z + w_z @ h + b_z)
        n = torch.tanh(x_n + {past})
        h = (1 - z) * n + z * h
        states.append(h)
    return torch.stack(states), (h,)
'''


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
    words: ClassVar[tuple[Signal, ...]] = WORDS
    blocks: ClassVar[tuple[str, ...]] = GRUGates._fields
    state_signals: ClassVar[tuple[str, ...]] = ("hidden",)
    memory: ClassVar[str | None] = "hidden"
    keep_gate: ClassVar[str | None] = "update"
    chrono: ClassVar[Mapping[str, int]] = {"update": 1}
    turned: ClassVar[Signal | None] = gate(
        "update", "z", "keep", "renew",
        "How much of the old hidden state is renewed: 0 keeps it all, 1 renews it. PyTorch writes 1 − z for it.",
    )  # fmt: skip
    modules: ClassVar[tuple[type[torch.nn.Module], ...]] = (torch.nn.GRU, torch.nn.GRUCell)
    keras: ClassVar[str] = "GRU"
    options: ClassVar[tuple[Option, ...]] = (
        Option(
            "reset_after", {"after": True, "before": False}, "reset", "{} the product",
            "PyTorch resets after the matrix product; Cho et al. (2014) before it, which PyTorch lacks.", "reset",
        ),
    )  # fmt: skip
    presets: ClassVar[Mapping[str, str]] = {
        "update = 1: the state is kept": "update=1",
        "update = 0: the state is renewed": "update=0",
        "reset = 0: the new content sees no past": "reset=0",
    }
    spellings: ClassVar[Mapping[str, Spelling]] = {
        "update": Spelling(("z", "update", "u"), letters="u"),
        "new": Spelling(("n", "h", "c", "g", "new", "candidate", "cand", "cell"), letters="hcg"),
    }
    orders: ClassVar[Mapping[str, str]] = {"rzn": "PyTorch", "zrn": "Keras, ONNX"}

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

    @property
    def lines(self) -> tuple[AnyLine, ...]:
        r, z, n = now("reset"), now("update"), now("new")
        after, before = Block("new", "tanh", times=r), Block("new", "tanh", r * old("hidden"))
        hidden = Line("hidden", (1 - z) * n + z * old("hidden"))
        return Block("reset"), Block("update"), after if self.reset_after else before, hidden

    @classmethod
    def carry(cls, gates: GRUGates) -> Carry:
        """h' = z∘h + (1−z)∘n."""
        return Carry(gates.update, (1 - gates.update) * gates.new)

    @property
    def lacks(self) -> str:
        if self.hard_sigmoid:
            return HARD
        return "" if self.reset_after else "this GRU resets before the matrix product"

    @property
    def code(self) -> str:
        return _CODE.format(past="r * (w_n @ h + b_n)" if self.reset_after else "w_n @ (r * h) + b_n")

    def fused(self, x: Tensor, *state: Tensor) -> Fused:
        if not self.has_kernel:
            return super().fused(x, *state)
        return call_kernel(torch.gru, self, x, *state)
