"""What passed through a recurrent module in one call, sequence by sequence, as NumPy arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.trace.read_only import ReadOnly

Array = NDArray[Any]
Rows = slice | NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Batch(ReadOnly):
    """Sequences of their true lengths that lie, in any order, in two tables with a row a step.

    Attributes:
        inputs: (rows, input_size), what the module read.
        outputs: (rows, directions*units), what it gave; no rows where no module was watched, only data laid together.
        rows: where each sequence's steps lie, in the order of time.
        before: the given states, ``"h_0"`` and ``"c_0"``, each (sequences, layers*directions, units); empty where none
            were given.
        after: the states that the module gave, ``"h_n"`` and ``"c_n"`` likewise.
        precision: the dtype that the module computed in.
    """

    inputs: Array
    outputs: Array
    rows: Sequence[Rows]
    before: Mapping[str, Array]
    after: Mapping[str, Array]
    precision: str = field(default="float32")

    def __len__(self) -> int:
        """How many sequences there are."""
        return len(self.rows)

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """(sequences,), the steps of each."""
        return np.array([_length(one, len(self.inputs)) for one in self.rows], dtype=np.int64)

    def states(self, place: int) -> dict[str, Array]:
        """The states that a sequence began with, as `record` takes them."""
        return {name: values[place] for name, values in self.before.items()}


def _length(rows: Rows, total: int) -> int:
    return len(range(*rows.indices(total))) if isinstance(rows, slice) else len(rows)
