"""Two gates squashed by one call: where both lie side by side in memory and nothing between them reads the first."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from explorer.models.run.calls import Array, Look, Operation, tensors_in


def pairs(noted: Sequence[Any], look: Look) -> dict[int, tuple[Array, Array] | None]:
    """Sigmoids that can be taken together.

    Args:
        noted: a step's operations in their order.
        look: a tensor → where its numbers are.

    Returns:
        For the place of the second of each pair what both read and where both write, joined; for that of the first
        None.
    """
    found: dict[int, tuple[Array, Array] | None] = {}
    sigmoids = [place for place, one in enumerate(noted) if isinstance(one, Operation) and one.is_sigmoid]
    for first, second in pairwise(sigmoids):
        read, out = look(noted[first].args[0]), look(noted[first].results[0])
        if first in found or any(_minds(one, read, out, look) for one in noted[first + 1 : second]):
            continue
        values = _joined(read, look(noted[second].args[0]))
        outs = _joined(out, look(noted[second].results[0]))
        if values and outs and values[1] == outs[1]:
            found |= {first: None, second: (values[0], outs[0])}
    return found


def _minds(one: Any, read: Array, out: Array, look: Look) -> bool:
    """Whether something in between touches what the first gives, or writes to what it reads; a hold may do both."""
    if not isinstance(one, Operation):
        return True
    touched = [look(tensor) for tensor in tensors_in((one.args, one.results))]
    written = map(look, one.results)
    return any(np.shares_memory(out, part) for part in touched) or any(np.shares_memory(read, part) for part in written)


def _joined(one: Array, other: Array) -> tuple[Array, bool] | None:
    """Two rows as one, and whether the other comes first; None where they do not lie side by side."""
    if one.strides != other.strides or one.strides != (one.itemsize,):
        return None
    size = len(one) + len(other)
    for low, high, turned in ((one, other, False), (other, one, True)):
        if _address(low) + low.nbytes == _address(high):
            return as_strided(low, (size,), low.strides), turned
    return None


def _address(row: Array) -> int:
    return int(row.__array_interface__["data"][0])
