"""Following a file's graph: which numbers reach which operator. Nothing of the network itself is computed."""

from explorer.models.graphs.paths import Paths, worded
from explorer.models.graphs.readers import Reader, readers_of
from explorer.models.graphs.sources import Uniform
from explorer.models.graphs.values import Wiring

__all__ = ["Paths", "Reader", "Uniform", "Wiring", "readers_of", "worded"]
