"""The network that is trained: embedding, recurrent layers and head, PyTorch's own wherever it has them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import torch
from torch import Tensor, nn

from explorer.cells import CELLS
from explorer.errors import ShapeError
from explorer.training.begin import Beginning
from explorer.training.layers import CellLayers, State

KINDS: dict[str, Callable[..., Any]] = {kind: cell.modules[0] for kind, cell in CELLS.items() if cell.modules}
"""The cells that PyTorch trains, by kind."""


@dataclass(frozen=True)
class Shape:
    """The sizes of a network, whichever cell it has.

    Args:
        inputs: features that reach layer 0: the width of the embedding, or the columns of the series.
        hidden_size: units of each layer and direction.
        outputs: width of the head.
        tokens: how many tokens are embedded; 0 where the network reads numbers.
        num_layers: recurrent layers.
        bidirectional: whether each layer also reads from the end.
        dropout: share of the last layer's features, and of what passes between layers, dropped in training.
        spread: standard deviation that the embedding starts with. Small, so that a rare word, which is moved
            seldom, starts near nothing rather than near anything.
        reads: ``"step"``: the head reads each step; ``"ends"``: it reads once, the last layer's final
            state of each direction side by side, ``cat(h_n[-2], h_n[-1])``.
    """

    inputs: int
    hidden_size: int
    outputs: int
    tokens: int = 0
    num_layers: int = 1
    bidirectional: bool = False
    dropout: float = 0.0
    spread: float = 1.0
    reads: Literal["step", "ends"] = "step"

    @property
    def words(self) -> str:
        """Layers × units, as in ``"1×20"``."""
        return f"{self.num_layers}×{self.hidden_size}" + (" bidirectional" if self.bidirectional else "")


_AS_THE_CELL_SAYS = Beginning()


class Learner(nn.Module):
    """A network whose `state_dict` is exactly what a bundled model stores.

    The biases of the keep gates start with the sum that the cell asks for (an LSTM's forget gates with 1, so that it
    remembers before it has learned what to forget), or as told; everything else starts as PyTorch draws it.

    Args:
        kind: a name in `explorer.cells.CELLS`.
        shape: the sizes.
        beginning: the keep gates' biases at the start.

    Raises:
        ShapeError: there is no such cell.

    Example:
        >>> outputs, state = Learner("gru", Shape(inputs=1, hidden_size=4, outputs=1))(torch.zeros(7, 2, 1))
        >>> outputs.shape
        torch.Size([7, 2, 1])
    """

    def __init__(self, kind: str, shape: Shape, beginning: Beginning = _AS_THE_CELL_SAYS) -> None:
        super().__init__()
        if kind not in CELLS:
            raise ShapeError(f"There is no cell called {kind!r}: choose one of {', '.join(CELLS)}.")
        self.kind = kind
        self.shape = shape
        self.embedding = nn.Embedding(shape.tokens, shape.inputs) if shape.tokens else None
        if self.embedding is not None and shape.spread != 1.0:
            nn.init.normal_(self.embedding.weight, std=shape.spread)
        between = shape.dropout if shape.num_layers > 1 else 0.0
        make = KINDS.get(kind) or partial(CellLayers, kind)
        self.rnn = make(
            shape.inputs, shape.hidden_size, shape.num_layers, bidirectional=shape.bidirectional, dropout=between
        )
        self.dropout = nn.Dropout(shape.dropout)
        self.head = nn.Linear(shape.hidden_size * (1 + shape.bidirectional), shape.outputs)
        beginning.set(self.rnn, CELLS[kind], shape.hidden_size)

    def forward(self, inputs: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Run over sequences side by side.

        Args:
            inputs: token ids (time, batch), or numbers (time, batch, features).
            state: where an earlier run stopped, or None for zeros.

        Returns:
            The head's raw values (time, batch, outputs), or (1, batch, outputs) where it reads the ends;
            and the state after the last step.
        """
        x = self.dropout(self.embedding(inputs)) if self.embedding is not None else inputs
        hidden, after = self.rnn(x, state)
        if self.shape.reads == "ends":
            last = after[0] if isinstance(after, tuple) else after
            hidden = torch.cat([last[-2], last[-1]] if self.shape.bidirectional else [last[-1]], dim=-1)[None]
        return self.head(self.dropout(hidden)), after

    @torch.no_grad()
    def predict(self, inputs: Tensor) -> Tensor:
        """The head's raw values from a zero state, without dropout; shapes as in `forward`."""
        was_training = self.training
        self.eval()
        outputs: Tensor = self(inputs)[0]
        self.train(was_training)
        return outputs
