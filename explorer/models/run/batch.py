"""Many sequences side by side: one run of PyTorch's kernel for each layer and direction, whatever their lengths.

Shorter sequences are filled up at their end, which nothing before it sees; the reverse direction reads each sequence
from its own end. What lies beyond a sequence's end is never looked at.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from explorer.cells import Cell
from explorer.models.model.model import Model
from explorer.models.run.holding import Signals
from explorer.models.run.unroll import States, join, replay, step


@dataclass(frozen=True)
class BatchRun:
    """Everything that a run of several sequences computed, cell by cell in the order of `Model.cells`.

    Attributes:
        signals: each cell's signals, (time, sequence, units), time being the position in the input.
        errors: each sequence's largest difference from PyTorch's states, or None where PyTorch has no equivalent.
        output: the head's values, (time, sequence, outputs), or None.
    """

    signals: list[Signals]
    errors: Tensor | None
    output: Tensor | None


@torch.no_grad()
def run_batch(model: Model, sequences: list[Tensor], states: States) -> BatchRun:
    """Run a model over several sequences.

    Args:
        model: the model; its head, if any, reads each step.
        sequences: each (time, input_size), what reaches layer 0.
        states: the states before the first computed step of each cell, each (sequence, units).
    """
    lengths = torch.tensor([len(one) for one in sequences])
    x = torch.nn.utils.rnn.pad_sequence(sequences)
    beyond = _beyond(lengths, len(x))
    turned = _turned(lengths, len(x)) if model.num_directions == 2 else None
    signals: list[Signals] = []
    errors = torch.zeros(len(sequences), dtype=x.dtype) if model.has_kernel else None
    for cells in model.stack:
        level = []
        for direction, cell in enumerate(cells):
            order = turned if direction else None
            found, differences = _run_cell(cell, _turn(x, order), states[len(signals) + direction], beyond)
            errors = None if errors is None else torch.maximum(errors, differences)
            level.append({name: _turn(values, order) for name, values in found.items()})
        signals += level
        x = join([one["hidden"] for one in level])
    return BatchRun(signals, errors, None if model.head is None else model.head(x))


@torch.no_grad()
def ends(model: Model, x: Tensor, lengths: list[int], states: States) -> Tensor:
    """Where the last layer ends in some prefixes of a sequence, (prefix, units of all directions); no gate is kept.

    Args:
        model: the model.
        x: (time, input_size), what reaches layer 0.
        lengths: of the prefixes.
        states: the states before the first computed step of each cell, each (units,).
    """
    steps, count = max(lengths), len(lengths)
    turned = _turned(torch.tensor(lengths), steps) if model.num_directions == 2 else None
    below = x[:steps, None].expand(-1, count, -1)
    hidden: list[Tensor] = []
    for layer, cells in enumerate(model.stack):
        hidden = []
        for direction, cell in enumerate(cells):
            state = states[layer * len(cells) + direction]
            if layer == direction == 0:  # which reads the same in every prefix
                hidden.append(_hidden(cell, x[:steps], state)[:, None].expand(-1, count, -1))
                continue
            order = turned if direction else None
            each = tuple(one.expand(count, -1) for one in state)
            hidden.append(_turn(_hidden(cell, _turn(below, order), each), order))
        below = join(hidden)
    last = [torch.tensor(lengths) - 1, torch.zeros(count, dtype=torch.long)]
    return join([one[place, range(count)] for one, place in zip(hidden, last, strict=False)])


def _hidden(cell: Cell, x: Tensor, state: tuple[Tensor, ...]) -> Tensor:
    return cell.fused(x, *state).hidden if cell.has_kernel else step(cell, x, state)["hidden"]


def _run_cell(cell: Cell, x: Tensor, state: tuple[Tensor, ...], beyond: Tensor | None) -> tuple[Signals, Tensor]:
    """One cell's signals, and how far each sequence is from PyTorch's kernel."""
    if not cell.has_kernel:
        return step(cell, x, state), x.new_zeros(x.shape[1])
    fused = cell.fused(x, *state)
    signals = replay(cell, x, state, fused.hidden)
    sizes = {name: _within(signals[name], beyond).abs().amax(0).clamp(min=1.0) for name in cell.state_signals}
    errors = _within(signals["hidden"] - fused.hidden, beyond).abs_().amax(0).div_(sizes["hidden"]).amax(-1)
    for name, last in zip(cell.state_signals, fused.last, strict=True):
        # Where a sequence was filled up, the last state is that after the filling, which may have run away.
        error = ((signals[name][-1] - last).abs() / sizes[name]).amax(-1)
        errors = torch.maximum(errors, error if beyond is None else torch.where(beyond[-1, :, 0], 0.0, error))
    return signals, errors


def _within(values: Tensor, beyond: Tensor | None) -> Tensor:
    return values if beyond is None else values.masked_fill(beyond, 0.0)


def _beyond(lengths: Tensor, steps: int) -> Tensor | None:
    """Which steps are filling, (time, sequence, 1); None where none are."""
    beyond = torch.arange(steps)[:, None, None] >= lengths[:, None]
    return beyond if bool(beyond.any()) else None


def _turned(lengths: Tensor, steps: int) -> Tensor:
    """For each step and sequence the step to read when it is read from its own end, (time, sequence, 1)."""
    time = torch.arange(steps)[:, None]
    return torch.where(time < lengths, lengths - 1 - time, time)[..., None]


def _turn(values: Tensor, order: Tensor | None) -> Tensor:
    return values if order is None else values.gather(0, order.expand(-1, -1, values.shape[-1]))
