"""From what is so of characters to what is so of steps: a step may be a character, or a word of several."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Numbers = NDArray[np.float64]


def any_of(marked: Mask, offsets: NDArray[Any]) -> Mask:
    """Which steps hold a marked character.

    Args:
        marked: (characters,).
        offsets: (time + 1,), where each step's token begins in the text, and where the last one ends.
    """
    places = np.asarray(offsets, dtype=np.intp)
    before = np.concatenate([[0], np.cumsum(marked)])
    return np.asarray(before[places[1:]] > before[places[:-1]])


def last_of(values: NDArray[Any], offsets: NDArray[Any]) -> NDArray[Any]:
    """The value at each step's last character: what holds once the step is read."""
    places = np.asarray(offsets, dtype=np.intp)
    return np.asarray(values[np.maximum(places[1:] - 1, places[:-1])])
