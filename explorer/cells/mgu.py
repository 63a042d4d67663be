"""The minimal gated unit: one gate that forgets and resets."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from torch import Tensor, sigmoid, tanh
from torch.nn.functional import linear

from explorer.cells.base import Carry, Cell, Hidden, Hold, free
from explorer.cells.declared import AnyLine, Block, Line, now, old
from explorer.cells.spelt import Spelling
from explorer.signals import HIDDEN, Signal, candidate, gate


class MGUGates(NamedTuple):
    """f and h̃ of one step, each (..., hidden_size)."""

    forget: Tensor
    candidate: Tensor


_CODE = '''
def layer(x, state, weight_ih, weight_hh, bias_ih=0, bias_hh=None):
    """A minimal gated unit, which torch.nn lacks."""
    (h,) = state
    w_f, w_g = weight_hh.chunk(2)
    b_f, b_g = (0, 0) if bias_hh is None else bias_hh.chunk(2)
    states = []
    for projected in x @ weight_ih.T + bias_ih:
        x_f, x_g = projected.chunk(2)
        f = torch.sigmoid(x_f + w_f @ h + b_f)
        g = torch.tanh(x_g + w_g @ (f * h) + b_g)
        h = (1 - f) * h + f * g
        states.append(h)
    return torch.stack(states), (h,)
'''


@dataclass(frozen=True, eq=False)
class MGUCell(Cell):
    """The minimal gated unit; its gate renews where it is 1::

        f = σ(W_if x + b_if + W_hf h + b_hf)
        h̃ = tanh(W_ig x + b_ig + W_hg (f∘h) + b_hg)      h' = (1−f)∘h + f∘h̃

    Row blocks of the weights: f, h̃.

    Source: Zhou et al. 2016, arXiv 1603.09420.
    """

    kind: ClassVar[str] = "mgu"
    title: ClassVar[str] = "MGU"
    words: ClassVar[tuple[Signal, ...]] = (
        gate(
            "forget", "f", "keep", "renew",
            "How much of the old hidden state is replaced, and how much of it the candidate sees: 0 keeps it, "
            "1 renews it all.",
        ),
        candidate(
            "candidate", "h\u0303", "Candidate",
            "The new content, between −1 and 1, that replaces what the forget gate takes away.",
        ),
        HIDDEN,
    )  # fmt: skip
    blocks: ClassVar[tuple[str, ...]] = MGUGates._fields
    state_signals: ClassVar[tuple[str, ...]] = ("hidden",)
    memory: ClassVar[str | None] = "hidden"
    keep_gate: ClassVar[str | None] = "forget"
    chrono: ClassVar[Mapping[str, int]] = {"forget": -1}
    presets: ClassVar[Mapping[str, str]] = {
        "forget = 1: the state is renewed": "forget=1",
        "forget = 0: the state is kept": "forget=0",
    }
    spellings: ClassVar[Mapping[str, Spelling]] = {
        "candidate": Spelling(("h", "n", "c", "g", "new", "candidate", "cand"), letters="gcn"),
    }

    def state(self, *values: Tensor) -> Hidden:
        return Hidden(*values)

    def gates(self, projected: Tensor, state: Hidden, hold: Hold = free) -> MGUGates:
        h = state.hidden
        x_f, x_g = projected.chunk(2, dim=-1)
        w_f, w_g = self.weight_hh.chunk(2)
        b_f, b_g = (None, None) if self.bias_hh is None else self.bias_hh.chunk(2)
        f = hold("forget", sigmoid(x_f + linear(h, w_f, b_f)))
        return MGUGates(f, hold("candidate", tanh(x_g + linear(f * h, w_g, b_g))))

    def update(self, gates: MGUGates, state: Hidden, hold: Hold = free) -> Hidden:
        f, g = gates
        return Hidden(hold("hidden", (1 - f) * state.hidden + f * g))

    @property
    def lines(self) -> tuple[AnyLine, ...]:
        f, h = now("forget"), old("hidden")
        hidden = Line("hidden", (1 - f) * h + f * now("candidate"))
        return Block("forget"), Block("candidate", "tanh", f * h), hidden

    @classmethod
    def carry(cls, gates: MGUGates) -> Carry:
        """h' = (1−f)∘h + f∘h̃."""
        return Carry(1 - gates.forget, gates.forget * gates.candidate)

    @property
    def code(self) -> str:
        return _CODE
