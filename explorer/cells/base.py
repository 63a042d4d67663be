"""What every cell promises: one step, in two halves, over any leading axes."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from explorer.cells.declared import AnyLine, Factor, Reads, blocks_of
from explorer.cells.keeping import Carry as Carry
from explorer.cells.keeping import Keeping
from explorer.cells.offers import Offers
from explorer.cells.spelt import Spelt
from explorer.signals import Signal

Hold = Callable[[str, Tensor], Tensor]
"""``hold(signal, value)`` returns the value to go on with: the same one, or a clamped one."""


def free(signal: str, value: Tensor) -> Tensor:
    """Hold nothing: every signal keeps the value that was computed."""
    return value


class Hidden(NamedTuple):
    """The state of a cell that carries only h: hidden (..., units)."""

    hidden: Tensor


class Fused(NamedTuple):
    """What PyTorch's kernel shows: h_t of every step (time, …, units), and the last state."""

    hidden: Tensor
    last: tuple[Tensor, ...]


@dataclass(frozen=True, eq=False)
class Cell(Keeping, Offers, Spelt, ABC):
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
    words: ClassVar[tuple[Signal, ...]]
    """Every signal of a step in the order of the trace, with what its values mean in this cell."""
    signals: ClassVar[tuple[str, ...]]
    """The names of `words`."""
    blocks: ClassVar[tuple[str, ...]]
    """The signals that have weights, in the order of the row blocks of the weights."""
    state_signals: ClassVar[tuple[str, ...]]
    chrono: ClassVar[Mapping[str, int]] = {}
    """The gates that chrono initialisation sets, and the sign with which ln u goes into their bias."""
    bias_fields: ClassVar[tuple[str, str]] = ("bias_ih", "bias_hh")
    """The parameters that shift a pre-activation as a whole."""
    keep_bias: ClassVar[float | None] = None
    """What the keep gate's biases sum to where a training here begins; None leaves them as PyTorch draws them."""
    extends: ClassVar[str | None] = None
    """The kind whose weights this cell holds, with `extras` beside them."""
    extras: ClassVar[Mapping[str, str]] = {}
    """Its further parameters, and a regular expression for what files call them, of any case."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Those of `extras` without which a file does not hold this cell."""
    leaves_open: ClassVar[tuple[str, ...]] = ()
    """What its tensors do not say where it has biases (see ``open_group``)."""
    turned: ClassVar[Signal | None] = None
    """The words of a gate that some write the other way round, 1 minus it, if any; its name is the gate's."""
    modules: ClassVar[tuple[type[nn.Module], ...]] = ()
    """PyTorch's own modules of this cell, the one over time first; none where PyTorch has none."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.signals = tuple(word.name for word in cls.words)

    @classmethod
    def word(cls, signal: str) -> Signal:
        """What a signal is called and means in this cell (KeyError where it has none of that name)."""
        return {word.name: word for word in cls.words}[signal]

    @classmethod
    def shapes(cls, input_size: int, hidden_size: int, units: int, bias: bool = True) -> dict[str, tuple[int, ...]]:
        """Every parameter's shape, in the order in which they are drawn.

        Args:
            input_size: features a step.
            hidden_size: units of the gates.
            units: of the hidden state; other than hidden_size only where the cell projects it.
            bias: whether there are biases.
        """
        rows = len(cls.blocks) * hidden_size
        weights: dict[str, tuple[int, ...]] = {"weight_ih": (rows, input_size), "weight_hh": (rows, units)}
        return weights | ({"bias_ih": (rows,), "bias_hh": (rows,)} if bias else {})

    @classmethod
    def starts(cls) -> dict[str, str]:
        """The arguments and files' words for the states before the first step → the state, ``{"h_0": "hidden"}``."""
        return dict(zip(("h_0", "c_0"), cls.state_signals, strict=False))

    @classmethod
    def projects(cls) -> bool:
        """Whether the hidden state may have fewer units than the gates."""
        return "weight_hr" in cls.shapes(1, 2, 1)

    @classmethod
    def drawn(cls, name: str, values: Tensor, bound: float, generator: torch.Generator) -> Tensor:
        """A parameter as it begins: U(−bound, bound), in place."""
        return values.uniform_(-bound, bound, generator=generator)

    @classmethod
    def stated(cls, module: nn.Module) -> dict[str, Any]:
        """The options of this cell that one of `modules` states of itself."""
        return {}

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
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in values.items() if isinstance(value, Tensor)}

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

    @property
    @abstractmethod
    def lines(self) -> tuple[AnyLine, ...]:
        """What a step computes, in symbols and in the order in which it is computed: one line a signal."""

    def reads(self, signal: str, now: Any, before: Any, x: Any) -> Reads:
        """What ``signal``'s pre-activation is made of, in NumPy and over any leading axes, as `lines` say.

        Args:
            signal: one of `blocks`.
            now: every signal of the step, by attribute.
            before: the states that it began with, by attribute.
            x: (..., input_size), its input.
        """
        block = next(block for block in blocks_of(self.lines) if block.signal == signal)

        def look(factor: Factor) -> Any:
            value = getattr({"now": now, "old": before, "own": self}[factor.of], factor.name)
            return value.double().numpy() if isinstance(value, Tensor) else value

        return block.reads(look)

    def resting(self) -> Tensor:
        """Every block's pre-activation where nothing comes in and nothing was before, (blocks*hidden_size,)."""
        total = self.weight_ih.new_zeros(len(self.weight_ih), dtype=torch.float64)
        for name in self.bias_fields:
            bias = getattr(self, name)
            total = total if bias is None else total + bias.double()
        return total

    @property
    def shifted(self) -> bool:
        """Whether anything stands beside the products in the pre-activations: biases, or what norms add."""
        return any(getattr(self, name) is not None for name in ("bias_ih", "bias_hh", *self.bias_fields))

    @property
    def lacks(self) -> str:
        """Why PyTorch has no kernel for this cell, as a clause; "" where it has one."""
        return "" if self.modules else f"PyTorch has no {self.title}"

    @property
    def code(self) -> str:
        """``layer(x, state, weight_ih, …)`` where PyTorch has no kernel: gives h over time and the last state."""
        raise NotImplementedError(f"PyTorch has a module for this {self.title}")

    @property
    def has_kernel(self) -> bool:
        """Whether PyTorch has a kernel for this cell, so that `fused` gives something."""
        return not self.lacks

    def fused(self, x: Tensor, *state: Tensor) -> Fused:
        """The same steps by PyTorch's own kernel, where `has_kernel`.

        Args:
            x: (time, input_size), or (time, batch, input_size).
            state: the state before the first step, in the order of `state_signals`, (units,) or (batch, units).
        """
        raise NotImplementedError(f"PyTorch has no kernel for this {self.title}")
