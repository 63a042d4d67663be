"""A tensor as a pickle describes it (storage, offset, sizes, strides) → an array, once the description is checked."""

from collections.abc import Callable
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from explorer.errors import CheckpointError
from explorer.models.files.contents import Array, widen
from explorer.models.files.limits import damaged, named, shown
from explorer.models.files.pickled import Call, Name, Reference

_TYPES = {
    "Float": "<f4", "Double": "<f8", "Half": "<f2", "BFloat16": "<u2", "Char": "i1", "Byte": "u1", "Short": "<i2",
    "Int": "<i4", "Long": "<i8", "Bool": "?", "QInt8": "i1", "QUInt8": "u1", "QInt32": "<i4", "ComplexFloat": "<c8",
    "ComplexDouble": "<c16", "Untyped": "u1",
}  # fmt: skip
_QUANTISED = "torch._utils._rebuild_qtensor"
_PLAIN = {"torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2", _QUANTISED}
_MOST_WRAPPED = 4
_LARGEST = 2**40
_WRAPPED = {"torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state"}


class Storage(NamedTuple):
    """A block of numbers: its key in the file, its type's name and how many there are."""

    key: str
    kind: str
    numbers: int

    @property
    def type(self) -> np.dtype[Any]:
        """As NumPy reads it; bfloat16 as the 16 bits it is."""
        return np.dtype(_TYPES[self.kind])

    @property
    def is_real(self) -> bool:
        """Whether it holds real numbers."""
        return not self.kind.startswith(("Complex", "Untyped"))


class Described(NamedTuple):
    """A tensor's description.

    Attributes:
        storage, offset, sizes, strides: where it lies.
        scale, zero: how its integers become numbers, (q − zero) · scale; scale 0 where they are none.
        rows: the same where each row, or column, has its own.
    """

    storage: Storage
    offset: int
    sizes: tuple[int, ...]
    strides: tuple[int, ...]
    scale: float = 0.0
    zero: int = 0
    rows: "Rows | None" = None

    @property
    def bytes(self) -> int:
        """What it takes in memory; quantised numbers become floats."""
        wide = self.scale or self.rows or self.storage.kind == "BFloat16"
        return prod(self.sizes) * (4 if wide else self.storage.type.itemsize)


class Rows(NamedTuple):
    """Scales and zero points along an axis of a quantised tensor."""

    scales: Described
    zeros: Described
    axis: int


Load = Callable[[Storage], bytes | memoryview]
"""Gives a storage's bytes."""


def describe(name: str, call: Call, scaled: bool = True) -> Described:
    """Read and check a tensor's description.

    Args:
        name: the tensor's.
        call: what would rebuild it.
        scaled: whether it may be quantised.

    Raises:
        CheckpointError: it is damaged, or lies in memory as no weights do.
    """
    for _ in range(_MOST_WRAPPED):
        if call.path in _WRAPPED or call.path == "torch._tensor._rebuild_from_type_v2":
            call = _unwrapped(name, call)
    if call.path not in _PLAIN or (call.path == _QUANTISED and not scaled):
        raise damaged(f"the tensor {named(name)} is described in part only")
    storage = storage_of(name, call.arguments[0] if call.arguments else None)
    if len(call.arguments) < 4 or (call.path == _QUANTISED and len(call.arguments) < 5):
        raise damaged(f"the tensor {named(name)} is described in part only")
    offset, sizes, strides = call.arguments[1:4]
    sizes, strides = _integers(name, sizes), _integers(name, strides)
    if type(offset) is not int or len(sizes) != len(strides) or len(sizes) > 32:
        raise damaged(f"the tensor {named(name)} has sizes and strides that do not match")
    described = Described(storage, offset, sizes, strides)
    _check_place(name, described)
    if call.path == _QUANTISED:
        described = _quantised(name, described, call.arguments[4])
    return described


def storage_of(name: str, reference: Any) -> Storage:
    """The storage that a tensor refers to.

    Raises:
        CheckpointError: it is none that PyTorch writes.
    """
    key = reference.key if isinstance(reference, Reference) else None
    if not isinstance(key, tuple) or len(key) < 5 or key[0] != "storage" or not isinstance(key[1], Name):
        raise damaged(f"the tensor {named(name)} has no storage")
    kind = key[1].path.removeprefix("torch.").removeprefix("storage.").removesuffix("Storage")
    if kind not in _TYPES or not isinstance(key[2], str) or type(key[4]) is not int or key[4] < 0:
        raise damaged(f"the tensor {named(name)} has a storage of an unknown kind")
    return Storage(key[2], kind, key[4])


