"""What padding does, as the choices on screen set it."""

import numpy as np

from explorer.lessons.course.words import number, within, yes
from explorer.lessons.registry import answer
from explorer.lessons.screen import Answer, Screen
from explorer.measures.padding import Padding, padding
from explorer.models import DIRECTIONS

_SAME = 1e-5


def _padding(screen: Screen) -> Padding:
    chosen = screen.choices
    return padding(screen.network, screen.run, int(chosen.get("pad", 10)), chosen.get("pad_side") == "front")


@answer
def padding_reaches(screen: Screen) -> Answer:
    """The directions whose states at the sequence's own steps change; ``detail`` is by how much at most."""
    moved = _padding(screen).moved[0]
    found = [name for name, most in zip(DIRECTIONS, moved, strict=False) if most > _SAME]
    return Answer(
        "Both" if len(found) == 2 else found[0].capitalize() if found else "None", number(float(np.max(moved)))
    )


@answer
def padded_end(screen: Screen, direction: str) -> Answer:
    """Whether ``h_n`` of the last layer's direction changes; ``detail`` is by how much at most."""
    moved = float(_padding(screen).ends[-1, DIRECTIONS.index(direction)])
    return Answer(yes(moved > _SAME), number(moved))


@answer
def packed_gap(screen: Screen, *bounds: float) -> Answer:
    """How far the run in a batch that knows the length is from the sequence alone; ``detail`` is that."""
    gap = _padding(screen).packed
    return Answer(within(gap, bounds), number(gap))
