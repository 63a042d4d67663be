"""A recurrent model: cells in layers and directions, with what stands before and after them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from explorer.cells import Cell
from explorer.errors import UnknownSignalError
from explorer.fitting import is_index, said
from explorer.models.model.head import Head
from explorer.sequences import Scaling, Vocabulary
from explorer.shown import ShowsItself

DIRECTIONS = ("forward", "reverse")
Direction = Literal["forward", "reverse"]


@dataclass(frozen=True, eq=False)
class Model(ShowsItself):
    """A stack of cells, read-only.

    Attributes:
        stack: ``stack[layer][direction]`` is a `Cell`.
        name: what the page calls it.
        learned: False for random weights, which mean nothing yet.
        embedding: (tokens, input_size), or None where the model reads numbers.
        text: how text becomes token ids, or None.
        scaling: how numbers in the data's own units become inputs, or None.
        head: what turns the last layer's hidden state into predictions, or None.
        card: provenance and words about the model, as bundled with it.
        unused: names of tensors beside the cell's that were not used; () if none. What is drawn is then the cell
            without them.
        initial: trained states to start from where the caller gives none, ``"h_0"`` and ``"c_0"``, each
            (layers*directions, units).
        mask: the token id at whose steps the state is held and nothing is computed, or None.
    """

    stack: tuple[tuple[Cell, ...], ...]
    name: str = "model"
    learned: bool = True
    embedding: Tensor | None = None
    text: Vocabulary | None = None
    scaling: Scaling | None = None
    head: Head | None = None
    card: Mapping[str, Any] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    initial: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    mask: int | None = None

    @property
    def kind(self) -> str:
        """Of its cells: a name in `explorer.cells.CELLS`."""
        return self._first.kind

    @property
    def signals(self) -> tuple[str, ...]:
        """Every signal a trace of this model holds, in order."""
        return self._first.signals

    @property
    def input_size(self) -> int:
        return self._first.input_size

    @property
    def hidden_size(self) -> int:
        return self._first.hidden_size

    @property
    def proj_size(self) -> int:
        """Units of a projected hidden state, 0 without projection (as PyTorch counts)."""
        projected = self._first.units["hidden"]
        return projected if "weight_hr" in self._first.weights() else 0

    @property
    def num_layers(self) -> int:
        return len(self.stack)

    @property
    def num_directions(self) -> int:
        return len(self.stack[0])

    @property
    def has_kernel(self) -> bool:
        """Whether PyTorch has kernels that run this very model."""
        return self._first.has_kernel

    @cached_property
    def num_parameters(self) -> int:
        """Recurrent weights only, without embedding and head."""
        return sum(tensor.numel() for cell in self.cells() for tensor in cell.weights().values())

    @property
    def values_per_step(self) -> int:
        """How many numbers one step records: every unit of every signal, layer and direction."""
        return sum(sum(cell.units.values()) for cell in self.cells())

    @property
    def vocabulary(self) -> tuple[str, ...] | None:
        """Tokens by id, or None where the model has no vocabulary."""
        return None if self.text is None else self.text.tokens

    @property
    def summary(self) -> str:
        """One line: what the model is, and what stands before and after it."""
        inputs = "1 input" if self.input_size == 1 else f"{self.input_size} inputs"
        words = [f"{self.name}: {self._first.title}, {inputs}, {self.hidden_size} units"]
        words += [f"projected to {self.proj_size}"] if self.proj_size else []
        words += [f"{self.num_layers} layers"] if self.num_layers > 1 else []
        words += ["both directions"] if self.num_directions == 2 else []
        words += [f"an embedding of {len(self.embedding)} tokens"] if self.embedding is not None else []
        words += [f"{len(self.head.weight)} outputs"] if self.head is not None else []
        return ", ".join(words)

    def __repr__(self) -> str:
        lines = [f"Model({self.summary})", f"  signals: {', '.join(self.signals)}"]
        lines += ["  random weights: nothing learned"] if not self.learned else []
        lines += [f"  not used: {', '.join(self.unused[:3])}{', …' * (len(self.unused) > 3)}"] if self.unused else []
        return "\n".join(lines)

    @property
    def _first(self) -> Cell:
        return self.stack[0][0]

    def cells(self) -> Iterator[Cell]:
        """Every cell, layer by layer, forward before reverse: the order of PyTorch's states."""
        for layer in self.stack:
            yield from layer

    def cell(self, layer: int = 0, direction: Direction | str = "forward") -> Cell:
        """The cell of one layer and direction.

        Raises:
            UnknownSignalError: there is no such layer or direction.
        """
        check_place(layer, direction, self.num_layers, self.num_directions)
        return self.stack[layer][DIRECTIONS.index(direction)]

    def weights(self, layer: int = 0, direction: Direction | str = "forward") -> dict[str, NDArray[Any]]:
        """One cell's parameters as NumPy arrays, by PyTorch's names.

        Returns:
            ``weight_ih`` (blocks*hidden_size, inputs), ``weight_hh`` (blocks*hidden_size, units), where
            there are biases ``bias_ih``, ``bias_hh`` (blocks*hidden_size,), and with a projection
            ``weight_hr`` (proj_size, hidden_size). Row blocks: LSTM i, f, g, o; GRU r, z, n.

        Raises:
            UnknownSignalError: there is no such layer or direction.
        """
        cell = self.cell(layer, direction)
        return {name: np.array(tensor.numpy()) for name, tensor in cell.weights().items()}


def check_place(layer: int, direction: str, num_layers: int, num_directions: int) -> None:
    """Refuse a layer or direction that does not exist.

    Raises:
        UnknownSignalError: with what there is instead.
    """
    if not is_index(layer) or not 0 <= layer < num_layers:
        raise UnknownSignalError(
            f"There is no layer {said(layer)}: this model has {num_layers} (0 to {num_layers - 1})."
        )
    known = DIRECTIONS[:num_directions]
    if not isinstance(direction, str) or direction not in known:
        raise UnknownSignalError(f"There is no direction {said(direction)}: this model has {' and '.join(known)}.")
