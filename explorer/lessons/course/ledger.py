"""Who wrote a state: read off its ledger."""

import numpy as np

from explorer.errors import LessonError
from explorer.lessons.course.reading import at_cursor
from explorer.lessons.course.words import within
from explorer.lessons.registry import answer
from explorer.lessons.screen import Answer, Screen
from explorer.measures import ledger


@answer
def main_writer(screen: Screen) -> Answer:
    """The step that wrote most of what is left in the unit that is looked at; ``detail`` is its share of all sizes."""
    step, unit = at_cursor(screen)
    book = ledger(screen.run, step, screen.layer, screen.direction)
    sizes = np.abs(book.written[:, unit])
    total = float(sizes.sum() + abs(book.initial[unit]))
    if total == 0:
        raise LessonError("Nothing was written into this unit: choose another one.")
    best = int(sizes.argmax())
    return Answer(best + 1, f"{sizes[best] / total:.0%}")


@answer
def part_left(screen: Screen, writer: int, *bounds: float) -> Answer:
    """Which part of what a step wrote, counted from 1, is left at the step that is looked at; ``detail`` is it."""
    step, unit = at_cursor(screen)
    if not 1 <= writer <= len(screen.run):
        raise LessonError(f"The line has no step {writer}: make it longer.")
    left = float(ledger(screen.run, step, screen.layer, screen.direction).survives[writer - 1, unit])
    return Answer(within(left, bounds), f"{left:.2g}")
