"""PyTorch's operations on a few numbers → NumPy's calls on the same memory, which cost a tenth of them.

An operation that is not listed is called as it is, by PyTorch: slower, as right.
"""

from collections.abc import Callable, Iterator
from functools import partial
from math import inf, sqrt
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils._pytree import tree_map_only

Array = NDArray[Any]
Call = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function and its arguments, the memory that it writes to among them."""
Look = Callable[[Tensor], Array]
"""A tensor → the array where its numbers are."""
_ALONE = 250_000
"""A matrix of more numbers is left to PyTorch: NumPy's product would take further threads for it."""
_aten = torch.ops.aten
_BINARY = {_aten.add: np.add, _aten.add_: np.add, _aten.sub: np.subtract, _aten.sub_: np.subtract,
           _aten.mul: np.multiply, _aten.mul_: np.multiply, _aten.div: np.divide, _aten.div_: np.divide,
           _aten.rsub: np.subtract}  # fmt: skip
_UNARY = {_aten.tanh: np.tanh, _aten.tanh_: np.tanh, _aten.exp: np.exp, _aten.exp_: np.exp, _aten.neg: np.negative,
          _aten.sqrt: np.sqrt, _aten.reciprocal: np.reciprocal, _aten.square: np.square}  # fmt: skip


class Operation(NamedTuple):
    """One operation of PyTorch's: what was called, on what, and what came of it."""

    function: Any
    args: tuple[Any, ...]
    options: dict[str, Any]
    results: tuple[Tensor, ...]

    @property
    def is_sigmoid(self) -> bool:
        """Whether it is σ of a row of floats, into other memory."""
        return self.function is _aten.sigmoid.default and self.results[0].dim() == 1 and _is_plain(self)

    @property
    def is_view(self) -> bool:
        """Whether the result is its argument's own memory, looked at in another way."""
        if self.function._schema.is_mutable:
            return False
        read = {arg.untyped_storage().data_ptr() for arg in tensors_in(self.args)}
        return any(result.untyped_storage().data_ptr() in read for result in self.results)


def tensors_in(args: Any) -> Iterator[Tensor]:
    """Every tensor among arguments, and in lists among them."""
    for arg in args:
        if isinstance(arg, Tensor):
            yield arg
        elif isinstance(arg, tuple | list):
            yield from tensors_in(arg)


def calls_of(one: Operation, look: Look) -> list[Call]:
    """An operation as calls that do it again, on the numbers that its tensors hold by then.

    Args:
        one: the operation.
        look: a tensor → where its numbers are.
    """
    listed = _BY_NUMPY.get(one.function.overloadpacket)
    made = listed(one, look) if listed is not None and _is_plain(one) else None
    return [_by_torch(one, look)] if made is None else made


def _is_plain(one: Operation) -> bool:
    """Whether it is told by its arguments alone, all of one kind of number."""
    tensors = [*one.results, *tensors_in(one.args)]
    return len({tensor.dtype for tensor in tensors}) == 1 and tensors[0].is_floating_point() and not one.options


def _by_torch(one: Operation, look: Look) -> Call:
    args, results = tree_map_only(Tensor, lambda tensor: torch.from_numpy(look(tensor)), (one.args, one.results))

    def call() -> None:
        found = one.function(*args, **one.options)
        if not one.function._schema.is_mutable:
            for result, values in zip(results, found if isinstance(found, tuple | list) else (found,), strict=True):
                result.copy_(values.reshape(result.shape))

    return call, ()


def _binary(one: Operation, look: Look) -> list[Call] | None:
    if len(one.args) != 2:
        return None
    out = look(one.results[0])
    first, second = (_operand(arg, out, look) for arg in one.args)
    if one.function.overloadpacket is _aten.rsub:
        first, second = second, first
    return [(_BINARY[one.function.overloadpacket], (first, second, out))]


def _operand(arg: Any, out: Array, look: Look) -> Array:
    """An array without axes for a plain number, which costs NumPy a conversion at each call."""
    return look(arg) if isinstance(arg, Tensor) else np.array(arg, out.dtype)


def _unary(one: Operation, look: Look) -> list[Call]:
    return [(_UNARY[one.function.overloadpacket], (look(one.args[0]), look(one.results[0])))]


def _sigmoid(one: Operation, look: Look) -> list[Call]:
    return sigmoid_calls(look(one.args[0]), look(one.results[0]))


def sigmoid_calls(values: Array, out: Array) -> list[Call]:
    """1 / (1 + e^−x), in one call: what a call costs counts for more than what it computes."""
    from scipy.special import expit  # where something is stepped; the app starts without it

    return [(expit, (values, out))]


def _relu(one: Operation, look: Look) -> list[Call]:
    out = look(one.results[0])
    return [(partial(np.maximum, out=out), (look(one.args[0]), np.zeros_like(out)))]


def _clamp(one: Operation, look: Look) -> list[Call] | None:
    if len(one.args) != 3 or not all(isinstance(bound, int | float) for bound in one.args[1:]):
        return None
    out = look(one.results[0])
    low, high = (_operand(bound, out, look) for bound in one.args[1:])
    return [(partial(np.maximum, out=out), (look(one.args[0]), low)), (partial(np.minimum, out=out), (out, high))]


def _clone(one: Operation, look: Look) -> list[Call]:
    return [copying(look(one.args[0]), look(one.results[0]))]


def copying(values: Array, into: Array) -> Call:
    """The call that copies an array."""
    return into.__setitem__, (..., values)


def _product(one: Operation, look: Look) -> list[Call] | None:
    """One row times a matrix; as many rows as a batch has are PyTorch's."""
    row, matrix = one.args[-2:]
    if row.dim() != 2 or len(row) != 1 or matrix.numel() > _ALONE:
        return None
    return [(look(row)[0].dot, (look(matrix), look(one.results[0]).reshape(-1)))]


def _product_and_bias(one: Operation, look: Look) -> list[Call] | None:
    product = _product(one, look) if len(one.args) == 3 else None
    if product is None:
        return None
    out = look(one.results[0]).reshape(-1)
    return [*product, (np.add, (out, look(one.args[0]).reshape(-1), out))]


def _layer_norm(one: Operation, look: Look) -> list[Call] | None:
    """γ∘(v − mean v) / √(var v + ε) + β of one row."""
    values, _, weight, bias, epsilon = one.args
    if values.dim() != 1:
        return None
    v, out, size = look(values), look(one.results[0]), len(values)
    mean, scale, share = np.empty((), v.dtype), np.empty((), v.dtype), np.full_like(v, 1 / size)

    def set_scale() -> None:
        root = sqrt(float(scale) / size + epsilon)
        scale[()] = 1 / root if root else inf

    calls: list[Call] = [
        (v.dot, (share, mean)),
        (np.subtract, (v, mean, out)),
        (out.dot, (out, scale)),
        (set_scale, ()),
        (np.multiply, (out, scale, out)),
    ]
    calls += [] if weight is None else [(np.multiply, (out, look(weight), out))]
    return calls if bias is None else [*calls, (np.add, (out, look(bias), out))]


_BY_NUMPY: dict[Any, Callable[[Operation, Look], list[Call] | None]] = {
    **dict.fromkeys(_BINARY, _binary),
    **dict.fromkeys(_UNARY, _unary),
    _aten.sigmoid: _sigmoid,
    _aten.sigmoid_: _sigmoid,
    _aten.relu: _relu,
    _aten.clamp: _clamp,
    _aten.clone: _clone,
    _aten.mm: _product,
    _aten.addmm: _product_and_bias,
    _aten.native_layer_norm: _layer_norm,
}
