"""A run whose state is reset every so many steps."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ShapeError
from explorer.models import Model
from explorer.models.run.given import as_array
from explorer.sequences import Encoded, step_labels
from explorer.trace.recorder import record
from explorer.trace.trace import Trace


@checked
def record_with_resets(
    model: Model, x: Any, every: int, labels: Sequence[Any] | None = None, h_0: Any = None, c_0: Any = None
) -> Trace:
    """Run a model in pieces of ``every`` steps, each from the initial state.

    Args:
        model: the model; one that reads both ways reads each piece from its two ends.
        x: the sequence, as `record` takes it.
        every: so many steps from one reset to the next, ≥ 1.
        labels: one word a step.
        h_0, c_0: the state that each piece begins with; by default as in `record`.

    Returns:
        One `Trace` of the whole sequence, in the order of the input; h_n and c_n are those of the last piece.

    Raises:
        ShapeError: ``every`` is below 1.
        EncodingError, ShapeError: the input or the states do not fit, as in `record`.
    """
    if every < 1:
        raise ShapeError(f"every is {every}: reset after 1 step or more.")
    whole = model.text.encode(x) if isinstance(x, str) and model.text is not None else x
    if isinstance(whole, Encoded):
        labels, whole = labels or whole.labels, whole.values
    elif not isinstance(whole, str):
        whole = as_array(whole)
    if np.ndim(whole) == 0 and not isinstance(whole, str):
        raise ShapeError("A single number came: give a sequence, one row a step.")
    steps = len(whole)
    known = step_labels(steps) if labels is None else labels
    return _joined(
        [
            record(model, whole[at : at + every], known[at : at + every], h_0, c_0)
            for at in range(0, max(steps, 1), every)
        ]
    )


def _joined(pieces: Sequence[Trace]) -> Trace:
    errors = [piece.max_error for piece in pieces if piece.max_error is not None]
    outputs = [piece.output for piece in pieces if piece.output is not None]
    return replace(
        pieces[-1],
        values={name: np.concatenate([piece[name] for piece in pieces], axis=2) for name in pieces[0].signals},
        labels=tuple(label for piece in pieces for label in piece.labels),
        inputs=np.concatenate([piece.inputs for piece in pieces]),
        output=np.concatenate(outputs) if outputs else None,
        masked=_masks(pieces),
        max_error=max(errors) if errors else None,
    )


def _masks(pieces: Sequence[Trace]) -> NDArray[np.bool_] | None:
    if all(piece.masked is None for piece in pieces):
        return None
    return np.concatenate([~piece.taken for piece in pieces])
