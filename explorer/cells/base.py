"""What every cell promises: one step, in two halves, over any leading axes."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import linear

Hold = Callable[[str, Tensor], Tensor]
"""``hold(signal, value)`` returns the value to go on with: the same one, or a clamped one."""


def free(signal: str, value: Tensor) -> Tensor:
    """Hold nothing: every signal keeps the value that was computed."""
    return value


class Hidden(NamedTuple):
    """The state of a cell that carries only h: hidden (..., units)."""

    hidden: Tensor


class Carry(NamedTuple):
    """A state that is carried linearly, s_t = keep ∘ s_{t-1} + write."""

    keep: Any
    write: Any


class Reads(NamedTuple):
    """What a signal's recurrent weights read: pre-activation = ... + gain ∘ (W_hh source + b_hh)."""

    gain: Any
    source: Any


class Fused(NamedTuple):
    """What PyTorch's kernel shows: h_t of every step (time, units), and the last state."""

    hidden: Tensor
    last: tuple[Tensor, ...]


@dataclass(frozen=True, eq=False)
class Cell(ABC):
    """One step of a recurrent cell: squash the gates, then update the state.

    The step is split so that a whole sequence's input can be projected in one product, and so that
    the gates can be computed for all steps at once where the hidden states are known::

        projected = cell.project(x)                # (..., blocks*hidden_size)
        gates = cell.gates(projected, state)       # a NamedTuple of (..., hidden_size)
        state = cell.update(gates, state)          # a NamedTuple of (..., units)

    Args:
        weight_ih: (blocks*hidden_size, input_size), row blocks in the order of `blocks`.
        weight_hh: (blocks*hidden_size, units of hidden).
        bias_ih, bias_hh: (blocks*hidden_size,), or None.
    """

    weight_ih: Tensor
    weight_hh: Tensor
    bias_ih: Tensor | None = None
    bias_hh: Tensor | None = None

    kind: ClassVar[str]
    title: ClassVar[str]
    blocks: ClassVar[tuple[str, ...]]
    """The signals that have weights, in the order of the row blocks of the weights."""
    signals: ClassVar[tuple[str, ...]]
    """Every signal of a step, in the order of the trace."""
    state_signals: ClassVar[tuple[str, ...]]
    memory: ClassVar[str | None] = None
    """The state that is carried linearly (see `carry`), if any."""
    keep_gate: ClassVar[str | None] = None
    """The gate that says how much of `memory` is kept, if any."""

    @property
    def input_size(self) -> int:
        return int(self.weight_ih.shape[1])

    @property
    def hidden_size(self) -> int:
        return int(self.weight_ih.shape[0]) // len(self.blocks)

    @property
    def units(self) -> dict[str, int]:
        """How many units each signal has: hidden_size (an LSTM's projected hidden state: proj_size)."""
        return dict.fromkeys(self.signals, self.hidden_size)

    def weights(self) -> dict[str, Tensor]:
        """The parameters by PyTorch's names, in PyTorch's order."""
        named = {
            "weight_ih": self.weight_ih,
            "weight_hh": self.weight_hh,
            "bias_ih": self.bias_ih,
            "bias_hh": self.bias_hh,
        }
        return {name: tensor for name, tensor in named.items() if tensor is not None}

    def project(self, x: Tensor) -> Tensor:
        """The input's share of every pre-activation, W_ih x + b_ih: (..., input_size) → (..., blocks*hidden_size)."""
        return linear(x, self.weight_ih, self.bias_ih)

    def zeros(self) -> tuple[Tensor, ...]:
        """A state of zeros, one (units,) tensor for each of `state_signals`."""
        return tuple(self.weight_ih.new_zeros(self.units[name]) for name in self.state_signals)

    @abstractmethod
    def state(self, *values: Tensor) -> Any:
        """Bundle tensors, in the order of `state_signals`, as this cell's state."""

    @abstractmethod
    def gates(self, projected: Tensor, state: Any, hold: Hold = free) -> Any:
        """Squash: every gate of the step, from the projected input and the state before it."""

    @abstractmethod
    def update(self, gates: Any, state: Any, hold: Hold = free) -> Any:
        """The state after the step."""

    @classmethod
    def carry(cls, gates: Any) -> Carry:
        """How `memory` is carried; works on tensors and on arrays."""
        raise NotImplementedError(f"{cls.title} has no linearly carried state")

    def reads(self, signal: str, gates: Any, hidden: Any) -> Reads:
        """What the recurrent weights of ``signal`` read, at a step that began with ``hidden``."""
        return Reads(1.0, hidden)

    @property
    def lacks(self) -> str:
        """Why PyTorch has no kernel for this cell, as a clause; "" where it has one."""
        return ""

    @property
    def has_kernel(self) -> bool:
        """Whether PyTorch has a kernel for this cell, so that `fused` gives something."""
        return not self.lacks

    def fused(self, x: Tensor, *state: Tensor) -> Fused:
        """The same steps by PyTorch's own kernel, where `has_kernel`.

        Args:
            x: (time, input_size).
            state: the state before the first step, in the order of `state_signals`.
        """
        raise NotImplementedError(f"PyTorch has no kernel for this {self.title}")


HARD = "its gates use a hard sigmoid, which PyTorch's kernel lacks"
"""Why a cell with a hard sigmoid has no kernel."""


def squash(values: Tensor, slope: float) -> Tensor:
    """σ(x), or the hard sigmoid of that slope, clip(slope·x + ½, 0, 1), where the slope is not 0."""
    return (values * slope + 0.5).clamp(0, 1) if slope else torch.sigmoid(values)


def call_kernel(kernel: Callable[..., Any], cell: Cell, x: Tensor, *state: Tensor) -> Fused:
    """Run one of PyTorch's fused kernels for one layer and one direction."""
    states = [value[None, None] for value in state]
    flat = list(cell.weights().values())
    has_biases = cell.bias_ih is not None
    given = states if len(states) > 1 else states[0]
    with torch.no_grad():
        hidden, *last = kernel(x[:, None], given, flat, has_biases, 1, 0.0, False, False, False)
    return Fused(hidden[:, 0], tuple(value[0, 0] for value in last))
