"""The sequences of one call: each recorded when it is asked for, and held against what the module itself gave."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, overload

import numpy as np

from explorer.errors import ArgumentError, CheckpointError, ExplorerError, ShapeError, UnknownSignalError
from explorer.fitting import is_index, said
from explorer.models import Model
from explorer.sequences.visible import counted
from explorer.trace import Trace, record, record_batch
from explorer.watching.batch import Array, Batch

ROUNDED = {"float64": 1e-9, "float32": 1e-4, "float16": 2e-2, "bfloat16": 1e-1}
"""How far a module's own numbers may be from exact ones, by its precision; further apart, the gates are not its own."""
SAMPLE = 32


class Call(Sequence[Trace]):
    """What one call of a recurrent module did: a `Trace` for each sequence of its batch, in the batch's own order.

    A trace is computed when it is asked for, over the sequence's true steps, and its ``max_error`` is the largest
    difference from what the module itself gave: its output at every step and its last states.

    Args:
        model: the weights that the module ran with.
        batch: what went in and came out.
        exact_layers: how many of the lowest layers can be recomputed; None for all.
        notes: what to know of this call.
        labels: a word for each step of each sequence, or None.

    Attributes:
        model: the same, cut to the layers that are exact.
    """

    def __init__(
        self,
        model: Model,
        batch: Batch,
        exact_layers: int | None = None,
        notes: tuple[str, ...] = (),
        labels: Sequence[Sequence[Any]] | None = None,
    ) -> None:
        self.model = model if exact_layers is None else replace(model, stack=model.stack[:exact_layers])
        self.whole, self.batch, self.exact_layers = model, batch, exact_layers
        self.notes = notes
        self.labels: tuple[tuple[str, ...], ...] | None = None
        self.label(labels)

    def __len__(self) -> int:
        """How many sequences there are."""
        return len(self.batch)

    @property
    def lengths(self) -> tuple[int, ...]:
        """The steps of each sequence."""
        return tuple(map(int, self.batch.lengths))

    @overload
    def __getitem__(self, place: int) -> Trace: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Trace, ...]: ...
    def __getitem__(self, place: int | slice) -> Trace | tuple[Trace, ...]:
        """One sequence's trace; or those of a slice.

        Raises:
            UnknownSignalError: there is no such sequence.
            CheckpointError: what is computed here is not what the module gave.
        """
        if isinstance(place, slice):
            return tuple(self[one] for one in range(*place.indices(len(self))))
        if not is_index(place) or not -len(self) <= place < len(self):
            raise UnknownSignalError(f"There is no sequence {said(place)}: this call had {len(self)}, counted from 0.")
        return self._believed(place % len(self), self._alone(place % len(self)))

    def __iter__(self) -> Iterator[Trace]:
        """Each trace in turn, many run at once and none kept."""
        return (self._believed(place, trace) for place, trace in enumerate(self._all()))

    def _believed(self, place: int, trace: Trace) -> Trace:
        """The trace, if it is what the module gave."""
        if trace.max_error is not None and trace.max_error > ROUNDED[self.batch.precision]:
            raise CheckpointError(
                f"The gates computed for sequence {place} differ by {trace.max_error:.1g} from what the module itself "
                f"gave ({self.batch.precision}): its code, its weights or its input changed something on the way, so "
                "these would not be its gates."
            )
        return trace

    def cut(self, lengths: Sequence[int]) -> "Call":
        """The same sequences without what follows their true steps: padding that the module read as data.

        Args:
            lengths: the true steps of each.

        Raises:
            ShapeError: the lengths are not of these sequences.
            ArgumentError: the module reads both ways, so that padding changed its true steps too; or dropout acted.
        """
        if self.exact_layers is not None:
            raise ArgumentError(
                "Dropout acted in this call, so nothing of it is left to compare: call net.eval() first."
            )
        if self.model.num_directions == 2:
            raise ArgumentError(
                "This module reads both ways and met the padding first, so its true steps are those of a padded run: "
                "pack the sequences, torch.nn.utils.rnn.pack_padded_sequence, and watch again."
            )
        fits = len(lengths) == len(self) and all(
            1 <= one <= steps for one, steps in zip(lengths, self.lengths, strict=True)
        )
        if not fits:
            raise ShapeError(
                f"{len(lengths)} lengths came for {len(self)} sequences of up to {max(self.lengths)} steps: give the "
                "true steps of each, at least 1."
            )
        places = np.arange(len(self.batch.inputs))
        rows = [places[each][:steps] for each, steps in zip(self.batch.rows, lengths, strict=True)]
        # The module's last states are those after the padding, so there is nothing to hold the true ones against.
        batch = replace(self.batch, rows=rows, after={})
        labels = None if self.labels is None else list(self.labels)
        return Call(self.whole, batch, self.exact_layers, self.notes, labels)

    def only(self, places: Sequence[int]) -> "Call":
        """Some of the sequences, as a call of their own.

        Args:
            places: which, counted from 0.
        """
        return Call(
            self.whole,
            replace(
                self.batch,
                rows=[self.batch.rows[place] for place in places],
                before={name: values[list(places)] for name, values in self.batch.before.items()},
                after={name: values[list(places)] for name, values in self.batch.after.items()},
            ),
            self.exact_layers,
            self.notes,
            None if self.labels is None else [self.labels[place] for place in places],
        )

    def label(self, labels: Sequence[Sequence[Any]] | None) -> None:
        """Give the steps words, a list for each sequence; what is beyond its true length is left out.

        Raises:
            ShapeError: there are too few lists or words.
        """
        self.labels = None if labels is None else _labels(labels, self.batch)

    def inputs(self, place: int) -> Array:
        """What the module read in one sequence, (time, input_size)."""
        values: Array = self.batch.inputs[self.batch.rows[place]]
        return values

    @cached_property
    def max_error(self) -> float:
        """The largest difference of any sequence from what the module itself gave, as `Trace.max_error`."""
        return float(np.max([trace.max_error for trace in self._all()]))

    @cached_property
    def sampled_error(self) -> float:
        """The same over at most `SAMPLE` sequences, evenly chosen."""
        chosen = np.unique(np.linspace(0, len(self) - 1, min(SAMPLE, len(self))).astype(int))
        return float(np.max([self._alone(int(place)).max_error for place in chosen]))

    def _alone(self, place: int) -> Trace:
        """One sequence's trace, run by itself."""
        labels = None if self.labels is None else self.labels[place]
        states: dict[str, Any] = {name: values[: self._rows] for name, values in self.batch.states(place).items()}
        return self._compared(place, record(self.model, self.inputs(place), labels, **states))

    def _all(self) -> Iterator[Trace]:
        """Every sequence's trace; where one of them cannot be run, each by itself, so that the others can."""
        inputs = [self.inputs(place) for place in range(len(self))]
        states: dict[str, Any] = {
            name: values.swapaxes(0, 1)[: self._rows] for name, values in self.batch.before.items()
        }
        try:
            traces: Iterable[Trace] = record_batch(self.model, inputs, self.labels, **states)
        except ExplorerError:
            return (self._alone(place) for place in range(len(self)))
        return (self._compared(place, trace) for place, trace in enumerate(traces))

    @property
    def _rows(self) -> int:
        return self.model.num_layers * self.model.num_directions

    def _compared(self, place: int, trace: Trace) -> Trace:
        return replace(trace, max_error=self._difference(place, trace)) if len(self.batch.outputs) else trace

    def _difference(self, place: int, trace: Trace) -> float:
        """The largest |ours − the module's|, relative to max(1, the unit's largest |value|)."""
        top = np.concatenate(list(trace["hidden"][-1]), axis=-1)
        parts = [] if self.exact_layers else [_apart(top, self.batch.outputs[self.batch.rows[place]], top)]
        for name, after in self.batch.after.items():
            ours = getattr(trace, name)
            state = trace[_signal(self.model, name)]
            sizes = state.reshape(-1, *state.shape[2:]).swapaxes(0, 1)
            parts.append(_apart(ours, after[place][: len(ours)], sizes))
        return float(np.max(parts))


def _signal(model: Model, name: str) -> str:
    return type(model.stack[0][0]).starts()[name.replace("n", "0")]


def _apart(ours: Array, theirs: Array, over_time: Array) -> float:
    if not ours.size:
        return 0.0
    size = np.maximum(1.0, np.abs(over_time).max(axis=0))
    return float((np.abs(ours.astype(np.float64) - theirs) / size).max())


def _labels(given: Sequence[Sequence[Any]], batch: Batch) -> tuple[tuple[str, ...], ...]:
    """A word for each true step; what stands beyond it, for the padding, is left out."""
    if len(given) != len(batch):
        raise ShapeError(f"Labels of {len(given)} sequences came for a call of {len(batch)}: give one list a sequence.")
    short = next((n for n, (one, steps) in enumerate(zip(given, batch.lengths, strict=True)) if len(one) < steps), None)
    if short is not None:
        raise ShapeError(
            f"{counted(len(given[short]), 'label')} came for sequence {short}, which has {batch.lengths[short]} steps: "
            "give one a step."
        )
    return tuple(tuple(map(str, one[:steps])) for one, steps in zip(given, batch.lengths, strict=True))
