"""How many parameters a network has, in PyTorch and in Keras, and whether it needs both of PyTorch's biases."""

from dataclasses import dataclass

import numpy as np

from explorer.arguments import checked
from explorer.cells import CELLS
from explorer.cells.declared import blocks_of
from explorer.models import Model
from explorer.models.model.variants import as_read, with_one_bias
from explorer.trace import Trace, record


@dataclass(frozen=True)
class Count:
    """The recurrent parameters of one layer and direction.

    Attributes:
        layer, direction: where.
        blocks: gates and candidates with weights of their own.
        inputs, units: how many numbers each of their units reads of the input and of the old state.
        hidden: units of a block.
        biases: vectors of biases a block has in PyTorch.
        keras_biases: and in Keras.
        more: numbers of parameters beside these.
    """

    layer: int
    direction: str
    blocks: int
    inputs: int
    units: int
    hidden: int
    biases: int
    keras_biases: int
    more: int = 0

    @property
    def pytorch(self) -> int:
        """All of them in PyTorch."""
        return self.blocks * self.hidden * (self.inputs + self.units + self.biases) + self.more

    @property
    def keras(self) -> int:
        """All of them in Keras."""
        return self.blocks * self.hidden * (self.inputs + self.units + self.keras_biases) + self.more

    def written(self, biases: int) -> str:
        """``"4 · 9 · (1 + 9 + 2)"``."""
        more = f" + {self.more}" * bool(self.more)
        return f"{self.blocks} · {self.hidden} · ({self.inputs} + {self.units} + {biases}){more}"


@checked
def counts(model: Model) -> tuple[Count, ...]:
    """Each layer's and direction's recurrent parameters::

        blocks · units · (inputs + units + biases)

    PyTorch keeps two biases a block; Keras one, but where the second stands inside a product and so is another
    parameter, as in a GRU that resets after the product.
    """
    found = []
    for layer, level in enumerate(model.stack):
        for cell, direction in zip(level, ("forward", "reverse"), strict=False):
            weights = cell.weights()
            biases = sum(name in weights for name in ("bias_ih", "bias_hh"))
            both = any(block.times is not None for block in blocks_of(cell.lines))
            blocks, hidden = len(cell.blocks), cell.hidden_size
            units = cell.weight_hh.shape[1]
            usual = blocks * hidden * (cell.input_size + units + biases)
            more = sum(one.numel() for one in weights.values()) - usual
            found.append(
                Count(layer, direction, blocks, cell.input_size, units, hidden, biases, biases if both else biases // 2,
                      more)
            )  # fmt: skip
    return tuple(found)


@checked
def in_keras(model: Model) -> str:
    """What Keras calls a layer of this cell; "" where it has none, or none with such a projection."""
    return "" if model.proj_size else CELLS[model.kind].keras


@checked
def one_bias_gap(model: Model, trace: Trace) -> float:
    """The largest |difference| of h where b_hh is moved into b_ih: 0, to rounding, where one bias is enough."""
    own, moved = (record(one, trace.inputs)["hidden"] for one in (as_read(model), with_one_bias(as_read(model))))
    return float(np.abs(own - moved).max())
