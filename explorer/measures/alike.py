"""Units that do the same thing: clustered by how they go together over many steps."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ShapeError
from explorer.measures.products import product

Floats = NDArray[np.float64]
TWINS = 0.95
"""Units whose |r| is at least this do the same thing."""
MOST_UNITS = 2_048
_STEPS = 16_384


@dataclass(frozen=True, eq=False)
class Alike:
    """How like each other units are.

    Attributes:
        correlations: (unit, unit), Pearson's r over the steps; 0 with a unit that never moves.
        order: (unit,), similar ones side by side: the leaves of the tree, turned so that neighbours are near.
        groups: (unit,), the number of each unit's group, counted from 0 in the order of the leaves.
        twins: pairs with |r| ≥ 0.95 and their r, the nearest first.
        still: the units that never move.
    """

    correlations: Floats
    order: tuple[int, ...]
    groups: tuple[int, ...]
    twins: tuple[tuple[int, int, float], ...]
    still: tuple[int, ...]


@checked
def alike(values: NDArray[Any], within: float = 0.5) -> Alike:
    """Cluster units by the distance 1 − |r| between what they do, each group's mean distance taken (UPGMA).

    A unit that does the opposite of another tells the same, so that the sign of r does not count.

    Args:
        values: (time, unit).
        within: units closer than this distance come into one group, 0 to 1.

    Returns:
        The order, the groups and the pairs.

    Raises:
        ShapeError: fewer than two steps, or more than 2,048 units.

    Source: Sokal & Michener 1958; the order of the leaves: Bar-Joseph, Gifford & Jaakkola 2001.
    """
    from scipy.cluster.hierarchy import fcluster, leaves_list, linkage  # takes a while to load, and few ask for it
    from scipy.spatial.distance import squareform

    correlations, still = correlated(values)
    units = len(correlations)
    if units > MOST_UNITS:
        raise ShapeError(f"{units:,} units came: cluster at most {MOST_UNITS:,} at a time.")
    if units < 2:
        return Alike(correlations, tuple(range(units)), (0,) * units, (), still)
    apart = squareform(np.clip(1 - np.abs(correlations), 0, 1) * (1 - np.eye(units)), checks=False)
    tree = linkage(apart, "average", optimal_ordering=True)
    order = leaves_list(tree)
    found = fcluster(tree, max(within, 0.0), "distance")
    numbers = {group: number for number, group in enumerate(dict.fromkeys(found[order].tolist()))}
    return Alike(
        correlations=correlations,
        order=tuple(int(unit) for unit in order),
        groups=tuple(numbers[int(group)] for group in found),
        twins=_twins(correlations),
        still=still,
    )


def correlated(values: NDArray[Any]) -> tuple[Floats, tuple[int, ...]]:
    """Pearson's r of every two units over the steps that are finite, and the units that never move.

    Args:
        values: (time, unit).

    Raises:
        ShapeError: fewer than two such steps.
    """
    if values.ndim != 2:
        raise ShapeError(f"Values {values.shape} came: give (time, unit).")
    steps = np.flatnonzero(np.isfinite(values).all(axis=1))
    if len(steps) < 2:
        raise ShapeError(f"{len(steps)} steps with values came: give two or more.")
    mean = values[steps].mean(axis=0, dtype=np.float64)
    total = np.zeros((values.shape[1],) * 2)
    for some in np.array_split(steps, range(_STEPS, len(steps), _STEPS)):
        centred = values[some] - mean
        total += product(centred.T, centred)
    spread = np.sqrt(np.diag(total))
    still = np.ptp(values[steps], axis=0) == 0
    scale = np.where(still | (spread == 0), np.inf, spread)
    correlations = np.clip(total / np.outer(scale, scale), -1, 1)
    np.fill_diagonal(correlations, 1.0)
    return correlations, tuple(int(unit) for unit in np.flatnonzero(still))


def _twins(correlations: Floats) -> tuple[tuple[int, int, float], ...]:
    first, second = np.nonzero(np.triu(np.abs(correlations) >= TWINS, 1))
    pairs = [(int(one), int(other), float(correlations[one, other])) for one, other in zip(first, second, strict=True)]
    return tuple(sorted(pairs, key=lambda pair: -abs(pair[2])))
