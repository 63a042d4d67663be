"""Every step of the course, opened as the app opens it, below the browser."""

from dataclasses import fields
from functools import cache
from typing import Any, NamedTuple

from explorer.lessons import Lesson, Screen, Step, read_lessons
from explorer.ui.session.link import from_link
from explorer.ui.session.request import CHOICES, Request
from explorer.ui.train.recipe import Recipe
from explorer.ui.view.view import look

NO_RUN = ("train",)
"""Pages that show no network's run."""


class Opened(NamedTuple):
    """A step and what it sets."""

    lesson: Lesson
    step: Step
    request: Request
    screen: Screen

    @property
    def name(self) -> str:
        return f"{self.lesson.slug}: {self.step.title}"


@cache
def course() -> tuple[Opened, ...]:
    """Every step of every lesson, in order."""
    return tuple(_open(lesson, step) for lesson in read_lessons() for step in lesson.steps)


def choices_of(request: Request) -> dict[str, Any]:
    return {one.name: request.value(one.name) for one in CHOICES}


def screen_of(request: Request, step: Step) -> Screen:
    """What the step asks its questions of."""
    if step.page in NO_RUN:
        return Screen(step.page, choices=choices_of(request), given=step.query)
    view = look(request, None)
    return Screen(step.page, view.model, view.trace, choices_of(view.request), step.query)


def unread(query: dict[str, str], request: Request) -> list[str]:
    """Parameters of a link that are no choice, or that the request did not take as they stand."""
    known = choices_of(request)

    def spelt(value: Any) -> str:
        return str(int(value)) if isinstance(value, bool) else str(value)

    return [name for name, value in query.items() if name not in known or spelt(known[name]) != value]


def known_to_train(text: str) -> bool:
    """Whether every part of the Train page's choice is one of its choices."""
    names = {one.name for one in fields(Recipe)}
    return all(part.partition("=")[0] in names for part in text.split("&") if part)


def _open(lesson: Lesson, step: Step) -> Opened:
    request = from_link(step.query)
    return Opened(lesson, step, request, screen_of(request, step))
