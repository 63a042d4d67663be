"""What a caller gives for many sequences → each as it reaches layer 0, and the states before each."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.errors import ExplorerError, ShapeError
from explorer.fitting import said
from explorer.models.model.model import Model
from explorer.models.run.inputs import Prepared, encode, labels_of, masked_steps, prepare_states, reaching
from explorer.models.run.run import States
from explorer.sequences import Encoded, check_size, step_labels
from explorer.sequences.visible import counted

R = TypeVar("R")
_TOGETHER = 256


def prepare_all(model: Model, given: Sequence[Any], labels: Sequence[Any] | None) -> list[Prepared]:
    """Turn many inputs into a model's, as `prepare` does one.

    Arrays of one kind are checked as one long sequence, since what is checked is checked step by step.

    Args:
        model: the model that will read them.
        given: the sequences, each as `prepare` takes it.
        labels: for each sequence one word a step, or None.

    Raises:
        EncodingError, ShapeError: as `prepare` raises, with the place of the sequence that does not fit.
    """
    if labels is not None and len(labels) != len(given):
        raise ShapeError(f"Labels of {counted(len(labels), 'sequence')} came for {len(given):,}: give one a sequence.")
    found: list[Prepared] = []
    each, numbered = model.values_per_step, lru_cache(256)(step_labels)
    for start in range(0, len(given), _TOGETHER):
        encoded = [
            _named(place, encode, model, one) for place, one in enumerate(given[start : start + _TOGETHER], start)
        ]
        inputs = _reaching_all(model, [one.values if isinstance(one, Encoded) else one for one in encoded], start)
        for place, (one, x, masked) in enumerate(zip(encoded, *inputs, strict=True), start):
            steps = x.shape[0]
            known = one.labels if isinstance(one, Encoded) else numbered(steps)
            _named(place, check_size, steps, each)
            words = known if labels is None else _named(place, labels_of, labels[place], known, steps)
            found.append(Prepared(x, words, masked))
    return found


Masks = list[NDArray[np.bool_] | None]


def _reaching_all(model: Model, values: list[NDArray[Any]], start: int) -> tuple[list[Tensor], Masks]:
    """What reaches layer 0 of each, and its masked steps."""
    masks = [masked_steps(model, one) for one in values]
    alike = len({(one.dtype, one.shape[1:], one.ndim) for one in values}) == 1
    if alike and all(one.ndim and len(one) for one in values):
        with suppress(ExplorerError):  # to be found again below, and named
            joined = reaching(model, np.concatenate(values))
            return list(torch.split(joined, [len(one) for one in values])), masks
    return [_named(place, reaching, model, one) for place, one in enumerate(values, start)], masks


def listed(given: Any) -> list[Any]:
    """A caller's sequences as a list.

    Raises:
        ShapeError: it is one text, or cannot be listed.
    """
    if isinstance(given, str):
        raise ShapeError(f"One text came, {said(given)}: give a list of sequences, [text, …].")
    try:
        return list(given)
    except Exception:  # a stranger's __iter__ may raise anything
        raise ShapeError(f"{said(given)} came: give a list of sequences, each (time, features).") from None


def _named(place: int, made: Callable[..., R], *args: Any) -> R:
    """What is made of one of several sequences; an error names its place."""
    try:
        return made(*args)
    except ExplorerError as reason:
        raise type(reason)(f"Sequence {place}: {reason}") from None


def states_of_all(model: Model, count: int, h_0: Any, c_0: Any) -> States:
    """The states before the first step of every sequence, each (sequence, units).

    Args:
        model: the model.
        count: how many sequences there are.
        h_0, c_0: as `prepare_states` takes them, one for all; or (layers*directions, sequences, units).

    Raises:
        ShapeError: as `prepare_states` raises.
    """
    states = prepare_states(model, h_0, c_0, count)
    return [tuple(one if one.dim() == 2 else one.expand(count, -1) for one in state) for state in states]
