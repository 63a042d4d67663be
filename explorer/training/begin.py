"""How a network begins: what its keep gates are biased to before the first update."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from explorer.cells import Cell
from explorer.errors import ShapeError


@dataclass(frozen=True)
class Beginning:
    """The biases of the keep gate at the start; a cell without one begins as it is drawn.

    Args:
        bias: what the keep gate's biases sum to, counted so that more keeps longer: the "forget bias"; None takes
            the cell's own (an LSTM's 1, others as drawn).
        longest: chrono initialisation instead, for dependencies of up to so many steps, > 2::

                b_keep = ln u,  u ~ U(1, longest − 1);   an LSTM's b_input = −b_keep

    Raises:
        ShapeError: a ``longest`` that leaves nothing to draw from.

    Source: Gers et al. 2000 and Jozefowicz et al. 2015 (bias); Tallec & Ollivier 2018, arXiv 1804.11188 (chrono).
    """

    bias: float | None = None
    longest: int | None = None

    def __post_init__(self) -> None:
        if self.longest is not None and self.longest <= 2:
            raise ShapeError(f"longest is {self.longest}: give more than 2 steps.")

    def values(self, cell: type[Cell], hidden_size: int) -> dict[str, Tensor | float]:
        """What the biases of some gates sum to: a number, or one a unit drawn from PyTorch's generator."""
        if cell.keep_gate is None:
            return {}
        if self.longest is not None:
            drawn = torch.empty(hidden_size).uniform_(1, self.longest - 1).log()
            return {gate: sign * drawn for gate, sign in cell.chrono.items()}
        if self.bias is not None:
            return {cell.keep_gate: cell.keep_sign() * self.bias}
        return {} if cell.keep_bias is None else {cell.keep_gate: cell.keep_bias}

    @torch.no_grad()
    def set(self, rnn: nn.Module, cell: type[Cell], hidden_size: int) -> None:
        """Write them into every layer and direction: the sum into the first bias, 0 into the second."""
        first, second = cell.bias_fields
        parameters = dict(rnn.named_parameters())
        for name in [name for name in parameters if name.startswith(f"{first}_l")]:
            for gate, value in self.values(cell, hidden_size).items():
                start = cell.blocks.index(gate) * hidden_size
                rows = slice(start, start + hidden_size)
                parameters[name][rows] = value
                parameters[name.replace(first, second, 1)][rows] = 0.0
