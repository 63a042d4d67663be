"""Which step of one sequence belongs to which step of another."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ShapeError
from explorer.trace import Trace

GAP = "–"
"""The label of a step that one of two sequences does not have."""
MOST = 3_000
"""So many steps are aligned at most where they differ."""


@dataclass(frozen=True)
class Alignment:
    """Two sequences side by side, column by column.

    Attributes:
        first, second: for each column the step of either sequence, −1 for a gap.
        distance: how many insertions, deletions and changes lead from one to the other.
    """

    first: tuple[int, ...]
    second: tuple[int, ...]
    distance: int

    def __len__(self) -> int:
        """How many columns there are."""
        return len(self.first)


@checked
def align(first: Sequence[Hashable], second: Sequence[Hashable]) -> Alignment:
    """Align two sequences by edit distance::

        D[i, j] = min(D[i−1, j−1] + [a_i ≠ b_j],  D[i−1, j] + 1,  D[i, j−1] + 1)

    What is changed shares a column, what is inserted or deleted faces a gap. Of several shortest ways the
    one whose gaps come last.

    Args:
        first, second: tokens, or anything that can be told equal.

    Raises:
        ShapeError: more than 3,000 steps lie between where the two begin and where they end to differ.

    Source: Levenshtein 1966; Wagner & Fischer 1974.

    Example:
        >>> align("boys near", "boy near").second
        (0, 1, 2, -1, 3, 4, 5, 6, 7)
    """
    head = _same(first, second)
    tail = _same(first[head:][::-1], second[head:][::-1])
    ours, theirs = first[head : len(first) - tail], second[head : len(second) - tail]
    if max(len(ours), len(theirs)) > MOST:
        raise ShapeError(
            f"The sequences differ over {max(len(ours), len(theirs)):,} steps: compare at most {MOST:,} at a time."
        )
    table = _distances(ours, theirs)
    middle = [(i + head if i >= 0 else -1, j + head if j >= 0 else -1) for i, j in _way_back(table, ours, theirs)]
    before = [(step, step) for step in range(head)]
    after = [(len(first) - tail + step, len(second) - tail + step) for step in range(tail)]
    pairs = before + middle + after
    return Alignment(tuple(i for i, _ in pairs), tuple(j for _, j in pairs), int(table[-1, -1]))


def _same(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """How many tokens the two share from their start."""
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


def _distances(first: Sequence[Hashable], second: Sequence[Hashable]) -> NDArray[np.int32]:
    """The table of distances between all beginnings; along a row, insertions are a running minimum."""
    numbers: dict[Hashable, int] = {}
    ours = [numbers.setdefault(token, len(numbers)) for token in first]
    theirs = np.array([numbers.setdefault(token, len(numbers)) for token in second], dtype=np.int32)
    columns = np.arange(len(theirs) + 1, dtype=np.int32)
    table = np.empty((len(ours) + 1, len(theirs) + 1), dtype=np.int32)
    table[0] = columns
    for row, token in enumerate(ours, start=1):
        best = table[row - 1] + 1
        np.minimum(best[1:], table[row - 1, :-1] + (theirs != token), out=best[1:])
        table[row] = np.minimum.accumulate(best - columns) + columns
    return table


def _way_back(table: NDArray[np.int32], first: Sequence[Hashable], second: Sequence[Hashable]) -> list[tuple[int, int]]:
    pairs = []
    i, j = len(first), len(second)
    while i or j:
        if i and table[i, j] == table[i - 1, j] + 1:
            i -= 1
            pairs.append((i, -1))
        elif j and table[i, j] == table[i, j - 1] + 1:
            j -= 1
            pairs.append((-1, j))
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return pairs[::-1]


def spread(values: NDArray[Any], steps: Sequence[int], axis: int = 0) -> NDArray[Any]:
    """Values over time laid out in columns, NaN in the gaps.

    Args:
        values: with time along ``axis``; floats.
        steps: for each column the step, −1 for a gap.
        axis: of time.
    """
    places = np.asarray(steps)
    laid: NDArray[Any] = np.take(values, np.maximum(places, 0), axis=axis)
    moved = np.moveaxis(laid, axis, 0)
    moved[places < 0] = np.nan
    return laid


@checked
def aligned(trace: Trace, steps: Sequence[int]) -> Trace:
    """A trace laid out in columns: the same values, with NaN and the label ``–`` in the gaps.

    For drawing beside another; a trace without gaps is returned as it is.
    """
    if tuple(steps) == tuple(range(len(trace))):
        return trace
    return replace(
        trace,
        values={name: spread(values, steps, axis=2) for name, values in trace.values.items()},
        labels=tuple(GAP if step < 0 else trace.labels[step] for step in steps),
        inputs=spread(trace.inputs, steps),
        output=None if trace.output is None else spread(trace.output, steps),
        masked=None if trace.masked is None else _kept(trace.masked, steps),
    )


def _kept(masked: NDArray[Any], steps: Sequence[int]) -> NDArray[np.bool_]:
    """Which columns are masked steps; a gap is none."""
    places = np.asarray(steps)
    return np.asarray(masked.astype(bool)[np.maximum(places, 0)] & (places >= 0))
