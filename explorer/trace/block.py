"""Some sequences recorded side by side, and the trace of each, cut out of what they have in common."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.models import Model
from explorer.models.run.batch import run_batch
from explorer.models.run.inputs import Prepared
from explorer.models.run.run import States
from explorer.trace.trace import Trace

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class _Group:
    """Sequences of about one length after a run.

    Attributes:
        values: each signal, (layer, direction, time, sequence, unit).
        starts: h_0 and c_0, where there is one, (layers*directions, sequence, units).
        ends: which signal each of them is the start of.
        output: (time, sequence, outputs), or None.
        errors: each sequence's largest difference from PyTorch's states, or None.
    """

    values: dict[str, Array]
    starts: dict[str, Array]
    ends: dict[str, str]
    output: Array | None
    errors: list[float] | None

    @classmethod
    def of(cls, model: Model, prepared: list[Prepared], states: States) -> "_Group":
        """Run them."""
        result = run_batch(model, [one.x for one in prepared], states)
        values = {}
        for name in model.signals:
            arrays = [signals[name].numpy() for signals in result.signals]
            joined = arrays[0] if len(arrays) == 1 else np.stack(arrays)
            values[name] = joined.reshape(model.num_layers, model.num_directions, *arrays[0].shape)
        starts = {
            start: np.stack([state[index].numpy() for state in states])
            for index, start in enumerate(model.cell().starts())
        }
        errors = None if result.errors is None else result.errors.tolist()
        return cls(
            values, starts, model.cell().starts(), None if result.output is None else result.output.numpy(), errors
        )

    def trace(self, model: Model, prepared: Prepared, column: int) -> Trace:
        """One of its sequences."""
        steps = len(prepared.labels)
        values = {name: whole[:, :, :steps, column] for name, whole in self.values.items()}
        states: dict[str, Any] = {start: whole[:, column] for start, whole in self.starts.items()}
        for start, name in self.ends.items():
            states[start.replace("0", "n")] = _last(values[name])
        return Trace(
            kind=model.kind,
            values=values,
            labels=prepared.labels,
            inputs=prepared.x.numpy(),
            method="replay" if model.has_kernel else "step",
            output=None if self.output is None else self.output[:steps, column],
            max_error=None if self.errors is None else self.errors[column],
            unused=model.unused,
            **states,
        )


def _last(values: Array) -> Array:
    """The states in which each layer and direction ends, (layers*directions, units)."""
    ends = [values[:, direction, 0 if direction else -1] for direction in range(values.shape[1])]
    return ends[0] if len(ends) == 1 else np.stack(ends, axis=1).reshape(-1, values.shape[-1])


@dataclass(frozen=True, eq=False)
class Block:
    """Some sequences after their run, by their places in the list.

    Attributes:
        model: what ran.
        prepared: the sequences.
        places: where each is: its group, and its column there.
    """

    model: Model
    prepared: Mapping[int, Prepared]
    places: Mapping[int, tuple[_Group, int]]

    @classmethod
    def of(cls, model: Model, prepared: Mapping[int, Prepared], states: States) -> "Block":
        """Run some sequences, those of about one length together.

        Args:
            model: the model.
            prepared: the sequences by their places.
            states: those of every sequence of the list, (sequence, units).
        """
        found: dict[int, tuple[_Group, int]] = {}
        for places in _alike({place: len(one.labels) for place, one in prepared.items()}):
            started = [tuple(one[places] for one in state) for state in states]
            group = _Group.of(model, [prepared[place] for place in places], started)
            found |= {place: (group, column) for column, place in enumerate(places)}
        return cls(model, prepared, found)

    def trace(self, place: int) -> Trace:
        """The trace of the sequence at a place of the list."""
        group, column = self.places[place]
        return group.trace(self.model, self.prepared[place], column)


def _alike(lengths: Mapping[int, int]) -> Iterator[list[int]]:
    """Places in groups whose longest sequence is at most twice the shortest."""
    group: list[int] = []
    for place in sorted(lengths, key=lengths.__getitem__):
        if group and lengths[place] > 2 * lengths[group[0]]:
            yield group
            group = []
        group.append(place)
    yield group
