"""Does it matter? A unit that knows something, held at its mean: from correlation to cause."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ArgumentError, ShapeError, UnknownSignalError
from explorer.fitting import said
from explorer.measures.losses import divergences, step_losses
from explorer.models import DIRECTIONS, Model, check_place
from explorer.models.run.clamp import Clamp
from explorer.models.run.stretches import Stretch, fits_beside, held_stretches
from explorer.trace.chunk_runs import Progress
from explorer.trace.passing import passing

Floats = NDArray[np.float64]
STRETCH, OTHERS = 500, 12
_ROWS = 96
"""So many runs are made side by side."""


@dataclass(frozen=True, eq=False)
class Matter:
    """What holding each unit changes.

    Attributes:
        units: (runs,), the unit that is asked about, then others drawn by chance.
        overall: (runs,), the mean change over all steps: held minus free.
        there, elsewhere: (runs,), the same over the marked steps and over the others; NaN where there are none.
        steps: how many steps have a prediction that is compared: marked, and others.
        by: ``"loss"``: −ln p(right answer), or the squared error; ``"answer"``: how far predictions move, the
            divergence from the free run's, where no right answer is known.
        held: (runs,), at which value each unit was held: its mean over the corpus.
    """

    units: tuple[int, ...]
    overall: Floats
    there: Floats
    elsewhere: Floats
    steps: tuple[int, int]
    by: Literal["loss", "answer"]
    held: Floats

    @property
    def rank(self) -> int:
        """How many of the others change as much at the marked steps (all steps, where none is marked), or more."""
        values = self.overall if np.isnan(self.there[0]) else self.there
        return int((values[1:] >= values[0]).sum())


class _Piece(NamedTuple):
    start: int
    stretch: Stretch


@checked
def matter(
    model: Model,
    values: NDArray[Any],
    unit: int,
    marked: NDArray[np.bool_] | None = None,
    answers: NDArray[np.float64] | None = None,
    *,
    signal: str = "hidden",
    layer: int = 0,
    direction: str = "forward",
    starts: Sequence[int] = (0,),
    others: int = OTHERS,
    seed: int = 0,
    h_0: Any = None,
    c_0: Any = None,
    progress: Progress | None = None,
) -> Matter:
    """Hold one unit at its mean over a corpus, and others drawn by chance one after the other, and see the cost::

        change(u) = mean over steps of  loss(unit u held at its mean) − loss(nothing held)

    over all steps, over the marked ones (where the unit is believed to know something), and over the rest. A unit that
    only goes along with a concept changes nothing; one that is used costs most where the concept is so. The others say
    how much any unit costs.

    A single stream is read in stretches of 500 steps, each from the state in which the free run arrives there, so that
    the unit is held from the stretch's first step on and not before; sequences are read whole.

    Args:
        model: with a head.
        values: the corpus, token ids (time,) or numbers (time, input_size), as `record` takes them.
        unit: the one that is asked about.
        marked: (time,), where it is believed to matter.
        answers: (time,), the right answer after each step, as `step_losses` takes them; without them predictions are
            compared with the free run's.
        signal, layer, direction: what of the unit is held.
        starts: where the corpus' sequences begin.
        others: how many other units are drawn.
        seed: of the drawing.
        h_0, c_0: before a sequence's first step, as `record` takes them.
        progress: told how much is done, 0 to 1.

    Raises:
        ArgumentError: the model has no head, or one that reads the ends of a longer stream.
        ShapeError: marks or answers are not one a step.
        UnknownSignalError: there is no such unit, signal, layer or direction.
        EncodingError: the corpus does not fit the model.

    Example:
        >>> found = matter(load_model("brackets-lstm"), np.arange(60) % 20, unit=3, others=4)
        >>> len(found.units), found.by
        (5, 'answer')
    """
    width = _width(model, signal, layer, direction)
    if not 0 <= unit < width:
        raise UnknownSignalError(f"There is no unit {said(unit)}: {signal} has units 0 to {width - 1}.")
    for name, one in (("marked", marked), ("answers", answers)):
        if one is not None and len(one) != len(values):
            raise ShapeError(f"{name} has {len(one):,} values for {len(values):,} steps: give one a step.")
    drawn = np.random.default_rng(seed).permutation([one for one in range(width) if one != unit])[:others]
    units = (unit, *map(int, np.sort(drawn)))
    pieces, mean = _pieces(model, values, (signal, layer, direction), starts, {"h_0": h_0, "c_0": c_0})
    clamps = [Clamp(signal, float(mean[one]), layer, direction, one) for one in units]
    found = _changes(model, pieces, clamps, answers, len(values), progress)
    marks = np.zeros(len(values), bool) if marked is None else np.asarray(marked, bool)
    known = np.isfinite(found[0])
    overall, there, elsewhere = (_mean(found[:, known & one]) for one in (np.ones(len(values), bool), marks, ~marks))
    counts = int((known & marks).sum()), int((known & ~marks).sum())
    return Matter(units, overall, there, elsewhere, counts, "answer" if answers is None else "loss", mean[list(units)])


def _mean(values: Floats) -> Floats:
    return values.mean(axis=1) if values.shape[1] else np.full(len(values), np.nan)


def _width(model: Model, signal: str, layer: int, direction: str) -> int:
    if model.head is None:
        raise ArgumentError(f"{model.name} predicts nothing, so nothing can be lost: give a model with a head.")
    check_place(layer, direction, model.num_layers, model.num_directions)
    if signal not in model.signals:
        raise UnknownSignalError(f"There is no signal {said(signal)}: this model has {', '.join(model.signals)}.")
    return model.cell(layer, direction).units[signal]


def _pieces(
    model: Model, values: NDArray[Any], place: tuple[str, int, str], starts: Sequence[int], states: dict[str, Any]
) -> tuple[list[_Piece], Floats]:
    """The stretches with the states that the free run brings to them, and each unit's mean."""
    assert model.head is not None
    signal, layer, direction = place
    if model.head.reads == "ends" and len(starts) == 1 and len(values) > STRETCH:
        raise ArgumentError(
            f"{model.name} answers once a sequence, and one of {len(values):,} steps came: give many short ones."
        )
    pieces, total, count = [], np.zeros(0), 0
    for passed in passing(model, values, starts, chunk=STRETCH, **states):
        trace = passed.trace
        if trace is None:
            continue
        signals = trace[signal][layer, DIRECTIONS.index(direction)][trace.taken]
        total = signals.sum(axis=0, dtype=np.float64) + (total if count else 0.0)
        count += len(signals)
        here = values[passed.start : passed.start + len(trace)]
        pieces.append(_Piece(passed.start, Stretch(here, trace.h_0, trace.c_0)))
    return pieces, np.asarray(total / max(count, 1))


