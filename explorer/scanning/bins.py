"""Where values fall: bins that are known before any value is, so that one pass is enough."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.cells import word
from explorer.errors import ArgumentError

Array = NDArray[Any]


def bin_of(values: Array, kind: str, signal: str, bins: int) -> Array:
    """The bin of each value, 0 to bins − 1, int32.

    Gates lie between 0 and 1 and have bins of one width. What has no bounds is squashed first, without a change of
    order, so that bins are narrow near 0 and wide far out::

        gates     ⌊v · bins⌋             others     ⌊(v / (1 + |v|) + 1) / 2 · bins⌋

    Args:
        values: of any shape.
        kind: of the cell.
        signal: which signal they are of.
        bins: how many there are.

    Raises:
        ArgumentError: a value is no number.
    """
    if word(kind, signal).role == "gate":
        scaled = values * np.asarray(bins, values.dtype)
    else:
        scaled = 1 / (1 + np.abs(values))
        np.copysign(1 - scaled, values, out=scaled)
        scaled += 1
        scaled *= bins / 2
    if np.isnan(scaled).any():
        raise ArgumentError(f"{signal} is no number at some steps: the network runs away, and nothing can be counted.")
    places: Array = np.clip(scaled, 0, bins - 1, out=scaled).astype(np.int32)
    return places


def edges_of(kind: str, signal: str, bins: int) -> Array:
    """The values between the bins, (bins + 1,): `bin_of` turned back; ±inf at the ends of what has no bounds."""
    shares = np.linspace(0.0, 1.0, bins + 1)
    if word(kind, signal).role == "gate":
        return shares
    squashed = 2 * shares - 1
    with np.errstate(divide="ignore"):
        return np.asarray(squashed / (1 - np.abs(squashed)))
