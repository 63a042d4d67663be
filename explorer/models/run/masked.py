"""A run over a sequence some of whose steps are masked: there the state is held and nothing is computed.

As Keras does it with ``mask_zero``: a masked step gives the state before it, in both directions and in every layer.
So the cells run over the other steps alone, and what they computed is put back in its place.
"""

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.cells import Cell
from explorer.models.model.model import Model
from explorer.models.run.holding import Holding, Moved, Signals
from explorer.models.run.run import Holds, Run, States, Way, join, run

Mask = NDArray[np.bool_]


def run_masked(model: Model, x: Tensor, states: States, way: Way, holds: Holds | None, masked: Mask) -> Run:
    """As `run`, with the state held where ``masked``, (time,).

    Gates and candidates are NaN at masked steps, states repeat, and the head reads the repeated state.
    """
    taken = np.flatnonzero(~masked)
    bare = replace(model, head=None)
    found = run(bare, x[taken], states, way, _at(holds, taken)) if len(taken) else Run([], None, None)
    signals = [
        _spread(cell, found.signals[place] if len(taken) else _nothing(cell), state, masked, _is_reverse(model, place))
        for place, (cell, state) in enumerate(zip(model.cells(), states, strict=True))
    ]
    answers = _answers(model, x, signals, states, way, holds, masked)
    return Run(signals, found.max_error, answers, found.last or states)


def _is_reverse(model: Model, place: int) -> bool:
    return place % model.num_directions == 1


def _at(holds: Holds | None, taken: NDArray[np.int64]) -> Holds | None:
    """Holds that name positions in the input, for the steps that are taken."""
    if holds is None:
        return None

    def moved(layer: int, direction: str) -> Holding | None:
        holding = holds(layer, direction)
        return None if holding is None else Moved(holding, taken.tolist())

    return moved


def _nothing(cell: Cell) -> Signals:
    return {name: cell.weight_ih.new_zeros(0, units) for name, units in cell.units.items()}


def _spread(cell: Cell, signals: Signals, state: tuple[Tensor, ...], masked: Mask, reverse: bool) -> Signals:
    """Signals of the steps taken → of all steps."""
    so_far = np.cumsum(~masked)
    start = dict(zip(cell.state_signals, state, strict=True))
    spread = {}
    for name, values in signals.items():
        if name not in start:
            spread[name] = values.new_full((len(masked), values.shape[1]), torch.nan)
            spread[name][~torch.from_numpy(masked)] = values
        elif reverse:
            spread[name] = torch.cat([values, start[name][None]])[so_far - ~masked]
        else:
            spread[name] = torch.cat([start[name][None], values])[so_far]
    return spread


def _answers(
    model: Model, x: Tensor, signals: list[Signals], states: States, way: Way, holds: Holds | None, masked: Mask
) -> Tensor | None:
    if model.head is None:
        return None
    if model.head.reads == "step":
        return model.head(join([one["hidden"] for one in signals[-model.num_directions :]]))
    start = model.head(torch.cat([state[0] for state in states[-model.num_directions :]])[None])
    taken = np.flatnonzero(~masked)
    found = run(model, x[taken], states, way, _at(holds, taken)).output if len(taken) else None
    answers = start if found is None else torch.cat([start, found])
    return answers[np.cumsum(~masked)]
