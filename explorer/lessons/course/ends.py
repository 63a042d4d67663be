"""``output``, ``h_n`` and what two directions have of each other."""

import numpy as np

from explorer.errors import LessonError
from explorer.lessons.course.words import number, yes
from explorer.lessons.registry import answer
from explorer.lessons.screen import Answer, Screen
from explorer.measures.mirror import mirror
from explorer.trace import Trace

_SAME = 1e-5


@answer
def output_is_h_n(screen: Screen) -> Answer:
    """Whether the output's last step is ``h_n`` of the last layer; ``detail`` is the largest difference."""
    trace = screen.run
    last = np.concatenate(list(trace["hidden"][-1, :, -1]))
    apart = float(np.abs(last - trace.h_n[-trace.num_directions :].ravel()).max())
    return Answer(yes(apart < _SAME), number(apart))


@answer
def matching_half(screen: Screen) -> Answer:
    """Which half of the output's last step is in ``h_n``; ``detail`` is how far each is from its own."""
    trace = _both_ways(screen)
    apart = np.abs(trace["hidden"][-1, :, -1] - trace.h_n[-2:]).max(axis=1)
    first, second = (bool(one) for one in apart < _SAME)
    found = "Both" if first and second else "The first" if first else "The second" if second else "None"
    return Answer(found, f"{number(float(apart[0]))} · {number(float(apart[1]))}")


@answer
def last_read_step(screen: Screen) -> Answer:
    """The step that the direction on screen reads last."""
    return Answer(1 if screen.direction == "reverse" else len(screen.run))


@answer
def mirror_swaps(screen: Screen) -> Answer:
    """Whether both directions swap their states where the sequence is read backwards; ``detail`` is how far off."""
    apart = float(mirror(screen.network, _both_ways(screen)).apart.max())
    return Answer(yes(apart < _SAME), number(apart))


def _both_ways(screen: Screen) -> Trace:
    if screen.network.num_directions != 2:
        raise LessonError("This network reads one way: go back to the step's view.")
    return screen.run
