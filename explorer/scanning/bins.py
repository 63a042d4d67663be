"""Where values fall: bins that are known before any value is, so that one pass is enough."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.cells import word

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
    """
    if word(kind, signal).role == "gate":
        scaled = values * np.float32(bins)
    else:
        scaled = np.abs(values)
        scaled += 1
        np.divide(values, scaled, out=scaled)
        scaled += 1
        scaled *= bins / 2
    places = scaled.astype(np.int32)
    return np.clip(places, 0, bins - 1, out=places)


def edges_of(kind: str, signal: str, bins: int) -> Array:
    """The values between the bins, (bins + 1,): `bin_of` turned back; ±inf at the ends of what has no bounds."""
    shares = np.linspace(0.0, 1.0, bins + 1)
    if word(kind, signal).role == "gate":
        return shares
    squashed = 2 * shares - 1
    with np.errstate(divide="ignore"):
        return np.asarray(squashed / (1 - np.abs(squashed)))
