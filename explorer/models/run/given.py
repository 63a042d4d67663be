"""What a caller gives for numbers (lists, tensors of any kind, tables) → a NumPy array, or one sentence."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import islice
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from explorer.errors import EncodingError, ShapeError
from explorer.sequences import MAX_LONG_STEPS, legible

Array = NDArray[Any]


def as_array(given: Any, what: str = "The rows") -> Array:
    """As NumPy holds it, its axes untouched; floats that NumPy lacks come as float64.

    Args:
        given: nested lists, arrays, tensors, a table or a column of numbers, a generator of rows.
        what: what to call its rows.

    Raises:
        ShapeError: rows of different lengths, several sequences, or a tensor without numbers.
        EncodingError: something that is no array of numbers at all.
    """
    if isinstance(given, PackedSequence):
        given = _unpacked(given)
    if isinstance(given, Tensor):
        return _of_tensor(given)
    if isinstance(given, pd.DataFrame | pd.Series | pd.Index):
        return _of_table(given)
    if given is None or isinstance(given, str | bytes | bytearray | Mapping | set | frozenset):
        raise EncodingError(f"{_called(given)} came: give numbers, (time, features).")
    return _of_numbers(_of_list(given, what))


def _of_list(given: Any, what: str) -> Array:
    if isinstance(given, Iterator):
        given = tuple(islice(given, MAX_LONG_STEPS + 1))
    if isinstance(given, list | tuple) and any(isinstance(one, Tensor) for one in given):
        given = [as_array(one) if isinstance(one, Tensor) else one for one in given]
    if isinstance(given, np.ma.MaskedArray) and np.ma.getmaskarray(given).any():
        raise EncodingError("This array has masked values: fill or remove them first, array.filled(…).")
    try:
        return np.asarray(given)
    except Exception as reason:  # a stranger's __array__ may raise anything
        if isinstance(given, list | tuple):
            raise ShapeError(f"{what} have different lengths: give every one the same number of values.") from None
        raise EncodingError(
            f"{_called(given)} came, which makes no array ({str(reason)[:80]}): give numbers."
        ) from None


def _of_numbers(array: Array) -> Array:
    """Objects as float64 where each is a number; everything else as it is."""
    if array.dtype.kind != "O":
        return array
    if array.ndim == 0:
        raise EncodingError(f"{_called(array.item())} came: give numbers, (time, features).")
    strange = next((one for one in array.flat if not isinstance(one, Real | Decimal)), None)
    if strange is not None or any(one is None for one in array.flat):
        raise EncodingError(f"{_called(strange)} came among the values: give finite numbers alone.")
    try:
        return array.astype(np.float64)
    except (OverflowError, ValueError, TypeError):
        raise EncodingError("A number too large to compute with came: give finite numbers below 1e300.") from None


def _of_table(table: Any) -> Array:
    """A table's values, its index left aside."""
    columns = [table] if isinstance(table, pd.Series | pd.Index) else [table.iloc[:, n] for n in range(table.shape[1])]
    for column in columns:
        plain = pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_complex_dtype(column.dtype)
        if not plain and not (column.dtype == object and all(isinstance(one, Real | Decimal) for one in column)):
            raise EncodingError(
                f"The column '{legible(str(column.name), 60)}' holds {str(column.dtype)[:40]}: "
                "leave it out and give the columns of numbers alone."
            )
    if any(column.isna().any() for column in columns):
        raise EncodingError("This table has missing values: remove or replace them first.")
    same = {column.dtype for column in columns}
    whole = table.ndim == 1 and len(same) == 1 and pd.api.types.is_integer_dtype(table.dtype)
    return np.asarray(table.to_numpy(dtype=np.int64 if whole else np.float64))


def _of_tensor(tensor: Tensor) -> Array:
    if tensor.is_nested:
        parts = tensor.unbind()
        if len(parts) != 1:
            raise ShapeError(f"A nested tensor of {len(parts)} sequences came and a trace is of one: give one of them.")
        tensor = parts[0]
    if tensor.device.type == "meta":
        raise ShapeError("A tensor on the meta device came, which has a shape and no numbers: give one with values.")
    try:
        plain = tensor.detach()
        plain = plain.dequantize() if plain.is_quantized else plain
        plain = plain.to_dense() if plain.layout != torch.strided else plain
        plain = plain.cpu().resolve_conj().resolve_neg()
        found: Array = (plain.double() if plain.is_floating_point() else plain).numpy()
    except Exception as reason:  # each kind of tensor lacks other operations
        raise ShapeError(
            f"A tensor of type {tensor.dtype} came, which NumPy cannot take ({str(reason)[:80]}): give a plain one, "
            "tensor.float()."
        ) from None
    return found


def _unpacked(packed: PackedSequence) -> Tensor:
    """The one sequence of a PackedSequence."""
    count = int(packed.batch_sizes[0]) if len(packed.batch_sizes) else 0
    if count != 1:
        raise ShapeError(
            f"A PackedSequence of {count} sequences came and one trace is one sequence: unpack it with "
            "torch.nn.utils.rnn.unpack_sequence and give one of them."
        )
    return packed.data


def _called(value: Any) -> str:
    return "None" if value is None else f"An object of type {type(value).__name__[:40]}"
