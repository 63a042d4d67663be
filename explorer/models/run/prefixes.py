"""The answer of a model that reads both ends of a sequence, for every prefix of it."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from explorer.models.model.head import Head

MOST_PREFIXES = 200
"""So many prefixes are run at most; in a longer sequence a step keeps the answer of the last one run."""

LastLayer = Callable[[int], list[Tensor]]
"""``last_layer(length)`` gives the last layer's hidden states, (length, units) a direction, over a prefix."""


def prefix_outputs(head: Head, steps: int, last_layer: LastLayer) -> Tensor:
    """Run every prefix again and let the head read its two ends, (time, outputs).

    The forward direction ends at the prefix's last step, the reverse direction at position 0; the reverse
    direction of a whole run knows what comes later, so it cannot answer for a prefix.
    """
    lengths = np.unique(np.linspace(1, steps, min(steps, MOST_PREFIXES)).round().astype(int))
    answers = [head(_ends(last_layer(int(length)))) for length in lengths]
    latest = np.searchsorted(lengths, np.arange(1, steps + 1), side="right") - 1
    return torch.stack(answers)[torch.from_numpy(latest)]


def _ends(hidden: list[Tensor]) -> Tensor:
    return torch.cat([values[0 if direction else -1] for direction, values in enumerate(hidden)])
