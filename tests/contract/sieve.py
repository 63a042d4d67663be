"""A cell that nobody else knows, and the same cell as a loop over its equations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, sigmoid, tanh
from torch.nn.functional import linear

from explorer.cells.base import Carry, Cell, Hidden, Hold, free
from explorer.cells.declared import AnyLine, Block, Line, now, old, on_the_way
from explorer.cells.offers import Option
from explorer.signals import HIDDEN, Signal, candidate, gate

Floats = NDArray[np.float64]


class SieveGates(NamedTuple):
    """Of one step, each (..., hidden_size)."""

    valve: Tensor
    grain: Tensor
    draft: Tensor


@dataclass(frozen=True, eq=False)
class SieveCell(Cell):
    """Its valve renews where it is 1, and its grain scales what the draft sees::

        v = σ(W_v x + b_v + U_v h + c_v)    s = σ(W_s x + b_s + U_s h + c_s)
        d = tanh(W_d x + b_d + U_d (s∘h) + c_d), of h alone where it is not sifted
        h' = (1−v)∘h + v∘d

    Row blocks of the weights: d, s, v, an order that no other cell has.
    """

    sifts: bool = True

    kind: ClassVar[str] = "sieve"
    title: ClassVar[str] = "Sieve"
    words: ClassVar[tuple[Signal, ...]] = (
        gate("valve", "v", "hold on", "let in", "How much of the hidden state is let go."),
        gate("grain", "s", "coarse", "fine", "How much of the hidden state the draft sees."),
        candidate("draft", "d", "Draft", "What may come in."),
        HIDDEN,
    )
    blocks: ClassVar[tuple[str, ...]] = ("draft", "grain", "valve")
    state_signals: ClassVar[tuple[str, ...]] = ("hidden",)
    memory: ClassVar[str | None] = "hidden"
    keep_gate: ClassVar[str | None] = "valve"
    chrono: ClassVar[Mapping[str, int]] = {"valve": -1}
    options: ClassVar[tuple[Option, ...]] = (
        Option("sifts", {"yes": True, "no": False}, "sifts", about="Whether the draft sees what the grain lets pass."),
    )

    def state(self, *values: Tensor) -> Hidden:
        return Hidden(*values)

    def gates(self, projected: Tensor, state: Hidden, hold: Hold = free) -> SieveGates:
        h = state.hidden
        x_d, x_s, x_v = projected.chunk(3, dim=-1)
        u_d, u_s, u_v = self.weight_hh.chunk(3)
        c_d, c_s, c_v = (None,) * 3 if self.bias_hh is None else self.bias_hh.chunk(3)
        v = hold("valve", sigmoid(x_v + linear(h, u_v, c_v)))
        s = hold("grain", sigmoid(x_s + linear(h, u_s, c_s)))
        return SieveGates(v, s, hold("draft", tanh(x_d + linear(s * h if self.sifts else h, u_d, c_d))))

    def update(self, gates: SieveGates, state: Hidden, hold: Hold = free) -> Hidden:
        return Hidden(hold("hidden", (1 - gates.valve) * state.hidden + gates.valve * gates.draft))

    @classmethod
    def carry(cls, gates: Any) -> Carry:
        """h' = (1−v)∘h + v∘d."""
        return Carry(1 - gates.valve, gates.valve * gates.draft)

    @property
    def lines(self) -> tuple[AnyLine, ...]:
        v, s, h = now("valve"), now("grain"), old("hidden")
        draft = Block("draft", "tanh", s * h if self.sifts else h)
        return Block("valve"), Block("grain"), draft, Line("hidden", (1 - v) * h + v * now("draft"))

    @property
    def code(self) -> str:
        seen = "s * h" if self.sifts else "h"
        return f'''
def layer(x, state, weight_ih, weight_hh, bias_ih=0, bias_hh=None):
    """A sieve."""
    (h,) = state
    u_d, u_s, u_v = weight_hh.chunk(3)
    c_d, c_s, c_v = (0, 0, 0) if bias_hh is None else bias_hh.chunk(3)
    states = []
    for projected in x @ weight_ih.T + bias_ih:
        x_d, x_s, x_v = projected.chunk(3)
        v, s = torch.sigmoid(x_v + u_v @ h + c_v), torch.sigmoid(x_s + u_s @ h + c_s)
        h = (1 - v) * h + v * torch.tanh(x_d + u_d @ ({seen}) + c_d)
        states.append(h)
    return torch.stack(states), (h,)
'''


class SquaredSieve(SieveCell):
    """Keeps 1 − v², which is neither its gate nor 1 minus it."""

    kind = "squared"
    title = "Squared sieve"

    def update(self, gates: SieveGates, state: Hidden, hold: Hold = free) -> Hidden:
        let_in = gates.valve**2
        return Hidden(hold("hidden", (1 - let_in) * state.hidden + let_in * gates.draft))

    @property
    def lines(self) -> tuple[AnyLine, ...]:
        let_in = Line("let in", now("valve") * now("valve"), on_the_way("let in", "q", "Let in", "The valve, squared."))
        hidden = Line("hidden", (1 - now("let in")) * old("hidden") + now("let in") * now("draft"))
        return *super().lines[:-1], let_in, hidden

    @classmethod
    def carry(cls, gates: Any) -> Carry:
        return Carry(1 - gates.valve**2, gates.valve**2 * gates.draft)


def logistic(values: Any) -> Any:
    return 1 / (1 + np.exp(-values))


def by_hand(weights: Mapping[str, Floats], x: Floats, h: Floats, sifts: bool = True) -> dict[str, Floats]:
    """Every signal of every step, in NumPy."""
    (w_d, w_s, w_v), (u_d, u_s, u_v) = (np.split(weights[name], 3) for name in ("weight_ih", "weight_hh"))
    b_d, b_s, b_v = np.split(weights["bias_ih"] + weights["bias_hh"], 3)
    steps: dict[str, list[Floats]] = {"valve": [], "grain": [], "draft": [], "hidden": []}
    for row in x:
        v, s = logistic(w_v @ row + u_v @ h + b_v), logistic(w_s @ row + u_s @ h + b_s)
        d = np.tanh(w_d @ row + u_d @ (s * h if sifts else h) + b_d)
        h = (1 - v) * h + v * d
        for name, value in zip(steps, (v, s, d, h), strict=True):
            steps[name].append(value)
    return {name: np.array(values) for name, values in steps.items()}
