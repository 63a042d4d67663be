"""How well a number tells marked steps from the others: the area under the ROC curve, by ranks."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.measures.products import product

Floats = NDArray[np.float64]


def centred_ranks(values: NDArray[Any]) -> Floats:
    """Each unit's ranks over time, equal values at their mean rank, (unit, time), with mean 0."""
    steps = len(values)
    ranks = np.empty((values.shape[1], steps))
    for unit, row in enumerate(np.asarray(values).T):
        order = np.argsort(row)
        new = np.concatenate([[True], np.diff(row[order]) != 0])
        first = np.append(np.flatnonzero(new), steps)
        ranks[unit, order] = ((first[:-1] + first[1:] - steps) / 2.0)[np.cumsum(new) - 1]
    return ranks


def auc_of_ranks(ranks: Floats, marks: NDArray[Any]) -> Floats:
    """The chance that a marked step has the greater value than one that is not, ties counting half::

        AUC = Σ_{marked t} (rank_t − mean rank) / (n₁ n₀) + ½

    Args:
        ranks: (unit, time), as from `centred_ranks`.
        marks: (time, labels) 0 or 1.

    Returns:
        (unit, labels); ½ where nothing or everything is marked.

    Source: Mann & Whitney 1947; Hanley & McNeil 1982.
    """
    weights = np.asarray(marks, dtype=np.float64)
    inside = weights.sum(axis=0)
    pairs = inside * (len(weights) - inside)
    return product(ranks, weights) / np.where(pairs > 0, pairs, np.inf) + 0.5
