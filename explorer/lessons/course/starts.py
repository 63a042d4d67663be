"""What the states before the first step do."""

import numpy as np

from explorer.errors import LessonError
from explorer.lessons.course.again import from_zeros
from explorer.lessons.course.reading import steps_until
from explorer.lessons.course.words import changes, labels, number, within
from explorer.lessons.registry import answer
from explorer.lessons.screen import Answer, Screen
from explorer.models.model.variants import as_read
from explorer.trace import record_with_resets


@answer
def start_fades(screen: Screen, share: float, *bounds: float) -> Answer:
    """How many steps until less than a share is left of what the given start does to h, beside a start of zeros.

    Counted from the state before the first step; with bounds as a range, and ``detail`` is the number.
    """
    trace = screen.run
    start = trace.initial("hidden", screen.layer, screen.direction)
    if not np.abs(start).max() > 0:
        raise LessonError("This run starts from zeros: choose another initial state in the sidebar.")
    apart = screen.signal("hidden") - from_zeros(screen).select("hidden", screen.layer, screen.direction)
    steps = steps_until(np.linalg.norm(np.concatenate([start[None], apart]), axis=1), share)
    if not bounds:
        return Answer("Never" if steps is None else f"{steps} steps", number(float(np.linalg.norm(start))))
    return Answer(within(np.inf if steps is None else steps, bounds), "∞" if steps is None else str(steps))


@answer
def changed_by_start(screen: Screen) -> Answer:
    """How many answers differ from those of a run that starts at zeros; ``detail`` is the first."""
    before, after = (labels(screen.network, run) for run in (from_zeros(screen), screen.run))
    count, first = changes(screen.run, before, after)
    return Answer(count, first)


@answer
def changed_by_reset(screen: Screen) -> Answer:
    """How many answers change where the state is set back as often as chosen on screen; ``detail`` is the first."""
    every, trace = int(screen.choices.get("every", 1)), screen.run
    reset = record_with_resets(as_read(screen.network), trace.inputs, every, h_0=trace.h_0, c_0=trace.c_0)
    count, first = changes(trace, labels(screen.network, trace), labels(screen.network, reset))
    return Answer(count, first)
