"""One constant of an ONNX file: its numbers in the file, or in a second file beside it."""

from math import prod
from typing import Any

import numpy as np

from explorer.models.files.beside import Beside
from explorer.models.files.contents import Array, widen
from explorer.models.files.limits import damaged, named, shown
from explorer.models.files.protobuf import Message

# Numbers of the fields, as onnx.proto gives them.
_SIZES, _TYPE, TENSOR_NAME, _RAW, _EXTERNAL, _PLACE = 1, 2, 8, 9, 13, 14
_FLOATS, _INTEGERS, _LONGS, _DOUBLES, _UNSIGNED = 4, 5, 7, 10, 11
_KEY, _VALUE = 1, 2
_BRAIN_FLOAT = 16
_TYPES = {
    1: ("<f4", _FLOATS), 2: ("u1", _INTEGERS), 3: ("i1", _INTEGERS), 4: ("<u2", _INTEGERS), 5: ("<i2", _INTEGERS),
    6: ("<i4", _INTEGERS), 7: ("<i8", _LONGS), 9: ("u1", _INTEGERS), 10: ("<f2", _INTEGERS), 11: ("<f8", _DOUBLES),
    12: ("<u4", _UNSIGNED), 13: ("<u8", _UNSIGNED), _BRAIN_FLOAT: ("<u2", _INTEGERS),
}  # fmt: skip


def is_readable(tensor: Message) -> bool:
    """Whether a tensor's numbers are of a type that NumPy has."""
    return tensor.number(_TYPE) in _TYPES


def is_brain_float(tensor: Message) -> bool:
    """Whether a tensor is stored as bfloat16."""
    return tensor.number(_TYPE) == _BRAIN_FLOAT


def read_tensor(name: str, tensor: Message, beside: Beside) -> Array:
    """A tensor as an array, a view of the bytes where possible; bfloat16 as float32.

    Raises:
        CheckpointError: it claims other than it holds, or its file is not there.
    """
    sizes = tensor.numbers(_SIZES)
    code, field = _TYPES[tensor.number(_TYPE)]
    kind = np.dtype(code)
    if tensor.number(_PLACE) or tensor.blocks(_EXTERNAL):
        flat = _numbers(_elsewhere(name, tensor, beside), kind)
    else:
        flat = _inside(tensor, kind, field)
    if min(sizes, default=0) < 0 or len(sizes) > 32 or prod(sizes) != len(flat):
        raise damaged(f"the tensor {named(name)} claims the shape {shown(sizes)}, but holds {len(flat):,} numbers")
    values: Array = flat.reshape(sizes)
    return widen(values) if is_brain_float(tensor) else values


def _elsewhere(name: str, tensor: Message, beside: Beside) -> memoryview:
    said = {one.text(_KEY): one.text(_VALUE) for one in tensor.messages(_EXTERNAL)}
    offset, length = (said.get(key, default) for key, default in (("offset", "0"), ("length", "")))
    if not offset.isdecimal() or not (length == "" or length.isdecimal()) or len(offset + length) > 30:
        raise damaged(f"the tensor {named(name)} does not say where in its file it lies")
    return beside.part(said.get("location", ""), int(offset), int(length) if length else None, name)


def _inside(tensor: Message, kind: np.dtype[Any], field: int) -> Array:
    """A tensor's numbers: in one block, or one by one in a field of their type."""
    blocks = tensor.blocks(_RAW)
    if not blocks and field in (_FLOATS, _DOUBLES):
        blocks = [memoryview(b"".join(tensor.blocks(field)))]
    if blocks:
        return _numbers(blocks[-1], kind)
    listed = np.array(tensor.numbers(field), dtype=np.int64)
    bits = np.dtype(f"<u{kind.itemsize}")
    return listed.astype(bits).view(kind) if kind.kind == "f" else listed.astype(kind)


def _numbers(block: memoryview, kind: np.dtype[Any]) -> Array:
    if len(block) % kind.itemsize:
        raise damaged("a tensor ends in the middle of a number")
    return np.frombuffer(block, kind)
