"""What a model predicts at each step, in words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ShapeError, UnknownSignalError
from explorer.measures.losses import log_probabilities
from explorer.models import Model
from explorer.sequences import visible
from explorer.trace import Trace


@dataclass(frozen=True)
class Prediction:
    """What a model says after one step.

    Attributes:
        label: the most probable class, or the value in the data's own units, in a few characters.
        probability: of that class; None for a value.
    """

    label: str
    probability: float | None = None


@checked
def probabilities(trace: Trace) -> NDArray[np.float64]:
    """The softmax of the head's logits, (time, outputs).

    Raises:
        ShapeError: the model has no head, or one output alone, of which a softmax is always 1.
    """
    if trace.output is None:
        raise ShapeError("This run has no head's output, so there are no probabilities: give a model with a head.")
    if trace.output.shape[1] == 1:
        raise ShapeError("This head has a single output, which is a value and no choice among classes: read .output.")
    return np.asarray(np.exp(log_probabilities(trace.output)))


@checked
def predictions(model: Model, trace: Trace) -> tuple[Prediction, ...] | None:
    """One prediction a step, or None where the model has no head.

    The class called ``"none"`` is shown as nothing.
    """
    if model.head is None or trace.output is None:
        return None
    if model.head.gives == "value":
        return tuple(Prediction(_figure(float(value))) for value in trace.output[:, 0])
    shares = probabilities(trace)
    labels = ["" if label == "none" else visible(label) for label in model.head.labels]
    return tuple(_likeliest(labels, row) for row in shares)


def _figure(value: float) -> str:
    return "" if value != value else f"{value:#.3g}".rstrip(".")


def _likeliest(labels: Sequence[str], row: NDArray[np.float64]) -> Prediction:
    """The likeliest class; none where the step was not taken."""
    best = int(row.argmax())
    return Prediction("" if np.isnan(row[best]) else labels[best], float(row[best]))


@checked
def likeliest(model: Model, trace: Trace, step: int, count: int = 5) -> tuple[Prediction, ...]:
    """The ``count`` most probable classes after a step, the likeliest first; empty without a class head.

    Raises:
        UnknownSignalError: there is no such step.
    """
    if model.head is None or model.head.gives != "class" or trace.output is None:
        return ()
    if not -len(trace) <= step < len(trace):
        raise UnknownSignalError(f"There is no step {step}: the sequence has {len(trace)}.")
    row = probabilities(trace)[step]
    best = np.argsort(-row, kind="stable")[:count]
    return tuple(Prediction(visible(model.head.labels[place]), float(row[place])) for place in best)
