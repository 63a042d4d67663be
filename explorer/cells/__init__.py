"""ONE STEP of a recurrent cell. No loop over time, no text, no picture.

A new cell is one new file here and one line in `CELLS`.
"""

from explorer.cells.base import Carry, Cell, Fused, Hold, Reads, free
from explorer.cells.gru import GRUCell
from explorer.cells.lstm import LSTMCell
from explorer.cells.rnn import RNNCell

CELLS: dict[str, type[Cell]] = {cell.kind: cell for cell in (LSTMCell, GRUCell, RNNCell)}
"""Every cell by its kind."""

__all__ = ["CELLS", "Carry", "Cell", "Fused", "GRUCell", "Hold", "LSTMCell", "RNNCell", "Reads", "free"]
