"""One step of a cell, noted operation by operation as PyTorch dispatches them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from explorer.cells import Cell
from explorer.models.run.calls import Operation, tensors_in


class UncapturableError(Exception):
    """The cell did what cannot be done again without its code: it asked for a value, or left PyTorch."""


_WAYS_OUT = {Tensor.numpy, Tensor.__array__, Tensor.tolist, Tensor.__dlpack__}
"""By which numbers leave PyTorch unnoticed: what becomes of them, a branch perhaps, no list of operations says."""


class Guard(TorchFunctionMode):
    """Lets no number leave PyTorch unnoticed."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if function in _WAYS_OUT:
            raise UncapturableError(f"{function} reads numbers outside PyTorch")
        return function(*args, **(kwargs or {}))


class Recorder(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Notes every operation that reads what changes from step to step."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """PyTorch would load its compiler, a second and 75 MB, to say that it shall not compile this."""
        return False

    def __init__(self, cell: Cell, moving: list[Tensor]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.noted: list[Operation | Held] = []
        self._moving = set(map(memory, moving))
        self._fixed = {memory(value) for value in vars(cell).values() if isinstance(value, Tensor)}
        self._kept: list[Any] = []  # else its memory could become another's

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if torch.Tag.nondeterministic_seeded in function.tags:
            raise UncapturableError(f"{function} draws numbers")
        found = function(*args, **(kwargs or {}))
        results = found if isinstance(found, tuple | list) else (found,)
        if not all(isinstance(result, Tensor) for result in results):
            raise UncapturableError(f"{function} gives no tensor")
        self._kept.append(results)
        self._note(Operation(function, args, kwargs or {}, tuple(results)))
        return found

    def moves(self, tensor: Tensor) -> bool:
        """Whether its numbers change from step to step."""
        return memory(tensor) in self._moving

    def _note(self, one: Operation) -> None:
        read, written = (
            set(map(memory, tensors_in((*one.args, *one.options.values())))),
            set(map(memory, one.results)),
        )
        if read - self._moving - self._fixed:
            raise UncapturableError(f"{one.function} reads what no operation made")
        if read.isdisjoint(self._moving):
            self._fixed |= written
        elif torch.Tag.inplace_view not in one.function.tags and not one.is_view:
            if one.function._schema.is_mutable and not written <= self._moving:
                raise UncapturableError(f"{one.function} changes what does not move")
            self._moving |= written
            self.noted.append(one)


def memory(tensor: Tensor) -> int:
    """Where a tensor's numbers begin, by which it is known again."""
    return tensor.untyped_storage().data_ptr()


def is_alone(tensor: Tensor) -> bool:
    """Whether it is all that lies in its memory, in order."""
    return tensor.untyped_storage().nbytes() == tensor.numel() * tensor.itemsize and tensor.is_contiguous()


class Held(NamedTuple):
    """A place in the step at which a signal may be held, and what was computed before it."""

    signal: str
    value: Tensor
    computed: dict[str, Tensor]


def copies_of_what_is_gone(noted: Sequence[Operation | Held]) -> list[Operation]:
    """The copies of values that an operation made and nothing but the copying reads or changes afterwards.

    Args:
        noted: a step's operations in their order.
    """
    found = []
    for place, one in enumerate(noted):
        if not isinstance(one, Operation) or one.function is not torch.ops.aten.clone.default:
            continue
        value = memory(one.args[0])
        touch = [at for at, other in enumerate(noted) if value in map(memory, tensors_of(other))]
        makes = isinstance(first := noted[touch[0]], Operation) and value not in map(memory, tensors_in(first.args))
        if touch[-1] == place != touch[0] and makes and len(touch) == 2:
            found.append(one)
    return found


def tensors_of(one: Operation | Held) -> list[Tensor]:
    """Every tensor that is read or written there."""
    if isinstance(one, Operation):
        return [*tensors_in((*one.args, *one.options.values())), *one.results]
    return [one.value, *one.computed.values()]
