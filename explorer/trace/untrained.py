"""Untrained networks run over noise: what is compared where one asks what saves a gradient."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.models.model.untrained import untrained
from explorer.sequences import check_size
from explorer.trace.gradients import gradients
from explorer.trace.norms import Gradients

Floats = NDArray[np.float64]
STEPS, UNITS = 200, 64
"""The length of their noise, and their units."""


@checked
def noise(seed: int, steps: int = STEPS) -> Floats:
    """White noise N(0, 1), (steps,).

    Raises:
        EncodingError: more steps than a sequence may have.
    """
    check_size(steps)
    return np.random.default_rng(seed).normal(size=steps)


@dataclass(frozen=True)
class Untrained:
    """One row of the myth-buster: an untrained network, and what is left of its gradient 100 steps back.

    Attributes:
        title: what it is called.
        kind: its cell.
        bias: what is added to its forget gate's bias.
        known: the median of 12 seeds, computed for this project once.
    """

    title: str
    kind: str
    bias: float
    known: float

    def gradients(self, seed: int) -> Gradients:
        """Of the sum of the last h, for one seed of weights and noise."""
        return gradients(untrained(self.kind, UNITS, seed, bias=self.bias), noise(seed))


MYTH = (
    Untrained("RNN", "rnn", 0.0, 6e-24),
    Untrained("LSTM, as PyTorch makes it", "lstm", 0.0, 5e-21),
    Untrained("LSTM, forget bias + 1", "lstm", 1.0, 6e-8),
    Untrained("LSTM, forget bias + 2", "lstm", 2.0, 0.02),
    Untrained("LSTM, forget bias + 3", "lstm", 3.0, 0.15),
)
"""An LSTM does not save the gradient by being an LSTM: its forget bias does."""
