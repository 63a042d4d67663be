"""A cell that no file of explorer names: two states, a leak, a gate that reads its own memory, a late 1 − g."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, NamedTuple

from torch import Tensor, relu, sigmoid, tanh
from torch.nn.functional import linear

from explorer import cells
from explorer.cells import Block, Carry, Cell, Hold, Line, free, now, old, own
from explorer.cells.declared import AnyLine
from explorer.signals import HIDDEN, Signal, candidate, gate, state


class MadeUpGates(NamedTuple):
    """g and n of one step."""

    mix: Tensor
    draft: Tensor


class MadeUpState(NamedTuple):
    """h and s."""

    hidden: Tensor
    cell: Tensor


@dataclass(frozen=True, eq=False)
class MadeUpCell(Cell):
    """A leaky store::

    g = σ(W_ig x + b_ig + W_hg h + b_hg + v∘s)     n = max(0, W_in x + b_in + (1−g)∘(W_hn h + b_hn))
    s' = (1−α)∘s + α∘g∘n                           h' = g∘tanh(s') + (1−g)∘h
    """

    weight_s: Tensor = field(kw_only=True)
    leak: float = 0.3

    kind: ClassVar[str] = "madeup"
    title: ClassVar[str] = "Made-up"
    words: ClassVar[tuple[Signal, ...]] = (
        gate("mix", "g", "hold", "let in", "How much of the draft is stored and of the store is shown."),
        candidate("draft", "n", "Draft", "The new content."),
        state("cell", "s", "Store", "what leaks", "A memory that leaks."),
        HIDDEN,
    )
    blocks: ClassVar[tuple[str, ...]] = MadeUpGates._fields
    state_signals: ClassVar[tuple[str, ...]] = MadeUpState._fields
    memory: ClassVar[str | None] = "cell"

    @classmethod
    def shapes(cls, input_size: int, hidden_size: int, units: int, bias: bool = True) -> dict[str, tuple[int, ...]]:
        return super().shapes(input_size, hidden_size, units, bias) | {"weight_s": (hidden_size,)}

    def state(self, *values: Tensor) -> MadeUpState:
        return MadeUpState(*values)

    def gates(self, projected: Tensor, state: MadeUpState, hold: Hold = free) -> MadeUpGates:
        past = linear(state.hidden, self.weight_hh, self.bias_hh)
        g = hold("mix", sigmoid(projected.chunk(2, -1)[0] + past.chunk(2, -1)[0] + self.weight_s * state.cell))
        n = hold("draft", relu(projected.chunk(2, -1)[1] + (1 - g) * past.chunk(2, -1)[1]))
        return MadeUpGates(g, n)

    def update(self, gates: MadeUpGates, state: MadeUpState, hold: Hold = free) -> MadeUpState:
        g, n = gates
        s = hold("cell", (1 - self.leak) * state.cell + self.leak * g * n)
        return MadeUpState(hold("hidden", g * tanh(s) + (1 - g) * state.hidden), s)

    @classmethod
    def carry(cls, gates: Any) -> Carry:
        return Carry((1 - cls.leak) + 0 * gates.mix, cls.leak * gates.mix * gates.draft)

    @property
    def lines(self) -> tuple[AnyLine, ...]:
        g, alpha = now("mix"), own("leak", "α")
        return (
            Block("mix", direct=own("weight_s", "v") * old("cell")),
            Block("draft", "relu", times=1 - g),
            Line("cell", (1 - alpha) * old("cell") + alpha * g * now("draft")),
            Line("hidden", g * cells.tanh(now("cell")) + (1 - g) * old("hidden")),
        )
