"""The calls of one module, from what was kept of them."""

from collections.abc import Sequence

from explorer.errors import ArgumentError
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

    Attributes:
        kept: the calls.
        watched: the same as a user reads them; a cell's stitched to sequences.
    """

    def __init__(self, log: Log) -> None:
        self.kept = tuple(log.kept)
        self.batches = tuple(map(batch_of, self.kept))
        self._joined: tuple[Call, ...] | None = None
        steps = not log.layered
        calls = self.joined() if steps else tuple(map(_call, self.kept, self.batches))
        self.watched = Watched(log.name, calls, self.joined, self._notes(steps, calls))

    def joined(self) -> tuple[Call, ...]:
        """The calls stitched to sequences."""
        if self.kept[0].model.num_directions == 2:
            raise ArgumentError("This module reads both ways, so that no call continues another: see its calls.")
        if self._joined is None:
            self._joined = tuple(_call(self.kept[one.first], one.batch) for one in join(self.kept, self.batches))
        return self._joined

    def _notes(self, steps: bool, calls: Sequence[Call]) -> tuple[str, ...]:
        several = len(self.kept) > 1 and all(one.states is not None for one in self.kept[1:])
        return (_ALONE,) if steps and several and len(calls) == len(self.kept) else ()


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