def load(described: Described, load_storage: Load) -> tuple[Array, str]:
    """A described tensor's numbers, and how they were stored ("" where as they are).

    Raises:
        CheckpointError: the file holds other than the description claims.
    """
    storage = described.storage
    content = load_storage(storage)
    if len(content) != storage.numbers * storage.type.itemsize:
        raise damaged(
            f"a storage claims {storage.numbers:,} numbers of {storage.type.itemsize} bytes, but has {len(content):,}"
        )
    base = np.frombuffer(content, storage.type)[described.offset :]
    steps = [stride * storage.type.itemsize for stride in described.strides]
    values: Array = as_strided(base, described.sizes, steps, writeable=False)
    if storage.kind == "BFloat16":
        return widen(values), "bfloat16"
    if described.scale:
        shifted = values.astype(np.float32) - np.float32(described.zero)
        return shifted * np.float32(described.scale), "quantised integers"
    if described.rows:
        scales, zeros = (_along(load(one, load_storage)[0], described) for one in described.rows[:2])
        spread: Array = ((values.astype(np.float64) - zeros) * scales).astype(np.float32)
        return spread, "quantised integers"
    return values, ""


def _along(values: Array, described: Described) -> Array:
    """One number a row as an array that meets the tensor's axes."""
    assert described.rows is not None
    axes = [1] * len(described.sizes)
    axes[described.rows.axis] = -1
    return values.astype(np.float64).reshape(axes)


def _unwrapped(name: str, call: Call) -> Call:
    arguments = call.arguments
    if call.path in _WRAPPED and arguments and isinstance(arguments[0], Call):
        return arguments[0]
    if len(arguments) >= 3 and isinstance(arguments[0], Name) and isinstance(arguments[2], tuple):
        inner = arguments[0].path
        if inner.startswith("torch._utils._rebuild_") and inner != call.path:
            return Call(inner, arguments[2])
    raise damaged(f"the tensor {named(name)} is described in part only")


def _integers(name: str, values: Any) -> tuple[int, ...]:
    if not isinstance(values, tuple | list) or any(type(value) is not int for value in values):
        raise damaged(f"the tensor {named(name)} has sizes or strides that are no whole numbers")
    return tuple(values)


def _check_place(name: str, described: Described) -> None:
    """Refuse what does not lie inside its storage, each number in a place of its own."""
    storage, offset, sizes, strides = described[:4]
    if offset < 0 or min((*sizes, *strides), default=0) < 0:
        raise damaged(f"the tensor {named(name)} has a negative offset, size or stride")
    if max((*sizes, *strides, offset)) > _LARGEST:
        raise damaged(f"the tensor {named(name)} claims the shape {shown(sizes)}")
    if prod(sizes) == 0:
        return
    moving = sorted((stride, size) for stride, size in zip(strides, sizes, strict=True) if size > 1)
    end = offset + sum((size - 1) * stride for stride, size in moving)
    if end >= storage.numbers:
        raise damaged(
            f"the tensor {named(name)} claims the shape {shown(sizes)}, but its storage has {storage.numbers:,} numbers"
        )
    reach = 0
    for stride, size in moving:
        if stride <= reach:
            raise CheckpointError(
                f"The tensor {named(name)} of shape {shown(sizes)} is expanded: several of its numbers share one place "
                "in memory. Save a copy of its own, tensor.contiguous()."
            )
        reach += (size - 1) * stride


def _quantised(name: str, described: Described, parameters: Any) -> Described:
    """A tensor's description with how its integers become numbers."""
    if not isinstance(parameters, tuple) or len(parameters) < 3 or not isinstance(parameters[0], Name):
        raise damaged(f"the tensor {named(name)} has no scale")
    scheme, scale, zero = parameters[:3]
    if scheme.path == "torch.per_tensor_affine":
        if type(scale) is not float or type(zero) is not int or not scale:
            raise damaged(f"the tensor {named(name)} has no scale")
        return described._replace(scale=scale, zero=zero)
    axis = parameters[3] if len(parameters) > 3 else None
    if not isinstance(scale, Call) or not isinstance(zero, Call) or type(axis) is not int:
        raise damaged(f"the tensor {named(name)} has no scales")
    rows = Rows(describe(name, scale, False), describe(name, zero, False), axis)
    if not 0 <= axis < len(described.sizes):
        raise damaged(f"the tensor {named(name)} has no scales")
    if any(one.sizes != (described.sizes[axis],) for one in rows[:2]):
        raise damaged(f"the tensor {named(name)} has other than one scale a row")
    return described._replace(rows=rows)
