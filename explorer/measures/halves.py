"""Which steps rank units and which judge them, and labels that are the same but for where they stand."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ShapeError
from explorer.measures.spectrum import autocorrelation

Steps = NDArray[np.bool_]
LEAST = 8
_BLOCKS = 10
_DRAWS = 12
_PIECES, _AGAIN = 20, 0.6
"""A label comes again where it is so much like itself later, by its correlation."""
_PART = 0.2
"""Of the rarer label each half should have this share."""


def halves(labels: NDArray[Any], rng: np.random.Generator) -> Steps:
    """Cut the steps into stretches of equal length and draw half of them to train on.

    Ten stretches, or twice as many again and again until both halves have something of what is to be told: steps side
    by side are alike, so that long stretches are the honest ones.

    Args:
        labels: (time,) bool or float.
        rng: draws the stretches.

    Returns:
        (time,) bool, the training steps.

    Raises:
        ShapeError: fewer than eight steps, all labels are one, or no such cut has both on both sides.
    """
    if len(labels) < LEAST:
        raise ShapeError(f"{len(labels)} steps with a label came: give {LEAST} or more, half of them judge.")
    if (labels == labels[0]).all():
        raise ShapeError(
            f"All {len(labels):,} labels are {labels[0]}: there is nothing to tell apart. Give steps with and without."
        )
    for part in (_PART, 0.0):
        blocks = _BLOCKS
        while blocks < 2 * len(labels):
            for _ in range(_DRAWS):
                trained = _drawn(len(labels), min(blocks, len(labels)), rng)
                if _both(labels, trained, part):
                    return trained
            blocks *= 2
    raise ShapeError(
        "What is to be told stands at too few steps to be both learnt and judged: mark more than one, or give "
        "more of it."
    )


def rotated(labels: NDArray[Any], count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """The labels, and ``count`` times the same where they do not belong.

    Moved on in time, what leaves at the end coming in at the start. What comes again and again, as seasons do, would
    meet itself there: it is cut into pieces no shorter than its period, each taken from a place of its own.

    Returns:
        (time, 1 + count), the labels themselves first.
    """
    steps = len(labels)
    least = max(1, steps // _PIECES)
    period = _period(labels)
    columns = [labels]
    for _ in range(count):
        size = max(least, period) if period else steps
        edges = np.arange(-int(rng.integers(size)) if period else 0, steps, size)
        starts = rng.integers(0, steps, len(edges)) if period else rng.integers(least, steps - least + 1, 1)
        piece = np.searchsorted(edges, np.arange(steps), side="right") - 1
        columns.append(labels[(starts[piece] + np.arange(steps)) % steps])
    return np.stack(columns, axis=1).astype(np.float64)


def _period(labels: NDArray[Any]) -> int:
    """After how many steps the labels come again; 0 where they do not."""
    likeness = autocorrelation(labels.astype(np.float64), len(labels) // 2)
    parted = np.flatnonzero(likeness < 0)
    if not len(parted):
        return 0
    later = likeness[parted[0] :]
    return int(parted[0] + later.argmax()) if later.max() > _AGAIN else 0


def _drawn(steps: int, blocks: int, rng: np.random.Generator) -> Steps:
    chosen = np.zeros(blocks, dtype=bool)
    chosen[rng.permutation(blocks)[: blocks // 2]] = True
    return np.asarray(chosen[np.arange(steps) * blocks // steps])


def _both(labels: NDArray[Any], trained: Steps, part: float) -> bool:
    """Whether each half has both labels, or numbers that differ."""
    if labels.dtype != bool:
        return all(np.ptp(labels[half]) > 0 for half in (trained, ~trained))
    rarer = labels if 2 * labels.sum() <= len(labels) else ~labels
    least = max(1, int(part * rarer.sum()))
    return all(rarer[half].sum() >= least and not rarer[half].all() for half in (trained, ~trained))
