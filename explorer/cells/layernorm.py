"""The LSTM whose products and memory are layer-normalised."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, sigmoid, tanh
from torch.nn.functional import layer_norm, linear

from explorer.cells.base import Hold, free
from explorer.cells.declared import AnyLine, Block, Line, Norm, Reads, now, on_the_way
from explorer.cells.declared import tanh as squashed
from explorer.cells.long_short_term import CELL, LongShortTermCell, LSTMGates, LSTMState

EPSILON = 1e-5
_CALLED = (("ih", "ih|xh|i2h|x2h|x|i|input"), ("hh", "hh|h2h|h|hidden"), ("cell", "ho|co|c|cell|cy|out|o"))
"""What files call the norms of W x, W h and c."""
NORMED = on_the_way(
    "normed", "c\u0302", "Normalised cell state",
    "The cell state, moved and scaled so that all units together have mean 0 and spread 1, times γ plus β.",
)  # fmt: skip

_CODE = '''
def layer(x, state, weight_ih, weight_hh, bias_ih=0, bias_hh=0, **norms):
    """A layer-normalised LSTM, which torch.nn lacks."""
    def norm(values, of):
        weight, bias = norms.get(f"norm_{of}_weight"), norms.get(f"norm_{of}_bias")
        return nn.functional.layer_norm(values, values.shape[-1:], weight, bias)

    h, c = state
    states = []
    for projected in norm(x @ weight_ih.T + bias_ih, "ih"):
        i, f, g, o = (projected + norm(weight_hh @ h + bias_hh, "hh")).chunk(4)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(norm(c, "cell"))
        states.append(h)
    return torch.stack(states), (h, c)
'''


@dataclass(frozen=True, eq=False)
class LayerNormCell(LongShortTermCell):
    """The layer-normalised LSTM, LN(v) = γ∘(v − mean v) / √(var v + ε) + β over all of v::

        i, f, g, o = σ, σ, tanh, σ of LN(W_ih x + b_ih) + LN(W_hh h + b_hh)
        c' = f∘c + i∘g           h' = o∘tanh(LN(c'))

    Row blocks of the weights: i, f, g, o. A norm runs over all four.

    Args:
        norm_ih_weight, norm_ih_bias, norm_hh_weight, norm_hh_bias: γ and β of the two products, (4*hidden_size,).
        norm_cell_weight, norm_cell_bias: of the memory, (hidden_size,).

    Source: Ba et al. 2016, arXiv 1607.06450; ε as in ``torch.nn.LayerNorm``.
    """

    norm_ih_weight: Tensor | None = None
    norm_ih_bias: Tensor | None = None
    norm_hh_weight: Tensor | None = None
    norm_hh_bias: Tensor | None = None
    norm_cell_weight: Tensor | None = None
    norm_cell_bias: Tensor | None = None

    kind: ClassVar[str] = "layernorm"
    title: ClassVar[str] = "Layer-norm LSTM"
    extends: ClassVar[str | None] = "lstm"
    extras: ClassVar[Mapping[str, str]] = {
        f"norm_{of}_{what}": rf"(?:(?:ln|layer_?norm|norm)_?(?:{place})[._](?:{ends})|(?:{ends})_(?:{place}))"
        for of, place in _CALLED
        for what, ends in (("weight", "weight|gamma|scale"), ("bias", "bias|beta"))
    }
    needs: ClassVar[tuple[str, ...]] = ("norm_ih_weight", "norm_hh_weight", "norm_cell_weight")
    leaves_open: ClassVar[tuple[str, ...]] = ("normed_bias",)
    parts = {f"norm_cell_{of}": "norm of c" for of in ("weight", "bias")}  # noqa: RUF012 - declared in Cell
    bias_fields: ClassVar[tuple[str, str]] = ("norm_ih_bias", "norm_hh_bias")

    @classmethod
    def shapes(cls, input_size: int, hidden_size: int, units: int, bias: bool = True) -> dict[str, tuple[int, ...]]:
        rows = 4 * hidden_size
        norms = {
            f"norm_{of}_{what}": (hidden_size if of == "cell" else rows,)
            for of in ("ih", "hh", "cell")
            for what in ("weight", "bias")
        }
        return super().shapes(input_size, hidden_size, units, bias) | norms

    @classmethod
    def drawn(cls, name: str, values: Tensor, bound: float, generator: torch.Generator) -> Tensor:
        if name.startswith("norm"):
            return values.fill_(float(name.endswith("weight")))
        return super().drawn(name, values, bound, generator)

    def project(self, x: Tensor) -> Tensor:
        return _normed(super().project(x), self.norm_ih_weight, self.norm_ih_bias)

    def gates(self, projected: Tensor, state: LSTMState, hold: Hold = free) -> LSTMGates:
        past = linear(state.hidden, self.weight_hh, self.bias_hh)
        i, f, g, o = (projected + _normed(past, self.norm_hh_weight, self.norm_hh_bias)).chunk(4, dim=-1)
        kept = hold("forget", sigmoid(f))  # first, so that an input gate coupled to it can follow
        return LSTMGates(hold("input", sigmoid(i)), kept, hold("candidate", tanh(g)), hold("output", sigmoid(o)))

    def update(self, gates: LSTMGates, state: LSTMState, hold: Hold = free) -> LSTMState:
        i, f, g, o = gates
        c = hold("cell", f * state.cell + i * g)
        return LSTMState(hold("hidden", o * tanh(_normed(c, self.norm_cell_weight, self.norm_cell_bias))), c)

    @property
    def lines(self) -> tuple[AnyLine, ...]:
        return (
            *(
                Block(name, "tanh" if name == "candidate" else "gate", normed=True)
                for name in ("forget", "input", "candidate", "output")
            ),
            CELL,
            Norm("normed", "cell", "norm_cell_weight", "norm_cell_bias", EPSILON, NORMED),
            Line("hidden", now("output") * squashed(now("normed"))),
        )

    @property
    def code(self) -> str:
        return _CODE

    def reads(self, signal: str, now: Any, before: Any, x: Any) -> Reads:
        start = self.blocks.index(signal) * self.hidden_size
        rows = slice(start, start + self.hidden_size)
        ih, shift_ih = self._gain(x, "ih", rows)
        hh, shift_hh = self._gain(before.hidden, "hh", rows)
        return Reads(hh, before.hidden, ih, shift_ih + shift_hh, centred=True)

    def resting(self) -> Tensor:
        x, state = self.weight_ih.new_zeros(self.input_size), self.zeros()[0]
        past = linear(state, self.weight_hh, self.bias_hh)
        return (self.project(x) + _normed(past, self.norm_hh_weight, self.norm_hh_bias)).double()

    def _gain(self, values: Any, of: str, rows: slice) -> tuple[Any, Any]:
        """γ / √(var + ε) of some rows, and their β."""
        weights = {name: tensor.double().numpy() for name, tensor in self.weights().items()}
        products = values @ weights[f"weight_{of}"].T + weights.get(f"bias_{of}", 0.0)
        spread = np.sqrt(products.var(axis=-1, keepdims=True) + EPSILON)
        scale, shift = weights.get(f"norm_{of}_weight"), weights.get(f"norm_{of}_bias")
        return (1.0 if scale is None else scale[rows]) / spread, 0.0 if shift is None else shift[rows]


def _normed(values: Tensor, weight: Tensor | None, bias: Tensor | None) -> Tensor:
    return layer_norm(values, values.shape[-1:], weight, bias, EPSILON)
