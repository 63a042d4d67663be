"""What padding does to a sequence's states, and that packing undoes it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ShapeError
from explorer.fitting import said
from explorer.models import Model
from explorer.models.model.variants import as_read
from explorer.trace import Trace, record, record_batch

Floats = NDArray[np.float64]
MOST = 1_000


@dataclass(frozen=True, eq=False)
class Padding:
    """A sequence beside itself with rows of zeros.

    Attributes:
        moved: (layer, direction), the largest |difference| of h at the sequence's own steps.
        ends: (layer, direction), the largest |difference| of h_n.
        packed: the largest |difference| of any of these where a batch knows the sequence's length.
    """

    moved: Floats
    ends: Floats
    packed: float


@checked
def padding(model: Model, trace: Trace, steps: int = 10, front: bool = False) -> Padding:
    """Run a sequence with rows of zeros behind it, or in front; and in a batch that knows its length.

    The zeros are what reaches layer 0, as where a padding token's embedding is 0.

    Args:
        model: the model.
        trace: its run.
        steps: how many rows, 1 to 1,000.
        front: whether they stand in front, as Keras's ``pad_sequences`` puts them by default.

    Raises:
        ShapeError: no such number of rows.
    """
    if not 1 <= steps <= MOST:
        raise ShapeError(f"{said(steps)} steps of padding: give 1 to {MOST:,}.")
    read, x = as_read(model), trace.inputs
    rows = np.zeros((steps, x.shape[1]), x.dtype)
    long = np.concatenate([rows, x] if front else [x, rows])
    alone, padded = record(read, x), record(read, long)
    packed = record_batch(read, [x, long])[0]
    own = slice(steps, None) if front else slice(None, len(x))
    moved = np.abs(padded["hidden"][:, :, own] - alone["hidden"]).max(axis=(2, 3))
    ends = np.abs(padded.h_n - alone.h_n).max(axis=1).reshape(moved.shape)
    gap = max(float(np.abs(one - two).max()) for one, two in (
        (packed["hidden"], alone["hidden"]), (packed.h_n, alone.h_n),
    ))  # fmt: skip
    return Padding(moved.astype(np.float64), ends.astype(np.float64), gap)
