"""A cell over time by one step that is captured: the cell's own operations, done again in the same memory.

A step of a small cell is some twenty operations on a few numbers, so what costs is calling them. `gates` and `update`
run once while every operation is noted with the memory it reads and writes; the further steps are these operations
again, by NumPy's calls (`calls.py`): gates that lie together in one call (`neighbours.py`), what is added at every step
added before (`constants.py`). So every cell gains, and there is no second mathematics that could differ.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.lib.stride_tricks import as_strided
from torch import Tensor

from explorer.cells import Cell, Hold, free
from explorer.models.run.calls import Call, Operation, calls_of, copying, sigmoid_calls, tensors_in
from explorer.models.run.constants import with_constants_apart
from explorer.models.run.holding import Array, Holding, Signals, hold_at
from explorer.models.run.neighbours import together
from explorer.models.run.noting import (
    Guard,
    Held,
    Recorder,
    UncapturableError,
    copies_of_what_is_gone,
    is_alone,
    memory,
)

_CHECKED, _CHECKED_EVERY = 8, 64
"""At most so many steps are compared with the definition, one in so many where there are few."""
_NEAR = (1e-4, 1e-9)
"""How near they have to come, in float32 and in float64."""


class CapturedStep:
    """One step of a cell in memory of its own, done as often as wanted.

    Args:
        cell: the cell.
        projected: (..., blocks*hidden_size), of the first step.
        state: before the first step, in the order of ``cell.state_signals``.
        holding: what to hold, or None.

    Attributes:
        constant: what is to be added to the projected inputs of all further steps.
        row: every signal of the step that was done last, one after the other.
        signals: the same by name, each (..., units).

    Raises:
        UncapturableError: the cell's code has to run at each step.
    """

    def __init__(
        self, cell: Cell, projected: Tensor, state: tuple[Tensor, ...], holding: Holding | None = None
    ) -> None:
        given, before = projected.clone(), [one.clone() for one in state]
        self._holding, self._position = holding, 0
        self._recorder = Recorder(cell, [given, *before])
        gates, after = self._once(cell, given, before)
        computed = gates._asdict() | after._asdict()
        named = {name: computed[name] for name in cell.signals}
        self._given, self.constant = given.numpy(), self._constant(given, named)
        self.row = np.concatenate([value.numpy().reshape(-1) for value in named.values()])
        self._places: dict[int, Array] = {}
        last = self._place(named)
        first = self._hand_on(before, [named[name] for name in cell.state_signals])
        self._place_what_is_copied([given, *before])
        self._place_what_is_squashed([given, *before])
        self._calls = first + self._again() + last

    def _once(self, cell: Cell, given: Tensor, before: list[Tensor]) -> tuple[Any, Any]:
        state, hold = cell.state(*before), self._hold()
        with Guard(), self._recorder:
            gates = cell.gates(given, state, hold)
            return gates, cell.update(gates, state, hold)

    def _hold(self) -> Hold:
        holding, computed = self._holding, dict[str, Tensor]()
        if holding is None:
            return free

        def hold(signal: str, value: Tensor) -> Tensor:
            if signal in holding.signals:
                value = value.clone()
                self._recorder.noted.append(Held(signal, value, dict(computed)))
                with torch._C.DisableTorchFunction():
                    holding.put(signal, value.numpy(), 0, {name: one.numpy() for name, one in computed.items()})
            computed[signal] = value
            return value

        return hold

    def _constant(self, given: Tensor, named: dict[str, Tensor]) -> Array:
        """What inputs can carry of what is added at each step, which is then not added there."""
        shown, moves = set(map(memory, named.values())), self._recorder.moves
        self._recorder.noted, apart = with_constants_apart(
            self._recorder.noted, given, lambda total, constant: memory(total) not in shown and not moves(constant)
        )
        constants = torch.zeros_like(given)
        for part, constant in apart:
            constants.as_strided(part.shape, part.stride(), part.storage_offset()).add_(constant)
        return constants.numpy()

    def _place(self, named: dict[str, Tensor]) -> list[Call]:
        """Let each signal be computed in its part of the row, or be copied to it."""
        self.signals: dict[str, Array] = {}
        copies: list[tuple[Tensor, Array]] = []
        start = 0
        for name, value in named.items():
            part = self.row[start : start + value.numel()]
            self.signals[name] = part.reshape(value.shape)
            if is_alone(value) and memory(value) not in self._places:
                self._places[memory(value)] = part
            else:
                copies.append((value, self.signals[name]))
            start += value.numel()
        return [copying(self._look(value), into) for value, into in copies]

    def _look(self, tensor: Tensor) -> Array:
        """Where a tensor's numbers are."""
        place = self._places.get(memory(tensor))
        if place is None:
            return tensor.numpy()
        strides = [stride * place.itemsize for stride in tensor.stride()]
        return as_strided(place[tensor.storage_offset() :], tuple(tensor.shape), strides)

    def _hand_on(self, before: list[Tensor], after: list[Tensor]) -> list[Call]:
        """Let the state after the step be the state before it, where nothing reads the old one by then."""
        copies = []
        for old, new in zip(before, after, strict=True):
            if memory(new) in self._places and not self._is_read_after(old, new):
                self._places[memory(old)] = self._places[memory(new)]
            else:
                copies.append((old, new))
        return [copying(self._look(new), self._look(old)) for old, new in copies]

    def _is_read_after(self, old: Tensor, new: Tensor) -> bool:
        """Whether an operation reads the old state once the new one is being written."""
        noted = [one for one in self._recorder.noted if isinstance(one, Operation)]
        writes = [place for place, one in enumerate(noted) if memory(new) in map(memory, one.results)]
        reads = [place for place, one in enumerate(noted) if memory(old) in map(memory, tensors_in(one.args))]
        return not writes or max(reads, default=-1) > min(writes)

    def _place_what_is_copied(self, kept: list[Tensor]) -> None:
        """Let a value that is only made to be copied be made where the copy lies, and leave out the copying."""
        left_out = set()
        for one in copies_of_what_is_gone(self._recorder.noted):
            value, copy = one.args[0], one.results[0]
            placed = memory(value) in {*self._places, *map(memory, kept)} or not is_alone(value)
            if not placed and is_alone(copy) and memory(copy) in self._places:
                self._places[memory(value)] = self._places[memory(copy)]
                left_out.add(id(one))
        self._recorder.noted = [one for one in self._recorder.noted if id(one) not in left_out]

    def _place_what_is_squashed(self, kept: list[Tensor]) -> None:
        """Let what σ reads lie as its results do, so that neighbours there are neighbours here (`neighbours`)."""
        beside, first = np.zeros_like(self.row), self.row.__array_interface__["data"][0]
        for one in self._recorder.noted:
            if not isinstance(one, Operation) or not one.is_sigmoid or memory(one.results[0]) not in self._places:
                continue
            read, part = one.args[0], self._places[memory(one.results[0])]
            start = (part.__array_interface__["data"][0] - first) // part.itemsize
            if is_alone(read) and memory(read) not in {*self._places, *map(memory, kept)}:
                self._places[memory(read)] = beside[start : start + part.size]

    def _again(self) -> list[Call]:
        calls: list[Call] = []
        joined = together(self._recorder.noted, self._look)
        for place, one in enumerate(self._recorder.noted):
            if place in joined:
                calls += sigmoid_calls(*several) if (several := joined[place]) else []
            elif isinstance(one, Operation):
                calls += calls_of(one, self._look)
            else:
                calls.append((self._put(one), ()))
        return calls

    def _put(self, one: Held) -> Callable[[], None]:
        holding, values = self._holding, self._look(one.value)
        computed = {name: self._look(value) for name, value in one.computed.items()}
        assert holding is not None
        put, signal = holding.put, one.signal
        return lambda: put(signal, values, self._position, computed)

    def go_on(self, given: Array, rows: Array) -> None:
        """Do the step again for each of ``given``, (time, …), from the state that the step before left.

        Args:
            given: projected inputs, `constant` in them.
            rows: (time, values), where each step's `row` goes.
        """
        into, row, calls = self._given, self.row, self._calls
        for self._position, (projected, kept) in enumerate(zip(given, rows, strict=True), start=1):
            into[...] = projected
            for call, args in calls:
                call(*args)
            kept[...] = row


