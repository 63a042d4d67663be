"""Knock out one thing after the other, and see what each was good for."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.cells import word
from explorer.measures.losses import divergences, log_probabilities, step_losses
from explorer.models import Model
from explorer.models.run.clamp import Clamp
from explorer.trace import Trace, time_average

Value = Literal["zero", "one", "average"]
Effect = Literal["loss", "answer", "class"]


@checked
def unit_knock_outs(
    trace: Trace, signal: str = "hidden", value: Value = "zero", layer: int = 0, direction: str = "forward"
) -> tuple[Clamp, ...]:
    """Hold a signal of one unit after the other: one clamp a unit.

    Args:
        trace: the free run; its averages are what ``"average"`` holds.
        signal: ``"hidden"`` takes the unit out altogether: nothing of it is passed on.
        value: ``"zero"``, ``"one"``, or ``"average"``, each unit's own over time.
        layer, direction: where.
    """
    units = range(trace.select(signal, layer, direction).shape[1])
    return tuple(_held(trace, signal, value, layer, direction, unit) for unit in units)


@checked
def gate_knock_outs(trace: Trace, value: Value = "zero") -> tuple[Clamp, ...]:
    """Hold each gate or candidate of each layer and direction, all units at once: one clamp a gate."""
    names = [name for name in trace.signals if word(trace.kind, name).role != "state"] or ["hidden"]
    return tuple(
        _held(trace, name, value, layer, way, None)
        for layer in range(trace.num_layers)
        for way in trace.directions
        for name in names
    )


def _held(trace: Trace, signal: str, value: Value, layer: int, direction: str, unit: int | None) -> Clamp:
    if value == "average":
        return time_average(trace, signal, layer, direction, unit)[0]
    return Clamp(signal, 1.0 if value == "one" else 0.0, layer, direction, unit)


@checked
def effects(
    model: Model,
    free: NDArray[Any],
    held: NDArray[Any],
    by: Effect,
    answers: NDArray[np.float64] | None = None,
    step: int = -1,
    label: int = 0,
) -> NDArray[np.float64]:
    """What each knock-out changes.

    Args:
        model: with a head.
        free: (time, outputs) of the run in which nothing is held.
        held: (runs, time, outputs), as `explorer.models.run.sweep.held_outputs` gives them; a time of 1 where the
            head reads the ends, which is compared with the free run's last.
        by: ``"loss"``: mean loss, held minus free, over the steps with a known answer; ``"answer"``: how far
            the predictions move, the mean divergence from the free run's; ``"class"``: the chosen
            prediction's probability (or the value) at one step, held minus free.
        answers: (time,) as for `step_losses`; for ``"loss"``.
        step, label: which prediction; for ``"class"``.

    Returns:
        (runs,)
    """
    steps = held.shape[1]
    reference = free[-steps:]
    if by == "loss" and answers is not None:
        known = answers[-steps:]
        before, after = step_losses(model, reference, known), step_losses(model, held, known)
        return np.asarray(np.nanmean(after, axis=1) - np.nanmean(before))
    if by == "class":
        at = step if steps > 1 else 0
        return np.asarray(_chosen(model, held[:, at], label) - _chosen(model, reference[at][None], label))
    return np.asarray(divergences(model, reference, held).mean(axis=1))


def _chosen(model: Model, output: NDArray[Any], label: int) -> NDArray[np.float64]:
    if model.head is not None and model.head.gives == "value":
        return output[:, 0].astype(np.float64)
    return np.asarray(np.exp(log_probabilities(output))[:, label])


@checked
def ranked(changes: Sequence[float] | NDArray[np.float64]) -> NDArray[np.intp]:
    """The runs from the largest change to the smallest, whichever its sign; equal ones in their order."""
    return np.argsort(-np.abs(np.asarray(changes)), kind="stable")
