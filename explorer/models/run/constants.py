"""What a step adds alike each time to what it adds to its input: added to all inputs at once instead."""

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from explorer.models.run.calls import Operation
from explorer.models.run.noting import memory, tensors_of

_aten = torch.ops.aten


def with_constants_apart(
    noted: Sequence[Any], given: Tensor, is_free: Callable[[Tensor, Tensor], bool]
) -> tuple[list[Any], list[tuple[Tensor, Tensor]]]:
    """A step's operations without the constants that its inputs can carry.

    In ``x_t + (W h + b)`` the bias may as well stand in ``x_t``; only rounding tells.

    Args:
        noted: the operations in their order, and the places at which a signal is held.
        given: what changes from step to step and is not computed, of one step.
        is_free: whether a sum is nothing that is shown, and its constant changes at no step.

    Returns:
        The operations; and for each constant the part of ``given`` that carries it, and the constant.
    """
    kept, apart = list(noted), []
    for place, one in enumerate(noted):
        bare = _without_constant(one) if isinstance(one, Operation) else None
        part = None if bare is None else _carrier(noted, place, given)
        if bare is not None and part is not None and is_free(one.results[0], bare[1]):
            kept[place] = bare[0]
            apart.append((part, bare[1]))
    return kept, apart


def _without_constant(one: Operation) -> tuple[Operation, Tensor] | None:
    """An operation without what it adds at its end, and that."""
    if one.function is _aten.addmm.default and not one.options:
        constant, *factors = one.args
        return Operation(_aten.mm.default, tuple(factors), {}, one.results), constant
    if one.function is _aten.native_layer_norm.default and one.args[3] is not None:
        *before, constant, epsilon = one.args
        return Operation(one.function, (*before, None, epsilon), one.options, one.results), constant
    return None


def _carrier(noted: Sequence[Any], place: int, given: Tensor) -> Tensor | None:
    """The part of ``given`` to which the result is added, where neither is looked at elsewhere."""
    made, own = memory(noted[place].results[0]), memory(given)
    touch = [at for at, other in enumerate(noted) if at != place and made in map(memory, tensors_of(other))]
    adds = noted[touch[0]] if touch and touch[0] > place else None
    if not isinstance(adds, Operation) or adds.function.overloadpacket not in (_aten.add, _aten.add_) or adds.options:
        return None
    if len(adds.args) != 2 or (adds.function.overloadpacket is _aten.add and len(touch) > 1):
        return None
    parts = [one for one in adds.args if isinstance(one, Tensor) and memory(one) == own]
    others = [one for at, step in enumerate(noted) if at != touch[0] for one in tensors_of(step) if memory(one) == own]
    alone = len(parts) == 1 and parts[0].shape == adds.results[0].shape and not any(_meet(parts[0], o) for o in others)
    return parts[0] if alone else None


def _meet(one: Tensor, other: Tensor) -> bool:
    """Whether two looks at the same memory have a number in common, or might."""
    return bool(one.storage_offset() <= _last(other) and other.storage_offset() <= _last(one))


def _last(one: Tensor) -> int:
    return int(one.storage_offset() + sum((size - 1) * by for size, by in zip(one.shape, one.stride(), strict=True)))
