"""One call of a recurrent module, as it was kept while the model ran, and the sequences in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence

from explorer.models import Model
from explorer.watching.batch import Array, Batch, Rows


class Packing(NamedTuple):
    """How a PackedSequence lies: ``batch_sizes`` of each step, and each member's place in the sorted batch."""

    batch_sizes: Tensor
    places: Tensor | None


@dataclass(slots=True)
class Kept:
    """One call: copies on the CPU of what went in and came out.

    Attributes:
        model: the weights that it ran with; None where they could not be taken over.
        x: what it read.
        output: what it gave at each step.
        last: the states that it ended with, in the order of the cell's; for a cell, what it gave.
        given: the states that it was given, or None.
        layered: whether it is of a module over time; a cell's tensors have no axis of layers or time.
        follows: the call whose last states these are, the same tensors untouched, or None.
        packing: where x and output are those of a PackedSequence.
        batch_first: whether the batch axis comes first.
        exact_layers: how many of the lowest layers can be recomputed from these.
    """

    model: Model
    x: Tensor
    output: Tensor
    last: tuple[Tensor, ...]
    given: tuple[Tensor, ...] | None
    layered: bool = True
    follows: "Kept | None" = None
    packing: Packing | None = None
    batch_first: bool = False
    exact_layers: int | None = None

    @property
    def states(self) -> tuple[Tensor, ...] | None:
        """The states before the first step; None where the module began with its own zeros."""
        return self.given if self.follows is None else self.follows.last


def copied(value: Tensor) -> Tensor:
    """A copy of our own on the CPU, out of every graph."""
    plain = value.detach() if value.requires_grad else value
    return plain.clone() if plain.is_cpu else plain.to("cpu", copy=True)


def unpacked(x: Any) -> tuple[Tensor, Packing | None]:
    """The numbers of what a module reads or gives, and how they lie."""
    if isinstance(x, PackedSequence):
        places = None if x.unsorted_indices is None else x.unsorted_indices.cpu()
        return x.data, Packing(x.batch_sizes, places)
    return x, None


def batch_of(kept: Kept) -> Batch:
    """The sequences of one call of a layered module."""
    if not kept.layered:
        kept = _over_time(kept)
    rows, flat = _rows(kept)
    names = tuple(type(kept.model.stack[0][0]).starts())
    alone = kept.packing is None and kept.x.ndim == 2
    ends = tuple(name.replace("0", "n") for name in names)
    return Batch(
        inputs=_numbers(kept.x).reshape(flat, -1),
        outputs=_numbers(kept.output).reshape(flat, -1),
        rows=rows,
        before={} if kept.states is None else _states(names, kept.states, alone),
        after=_states(ends, kept.last, alone),
        precision=str(kept.output.dtype).removeprefix("torch."),
    )


def _over_time(kept: Kept) -> Kept:
    """A call of a cell as one of a single layer over a single step."""
    given = None if kept.states is None else tuple(one[None] for one in kept.states)
    last = tuple(one[None] for one in kept.last)
    return replace(kept, x=kept.x[None], output=kept.output[None], last=last, given=given, follows=None)


def _rows(kept: Kept) -> tuple[Sequence[Rows], int]:
    """Where each sequence's steps lie once the axes of batch and time are one, and how many rows that makes."""
    shape = kept.x.shape
    if kept.packing is not None:
        return _packed_rows(kept.packing), shape[0]
    if len(shape) == 2:
        return [slice(None)], shape[0]
    if kept.batch_first:
        count, steps = shape[0], shape[1]
        return [slice(one * steps, (one + 1) * steps) for one in range(count)], count * steps
    steps, count = shape[0], shape[1]
    return [slice(one, None, count) for one in range(count)], count * steps


def _packed_rows(packing: Packing) -> list[Rows]:
    sizes = packing.batch_sizes.numpy()
    starts = np.cumsum(sizes) - sizes
    lengths = (sizes[:, None] > np.arange(sizes[0])).sum(axis=0)
    places = np.arange(sizes[0]) if packing.places is None else packing.places.numpy()
    return [starts[: lengths[place]] + place for place in places]


def _states(names: Sequence[str], values: Sequence[Tensor], alone: bool) -> dict[str, Array]:
    """(sequences, layers*directions, units) by name."""
    found = {}
    for name, value in zip(names, values, strict=True):
        rows = _numbers(value)
        found[name] = rows[None] if alone else rows.swapaxes(0, 1)
    return found


def _numbers(values: Tensor) -> Array:
    """As NumPy, in a precision that the cells compute in."""
    kept = values if values.dtype == torch.float64 else values.float()
    found: Array = kept.numpy()
    return found
