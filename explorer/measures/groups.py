"""One unit over many sequences: mean and spread in each condition, aligned on a step of each sequence."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.sequences import check_size


@dataclass(frozen=True, eq=False)
class Profile:
    """One condition around the step that its sequences are aligned on.

    Attributes:
        offsets: (columns,), steps before (negative) and after it.
        mean: (columns,) over the sequences that reach so far, NaN where none does.
        spread: (columns,), their standard deviation, 0 for a single one.
        counts: (columns,), how many they are.
    """

    offsets: NDArray[np.int64]
    mean: NDArray[np.float64]
    spread: NDArray[np.float64]
    counts: NDArray[np.int64]


@checked
def profile(lines: Sequence[NDArray[np.float64]], at: Sequence[int], before: int, after: int) -> Profile:
    """Mean ± spread over sequences of different lengths.

    Args:
        lines: one unit's values over each sequence, (time,).
        at: the step of each sequence that comes to stand at offset 0.
        before, after: how many columns on either side.

    Raises:
        EncodingError: more columns than a sequence may have.
    """
    check_size(before + after + 1, max(1, len(lines)))
    offsets = np.arange(-before, after + 1)
    table = np.full((len(lines), len(offsets)), np.nan)
    for row, (values, zero) in enumerate(zip(lines, at, strict=True)):
        steps = zero + offsets
        inside = (steps >= 0) & (steps < len(values))
        table[row, inside] = values[steps[inside]]
    counts = np.isfinite(table).sum(axis=0)
    reached = counts > 0
    mean, spread = np.full(len(offsets), np.nan), np.full(len(offsets), np.nan)
    mean[reached] = np.nanmean(table[:, reached], axis=0)
    spread[reached] = np.nanstd(table[:, reached], axis=0)
    return Profile(offsets, mean, spread, counts)


@checked
def find_token(labels: Sequence[str], token: str, occurrence: int = 1) -> int | None:
    """The step of a token's n-th occurrence, upper and lower case alike; None where there is none.

    Args:
        labels: the tokens of a sequence.
        token: what to look for.
        occurrence: 1 for the first; −1 for the last.
    """
    steps = [step for step, label in enumerate(labels) if label.lower() == token.lower()]
    place = occurrence - 1 if occurrence > 0 else occurrence
    return steps[place] if -len(steps) <= place < len(steps) else None


@checked
def separation(profiles: Sequence[Profile]) -> float:
    """How far conditions part at most: the largest range of their means, in units of their spread plus 0.05.

    Args:
        profiles: one a condition, over the same columns.
    """
    means = np.stack([one.mean for one in profiles])
    spreads = np.stack([one.spread for one in profiles])
    reached = np.isfinite(means).all(axis=0)
    if len(profiles) < 2 or not reached.any():
        return 0.0
    ranges = np.ptp(means[:, reached], axis=0)
    return float((ranges / (spreads[:, reached].mean(axis=0) + 0.05)).max())
