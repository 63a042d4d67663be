"""What a model is given → the tensor that reaches layer 0, and a label a step."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.errors import EncodingError, ShapeError
from explorer.models.model.model import Model
from explorer.models.run.given import as_array
from explorer.models.run.run import States
from explorer.sequences import Encoded, step_labels
from explorer.sequences.visible import counted


class Prepared(NamedTuple):
    """x (time, input_size) as it reaches layer 0, what to call each step, and where (time,) the state is held."""

    x: Tensor
    labels: tuple[str, ...]
    masked: NDArray[np.bool_] | None = None


def prepare(model: Model, given: Any, labels: Sequence[str] | None = None) -> Prepared:
    """Turn what a caller gives into a model's input.

    Args:
        model: the model that will read it.
        given: text for a model with a vocabulary; token ids (1-D integers) for a model with an
            embedding; else numbers, (time, input_size), or (time,) for an input size of 1, in the
            data's own units where the model has a scaling; or an `Encoded`.
        labels: one word a step; by default the tokens, or 1, 2, 3, …

    Raises:
        EncodingError: text without a vocabulary, nothing at all, or values that are not finite.
        ShapeError: the wrong number of axes or features, or ids that the embedding lacks.
    """
    encoded = encode(model, given)
    values = encoded if isinstance(encoded, np.ndarray) else encoded.values
    x = reaching(model, values)
    known = None if isinstance(encoded, np.ndarray) else encoded.labels
    return Prepared(x, labels_of(labels, known, len(x)), masked_steps(model, values))


def reaching(model: Model, values: NDArray[Any]) -> Tensor:
    """Token ids or numbers → what reaches layer 0, (time, input_size).

    Raises:
        EncodingError, ShapeError: as `prepare` raises.
    """
    return _embed(model, values) if _are_ids(model, values) else _numbers(model, values)


def prepare_states(model: Model, h_0: Any, c_0: Any, count: int | None = None) -> States:
    """The state before the first step of each cell; where none is given the model's trained one, else zeros.

    Args:
        model: the model, whose `Model.initial` is meant where None is given.
        h_0: (layers*directions, units), or with a batch axis of 1 before the last; or None.
        c_0: likewise, of the cell's second state, (layers*directions, hidden_size), where it has one.
        count: of sequences, for which (layers*directions, sequences, units) may come too.

    Raises:
        ShapeError: a wrong shape, a c_0 for a cell without one, or values that are not finite.
    """
    states = [cell.zeros() for cell in model.cells()]
    cell = type(model.stack[0][0])
    for name, given in (("h_0", h_0), ("c_0", c_0)):
        given = model.initial.get(name) if given is None else given
        if given is None:
            continue
        if name not in cell.starts():
            raise ShapeError(f"{name} was given, but the {cell.title} has no cell state: leave it out.")
        index = cell.state_signals.index(cell.starts()[name])
        rows = _state(name, given, (len(states), states[0][index].numel()), states[0][index].dtype, count)
        states = [
            tuple(row if place == index else value for place, value in enumerate(state))
            for state, row in zip(states, rows, strict=True)
        ]
    return states


def encode(model: Model, given: Any) -> Encoded | NDArray[Any]:
    """Text as token ids; everything else as an array, if it holds numbers.

    Raises:
        EncodingError, ShapeError: as `prepare` raises.
    """
    if isinstance(given, Encoded):
        return given
    if isinstance(given, str):
        if model.text is None:
            raise EncodingError(
                f"{counted(len(given), 'character')} of text came, but {model.name} has no vocabulary: give it "
                f"numbers, (time, {model.input_size}), or choose a model that reads text."
            )
        return model.text.encode(given)
    values = as_array(given)
    if values.dtype.kind not in "biuf":
        raise EncodingError(f"Values of type {values.dtype} came: give finite numbers.")
    return values


def _are_ids(model: Model, values: NDArray[Any]) -> bool:
    return model.embedding is not None and values.ndim == 1 and values.dtype.kind in "iu"


def masked_steps(model: Model, values: NDArray[Any]) -> NDArray[np.bool_] | None:
    """Where the input is the token at which the state is held; None where it never is."""
    if model.mask is None or not _are_ids(model, values):
        return None
    masked: NDArray[np.bool_] = values == model.mask
    return masked if masked.any() else None


def _embed(model: Model, ids: NDArray[Any]) -> Tensor:
    assert model.embedding is not None
    _refuse_empty(ids)
    tokens = len(model.embedding)
    if ids.min() < 0 or ids.max() >= tokens:
        worst = ids.min() if ids.min() < 0 else ids.max()
        raise ShapeError(
            f"Token id {worst} came, but the embedding has {tokens} tokens: give ids from 0 to {tokens - 1}."
        )
    return model.embedding[torch.from_numpy(ids.astype(np.int64))]


def _numbers(model: Model, values: NDArray[Any]) -> Tensor:
    _refuse_empty(values)
    rows = values[:, None] if values.ndim == 1 else values
    if rows.ndim != 2 or rows.shape[1] != model.input_size:
        raise ShapeError(
            f"An input of shape {values.shape} came; {model.name} reads (time, {model.input_size}): "
            "one sequence, one row a step."
        )
    if model.scaling is not None:
        rows = model.scaling.apply(rows)
    # By way of float64, since torch lacks some of NumPy's numbers: long doubles, swapped bytes.
    x = torch.tensor(rows.astype(np.float64), dtype=model.stack[0][0].weight_ih.dtype)
    finite = np.isfinite(x.numpy())
    if not finite.all():
        bad = np.argwhere(~finite)
        verb = "is" if len(bad) == 1 else "are"
        raise EncodingError(
            f"{counted(len(bad), 'value')} {verb} not finite, the first at step {int(bad[0, 0]) + 1}: "
            "remove or replace them."
        )
    return x


def _refuse_empty(values: NDArray[Any]) -> None:
    if values.size == 0:
        raise EncodingError("The sequence is empty: give at least one step.")


def labels_of(given: Sequence[str] | None, known: tuple[str, ...] | None, steps: int) -> tuple[str, ...]:
    """One word a step: as given, else as known, else 1, 2, 3, …

    Raises:
        ShapeError: there are not as many as steps.
    """
    if given is not None:
        spelt = tuple(str(label) for label in given)
        if len(spelt) != steps:
            raise ShapeError(f"{counted(len(spelt), 'label')} came for {counted(steps, 'step')}: give one a step.")
        return spelt
    return known or step_labels(steps)


def _state(name: str, given: Any, shape: tuple[int, int], dtype: torch.dtype, count: int | None) -> Tensor:
    """A given state as (layers*directions, units), or one for each of ``count`` sequences."""
    try:
        array = as_array(given, f"The rows of {name}")
    except EncodingError as reason:
        raise ShapeError(f"{name}: {reason}") from None
    if array.dtype.kind not in "biuf":
        raise ShapeError(f"{name} holds values of type {array.dtype}: give finite numbers, {shape}.")
    values = torch.tensor(array.astype(np.float64), dtype=dtype)
    each = count is not None and values.shape == (shape[0], count, shape[1])
    batched = values.ndim == 3 and values.shape[1] == 1 and not each
    flat = values[:, 0] if batched else values[None] if values.ndim == 1 else values
    if not each and flat.shape != shape:
        raise ShapeError(
            f"{name} has the shape {tuple(values.shape)}: {shape} is expected, (layers*directions, units)"
            + ("." if count is None else f", or one for each of {count:,} sequences before the units.")
        )
    if not bool(torch.isfinite(flat).all()):
        raise ShapeError(f"{name} holds values that are not finite: give finite numbers.")
    return flat
