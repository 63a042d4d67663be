"""The LSTM whose gates see the cell state."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

from torch import Tensor, sigmoid, tanh
from torch.nn.functional import linear

from explorer.cells.base import Hold, free
from explorer.cells.declared import AnyLine, Block, Line, now, old, own
from explorer.cells.declared import tanh as squashed
from explorer.cells.long_short_term import CELL, LongShortTermCell, LSTMState


class PeepholeGates(NamedTuple):
    """i, f, g, o of one step, and the c that o has seen, each (..., hidden_size)."""

    input: Tensor
    forget: Tensor
    candidate: Tensor
    output: Tensor
    cell: Tensor


_CODE = '''
def layer(x, state, weight_ih, weight_hh, weight_ci, weight_cf, weight_co, bias_ih=0, bias_hh=0):
    """An LSTM with peepholes, which torch.nn lacks."""
    h, c = state
    states = []
    for projected in x @ weight_ih.T + bias_ih:
        i, f, g, o = (projected + weight_hh @ h + bias_hh).chunk(4)
        i, f = torch.sigmoid(i + weight_ci * c), torch.sigmoid(f + weight_cf * c)
        c = f * c + i * torch.tanh(g)
        h = torch.sigmoid(o + weight_co * c) * torch.tanh(c)
        states.append(h)
    return torch.stack(states), (h, c)
'''


@dataclass(frozen=True, eq=False)
class PeepholeCell(LongShortTermCell):
    """The LSTM with peepholes: each gate also sees its own unit's memory::

        i = σ(W_ii x + b_ii + W_hi h + b_hi + w_ci∘c)    f = σ(W_if x + b_if + W_hf h + b_hf + w_cf∘c)
        g = tanh(W_ig x + b_ig + W_hg h + b_hg)          c' = f∘c + i∘g
        o = σ(W_io x + b_io + W_ho h + b_ho + w_co∘c')   h' = o∘tanh(c')

    Row blocks of the weights: i, f, g, o.

    Args:
        weight_ci, weight_cf, weight_co: (hidden_size,), what i and f see of the old c, and o of the new.

    Source: Gers & Schmidhuber 2000.
    """

    weight_ci: Tensor = field(kw_only=True)
    weight_cf: Tensor = field(kw_only=True)
    weight_co: Tensor = field(kw_only=True)

    kind: ClassVar[str] = "peephole"
    title: ClassVar[str] = "Peephole LSTM"
    extends: ClassVar[str | None] = "lstm"
    extras: ClassVar[Mapping[str, str]] = {
        name: rf"(?:weight|w|v|p)_?(?:c_?{letter}|{letter}_?c)|(?:w_)?peep(?:hole)?_?{letter}|{word}_?peep(?:hole)?"
        for name, letter, word in (
            ("weight_ci", "i", "input"), ("weight_cf", "f", "forget"), ("weight_co", "o", "output"),
        )
    }  # fmt: skip
    needs: ClassVar[tuple[str, ...]] = tuple(extras)
    parts = {"weight_ci": "input", "weight_cf": "forget", "weight_co": "output"}  # noqa: RUF012 - declared in Cell

    @classmethod
    def shapes(cls, input_size: int, hidden_size: int, units: int, bias: bool = True) -> dict[str, tuple[int, ...]]:
        seen = dict.fromkeys(("weight_ci", "weight_cf", "weight_co"), (hidden_size,))
        return super().shapes(input_size, hidden_size, units, bias) | seen

    def gates(self, projected: Tensor, state: LSTMState, hold: Hold = free) -> PeepholeGates:
        h, c = state
        i, f, g, o = (projected + linear(h, self.weight_hh, self.bias_hh)).chunk(4, dim=-1)
        f = hold("forget", sigmoid(f + self.weight_cf * c))
        i = hold("input", sigmoid(i + self.weight_ci * c))
        g = hold("candidate", tanh(g))
        seen = hold("cell", f * c + i * g)  # here and not in `update`, since o sees it
        return PeepholeGates(i, f, g, hold("output", sigmoid(o + self.weight_co * seen)), seen)

    def update(self, gates: PeepholeGates, state: LSTMState, hold: Hold = free) -> LSTMState:
        return LSTMState(hold("hidden", gates.output * tanh(gates.cell)), gates.cell)

    @property
    def lines(self) -> tuple[AnyLine, ...]:
        before, after = old("cell"), now("cell")
        return (
            Block("forget", direct=own("weight_cf", "w_{cf}") * before),
            Block("input", direct=own("weight_ci", "w_{ci}") * before),
            Block("candidate", "tanh"),
            CELL,
            Block("output", direct=own("weight_co", "w_{co}") * after),
            Line("hidden", now("output") * squashed(after)),
        )

    @property
    def code(self) -> str:
        return _CODE
