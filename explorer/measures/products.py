"""Long sums of products, in pieces that one processor works off alone."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_ALONE = 2**18
"""Multiplications up to which BLAS shares nothing among threads: on a busy server they would wait for each other."""


def product(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.float64]:
    """``first @ second`` over a long inner axis, (rows, time) by (time, columns), added up piece by piece."""
    total = np.zeros((len(first), second.shape[1]))
    piece = max(4, _ALONE // max(1, total.size))
    for start in range(0, first.shape[1], piece):
        total += first[:, start : start + piece] @ second[start : start + piece]
    return total
