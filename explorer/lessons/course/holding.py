"""What holding a gate does: the same run once more, from the same states."""

import numpy as np

from explorer.cells import CELLS, word
from explorer.errors import LessonError
from explorer.lessons.course.again import held, run_again
from explorer.lessons.course.words import NONE, changes, labels, largest, number, yes
from explorer.lessons.registry import answer
from explorer.lessons.screen import Answer, Screen
from explorer.measures import effects, gate_knock_outs, unit_knock_outs
from explorer.trace import Trace


def gates(screen: Screen) -> list[str]:
    """The gates of the cell on screen, in the order of its signals."""
    kind = screen.run.kind
    return [name for name in CELLS[kind].signals if word(kind, name).role == "gate"]


def _labels(screen: Screen) -> list[str]:
    found = labels(screen.network, screen.run)
    if not found:
        raise LessonError("This network gives no answers: go back to the step's view.")
    return found


@answer
def changed(screen: Screen, signal: str, value: float) -> Answer:
    """How many answers change where a signal is held everywhere; ``detail`` is the first of them."""
    count, first = changes(screen.run, _labels(screen), labels(screen.network, held(screen, signal, value)))
    return Answer(count, first)


@answer
def largest_when(screen: Screen, shown: str, signal: str, value: float) -> Answer:
    """The largest size of one signal where another is held."""
    screen.signal(shown)
    found = largest(held(screen, signal, value).select(shown, screen.layer, screen.direction))
    return Answer(int(found) if found == int(found) else found)


@answer
def is_zero_when(screen: Screen, shown: str, signal: str, value: float) -> Answer:
    """Whether a signal is 0 throughout where another is held; ``detail`` is its largest size."""
    screen.signal(shown)
    found = largest(held(screen, signal, value).select(shown, screen.layer, screen.direction))
    return Answer(yes(found == 0), number(found))


@answer
def drift_when(screen: Screen, signal: str, value: float) -> Answer:
    """How far h goes from its start where a signal is held."""
    run = held(screen, signal, value)
    apart = run.select("hidden", screen.layer, screen.direction) - run.initial("hidden", screen.layer, screen.direction)
    found = largest(apart)
    return Answer(int(found) if found == int(found) else found)


@answer
def idle_gate(screen: Screen) -> Answer:
    """The gates that could be held at 0 or at 1 without another answer; ``detail`` is how many change of each."""
    before, counts = _labels(screen), {}
    for name in gates(screen):
        for value in (0, 1):
            counts[name, value] = changes(screen.run, before, labels(screen.network, held(screen, name, value)))[0]
    idle = [name for name in gates(screen) if 0 in (counts[name, 0], counts[name, 1])]
    kind = screen.run.kind
    said = ", ".join(f"{word(kind, name).symbol} = {value}: {count}" for (name, value), count in counts.items())
    return Answer(", ".join(idle).capitalize() or NONE.capitalize(), said)


@answer
def least_missed(screen: Screen, value: str) -> Answer:
    """The gate that moves the answers least where it is held, of one layer and direction; ``detail`` is how far each.

    Args:
        screen: what is on screen.
        value: ``"zero"``, ``"one"`` or ``"average"``.
    """
    moved = {
        clamp.signal: _effect(screen, run_again(screen, clamp))
        for clamp in gate_knock_outs(screen.run, value)  # type: ignore[arg-type]
        if clamp.signal in gates(screen) and (clamp.layer, clamp.direction) == (screen.layer, screen.direction)
    }
    least = min(moved, key=lambda name: moved[name])
    return Answer(least.capitalize(), " · ".join(f"{name} {number(found)}" for name, found in moved.items()))


@answer
def most_missed(screen: Screen) -> Answer:
    """The unit without whose h the answers move most; ``detail`` is how far."""
    clamps = unit_knock_outs(screen.run, "hidden", "zero", screen.layer, screen.direction)
    moved = [_effect(screen, run_again(screen, clamp)) for clamp in clamps]
    most = int(np.argmax(moved))
    return Answer(f"Unit {most}", number(moved[most]))


def _effect(screen: Screen, run: Trace) -> float:
    if screen.run.output is None or run.output is None:
        raise LessonError("This network gives no answers: go back to the step's view.")
    return float(effects(screen.network, screen.run.output, run.output[None], "answer")[0])
