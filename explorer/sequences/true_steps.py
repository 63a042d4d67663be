"""How many steps of each sequence of an uploaded batch are true, and how many only fill it up."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class TrueSteps(NamedTuple):
    """The true steps of each sequence of a batch.

    Attributes:
        steps: (batch,).
        stated: the array of the file that says so; "" where the last rows only repeat, which data may do too.
    """

    steps: NDArray[np.int64]
    stated: str


def true_steps(arrays: Mapping[str, Array], name: str) -> TrueSteps | None:
    """What a file says, or shows, of the lengths of a batch.

    A file states them by an array that is called after lengths, a whole number for each sequence, or after a mask, 1
    for each true step and 0 for what follows. Where none does, rows that repeat to the end of a sequence are told.

    Args:
        arrays: of the file, each (batch, time, features), as `read_arrays` gives them.
        name: of the batch among them.

    Returns:
        None where nothing is stated and no sequence ends in rows that repeat.
    """
    count, time = arrays[name].shape[:2]
    for other, values in arrays.items():
        found = _stated(other.lower(), values, count, time)
        if found is not None and other != name:
            return TrueSteps(found, other)
    steps = _before_repeats(arrays[name])
    return TrueSteps(steps, "") if (steps < time).any() else None


def states_lengths(arrays: Mapping[str, Array], name: str) -> bool:
    """Whether an array only says how long the sequences of another are."""
    sizes = (batch.shape[:2] for other, batch in arrays.items() if other != name)
    return any(_stated(name.lower(), arrays[name], *size) is not None for size in sizes)


def _stated(name: str, values: Array, count: int, time: int) -> NDArray[np.int64] | None:
    """(batch,), where an array of this name and shape says so: one axis comes as (1, batch, 1), two as (1, …)."""
    if "len" in name and values.shape == (1, count, 1):
        steps = values[0, :, 0]
    elif "mask" in name and values.shape == (1, count, time) and _is_mask(values[0]):
        steps = values[0].sum(axis=1)
    else:
        return None
    whole = ((steps == np.round(steps)) & (steps >= 1) & (steps <= time)).all()
    return steps.astype(np.int64) if whole else None


def _is_mask(values: Array) -> bool:
    """Whether each row is ones, then zeros."""
    return bool(((values == 0) | (values == 1)).all() and (np.diff(values, axis=1) <= 0).all())


def _before_repeats(batch: Array) -> NDArray[np.int64]:
    """(batch,), the steps before the last rows that are alike; all of them where no two are, or all."""
    last = batch[:, -1:]
    alike = ((batch == last) | (np.isnan(batch) & np.isnan(last))).all(axis=2)
    time = batch.shape[1]
    run = np.cumprod(alike[:, ::-1], axis=1).sum(axis=1)
    found: NDArray[np.int64] = np.where((run > 1) & (run < time), time - run, time).astype(np.int64)
    return found
