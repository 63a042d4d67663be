"""Several gates squashed by one call: where they lie in one stretch of memory, and nothing between minds."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from explorer.models.run.calls import Array, Look, Operation, tensors_in


class _Squash(NamedTuple):
    """One σ: where it stands among a step's operations, what it reads, and where it writes."""

    place: int
    read: Array
    out: Array


def together(noted: Sequence[Any], look: Look) -> dict[int, tuple[Array, Array] | None]:
    """Sigmoids that can be taken together.

    Args:
        noted: a step's operations in their order, and the places at which a signal is held.
        look: a tensor → where its numbers are.

    Returns:
        For the place at which some are taken what they read and where they write, each as one stretch; for the others
        of them None.
    """
    waiting = [
        _Squash(place, look(one.args[0]), look(one.results[0]))
        for place, one in enumerate(noted)
        if isinstance(one, Operation) and one.is_sigmoid
    ]
    waiting = [one for one in waiting if one.read.strides == one.out.strides == (one.out.itemsize,)]
    found: dict[int, tuple[Array, Array] | None] = {}
    while waiting:
        first, *others = waiting
        some = _at_the_first(first, others, noted, look)
        if len(some) > 1:
            at = first.place
        else:
            some = [first, *(one for one in others[:1] if _at_the_second(first, one, noted, look))]
            at = some[-1].place
        if len(some) > 1:
            found |= {one.place: None for one in some} | {
                at: (_stretch([one.read for one in some]), _stretch([one.out for one in some]))
            }
        places = {one.place for one in some}
        waiting = [one for one in waiting if one.place not in places]
    return found


def _at_the_first(first: _Squash, others: list[_Squash], noted: Sequence[Any], look: Look) -> list[_Squash]:
    """Those that can be done as early as the first; what lies between them is written later, and not read before."""
    some = [first]
    for one in others:
        taken = {member.place for member in some}
        between = [noted[place] for place in range(first.place + 1, one.place) if place not in taken]
        after = [noted[place] for place in range(first.place + 1, len(noted)) if place not in {*taken, one.place}]
        free = not any(_minds(step, one, look) for step in between) and _moved(one) == _moved(first)
        more = sorted([*some, one], key=lambda member: _address(member.out))
        free = free and _is_one_stretch([member.read for member in more], noted)
        if free and all(_is_written_first(gap, after, look) for gap in _gaps([member.out for member in more])):
            some.append(one)
    return some


def _at_the_second(first: _Squash, one: _Squash, noted: Sequence[Any], look: Look) -> bool:
    """Whether the first can wait for one that lies beside it."""
    free = not any(_minds(step, first, look) for step in noted[first.place + 1 : one.place])
    return free and _moved(one) == _moved(first) and _side_by_side(first.out, one.out)


def _minds(step: Any, squash: _Squash, look: Look) -> bool:
    """Whether a σ cannot be done on the other side of a step: that touches what it gives, or writes what it reads."""
    touched, written = _touched(step, look), _written(step, look)
    return any(np.shares_memory(squash.out, part) for part in touched) or any(
        np.shares_memory(squash.read, part) for part in written
    )


def _touched(step: Any, look: Look) -> list[Array]:
    if isinstance(step, Operation):
        return [look(tensor) for tensor in tensors_in((step.args, step.results))]
    return [look(tensor) for tensor in (step.value, *step.computed.values())]


def _written(step: Any, look: Look) -> list[Array]:
    return [look(tensor) for tensor in (step.results if isinstance(step, Operation) else (step.value,))]


def _is_written_first(gap: tuple[int, int], after: Sequence[Any], look: Look) -> bool:
    """Whether the first step that touches a stretch of memory writes all of it and reads none."""
    low, high = gap
    for step in after:
        if any(_overlaps(part, low, high) for part in _touched(step, look)):
            read = tensors_in(step.args) if isinstance(step, Operation) else [step.value, *step.computed.values()]
            whole = any(one.flags.c_contiguous and _address(one) <= low and high <= _address(one) + one.nbytes
                        for one in _written(step, look))  # fmt: skip
            return whole and not any(_overlaps(look(tensor), low, high) for tensor in read)
    return False


def _overlaps(part: Array, low: int, high: int) -> bool:
    first, last = np.lib.array_utils.byte_bounds(part)
    return first < high and low < last


def _gaps(rows: Sequence[Array]) -> list[tuple[int, int]]:
    """What lies between rows that stand in the order of memory."""
    ends = [(_address(one) + one.nbytes, _address(other)) for one, other in pairwise(rows)]
    return [(low, high) for low, high in ends if low != high]


def _is_one_stretch(rows: Sequence[Array], noted: Sequence[Any]) -> bool:
    """Whether rows, and whatever lies between them, are in one block of memory, in that order."""
    low, high = _address(rows[0]), _address(rows[-1]) + rows[-1].nbytes
    if not _gaps(rows):
        return True
    tensors = [tensor for one in noted if isinstance(one, Operation) for tensor in tensors_in(one.args)]
    blocks = [(one.untyped_storage().data_ptr(), one.untyped_storage().nbytes()) for one in tensors]
    return low < high and any(start <= low and high <= start + size for start, size in blocks)


def _side_by_side(one: Array, other: Array) -> bool:
    return _address(one) + one.nbytes == _address(other) or _address(other) + other.nbytes == _address(one)


def _stretch(rows: Sequence[Array]) -> Array:
    """Rows of one block and what lies between them, as one row."""
    first, last = min(rows, key=_address), max(rows, key=_address)
    size = (_address(last) - _address(first)) // first.itemsize + len(last)
    return as_strided(first, (size,), first.strides)


def _moved(squash: _Squash) -> int:
    """How far what it gives lies behind what it reads."""
    return _address(squash.out) - _address(squash.read)


def _address(row: Array) -> int:
    return int(row.__array_interface__["data"][0])
