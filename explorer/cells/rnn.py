"""The Elman cell, as `torch.nn.RNN` computes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor
from torch.nn.functional import linear

from explorer.cells.base import Cell, Fused, Hidden, Hold, free
from explorer.cells.declared import AnyLine, Block
from explorer.cells.kernels import call_kernel, tanh
from explorer.cells.offers import Option
from explorer.cells.spelt import Spelling
from explorer.signals import HIDDEN, Signal

_SQUASH = {"tanh": tanh, "relu": torch.relu}
_KERNEL = {"tanh": torch.rnn_tanh, "relu": torch.rnn_relu}


@dataclass(frozen=True, eq=False)
class RNNCell(Cell):
    """h' = tanh(W_ih x + b_ih + W_hh h + b_hh), or relu for tanh.

    The squashed value is at once the cell's only gate record and its state, so a clamp on
    ``hidden`` acts once, in `gates`.

    Args:
        nonlinearity: ``"tanh"`` (hidden in [−1, 1]) or ``"relu"`` (hidden ≥ 0, unbounded).

    Source: Elman 1990; ``torch.nn.RNN``.
    """

    nonlinearity: Literal["tanh", "relu"] = "tanh"

    kind: ClassVar[str] = "rnn"
    title: ClassVar[str] = "RNN"
    words: ClassVar[tuple[Signal, ...]] = (HIDDEN,)
    blocks: ClassVar[tuple[str, ...]] = ("hidden",)
    state_signals: ClassVar[tuple[str, ...]] = ("hidden",)
    modules: ClassVar[tuple[type[torch.nn.Module], ...]] = (torch.nn.RNN, torch.nn.RNNCell)
    keras: ClassVar[str] = "SimpleRNN"
    options: ClassVar[tuple[Option, ...]] = (
        Option("nonlinearity", {"tanh": "tanh", "relu": "relu"}, "nonlinearity", choice="squash"),
    )
    presets: ClassVar[Mapping[str, str]] = {
        "hidden = 0: nothing is passed on": "hidden=0",
        "hidden halved": "hidden=x0.5",
    }
    spellings: ClassVar[Mapping[str, Spelling]] = {"hidden": Spelling(("",))}

    @classmethod
    def stated(cls, module: torch.nn.Module) -> dict[str, Any]:
        return {"nonlinearity": module.nonlinearity}

    def state(self, *values: Tensor) -> Hidden:
        return Hidden(*values)

    def gates(self, projected: Tensor, state: Hidden, hold: Hold = free) -> Hidden:
        a = projected + linear(state.hidden, self.weight_hh, self.bias_hh)
        return Hidden(hold("hidden", _SQUASH[self.nonlinearity](a)))

    def update(self, gates: Hidden, state: Hidden, hold: Hold = free) -> Hidden:
        return gates

    @property
    def lines(self) -> tuple[AnyLine, ...]:
        return (Block("hidden", self.nonlinearity),)

    @property
    def has_kernel(self) -> bool:
        return True

    def fused(self, x: Tensor, *state: Tensor) -> Fused:
        return call_kernel(_KERNEL[self.nonlinearity], self, x, *state)