def _changes(
    model: Model,
    pieces: Sequence[_Piece],
    clamps: Sequence[Clamp],
    answers: Floats | None,
    steps: int,
    progress: Progress | None,
) -> Floats:
    """(clamps, time), NaN where nothing is compared."""
    changes, done = np.full((len(clamps), steps), np.nan), 0
    for group in _groups(model, pieces, max(1, _ROWS // (1 + len(clamps)))):
        outputs = held_stretches(model, [one.stretch for one in group], clamps)
        for row, (start, stretch) in enumerate(group):
            stop = start + len(stretch.values)
            said_ = outputs[:, row, : stop - start]
            place = slice(stop - said_.shape[1], stop)
            if answers is None:
                changes[:, place] = divergences(model, said_[0], said_[1:])
            else:
                losses = step_losses(model, said_, answers[place])
                changes[:, place] = losses[1:] - losses[0]
        done += len(group)
        if progress is not None:
            progress(done / len(pieces))
    return changes


def _groups(model: Model, pieces: Sequence[_Piece], most: int) -> Iterator[list[_Piece]]:
    """Pieces that may run side by side, those of about one length together."""
    group: list[_Piece] = []
    for piece in sorted(pieces, key=lambda one: len(one.stretch.values)):
        if group and (len(group) == most or not fits_beside(model, group[0].stretch, piece.stretch)):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group
