"""Checks of the course's tasks: they read the choices on screen."""

from typing import Any
from urllib.parse import parse_qs

from explorer.lessons.course.reading import at_cursor
from explorer.lessons.registry import check
from explorer.lessons.screen import Screen
from explorer.measures import LAG, fading, noise
from explorer.models.model.untrained import untrained
from explorer.trace import gradients
from explorer.trace.holds import read_holds
from explorer.trace.untrained import UNITS


@check
def any_chosen(screen: Screen, *pairs: Any) -> bool:
    """Whether one of several choices, given as name, value, name, value …, differs from the usual as said.

    A number's value is the least that counts.
    """
    wanted = zip(pairs[::2], pairs[1::2], strict=True)
    return any(_reached(screen.choices.get(name), value) for name, value in wanted)


@check
def at_least(screen: Screen, name: str, value: float) -> bool:
    """Whether a number among the choices is so large."""
    return _reached(screen.choices.get(name), value)


def _reached(chosen: Any, value: Any) -> bool:
    if chosen is None or isinstance(chosen, bool | str):
        return str(chosen) == str(value)
    return bool(chosen >= value)


@check
def moved_from(screen: Screen, step: int) -> bool:
    """Whether another step than this one, counted from 1, is looked at."""
    return at_cursor(screen)[0] != step - 1


@check
def holds_once(screen: Screen, signal: str, value: float, step: int) -> bool:
    """Whether a signal is held at a value at one step alone, counted from 1, and nothing else is."""
    wanted = [one for one in read_holds(str(screen.choices.get("holds", ""))) if not one.off]
    return len(wanted) == 1 and all(
        (one.signal, float(_number(one.value)), one.start, one.stop) == (signal, float(value), step - 1, step)
        for one in wanted
    )


def _number(spelt: str) -> str:
    return spelt if spelt.replace(".", "", 1).removeprefix("-").isdecimal() else "nan"


@check
def longer_line(screen: Screen, count: int) -> bool:
    """Whether the line has at least so many characters more than that of the step's view."""
    return len(str(screen.choices.get("text", ""))) >= len(screen.given.get("text", "")) + count


@check
def changed_line(screen: Screen) -> bool:
    """Whether another line is read than that of the step's view."""
    chosen = screen.choices
    return chosen.get("source") == "typed" and chosen.get("text") not in ("", screen.given.get("text"))


@check
def carried(screen: Screen) -> bool:
    """Whether the run starts from states that were given, over another line than that of the step's view."""
    return screen.choices.get("start") == "typed" and changed_line(screen)


@check
def lab_keeps(screen: Screen, share: float) -> bool:
    """Whether the lab's untrained network keeps so much of its gradient over the long lag."""
    chosen = screen.choices
    bias, seed = int(chosen.get("bias_tenths", 0)) / 10, int(chosen.get("seed", 0))
    model = untrained(str(chosen.get("cell")), UNITS, seed, bias=bias)
    return float(fading(gradients(model, noise(seed)))[LAG]) >= share


@check
def trained(screen: Screen) -> bool:
    """Whether a training was begun."""
    return parse_qs(str(screen.choices.get("train", ""))).get("began") == ["1"]
