"""The one call that trains: what the page, the command line and notebooks run."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from explorer.arguments import checked
from explorer.errors import ArgumentError, Cancelled
from explorer.training.card import judge, make_card, restored
from explorer.training.fitting import Fitting, Weights
from explorer.training.learner import KINDS
from explorer.training.outcome import Arrays, Outcome, Trained
from explorer.training.settings import Settings
from explorer.training.task import Task
from explorer.training.tasks import TASKS, Forecast, make_task
from explorer.training.twins import Step, Twins


@checked
def fit(
    data: Any,
    kinds: Sequence[str] | None = None,
    *,
    seeds: Sequence[int] = (0,),
    hidden_size: int | None = None,
    num_layers: int | None = None,
    steps: int | None = None,
    rate: float | None = None,
    batch_size: int | None = None,
    clip: float | None = None,
    dropout: float | None = None,
    bias: float | None = None,
    longest: int | None = None,
    report: Callable[[Step], Any] | None = None,
) -> Outcome:
    """Train twins, networks that differ in their cell alone, on the same data.

    Args:
        data: a task (`explorer.training.TASKS` names those there are), the name of one, or a series (time,) of
            which the next value is to be learned.
        kinds: names in `explorer.cells.CELLS`; by default those that PyTorch has modules for.
        seeds: of weights and data: a twin of each cell for each.
        hidden_size, num_layers, steps, rate, batch_size, clip, dropout, bias, longest: see
            `explorer.training.Settings`; None takes the task's own.
        report: called after every update. Where it raises `Cancelled`, or Ctrl+C comes, what was learned is kept.

    Returns:
        The table, forecasts, weights and films.

    Raises:
        ExplorerError: no such task or cell, a series that is too short, a number beyond its bounds.

    Example:
        >>> outcome = fit("anbn", ["gru"], steps=20)
        >>> outcome.twins[0].model().kind
        'gru'
    """
    settings = Settings(hidden_size, num_layers, steps, rate, batch_size, clip, dropout, bias, longest)
    task = settings.apply(as_task(data))
    with one_thread():
        twins = Twins(task, tuple(KINDS) if kinds is None else kinds, seeds, settings)
        try:
            for step in twins:
                if report is not None:
                    report(step)
        except (Cancelled, KeyboardInterrupt):
            pass
        return outcome_of(twins)


def outcome_of(twins: Twins) -> Outcome:
    """What has come of twins so far."""
    task = twins.task
    twins.settle()
    series = task if isinstance(task, Forecast) else None
    return Outcome(
        title=task.title,
        unit=task.unit,
        metric=task.metric,
        baselines=task.baseline_scores,
        twins=tuple(_trained(one, twins.settings) for one in twins.fittings.values()),
        films={kind: {step: _arrays(one) for step, one in frames.items()} for kind, frames in twins.film.items()},
        shown=task.shown(),
        truth=None if series is None else series.truth,
        guesses={} if series is None else series.guesses,
        horizon=1 if series is None else series.horizon,
        stopped=not twins.done,
        notes=task.notes,
    )


def _trained(fitting: Fitting, settings: Settings) -> Trained:
    task = fitting.task
    learner = restored(task, fitting.kind, fitting.best)
    scores = judge(task, learner)
    series = task if isinstance(task, Forecast) else None
    return Trained(
        kind=fitting.kind,
        seed=fitting.seed,
        step=fitting.step,
        steps=fitting.steps,
        best_step=fitting.best_step,
        diverged=fitting.diverged,
        seconds=fitting.seconds,
        parameters=sum(one.numel() for one in learner.parameters()),
        scores=scores,
        history=tuple(fitting.history),
        weights=_arrays(fitting.best),
        card=make_card(fitting, scores, call_of(fitting, settings)),
        said=None if series is None else series.forecast(learner.predict),
        going_on=None if series is None else series.going_on(learner),
    )


def call_of(fitting: Fitting, settings: Settings) -> str:
    """The call that trains one twin again, as it is written."""
    what = repr(fitting.task.name) if fitting.task.name in TASKS else "data"
    return f"explorer.training.fit({what}, [{fitting.kind!r}], seeds=[{fitting.seed}]{settings.as_arguments()})"


def as_task(data: Any) -> Task:
    """A task, the one of that name, or the forecast of a series, held out and cut as it has room for.

    Raises:
        ExplorerError: there is no such task, or the series is none.
    """
    if isinstance(data, Task):
        return data
    if isinstance(data, str):
        return make_task(data)
    values = np.asarray(data, dtype=np.float64)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1:
        raise ArgumentError(f"Data of shape {values.shape} came: give one series (time,), a task or its name.")
    return Forecast(values, *fitting_sizes(len(values)))


def fitting_sizes(length: int) -> tuple[int, int, int]:
    """How much of a series to hold out, its season and its window, where nobody says: sizes that it has room for."""
    held_out = max(1, min(120, length // 6))
    return held_out, max(1, min(12, length // 6)), max(2, min(120, (length - 2 * held_out) // 2))


def _arrays(weights: Weights) -> Arrays:
    return {name: one.detach().numpy().copy() for name, one in weights.items()}


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread of PyTorch's: sums in one order, so that a training can be repeated; and one core a training."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
