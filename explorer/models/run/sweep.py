"""Many held runs side by side, as the batch of one run: many holds of one sequence, or one of many sequences."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from explorer.errors import ClampError
from explorer.models.model.model import Model
from explorer.models.run.clamp import Clamp, Held, Plan, compile_clamps
from explorer.models.run.holding import Array, Holding
from explorer.models.run.inputs import prepare, prepare_states
from explorer.models.run.run import Holds, States, run

_MOST_VALUES = 20_000_000
_MOST_TOGETHER = 48


def held_outputs(
    model: Model, x: Any, clamps: Sequence[Clamp], h_0: Any = None, c_0: Any = None
) -> Iterator[NDArray[Any]]:
    """What the head says when one thing is held, for each of many things in turn.

    Each clamp is a run of its own; as many as fit in memory are run at once, so that a caller can show how
    far it has come and stop in between.

    Args:
        model: with a head.
        x: the sequence, as `record` takes it.
        clamps: what to hold, one a run.
        h_0, c_0: the states before the first step, as `record` takes them.

    Yields:
        (runs, time, outputs) for the next few clamps, in their order; where the head reads the ends of the
        sequence, (runs, 1, outputs): its answer for the whole.

    Raises:
        ClampError: a clamp does not fit the model or the sequence.
    """
    given = prepare(model, x)
    if given.masked is not None:
        raise ClampError("Masked steps cannot be swept: leave the padding out of the sequence.")
    prepared = given.x
    states = prepare_states(model, h_0, c_0)
    plans = [Plan.of(model, clamp, len(prepared)) for clamp in clamps]
    together = max(1, min(_MOST_TOGETHER, _MOST_VALUES // (len(prepared) * model.values_per_step)))
    for first in range(0, len(plans), together):
        yield _outputs(model, prepared, states, plans[first : first + together])


def held_batch(model: Model, x: Tensor, clamps: Sequence[Held]) -> Tensor:
    """What the head says to many sequences while the same things are held, from the model's own first states.

    Args:
        model: with a head.
        x: (time, batch, input_size), as it reaches layer 0; token ids (time, batch) where there is an embedding.
        clamps: what to hold, in order; nothing is held where there are none.

    Returns:
        (time, batch, outputs); where the head reads the ends of a sequence, (1, batch, outputs).

    Raises:
        ClampError: a clamp does not fit the model or the sequences.
    """
    inputs = x if model.embedding is None or x.is_floating_point() else model.embedding[x]
    states = prepare_states(model, None, None)
    starts = [tuple(one.expand(inputs.shape[1], -1) for one in state) for state in states]
    nothing = Clamp("hidden", 1.0, mode="scale")  # so that nothing is compared with a kernel
    return answer(model, inputs, starts, compile_clamps(model, clamps or (nothing,), len(inputs)))


@torch.no_grad()
def _outputs(model: Model, x: Tensor, states: States, plans: list[Plan]) -> NDArray[Any]:
    count = len(plans)
    batch = x[:, None].expand(-1, count, -1)
    repeated = [tuple(one.expand(count, -1) for one in state) for state in states]
    answers: NDArray[Any] = (
        answer(model, batch, repeated, side_by_side(dict(enumerate(plans)), len(x))).transpose(0, 1).numpy()
    )
    return answers


def answer(model: Model, x: Tensor, states: States, holds: Holds | None) -> Tensor:
    """What the head says to a batch, (time, batch, outputs); (1, batch, outputs) where it reads the ends.

    Args:
        model: with a head.
        x: (time, batch, input_size), as it reaches layer 0.
        states: before the first step of each cell, (batch, units).
        holds: what to hold where.
    """
    result = run(replace(model, head=None), x, states, "step", holds)
    last = [one["hidden"] for one in result.signals[-model.num_directions :]]
    assert model.head is not None
    if model.head.reads == "ends":
        last = [values[:1] if direction else values[-1:] for direction, values in enumerate(last)]
    return model.head(torch.cat(last, dim=-1))


def side_by_side(plans: Mapping[int, Plan], steps: int) -> Holds:
    """What to hold in the rows of a batch.

    Args:
        plans: by row.
        steps: of the sequences.
    """

    def holds(layer: int, direction: str) -> Holding | None:
        here = [(row, plan) for row, plan in plans.items() if plan.acts_in(layer, direction)]
        names = {plan.clamp.signal for _, plan in here}
        tables = {name: _Table.of([one for one in here if one[1].clamp.signal == name], steps) for name in names}
        return _Tables(tables) if here else None

    return holds


@dataclass(frozen=True, eq=False)
class _Tables:
    """What is held in one cell, run by run."""

    tables: Mapping[str, "_Table"]

    @property
    def signals(self) -> frozenset[str]:
        return frozenset(self.tables)

    def put(self, signal: str, values: Array, position: int, computed: Mapping[str, Array]) -> None:
        self.tables[signal].put(values, position)


@dataclass(frozen=True, eq=False)
class _Table:
    """One signal's clamps in a batch: which run and unit, and for each step whether and what to hold there."""

    rows: Array
    units: Array
    values: Array
    acting: Array
    scaled: Array

    @classmethod
    def of(cls, plans: list[tuple[int, Plan]], steps: int) -> "_Table":
        rows = np.concatenate([np.full_like(plan.units, row) for row, plan in plans])
        units = np.concatenate([plan.units for _, plan in plans])
        columns = [_column(plan, steps) for _, plan in plans]
        acting = np.concatenate([acts for _, acts in columns], axis=1)
        scaled = np.concatenate([np.full(plan.units.shape, plan.scales) for _, plan in plans])
        return cls(rows, units, np.concatenate([values for values, _ in columns], axis=1), acting, scaled)

    def put(self, values: Array, position: int) -> None:
        free = values[self.rows, self.units]
        held = self.values[position]
        held = np.where(self.scaled, held * free, held)
        values[self.rows, self.units] = np.where(self.acting[position], held, free)


def _column(plan: Plan, steps: int) -> tuple[Array, Array]:
    """A clamp's values and whether it acts, (time, unit) over the whole sequence."""
    assert plan.values is not None
    values = np.zeros((steps, len(plan.units)), plan.values.dtype)
    values[plan.clamp.start : plan.stop] = plan.values
    acting = np.zeros(values.shape, dtype=bool)
    acting[plan.clamp.start : plan.stop] = True
    return values, acting
