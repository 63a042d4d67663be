"""A whole model over time: layers × directions × steps."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import torch
from torch import Tensor

from explorer.cells import Cell, Fused
from explorer.models.model.model import DIRECTIONS, Model
from explorer.models.run.batch import ends
from explorer.models.run.holding import Holding, Moved, Signals
from explorer.models.run.prefixes import prefix_outputs
from explorer.models.run.unroll import States as States
from explorer.models.run.unroll import join as join
from explorer.models.run.unroll import replay, step

Way = Literal["step", "replay"]
Holds = Callable[[int, str], Holding | None]
"""``holds(layer, direction)`` gives what to hold in one cell."""


@dataclass(frozen=True)
class Run:
    """Everything one run computed, cell by cell in the order of `Model.cells`.

    Attributes:
        signals: each cell's signals over time, time being the position in the input.
        max_error: the largest difference from PyTorch's states, or None where PyTorch has no equivalent.
        output: the head's values, (time, outputs), or None.
        last: the state in which each cell ends, PyTorch's kernel's own where it has one: where a run of the steps
            after these begins.
    """

    signals: list[Signals]
    max_error: float | None
    output: Tensor | None
    last: States = field(default_factory=list)


@torch.no_grad()
def run(model: Model, x: Tensor, states: States, way: Way, holds: Holds | None = None) -> Run:
    """Run a model over a sequence.

    Args:
        model: the model.
        x: (time, input_size), what reaches layer 0.
        states: the state before the first computed step of each cell.
        way: ``"step"`` or ``"replay"`` (which needs PyTorch's kernel and holds nothing).
        holds: what to hold where.
    """
    comparable = holds is None and model.has_kernel
    passes: list[_Pass] = []
    ours, theirs = x, (x if comparable else None)
    for layer, cells in enumerate(model.stack):
        level = [
            _run_cell(cell, ours, theirs, state, way, reverse, holds(layer, direction) if holds else None)
            for cell, state, direction in zip(cells, states[len(passes) :], DIRECTIONS, strict=False)
            for reverse in [direction == "reverse"]
        ]
        passes += level
        ours = join([one.signals["hidden"] for one in level])
        if comparable:
            theirs = join([one.reference for one in level if one.reference is not None])
    return Run(
        signals=[one.signals for one in passes],
        max_error=max(one.error for one in passes) if comparable else None,
        output=_answers(model, x, ours, states, way, holds),
        last=[one.last for one in passes],
    )


def _answers(model: Model, x: Tensor, last: Tensor, states: States, way: Way, holds: Holds | None) -> Tensor | None:
    """The head's values at every step; a head that reads both ends answers for the prefix up to there."""
    if model.head is None:
        return None
    if model.head.reads == "step":
        return model.head(last)
    if holds is None:
        return prefix_outputs(model.head, last, model.num_directions, lambda lengths: ends(model, x, lengths, states))
    bare = replace(model, head=None)

    def held(lengths: list[int]) -> Tensor:
        runs = [run(bare, x[:length], states, way, holds).signals[-model.num_directions :] for length in lengths]
        return torch.stack(
            [torch.cat([one["hidden"][-side] for side, one in zip((1, 0), signals, strict=False)]) for signals in runs]
        )

    return prefix_outputs(model.head, last, model.num_directions, held)


class _Pass(NamedTuple):
    """One cell's run, with PyTorch's hidden states beside it where they were asked for."""

    signals: Signals
    reference: Tensor | None
    error: float
    last: tuple[Tensor, ...]


def _run_cell(
    cell: Cell,
    ours: Tensor,
    theirs: Tensor | None,
    state: tuple[Tensor, ...],
    way: Way,
    reverse: bool,
    holding: Holding | None,
) -> _Pass:
    """Run one cell on our input and PyTorch's kernel on PyTorch's, both turned round for reverse."""
    fused = None if theirs is None else cell.fused(_turn(theirs, reverse), *state)
    if fused is not None and theirs is not None and way == "replay":
        signals = replay(cell, _turn(theirs, reverse), state, fused.hidden)
    else:
        signals = step(cell, _turn(ours, reverse), state, _turned(holding, len(ours), reverse))
    error = 0.0 if fused is None else _difference(cell, signals, fused)
    in_order = {name: _turn(value, reverse) for name, value in signals.items()}
    last = tuple(signals[name][-1] for name in cell.state_signals) if fused is None else fused.last
    return _Pass(in_order, None if fused is None else _turn(fused.hidden, reverse), error, last)


def _turn(values: Tensor, reverse: bool) -> Tensor:
    return values.flip(0) if reverse else values


def _turned(holding: Holding | None, length: int, reverse: bool) -> Holding | None:
    """Holds name positions in the input, whichever way the cell reads it."""
    return Moved(holding, range(length)[::-1]) if holding is not None and reverse else holding


def _difference(cell: Cell, ours: Signals, theirs: Fused) -> float:
    """The largest |ours − theirs| over h_t and the last state, relative to max(1, the unit's largest |value|)."""
    sizes = {name: ours[name].abs().amax(0).clamp(min=1.0) for name in cell.state_signals}
    differences = [(ours["hidden"] - theirs.hidden).abs_().amax(0) / sizes["hidden"]]
    for name, last in zip(cell.state_signals, theirs.last, strict=True):
        differences.append((ours[name][-1] - last).abs() / sizes[name])
    return max(float(one.max()) for one in differences)
