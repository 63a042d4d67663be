"""What to hold where the value comes from a run: its average over time, or what another run had there."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.models.run.clamp import Clamp
from explorer.trace.trace import Trace

Units = int | Sequence[int] | None


@checked
def time_average(
    trace: Trace,
    signal: str,
    layer: int | None = None,
    direction: str | None = None,
    units: Units = None,
    start: int = 0,
    stop: int | None = None,
) -> tuple[Clamp, ...]:
    """Hold a signal at its average over all steps that a run took, each unit at its own.

    Args:
        trace: the run that is averaged.
        signal: which one.
        layer, direction, units, start, stop: where and when to hold it, as in `Clamp`.

    Returns:
        One clamp for each layer and direction.

    Raises:
        UnknownSignalError: the run has no such signal, layer or direction.
    """
    return tuple(
        Clamp(signal, _mean(values[trace.taken]), *place, units, start, stop)
        for place, values in _selected(trace, signal, layer, direction, units)
    )


def _mean(values: NDArray[Any]) -> NDArray[np.float64]:
    """(unit,); of no step at all 0, which nothing reads."""
    return values.mean(axis=0, dtype=np.float64) if len(values) else np.zeros(values.shape[1])


@checked
def as_recorded(
    trace: Trace,
    signal: str,
    layer: int | None = None,
    direction: str | None = None,
    units: Units = None,
    start: int = 0,
    stop: int | None = None,
    steps: Sequence[int] | None = None,
) -> tuple[Clamp, ...]:
    """Hold a signal at the values that a run recorded, step by step.

    Args:
        trace: the run whose values are taken; its own, or another one.
        signal: which one.
        layer, direction, units, start, stop: where and when to hold it, as in `Clamp`.
        steps: for each step of the run that is held, the step of ``trace`` to take the value from, −1 for
            none: there the signal is free. None takes the same step.

    Returns:
        One clamp for each layer, direction and stretch of steps.

    Raises:
        UnknownSignalError: the run has no such signal, layer or direction.
    """
    source = np.arange(len(trace)) if steps is None else np.asarray(steps)
    last = len(source) if stop is None else min(stop, len(source))
    return tuple(
        Clamp(signal, values[source[first:past]], *place, units, first, past)
        for place, values in _selected(trace, signal, layer, direction, units)
        for first, past in _stretches(source, start, last)
    )


def _selected(
    trace: Trace, signal: str, layer: int | None, direction: str | None, units: Units
) -> Iterator[tuple[tuple[int, str], NDArray[Any]]]:
    """Each place that is meant, and the values there, (time, unit)."""
    for one in range(trace.num_layers) if layer is None else (layer,):
        for way in trace.directions if direction is None else (direction,):
            values = trace.select(signal, one, way)
            # At a masked step nothing is computed, so nothing can be held either: any number will do.
            known = np.where(trace.taken[:, None], values, 0.0) if trace.masked is not None else values
            yield (one, way), known if units is None else known[:, np.atleast_1d(units)]


def _stretches(source: NDArray[Any], start: int, stop: int) -> Iterator[tuple[int, int]]:
    """The stretches of steps that have a source."""
    for known, group in groupby(range(start, stop), lambda step: bool(source[step] >= 0)):
        if known:
            steps = list(group)
            yield steps[0], steps[-1] + 1
