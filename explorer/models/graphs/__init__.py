"""Following a file's graph: which numbers reach which operator. Nothing of the network itself is computed.

ONNX states what reads what, so nothing is guessed here. Every source of numbers (an input, an embedding's rows, a
network's states, an operator that computes) gets numbers of its own, one a place, and operators that only move numbers
move these: what reaches a head or a layer says by itself where it comes from and in which order. Whatever computes is
a new source, named on the page and not joined across. Only what a recurrent operator feeds or reads is followed.
"""

from explorer.models.graphs.paths import Paths, worded
from explorer.models.graphs.readers import Reader, readers_of
from explorer.models.graphs.sources import Uniform
from explorer.models.graphs.values import Wiring

__all__ = ["Paths", "Reader", "Uniform", "Wiring", "readers_of", "worded"]
