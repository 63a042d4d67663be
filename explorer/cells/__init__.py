"""ONE STEP of a recurrent cell. No loop over time, no text, no picture.

A new cell is one new file here and the one line that imports it.
"""

from inspect import isabstract

from explorer.cells.base import Carry, Cell, Fused, Hold, free
from explorer.cells.declared import Block, Line, Norm, Projection, Reads, Sum, now, old, own, tanh
from explorer.cells.offers import Option
from explorer.cells.spelt import Spelling
from explorer.signals import Signal

# isort: off
# Every cell, a line each, in the order in which menus list them.
from explorer.cells.lstm import LSTMCell as LSTMCell
from explorer.cells.gru import GRUCell as GRUCell
from explorer.cells.rnn import RNNCell as RNNCell
from explorer.cells.mgu import MGUCell as MGUCell
from explorer.cells.peephole import PeepholeCell as PeepholeCell
from explorer.cells.layernorm import LayerNormCell as LayerNormCell
# isort: on

CELLS: dict[str, type[Cell]] = {
    one.kind: one
    for one in tuple(vars().values())
    if isinstance(one, type) and issubclass(one, Cell) and not isabstract(one)
}
"""Every cell by its kind."""


def word(kind: str, signal: str) -> Signal:
    """What a signal is called and means in a cell of that kind."""
    return CELLS[kind].word(signal)


__all__ = [
    "CELLS", "Block", "Carry", "Cell", "Fused", "Hold", "Line", "Norm", "Option", "Projection", "Reads", "Spelling",
    "Sum", "free", "now", "old", "own", "tanh", "word",
]  # fmt: skip
