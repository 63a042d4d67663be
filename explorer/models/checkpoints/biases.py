"""Biases that stand beside a cell's matrices under names of their own: ``bh``, ``b_h``, ``bias``."""

import re
from collections.abc import Mapping, Sequence

from explorer.errors import CheckpointError
from explorer.models.files import Array, named

_BIAS = re.compile(
    r"^(?:b|bias|biases)[._]?(?P<reads>h|hh|hidden|r|recurrent|i|ih|x|xh|in|input|gates?|cell|lstm|gru|rnn)?$",
    re.IGNORECASE,
)
_INPUT = frozenset({"i", "ih", "x", "xh", "in", "input"})
_RECURRENT = frozenset({"hh", "r", "recurrent"})
_GRU_BLOCKS = 3


def with_biases(
    cell: Mapping[str, Array], beside: Sequence[str], tensors: Mapping[str, Array], leaf: Mapping[str, str]
) -> tuple[dict[str, Array], tuple[str, ...]]:
    """A cell with the biases beside it, where sizes and names leave one reading.

    An LSTM and an RNN add both biases, so either place is the same function; a GRU resets one of them and not the
    other, so there a bias has to say which it is.

    Args:
        cell: weight_ih and weight_hh, and biases where their names were PyTorch's.
        beside: names of tensors in the cell's namespace that are not placed yet.
        tensors: the file's.
        leaf: each name's last part.

    Returns:
        The cell, and the names of the tensors that were taken.

    Raises:
        CheckpointError: a GRU's only bias could stand in two places.
    """
    rows, units = _sizes(cell)
    found = [name for name in beside if _BIAS.match(leaf[name]) and _is_row(tensors[name], rows)]
    if "bias_ih" in cell or "bias_hh" in cell or not 0 < len(found) <= 2:
        return dict(cell), ()
    reads = [_BIAS.match(leaf[name])["reads"] or "" for name in found]  # type: ignore[index]
    roles = _roles([one.lower() for one in reads], rows == _GRU_BLOCKS * units)
    if roles is None:
        names = " and ".join(map(named, found))
        raise CheckpointError(
            f"The bias {names} beside a GRU may be reset or not, and the file does not say which: map it by hand, as "
            "bias_ih or as bias_hh."
        )
    taken = {role: tensors[name].reshape(-1) for role, name in zip(roles, found, strict=True)}
    return dict(cell) | taken, tuple(found)


def _sizes(cell: Mapping[str, Array]) -> tuple[int, int]:
    """Rows and units of a cell, 0 where it has no matrix to show them."""
    hidden = cell.get("weight_hh")
    return (0, 0) if hidden is None or hidden.ndim != 2 else (hidden.shape[0], hidden.shape[1])


def _is_row(values: Array, rows: int) -> bool:
    return values.dtype.kind == "f" and values.size == rows > 0 and max(values.shape, default=0) == rows


def _roles(reads: list[str], is_gru: bool) -> tuple[str, ...] | None:
    """PyTorch's name for each; None where more than one reading is left."""
    kinds = tuple(
        "bias_ih" if one in _INPUT else "bias_hh" if one in _RECURRENT or (len(reads) == 2 and one == "h") else ""
        for one in reads
    )
    if len(set(kinds)) == len(kinds) and all(kinds):
        return kinds
    if is_gru:
        return None
    return ("bias_ih", "bias_hh")[: len(reads)]