def run_captured(cell: Cell, projected: Tensor, state: tuple[Tensor, ...], holding: Holding | None) -> Signals:
    """Every signal over time, as `unroll.step` gives it; some steps are done as defined too, and compared.

    Raises:
        UncapturableError: the cell's code has to run at each step.
    """
    one = CapturedStep(cell, projected[0], state, holding)
    rows = np.empty((len(projected), len(one.row)), one.row.dtype)
    rows[0] = one.row
    with np.errstate(all="ignore"):  # as in PyTorch
        one.go_on(projected.numpy()[1:] + one.constant, rows[1:])
    signals = _by_signal(rows, one.signals)
    count = min(_CHECKED, 1 + len(projected) // _CHECKED_EVERY)
    for position in np.linspace(len(projected) - 1, 1, count, dtype=int).tolist():
        _check(cell, projected, signals, holding, position)
    return signals


def _by_signal(rows: Array, shapes: dict[str, Array]) -> Signals:
    signals, start = {}, 0
    for name, value in shapes.items():
        part = rows[:, start : start + value.size].reshape(len(rows), *value.shape)
        signals[name] = torch.from_numpy(np.ascontiguousarray(part))
        start += value.size
    return signals


def _check(cell: Cell, projected: Tensor, signals: Signals, holding: Holding | None, position: int) -> None:
    before = cell.state(*(signals[name][position - 1].clone() for name in cell.state_signals))
    hold = free if holding is None else hold_at(holding, position)
    gates = cell.gates(projected[position].clone(), before, hold)
    defined = gates._asdict() | cell.update(gates, before, hold)._asdict()
    near = _NEAR[projected.dtype == torch.float64]
    for name, values in signals.items():
        if not torch.allclose(values[position], defined[name], near, near, equal_nan=True):
            raise UncapturableError(f"{name} came out otherwise")
