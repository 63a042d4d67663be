"""One cell over time, in its two ways: step, which is the definition, and replay, which is fast."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.cells import Carry, Cell, Hold, free

HoldAt = Callable[[int], Hold]
"""``hold_at(position)`` gives the hold of one step."""
Signals = dict[str, Tensor]
"""Every signal of a cell over time, each (time, units)."""


def step(cell: Cell, x: Tensor, state: tuple[Tensor, ...], hold_at: HoldAt | None = None) -> Signals:
    """Run a cell step by step and keep everything it returned.

    Args:
        cell: the cell.
        x: (time, input_size).
        state: the state before the first step, in the order of ``cell.state_signals``, each (units,).
        hold_at: what to hold at each step; None holds nothing.
    """
    current = cell.state(*state)
    steps = []
    for position, projected in enumerate(cell.project(x)):
        hold = hold_at(position) if hold_at else free
        gates = cell.gates(projected, current, hold)
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
    """s_t = keep_t ∘ s_{t-1} + write_t for all t, with the initial state in front: (time + 1, units).

    In NumPy and two steps at a time, s_{t+1} = (keep_{t+1} keep_t) ∘ s_{t-1} + (keep_{t+1} write_t + write_{t+1}),
    since the loop is what costs; the states in between follow all at once. A deeper scan was faster and less exact.
    """
    keep, write = carry.keep.numpy(), carry.write.numpy()
    even = slice(0, len(keep) // 2 * 2, 2)
    states = np.empty((len(keep) + 1, keep.shape[1]), dtype=keep.dtype)
    states[0] = before = initial.numpy()
    states[2::2] = keep[1::2] * write[even] + write[1::2]
    for both, state in zip(keep[1::2] * keep[even], states[2::2], strict=True):
        state += both * before
        before = state
    states[1::2] = keep[::2] * states[:-1:2] + write[::2]
    return torch.from_numpy(states)


def _shift(initial: Tensor, states: Tensor) -> Tensor:
    """The state before each step: (time, units)."""
    return torch.cat([initial[None], states[:-1]])


def _merge(cell: Cell, gates: Any, state: Any) -> Signals:
    computed = gates._asdict() | state._asdict()
    return {name: computed[name] for name in cell.signals}
