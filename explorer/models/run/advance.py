"""The state after some steps, with nothing kept on the way: what a run that begins there needs."""

import torch

from explorer.models.model.model import Model
from explorer.models.run.inputs import Prepared
from explorer.models.run.run import States
from explorer.models.run.unroll import step


@torch.no_grad()
def advance(model: Model, prepared: Prepared, states: States) -> States:
    """The state in which a run over some steps ends, as `Run.last` of that run, to the bit.

    PyTorch's kernel once for each layer; a cell without one is run step by step.

    Args:
        model: which reads forward only.
        prepared: the steps.
        states: before the first of them.
    """
    below = prepared.x if prepared.masked is None else prepared.x[torch.from_numpy(~prepared.masked)]
    if not len(below):
        return states
    ends: States = []
    for cell, state in zip(model.cells(), states, strict=True):
        if cell.has_kernel:
            fused = cell.fused(below, *state)
            below = fused.hidden
            ends.append(fused.last)
        else:
            signals = step(cell, below, state)
            below = signals["hidden"]
            ends.append(tuple(signals[name][-1] for name in cell.state_signals))
    return ends
