"""One cell over time, in its two ways: step, which is the definition, and replay, which is fast."""

from contextlib import suppress
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.cells import Carry, Cell, free
from explorer.models.run.captured import run_captured
from explorer.models.run.holding import Array, Holding, Signals, hold_at
from explorer.models.run.noting import UncapturableError

States = list[tuple[Tensor, ...]]
"""For each cell, in the order of `Model.cells`, its state in the order of ``cell.state_signals``."""
_CAPTURE_FROM = 64
"""From so many steps on, capturing one gains; measured in benchmarks/step.py."""


def step(cell: Cell, x: Tensor, state: tuple[Tensor, ...], holding: Holding | None = None) -> Signals:
    """Run a cell step by step and keep everything it returned.

    Args:
        cell: the cell.
        x: (time, input_size).
        state: the state before the first step, in the order of ``cell.state_signals``, each (units,).
        holding: what to hold at each step; None holds nothing.
    """
    projected = cell.project(x)
    if len(projected) >= _CAPTURE_FROM:
        with suppress(UncapturableError):
            return run_captured(cell, projected, state, holding)
    return defined(cell, projected, state, holding)


def defined(cell: Cell, projected: Tensor, state: tuple[Tensor, ...], holding: Holding | None = None) -> Signals:
    """Every step by the cell's own code, which is the definition: `step` where nothing can be gained.

    Args:
        cell: the cell.
        projected: (time, blocks*hidden_size), what `Cell.project` gives.
        state, holding: as in `step`.
    """
    current = cell.state(*state)
    steps = []
    for position, now in enumerate(projected):
        hold = hold_at(holding, position) if holding else free
        gates = cell.gates(now, current, hold)
        current = cell.update(gates, current, hold)
        steps.append(_merge(cell, gates, current))
    return {name: torch.stack([one[name] for one in steps]) for name in cell.signals}


def replay(cell: Cell, x: Tensor, state: tuple[Tensor, ...], hidden: Tensor) -> Signals:
    """Rebuild every signal from hidden states that are already known.

    With h_{t-1} known for every t the gates of all steps are one call with a time axis in front; a
    memory beside h is then the elementwise recurrence of `Cell.carry`. The hidden states that come
    back are rebuilt from those gates, so comparing them with ``hidden`` checks the gates.

    Args:
        cell: the cell.
        x: (time, input_size).
        state: the state before the first step, in the order of ``cell.state_signals``, each (units,).
        hidden: (time, units), h_t as PyTorch's kernel gives it.
    """
    before = cell.state(_shift(state[0], hidden), *state[1:])
    gates = cell.gates(cell.project(x), before)
    if len(state) > 1:
        carried = recurrence(cell.carry(gates), state[1])
        before = cell.state(before[0], carried[:-1])
    return _merge(cell, gates, cell.update(gates, before))


def recurrence(carry: Carry, initial: Tensor) -> Tensor:
    """s_t = keep_t ∘ s_{t-1} + write_t for all t, with the initial state in front: (time + 1, …, units).

    In NumPy and by blocks, since the loop is what costs: first every block at once as if it began with 0, with the
    product of what it keeps up to each step; then block after block, from the state in which the one before ends.
    """
    keep, write = carry.keep.numpy(), carry.write.numpy()
    states = np.empty((len(keep) + 1, *keep.shape[1:]), dtype=keep.dtype)
    states[0] = initial.numpy()
    size = max(1, round(len(keep) ** 0.5 / 2)) if keep.ndim == 2 else len(keep) + 1
    whole = len(keep) // size * size
    if whole:
        _by_blocks(keep[:whole], write[:whole], states[: whole + 1], size)
    for step in range(whole, len(keep)):
        np.multiply(keep[step], states[step], states[step + 1])
        states[step + 1] += write[step]
    return torch.from_numpy(states)


def _by_blocks(keep: Array, write: Array, states: Array, size: int) -> None:
    shape = (len(keep) // size, size, *keep.shape[1:])
    blocks, kept = states[1:].reshape(shape), keep.reshape(shape).copy()
    blocks[:] = write.reshape(shape)
    for step in range(1, size):
        blocks[:, step] += kept[:, step] * blocks[:, step - 1]
        kept[:, step] *= kept[:, step - 1]
    before = states[0]
    for block, product in zip(blocks, kept, strict=True):
        block += product * before
        before = block[-1]


def join(hidden: list[Tensor]) -> Tensor:
    """What the next layer reads: the directions' hidden states side by side."""
    return hidden[0] if len(hidden) == 1 else torch.cat(hidden, dim=-1)


def _shift(initial: Tensor, states: Tensor) -> Tensor:
    """The state before each step: (time, units)."""
    return torch.cat([initial[None], states[:-1]])


def _merge(cell: Cell, gates: Any, state: Any) -> Signals:
    computed = gates._asdict() | state._asdict()
    return {name: computed[name] for name in cell.signals}
