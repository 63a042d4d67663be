"""The answer of a model that reads both ends of a sequence, for every prefix of it."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from explorer.models.model.head import Head

MOST_PREFIXES = 200
"""So many prefixes are run at most; in a longer sequence a step keeps the answer of the last one run."""
MOST_PREFIX_STEPS = 100_000
"""So many steps all prefixes together have at most, about; a sequence beyond has fewer of them."""
_PADDED = 50_000

Ends = Callable[[list[int]], Tensor]
"""``ends(lengths)`` gives where the last layer ends in the prefixes of these lengths, (prefix, features)."""


def prefix_lengths(steps: int) -> list[int]:
    """The prefixes that answer for a sequence: all of a short one, else some, the first and the whole among them."""
    count = min(steps, MOST_PREFIXES, max(2, 2 * MOST_PREFIX_STEPS // steps))
    lengths: list[int] = np.unique(np.linspace(1, steps, count).round().astype(int)).tolist()
    return lengths


def prefix_outputs(head: Head, last: Tensor, directions: int, ends: Ends) -> Tensor:
    """Run every prefix again and let the head read its two ends, (time, outputs).

    The forward direction ends at the prefix's last step, the reverse direction at position 0; the reverse
    direction of a whole run knows what comes later, so it cannot answer for a prefix.

    Args:
        head: which reads the ends.
        last: (time, units of all directions), the last layer over the whole sequence, whose own ends answer for it.
        directions: how many there are.
        ends: runs prefixes.
    """
    steps, units = len(last), last.shape[1] // directions
    lengths = prefix_lengths(steps)
    before = [head(ends(some)) for some in _side_by_side(lengths[:-1])]
    answers = torch.cat([*before, head(torch.cat([last[-1, :units], last[0, units:]]))[None]])
    latest = np.searchsorted(lengths, np.arange(1, steps + 1), side="right") - 1
    return answers[torch.from_numpy(latest)]


def _side_by_side(lengths: list[int]) -> Iterator[list[int]]:
    """Lengths in groups that, filled up to their longest, have no more steps than memory should hold."""
    group: list[int] = []
    for length in lengths:
        if group and (len(group) + 1) * length > _PADDED:
            yield group
            group = []
        group.append(length)
    if group:
        yield group
