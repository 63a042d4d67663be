"""What if it forgot? The same sequence with the state carried on, and with it reset every so many steps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ShapeError
from explorer.measures.ordering import memory_signal
from explorer.measures.predictions import probabilities
from explorer.models import Model
from explorer.models.given import as_array
from explorer.sequences import Encoded, step_labels
from explorer.trace import Trace, record

Floats = NDArray[np.float64]


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


@dataclass(frozen=True, eq=False)
class Changes:
    """What another run of the same sequence changes, step by step.

    Attributes:
        state: (time,), ‖s' − s‖ / ‖s‖ of the memory of one layer and direction; 0 where nothing moved.
        answer: (time,), for classes half the sum of |p' − p|, the share of the probability that moved, in
            [0, 1]; for values |y' − y| in the data's own units; None without a head.
        other: (time,), whether another class is the likeliest; for values never.
    """

    state: Floats
    answer: Floats | None
    other: NDArray[np.bool_]


@checked
def changes(model: Model, before: Trace, after: Trace, layer: int = 0, direction: str = "forward") -> Changes:
    """Compare two runs of one model over one sequence."""
    signal = memory_signal(before.kind)
    one, two = (run.select(signal, layer, direction).astype(np.float64) for run in (before, after))
    size, moved = np.linalg.norm(one, axis=1), np.linalg.norm(two - one, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        state = np.where(moved > 0, moved / size, 0.0)
    never = np.zeros(len(before), dtype=bool)
    if model.head is None or before.output is None or after.output is None:
        return Changes(state, None, never)
    if model.head.gives == "value":
        return Changes(state, np.abs(after.output - before.output).astype(np.float64).max(axis=1), never)
    shares = probabilities(before), probabilities(after)
    other = shares[0].argmax(axis=1) != shares[1].argmax(axis=1)
    return Changes(state, np.abs(shares[1] - shares[0]).sum(axis=1) / 2, other)
