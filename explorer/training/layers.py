"""Cells that PyTorch has no module for, as a module that is trained: the cell's own step, over time."""

from typing import Any

import torch
from torch import Tensor, nn

from explorer.cells import CELLS, Cell

State = Tensor | tuple[Tensor, Tensor]


class CellLayers(nn.Module):
    """Layers of any cell, called as ``torch.nn.LSTM`` is and with its names of the parameters.

    Args:
        kind: a name in `explorer.cells.CELLS`.
        input_size, hidden_size, num_layers: as in ``torch.nn``.
        bidirectional, dropout: as in ``torch.nn``.

    Note:
        A loop over time in Python: in training seven to nine times slower than PyTorch's kernels.
    """

    def __init__(
        self,
        kind: str,
        input_size: int,
        hidden_size: int,
        num_layers: int = 1,
        bidirectional: bool = False,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.cell, self.num_layers = CELLS[kind], num_layers
        self.suffixes = ("", "_reverse")[: 1 + bidirectional]
        self.dropout = nn.Dropout(dropout)
        for layer in range(num_layers):
            inputs = input_size if layer == 0 else hidden_size * len(self.suffixes)
            for suffix in self.suffixes:
                for name, shape in self.cell.shapes(inputs, hidden_size, hidden_size).items():
                    self._draw(f"{name}_l{layer}{suffix}", name, shape, hidden_size**-0.5)

    def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Run over sequences side by side.

        Args:
            x: (time, batch, input_size).
            state: as the call before returned it, or None for zeros.

        Returns:
            h_t of the last layer (time, batch, units of both directions), and the last states
            (layers*directions, batch, units).
        """
        given = None if state is None else state if isinstance(state, tuple) else (state,)
        ends: list[tuple[Tensor, ...]] = []
        for layer in range(self.num_layers):
            sides = []
            for suffix in self.suffixes:
                before = None if given is None else tuple(one[len(ends)] for one in given)
                hidden, after = self._run(f"_l{layer}{suffix}", x.flip(0) if suffix else x, before)
                sides.append(hidden.flip(0) if suffix else hidden)
                ends.append(after)
            x = torch.cat(sides, dim=-1)
            x = self.dropout(x) if layer + 1 < self.num_layers else x
        last = tuple(torch.stack(one) for one in zip(*ends, strict=True))
        return x, last if len(last) > 1 else last[0]  # type: ignore[return-value]

    def _draw(self, name: str, part: str, shape: tuple[int, ...], bound: float) -> None:
        values = self.cell.drawn(part, torch.empty(shape), bound, torch.default_generator)
        self.register_parameter(name, nn.Parameter(values))

    def _run(self, ending: str, x: Tensor, state: tuple[Tensor, ...] | None) -> tuple[Tensor, tuple[Tensor, ...]]:
        cell = self._cell(ending)
        zeros = tuple(one.expand(x.shape[1], -1) for one in cell.zeros())
        current: Any = cell.state(*(zeros if state is None else state))
        hidden = []
        for projected in cell.project(x):
            current = cell.update(cell.gates(projected, current), current)
            hidden.append(current.hidden)
        return torch.stack(hidden), tuple(current)

    def _cell(self, ending: str) -> Cell:
        own = {name.removesuffix(ending): value for name, value in self.named_parameters() if name.endswith(ending)}
        return self.cell(**own)
