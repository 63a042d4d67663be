"""What is read off the run itself: values, extremes, what is said."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import LessonError
from explorer.lessons.course.again import run_with
from explorer.lessons.course.words import largest, number, within, yes
from explorer.lessons.registry import answer
from explorer.lessons.screen import Answer, Screen
from explorer.measures import likeliest


def at_cursor(screen: Screen) -> tuple[int, int]:
    """The step and the unit that are looked at.

    Raises:
        LessonError: none is chosen, or the run has no such.
    """
    step, unit = (int(screen.choices.get(name, -1)) for name in ("step", "unit"))
    if not 0 <= step < len(screen.run) or unit < 0:
        raise LessonError("No step is chosen: click a character or a number of the line.")
    return step, unit


@answer
def value_of(screen: Screen, signal: str) -> Answer:
    """A signal's value at the step and in the unit that are looked at; ``detail`` is the one at the step before."""
    step, unit = at_cursor(screen)
    values = screen.signal(signal)
    states = screen.run.states
    before = screen.run.before(signal, screen.layer, screen.direction)[step, unit] if signal in states else np.nan
    value = float(values[step, unit])
    return Answer(value, number(float(before)), close=max(0.02, 0.006 / max(abs(value), 0.006)))


@answer
def lowest_label(screen: Screen, signal: str) -> Answer:
    """The token at which a signal's mean over all units is lowest; ``detail`` is that mean."""
    mean = screen.signal(signal).mean(axis=1)
    step = int(np.nanargmin(mean))
    return Answer(screen.run.labels[step], f"{mean[step]:.2f}")


@answer
def goes_below_zero(screen: Screen, signal: str) -> Answer:
    """Whether a signal is negative anywhere; ``detail`` is its lowest value."""
    lowest = float(np.nanmin(screen.signal(signal)))
    return Answer(yes(lowest < 0), number(lowest))


@answer
def exceeds(screen: Screen, signal: str, bound: float) -> Answer:
    """Whether any size of a signal is larger than a bound; ``detail`` is the largest."""
    found = largest(screen.signal(signal))
    return Answer(yes(found > bound), number(found))


@answer
def fades(screen: Screen, share: float) -> Answer:
    """How many steps after the largest input less than a share of what it did to h is left.

    The run on screen beside the same without that input; ``detail`` is what it did at its own step.
    """
    inputs = screen.run.inputs.copy()
    step = int(np.abs(inputs).max(axis=1).argmax())
    inputs[step] = 0
    without = run_with(screen, inputs).select("hidden", screen.layer, screen.direction)
    apart = np.linalg.norm(screen.signal("hidden") - without, axis=1)[step:]
    steps = steps_until(apart, share)
    return Answer("Never" if steps is None else f"{steps} steps", number(float(apart[0])))


def steps_until(apart: NDArray[Any], share: float) -> int | None:
    """How many steps after the first less than a share of it is left; None where that never comes."""
    below = np.flatnonzero(apart < share * apart[0])
    return int(below[0]) if below.size else None


@answer
def said(screen: Screen) -> Answer:
    """What the network holds likeliest after the step that is looked at; ``detail`` is its probability."""
    step = int(screen.choices.get("step", -1))
    step = step if 0 <= step < len(screen.run) else len(screen.run) - 1
    best = likeliest(screen.network, screen.run, step, 1)[0]
    return Answer(best.label or "none", f"{best.probability:.0%}")


@answer
def said_within(screen: Screen, *bounds: float) -> Answer:
    """In which range the value lies that the network says after the last step; ``detail`` is that value."""
    value = float(output_of(screen)[-1, 0])
    return Answer(within(value, bounds), number(value))


@answer
def answers_given(screen: Screen) -> Answer:
    """How many answers the network gives."""
    return Answer(len(output_of(screen)))


@answer
def sum_error(screen: Screen, *bounds: float) -> Answer:
    """How far the last answer is from the sum of the numbers marked in the second column; ``detail`` is both."""
    x = screen.run.inputs
    if x.shape[1] != 2:
        raise LessonError("These numbers have no column of marks: go back to the step's view.")
    found, true = float(output_of(screen)[-1, 0]), float((x[:, 0] * x[:, 1]).sum())
    return Answer(within(abs(found - true), bounds), f"{number(found)} − {number(true)} = {number(found - true)}")


def output_of(screen: Screen) -> NDArray[Any]:
    """What the head said, (time, outputs).

    Raises:
        LessonError: this network has no head.
    """
    if screen.run.output is None:
        raise LessonError("This network gives no answers: go back to the step's view.")
    return screen.run.output
