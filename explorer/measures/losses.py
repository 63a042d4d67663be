"""How wrong a prediction is, step by step, and how far two predictions are apart."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.models import Model

Floats = NDArray[np.float64]


@checked
def log_probabilities(logits: NDArray[Any]) -> Floats:
    """The logarithm of the softmax over the last axis, in float64."""
    shifted = logits.astype(np.float64)
    shifted -= shifted.max(axis=-1, keepdims=True)
    shifted -= np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return shifted


@checked
def step_losses(model: Model, output: NDArray[Any], answers: NDArray[np.float64]) -> Floats:
    """The loss of each step whose right answer is known: −ln p(answer), or the squared error of a value.

    Args:
        model: whose head it is.
        output: (..., time, outputs), raw values of the head.
        answers: (time,), the index of the right class or the right value, NaN where none is known.

    Returns:
        (..., time), NaN where no answer is known.
    """
    known = np.isfinite(answers)
    losses = np.full(output.shape[:-1], np.nan)
    wanted = answers[known]
    if model.head is not None and model.head.gives == "value":
        losses[..., known] = (output[..., known, 0].astype(np.float64) - wanted) ** 2
        return losses
    logs = log_probabilities(output[..., known, :])
    losses[..., known] = -logs[..., np.arange(len(wanted)), wanted.astype(int)]
    return losses


@checked
def divergences(model: Model, first: NDArray[Any], second: NDArray[Any]) -> Floats:
    """How far a second prediction is from a first, step by step::

        classes  Σ_k p_k (ln p_k − ln q_k)   (Kullback & Leibler 1951, in nats)      values  (q − p)²

    Args:
        model: whose head it is.
        first, second: (..., time, outputs), raw values of the head.

    Returns:
        (..., time), at least 0.
    """
    if model.head is not None and model.head.gives == "value":
        return np.asarray((second[..., 0].astype(np.float64) - first[..., 0]) ** 2)
    before, after = log_probabilities(first), log_probabilities(second)
    return np.asarray((np.exp(before) * (before - after)).sum(axis=-1))
