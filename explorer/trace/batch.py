"""Many sequences recorded side by side, each a trace of its own when it is looked at."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, overload

from explorer.arguments import checked
from explorer.errors import ExplorerError
from explorer.fitting import is_index, said
from explorer.models import Model
from explorer.models.run.clamp import Clamp, Held, compile_clamps
from explorer.models.run.coupling import Coupling
from explorer.models.run.inputs import Prepared
from explorer.models.run.many import listed, prepare_all, states_of_all
from explorer.models.run.run import States
from explorer.sequences.visible import counted
from explorer.trace.block import Block
from explorer.trace.recorder import recorded
from explorer.trace.trace import Trace

_BLOCK_VALUES = 2_000_000
"""So many numbers are recorded at once and kept, those of the last block that was looked at."""


class NoSuchTraceError(ExplorerError, IndexError):
    """There is no trace of that number."""


@checked
def record_batch(
    model: Model,
    sequences: Any,
    labels: Sequence[Any] | None = None,
    h_0: Any = None,
    c_0: Any = None,
    clamps: Held | Sequence[Held] = (),
) -> "Traces":
    """Run a model over many sequences of any lengths and keep everything it computed of each.

    The sequences are checked now and run when they are looked at, some dozens at once: PyTorch's kernel once for each
    layer and direction. Memory holds the inputs and one such block, and what the caller keeps.

    Args:
        model: the model; dropout never acts.
        sequences: a list of them, each as `record` takes it.
        labels: for each sequence one word a step; by default as in `record`.
        h_0, c_0: the states before the first step, as `record` takes them, the same for all; or as PyTorch batches
            them, (layers*directions, sequences, units), one for each.
        clamps: what to hold in every sequence; these runs, and those of a head that reads both ends of a sequence or
            of masked steps, are made one by one.

    Returns:
        A sequence of one `Trace` for each, as `record` gives it.

    Raises:
        EncodingError, ShapeError: a sequence, named by its place, or the states do not fit, or are too large.
        ClampError: a clamp does not fit.

    Example:
        >>> traces = record_batch(load_model("brackets-lstm"), ["f(x)", "f(x[0])"])
        >>> [trace["forget"].shape for trace in traces]
        [(1, 1, 4, 20), (1, 1, 7, 20)]
    """
    held = (clamps,) if isinstance(clamps, Clamp | Coupling) else tuple(clamps)
    prepared = prepare_all(model, listed(sequences), labels)
    states = states_of_all(model, len(prepared), h_0, c_0)
    compile_clamps(model, held, min((len(one.labels) for one in prepared), default=1))
    return Traces(model, tuple(prepared), states, held)


@dataclass(frozen=True, eq=False)
class Traces(Sequence[Trace]):
    """One trace for each sequence, made when it is asked for.

    Attributes:
        model: what runs.
        prepared: each sequence as it reaches layer 0, with its labels.
        states: before the first step, for each cell, (sequence, units).
        clamps: what is held.
    """

    model: Model
    prepared: tuple[Prepared, ...]
    states: States
    clamps: tuple[Held, ...] = ()
    _last: list[Block] = field(default_factory=list, repr=False)

    def __repr__(self) -> str:
        steps = [len(one.labels) for one in self.prepared]
        least, most = min(steps, default=0), max(steps, default=0)
        lengths = counted(most, "step") if least == most else f"{least:,} to {most:,} steps"
        return f"Traces({self.model.summary})\n  {counted(len(self), 'sequence')}{f' of {lengths}' if steps else ''}"

    def __len__(self) -> int:
        """How many sequences there are."""
        return len(self.prepared)

    @overload
    def __getitem__(self, index: int) -> Trace: ...
    @overload
    def __getitem__(self, index: slice) -> "Traces": ...
    def __getitem__(self, index: int | slice) -> "Trace | Traces":
        """One sequence's trace, or those of a slice.

        Raises:
            NoSuchTraceError: there is no such sequence.
        """
        if isinstance(index, slice):
            states = [tuple(one[list(range(len(self))[index])] for one in state) for state in self.states]
            return Traces(self.model, self.prepared[index], states, self.clamps)
        if not is_index(index) or not -len(self) <= index < len(self):
            raise NoSuchTraceError(f"There is no trace {said(index)}: there are {len(self):,}, counted from 0.")
        place = int(index) % len(self)
        return self._alone(place) if self._is_alone(place) else self._block(place).trace(place)

    def __iter__(self) -> Iterator[Trace]:
        """Each trace in the order of the sequences."""
        return map(self.__getitem__, range(len(self)))

    def _is_alone(self, place: int) -> bool:
        """Whether a sequence cannot be run beside others."""
        if self.clamps or self.prepared[place].masked is not None:
            return True
        return self.model.head is not None and self.model.head.reads == "ends"

    def _alone(self, place: int) -> Trace:
        states = [tuple(one[place] for one in state) for state in self.states]
        return recorded(self.model, self.prepared[place], states, self.clamps)

    def _block(self, place: int) -> Block:
        """The block that a sequence is in, made now if it is not the last one that was."""
        last = self._last[:1]
        if last and place in last[0].places:
            return last[0]
        start = self._starts[bisect_right(self._starts, place) - 1]
        stop = next((one for one in self._starts if one > place), len(self))
        beside = [one for one in range(start, stop) if not self._is_alone(one)]
        self._last[:] = [Block.of(self.model, {one: self.prepared[one] for one in beside}, self.states)]
        return self._last[0]

    @cached_property
    def _starts(self) -> list[int]:
        """Where each block begins."""
        starts, kept, each = [0], 0, self.model.values_per_step
        for place, one in enumerate(self.prepared):
            more = len(one.labels) * each
            if kept and kept + more > _BLOCK_VALUES:
                starts.append(place)
                kept = 0
            kept += more
        return starts
