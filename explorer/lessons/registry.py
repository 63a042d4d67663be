"""The named answers and checks: one small function each, which a lesson's file asks for by its name."""

import inspect
from collections.abc import Callable
from typing import TypeVar

from explorer.errors import ExplorerError, LessonError
from explorer.lessons.lesson import Call
from explorer.lessons.screen import Answer, Screen

R = TypeVar("R")
ANSWERS: dict[str, Callable[..., Answer]] = {}
"""What can be asked for in a line ``answer:``, by name."""
CHECKS: dict[str, Callable[..., bool]] = {}
"""What can be asked for in a line ``task:``, by name."""


def answer(function: Callable[..., Answer]) -> Callable[..., Answer]:
    """Register a function ``(screen, …) -> Answer`` under its own name."""
    ANSWERS[function.__name__] = function
    return function


def check(function: Callable[..., bool]) -> Callable[..., bool]:
    """Register a function ``(screen, …) -> bool`` under its own name."""
    CHECKS[function.__name__] = function
    return function


def answer_of(call: Call, screen: Screen) -> Answer:
    """What is right on this screen.

    Raises:
        ExplorerError: the question cannot be asked of what is on screen.
    """
    return _asked(ANSWERS[call.name], call, screen)


def is_done(call: Call, screen: Screen) -> bool:
    """Whether the student has done what a step asks for.

    Raises:
        ExplorerError: that cannot be told from what is on screen.
    """
    return bool(_asked(CHECKS[call.name], call, screen))


def _asked(function: Callable[..., R], call: Call, screen: Screen) -> R:
    try:
        return function(screen, *call.arguments)
    except ExplorerError:
        raise
    except Exception as reason:  # a lesson's arguments meet whatever the student opened
        raise LessonError("This cannot be asked of what is on screen: go back to the step's view.") from reason


def check_call(call: Call, known: dict[str, Callable[..., Answer]] | dict[str, Callable[..., bool]]) -> None:
    """Make sure that a file asks for what there is.

    Raises:
        LessonError: no such name, or it takes other arguments.
    """
    if call.name not in known:
        raise LessonError(f"There is no “{call.name}”, only {', '.join(sorted(known))}.")
    try:
        inspect.signature(known[call.name]).bind(None, *call.arguments)
    except TypeError:
        wanted = list(inspect.signature(known[call.name]).parameters)[1:]
        raise LessonError(
            f"“{call.name}” was given {len(call.arguments)} arguments and takes: {', '.join(wanted) or 'none'}."
        ) from None
