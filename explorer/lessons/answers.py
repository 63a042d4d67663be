"""Answers that are read off the run: at which step, in which unit, how much. Steps are counted from 1, as on pages.

A detail is a number or a symbol, so that it reads the same in every language.
"""

import numpy as np

from explorer.lessons.registry import answer
from explorer.lessons.screen import Answer, Screen


@answer
def lowest_step(screen: Screen, signal: str) -> Answer:
    """The step at which a signal's mean over all units is lowest; ``detail`` is that mean."""
    mean = screen.signal(signal).mean(axis=1)
    step = int(np.nanargmin(mean))
    return Answer(step + 1, f"{mean[step]:.2f}")


@answer
def highest_step(screen: Screen, signal: str) -> Answer:
    """The step at which a signal's mean over all units is highest; ``detail`` is that mean."""
    mean = screen.signal(signal).mean(axis=1)
    step = int(np.nanargmax(mean))
    return Answer(step + 1, f"{mean[step]:.2f}")


@answer
def unit_count(screen: Screen) -> Answer:
    """How many units a layer has; ``detail`` is the number of layers."""
    return Answer(screen.network.hidden_size, str(screen.network.num_layers))


@answer
def last_value(screen: Screen, signal: str, unit: int) -> Answer:
    """A unit's value at the last step; ``detail`` is its value at the first."""
    values = screen.signal(signal)[:, unit]
    return Answer(float(values[-1]), f"{values[0]:.2f}")
