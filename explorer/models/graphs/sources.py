"""What a tensor of a graph is made of: a constant, or numbers moved from somewhere else.

Each source of numbers (an input, an embedding's rows, a network's states, an operator that computes) is given numbers
of its own, 0, 1, 2, …, one a place. Operators that only move numbers move these instead. So what reaches an operator
says by itself where it comes from and in which order, whatever operators lie between.
"""

from dataclasses import dataclass
from math import prod

import numpy as np

from explorer.models.files import Array
from explorer.models.graphs.sizes import Sizes


@dataclass(frozen=True, eq=False)
class Source:
    """A place that numbers come from.

    Attributes:
        tensor: the name of the tensor, or of the embedding.
        node: which operator gives it, None for an input of the graph.
        output: which of the operator's outputs it is.
        first: the number of its first place.
        sizes: its shape.
        table: an embedding, (rows, features), where the numbers are rows of it.
    """

    tensor: str
    node: int | None
    output: int
    first: int
    sizes: Sizes
    table: Array | None = None

    def places(self) -> Array:
        """Its places' numbers, in its shape."""
        return np.arange(self.first, self.first + prod(self.sizes), dtype=np.int32).reshape(self.sizes)


@dataclass(frozen=True, eq=False)
class Traced:
    """Numbers that were moved from their sources: the place that each comes from."""

    places: Array


@dataclass(frozen=True, eq=False)
class Uniform:
    """One number in every place of a shape that is not known."""

    number: Array


class Unknown:
    """What cannot be followed."""


Value = Array | Traced | Uniform | Unknown
UNKNOWN = Unknown()
