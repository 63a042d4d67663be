"""ONE STEP of a recurrent cell. No loop over time, no text, no picture.

A new cell is one new file here and one line in `CELLS`.
"""

from explorer.cells.base import Carry, Cell, Fused, Hold, free
from explorer.cells.declared import Block, Line, Norm, Projection, Reads, Sum, now, old, own, tanh
from explorer.cells.gru import GRUCell
from explorer.cells.layernorm import LayerNormCell
from explorer.cells.lstm import LSTMCell
from explorer.cells.mgu import MGUCell
from explorer.cells.offers import Option
from explorer.cells.peephole import PeepholeCell
from explorer.cells.rnn import RNNCell
from explorer.signals import Signal

CELLS: dict[str, type[Cell]] = {
    cell.kind: cell for cell in (LSTMCell, GRUCell, RNNCell, MGUCell, PeepholeCell, LayerNormCell)
}
"""Every cell by its kind."""


def word(kind: str, signal: str) -> Signal:
    """What a signal is called and means in a cell of that kind."""
    return CELLS[kind].word(signal)


__all__ = [
    "CELLS", "Block", "Carry", "Cell", "Fused", "GRUCell", "Hold", "LSTMCell", "Line", "Norm", "Option", "Projection",
    "RNNCell", "Reads", "Sum", "free", "now", "old", "own", "tanh", "word",
]  # fmt: skip
