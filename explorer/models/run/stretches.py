"""Many stretches of a corpus, each run free and with one thing held after another, as the batch of one run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.models.model.model import Model
from explorer.models.run.clamp import Clamp, Plan
from explorer.models.run.inputs import prepare, prepare_states
from explorer.models.run.sweep import answer, side_by_side


@dataclass(frozen=True, eq=False)
class Stretch:
    """Some steps, and the state before them.

    Attributes:
        values: token ids (time,) or numbers (time, inputs), as `record` takes them.
        h_0, c_0: as `record` takes them; None for the model's own.
    """

    values: NDArray[Any]
    h_0: Any = None
    c_0: Any = None


def fits_beside(model: Model, first: Stretch, second: Stretch) -> bool:
    """Whether two stretches may be run as one batch: any two that are read forward, else those of one length."""
    forward = model.num_directions == 1 and (model.head is None or model.head.reads == "step")
    return forward or len(first.values) == len(second.values)


@torch.no_grad()
def held_stretches(model: Model, stretches: Sequence[Stretch], clamps: Sequence[Clamp]) -> NDArray[Any]:
    """What the head says along each stretch, first free and then with each of some things held.

    Args:
        model: with a head.
        stretches: any two of which `fits_beside` each other.
        clamps: what to hold, one a run, from a stretch's first step on.

    Returns:
        (1 + clamps, stretches, time, outputs), of shorter stretches filled up beyond their end; time is 1 where the
        head reads the ends.

    Raises:
        ClampError, EncodingError, ShapeError: something does not fit the model.
    """
    inputs = [prepare(model, one.values).x for one in stretches]
    states = [prepare_states(model, one.h_0, one.c_0) for one in stretches]
    runs, steps = 1 + len(clamps), max(map(len, inputs))
    x = torch.nn.utils.rnn.pad_sequence(inputs).repeat(1, runs, 1)
    starts = [
        tuple(
            torch.stack([state[cell][part] for state in states]).repeat(runs, 1) for part in range(len(states[0][cell]))
        )
        for cell in range(len(states[0]))
    ]
    plans = {
        run * len(stretches) + row: Plan.of(model, clamp, steps)
        for run, clamp in enumerate(clamps, start=1)
        for row in range(len(stretches))
    }
    said = answer(model, x, starts, side_by_side(plans, steps)).transpose(0, 1).numpy()
    return np.asarray(said.reshape(runs, len(stretches), *said.shape[1:]))
