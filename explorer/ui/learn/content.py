"""What the panel is told of a step: words, and what is right on this screen; no widget, no picture."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from explorer.errors import ExplorerError
from explorer.languages import say
from explorer.lessons import Answer, Screen, Step, answer_of, is_done
from explorer.lessons.glossary import known_words
from explorer.lessons.noted import Memory
from explorer.lessons.prose import paragraphs
from explorer.ui.parts.lessons import Place, came_on_foot, course, following, has_answered, is_away
from explorer.ui.session.request import CHOICES, Request
from explorer.ui.view.view import View

_ANSWERS = Memory()


def screen_of(place: Place, page: str, request: Request, view: View | None) -> Screen:
    """What a step's question is asked of."""
    shown = request if view is None else view.request
    choices = {one.name: shown.value(one.name) for one in CHOICES}
    model, trace = (None, None) if view is None else (view.model, view.trace)
    return Screen(page, model, trace, choices, place.step.query)


def panel_content(place: Place, screen: Screen) -> dict[str, Any]:
    """Everything that the browser needs to draw a step."""
    step, lesson = place.step, place.lesson
    number = [one.slug for one in course()].index(lesson.slug) + 1
    words = known_words(None if screen.trace is None else screen.trace.kind, lesson.language)
    after = following(lesson) if place.is_last else None
    return {
        "id": place.name,
        "slug": lesson.slug,
        "lesson": lesson.title,
        "number": place.number,
        "count": len(lesson.steps),
        "where": say("Lesson {number} · step {step} of {count}").format(
            number=number, step=place.number, count=len(lesson.steps)
        ),
        "heading": step.title,
        "text": _spelt(step.text, words),
        "question": _question(place, screen),
        "task": _task(step, screen),
        "away": is_away(place),
        "came": came_on_foot(),
        "before": _name(place.moved(-1)),
        "after": _name(place.moved(1)) or (f"{after.slug}.1" if after else ""),
        "ends": place.is_last,
        "next": after.title if after else "",
        "words": _words(place),
    }


def _name(place: Place | None) -> str:
    return "" if place is None else place.name


def _spelt(text: str, words: Mapping[str, str] | None = None) -> list[list[dict[str, str]]]:
    return [[asdict(span) for span in paragraph] for paragraph in paragraphs(text, words)]


def _question(place: Place, screen: Screen) -> dict[str, Any] | None:
    """What is asked; and, to who has answered, which options are right, and what is revealed."""
    step = place.step
    if step.answer is None:
        return None
    asked = {"ask": _spelt(step.predict), "options": list(step.options), "known": False, "trouble": "", "right": []}
    if not has_answered(place):
        return asked
    try:
        return asked | _revealed(step, _ANSWERS.of(answer_of, step.answer, screen))
    except ExplorerError as why:
        return asked | {"trouble": str(why), "known": True}


def _revealed(step: Step, answer: Answer) -> dict[str, Any]:
    right = [answer.fits(option) for option in step.meant]
    value = step.options[right.index(True)] if isinstance(answer.value, str) and any(right) else answer.text
    return {
        "known": True,
        "right": right,
        "reveal": _spelt(step.reveal.format(value=value, detail=answer.detail)),
        "value": answer.value if isinstance(answer.value, str) else float(answer.value),
        "close": 0.0 if isinstance(answer.value, int) else answer.close,
    }


def _task(step: Step, screen: Screen) -> dict[str, Any] | None:
    if step.task is None:
        return None
    try:
        done = _ANSWERS.of(is_done, step.task, screen)
    except ExplorerError:
        done = False
    return {"done": done, "says": _spelt(step.done)}


def _words(place: Place) -> dict[str, str]:
    """The panel's own words."""
    return {
        "previous": say("Previous step"),
        "next": say("Next step"),
        "finish": say("Finish the lesson"),
        "leave": say("Leave the lesson"),
        "unfold": say("Read the step"),
        "fold": say("Fold the step"),
        "away": say("Your own view."),
        "back": say("Back to step {number}").format(number=place.number),
        "predict": say("Predict first"),
        "answer": say("Answer"),
        "reveal": say("Show the answer"),
        "yours": say("Your answer"),
        "right": say("Right."),
        "wrong": say("Not on this view."),
        "task": say("Try it"),
        "waiting": say("The page notices when you have done it."),
        "done": say("Done."),
        "panel": say("Lesson"),
        "working": say("Working it out…"),
    }
