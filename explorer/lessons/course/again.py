"""The run on screen once more, with something changed."""

from typing import Any

from numpy.typing import NDArray

from explorer.cells import CELLS
from explorer.lessons.screen import Screen
from explorer.models.model.variants import as_read
from explorer.models.run.clamp import Clamp
from explorer.trace import Trace, record


def run_again(screen: Screen, *clamps: Clamp, **states: Any) -> Trace:
    """The same network over the same inputs, from the same states but for those that are given.

    Args:
        screen: what is on screen.
        clamps: what is held.
        states: ``h_0`` and ``c_0`` in place of the run's own.
    """
    trace = screen.run
    begins = {name: getattr(trace, name) for name in CELLS[trace.kind].starts()} | states
    return record(as_read(screen.network), trace.inputs, trace.labels, clamps=clamps, **begins)


def run_with(screen: Screen, inputs: NDArray[Any]) -> Trace:
    """The same network from the same states over other inputs, (time, input_size) as they reach layer 0."""
    begins = {name: getattr(screen.run, name) for name in CELLS[screen.run.kind].starts()}
    return record(as_read(screen.network), inputs, **begins)


def from_zeros(screen: Screen) -> Trace:
    """The same run from states of zeros."""
    names = CELLS[screen.run.kind].starts()
    return run_again(screen, **{name: getattr(screen.run, name) * 0 for name in names})


def held(screen: Screen, signal: str, value: float) -> Trace:
    """The same run with a signal held everywhere at a value."""
    screen.signal(signal)
    return run_again(screen, Clamp(signal, float(value)))
