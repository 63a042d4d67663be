"""The calls of one module, from what was kept of them."""

from collections.abc import Sequence

from explorer.errors import ArgumentError
from explorer.sequences import step_labels
from explorer.watching.batch import Batch
from explorer.watching.call import Call
from explorer.watching.joining import join
from explorer.watching.kept import Kept, batch_of
from explorer.watching.log import Log
from explorer.watching.seen import Watched

_MASKED = (
    "It was in training mode, where dropout between its layers acts by chance: the first layer is exact, those above "
    "it read masks that nobody keeps. Call net.eval() before, to see them."
)
_WIDENED = "The module computed in {}; the gates are computed in single precision, from the same inputs and weights."
_ALONE = "No call began with a state that another had given: each begins anew, or what lies between changes the states."


class Made:
    """Calls that were made of what was kept, as long as nothing is added to it.

    Args:
        log: what was kept.
        before: what was made when less of it was kept. Its calls are taken over, and the words that were given to the
            steps of a sequence that has gone on since.

    Attributes:
        kept: the calls.
        watched: the same as a user reads them; a cell's stitched to sequences.
    """

    def __init__(self, log: Log, before: "Made | None" = None) -> None:
        self.kept = tuple(log.kept)
        known: tuple[Batch, ...] = () if before is None else before.batches
        self.batches: tuple[Batch, ...] = (*known, *map(batch_of, self.kept[len(known) :]))
        self._before: Sequence[Call] = () if before is None else before._joined or before._before
        self._joined: tuple[Call, ...] | None = None
        steps = not log.layered
        calls = self.joined() if steps else self._alone(before)
        self.watched = Watched(log.name, calls, self.joined, self._notes(steps, calls))

    def joined(self) -> tuple[Call, ...]:
        """The calls stitched to sequences."""
        if self.kept[0].model.num_directions == 2:
            raise ArgumentError("This module reads both ways, so that no call continues another: see its calls.")
        if self._joined is None:
            made = [_call(self.kept[one.first], one.batch) for one in join(self.kept, self.batches)]
            self._joined, self._before = tuple(_gone_on(made, self._before)), ()
        return self._joined

    def _alone(self, before: "Made | None") -> tuple[Call, ...]:
        known = () if before is None else before.watched.calls
        return (*known, *map(_call, self.kept[len(known) :], self.batches[len(known) :]))

    def _notes(self, steps: bool, calls: Sequence[Call]) -> tuple[str, ...]:
        several = len(self.kept) > 1 and all(one.states is not None for one in self.kept[1:])
        return (_ALONE,) if steps and several and len(calls) == len(self.kept) else ()


def _gone_on(made: Sequence[Call], before: Sequence[Call]) -> list[Call]:
    """The calls, each as it was before where no step was added; else with the words that its first steps had."""
    found = list(made)
    for place, (call, earlier) in enumerate(zip(made, before, strict=False)):
        if call.lengths == earlier.lengths:
            found[place] = earlier
        elif earlier.labels is not None and len(call) == len(earlier):
            pairs = zip(earlier.labels, call.lengths, strict=True)
            call.label([(*words, *step_labels(steps)[len(words) :]) for words, steps in pairs])
    return found


def _repeated(kept: Kept) -> list[str]:
    """A sentence where sequences of an unpacked batch end in rows that repeat, as padding does."""
    if kept.packing is not None or kept.x.ndim != 3 or not kept.layered:
        return []
    x = kept.x if kept.batch_first else kept.x.transpose(0, 1)
    same = (x == x[:, -1:]).all(dim=-1).flip(1).long().cumprod(dim=1).sum(dim=1)
    ends = same[same > 1]
    if not len(ends) or int(ends.min()) == x.shape[1]:
        return []
    return [
        f"{len(ends):,} of {len(x):,} sequences end in rows that repeat, up to {int(ends.max()):,}: if these are "
        "padding, the module read them as data. Pack the sequences, or leave them out here: call.cut(lengths)."
    ]


def _call(kept: Kept, batch: Batch) -> Call:
    notes = [_MASKED] if kept.exact_layers else []
    notes += _repeated(kept)
    told = kept.model.card.get("notes", ())
    narrow = batch.precision not in ("float32", "float64")
    notes += [_WIDENED.format(batch.precision)] if narrow and not told else []
    return Call(kept.model, batch, kept.exact_layers, (*notes, *told))
