"""What a caller gives → the input of a long run, checked once and not copied where it need not be."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import EncodingError, ShapeError
from explorer.models import Model
from explorer.models.run.given import as_array
from explorer.sequences import MAX_LONG_STEPS, MAX_STEPS, Encoded, Vocabulary
from explorer.sequences.visible import counted

_BLOCK = 100_000


def read_long(model: Model, given: Any, labels: Sequence[str] | None = None) -> NDArray[Any]:
    """Token ids (time,) or numbers (time, input_size), of up to 1,000,000 steps.

    Raises:
        EncodingError: it is empty, too long, or holds what is no finite number.
        ShapeError: it does not fit the model, or the labels do not fit it.
    """
    values = _values(model, given)
    if not len(values):
        raise EncodingError("The sequence is empty: give at least one step.")
    if len(values) > MAX_LONG_STEPS:
        raise EncodingError(
            f"The sequence has {len(values):,} steps and the most is {MAX_LONG_STEPS:,}: give a shorter one, "
            f"or keep one step in {-(-len(values) // MAX_LONG_STEPS)}."
        )
    if labels is not None and len(labels) != len(values):
        raise ShapeError(f"{counted(len(labels), 'label')} came for {counted(len(values), 'step')}: give one a step.")
    if values.dtype.kind == "f":
        _refuse_gaps(values)
    elif values.dtype.kind not in "biu":
        raise EncodingError(f"Values of type {values.dtype} came: give finite numbers.")
    return values


def _values(model: Model, given: Any) -> NDArray[Any]:
    if isinstance(given, Encoded):
        return given.values
    if isinstance(given, str):
        if model.text is None:
            raise EncodingError(f"Text came, but {model.name} has no vocabulary: give it numbers.")
        return np.concatenate([model.text.encode(piece).values for piece in pieces(model.text, given)])
    values = as_array(given)
    are_ids = model.embedding is not None and values.ndim == 1 and values.dtype.kind in "iu"
    rows = values if are_ids or values.ndim != 1 else values[:, None]
    if not are_ids and (rows.ndim != 2 or rows.shape[1] != model.input_size):
        raise ShapeError(
            f"An input of shape {values.shape} came; {model.name} reads (time, {model.input_size}): "
            "one sequence, one row a step."
        )
    return rows


def pieces(vocabulary: Vocabulary, text: str) -> Iterator[str]:
    """Text in pieces that can be encoded one by one: cut anywhere between characters, or after white space."""
    if not text:
        raise EncodingError("The text is empty: give at least one step.")
    while text:
        cut = min(MAX_STEPS, len(text))
        if vocabulary.unit != "character" and cut < len(text):
            space = max(text.rfind(mark, 0, cut) for mark in " \n\t")
            cut = space + 1 if space > 0 else cut
        if vocabulary.unit == "character" or text[:cut].strip():
            yield text[:cut]
        text = text[cut:]


def _refuse_gaps(values: NDArray[Any]) -> None:
    for start in range(0, len(values), _BLOCK):
        finite = np.isfinite(values[start : start + _BLOCK]).reshape(min(_BLOCK, len(values) - start), -1).all(axis=1)
        if not finite.all():
            raise EncodingError(
                f"Step {start + int(np.argmin(finite)) + 1:,} holds a number that is not finite: remove or replace it."
            )
