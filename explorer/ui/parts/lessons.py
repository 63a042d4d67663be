"""Where the reader is in the course, and how to get from step to step."""

from dataclasses import dataclass, replace

import streamlit as st

from explorer.languages import spoken
from explorer.lessons import Lesson, Step, read_lessons
from explorer.ui.session.detour import go_to
from explorer.ui.session.link import from_link
from explorer.ui.session.page_parts import LearnPart
from explorer.ui.session.request import CHOICES, CursorPart, Request
from explorer.ui.session.state import adjust, can, change, current, page

_KEPT = ("presenter", "learn", "lang")
"""What a step's view leaves as it is."""
_CAME, _ANSWERED = "walked", "answered-steps"
LANDING, LESSONS = "gates", "learn"
"""The addresses of the first page, and of the one that lists the course."""


@dataclass(frozen=True)
class Place:
    """A step of a lesson.

    Attributes:
        lesson: the lesson.
        number: of the step, from 1.
    """

    lesson: Lesson
    number: int

    @property
    def step(self) -> Step:
        """The step itself."""
        return self.lesson.steps[self.number - 1]

    @property
    def name(self) -> str:
        """As links call it, ``"three-gates.4"``."""
        return f"{self.lesson.slug}.{self.number}"

    @property
    def is_last(self) -> bool:
        """Whether the lesson ends here."""
        return self.number == len(self.lesson.steps)

    def moved(self, by: int) -> "Place | None":
        """Another step of this lesson, None beyond its ends."""
        number = self.number + by
        return Place(self.lesson, number) if 1 <= number <= len(self.lesson.steps) else None


def course() -> tuple[Lesson, ...]:
    """The lessons in order."""
    return read_lessons(spoken())


def place_of(name: str) -> Place | None:
    """The step that a link names, the nearest where the lesson has none of its number; None for no lesson."""
    slug, _, number = name.partition(".")
    lesson = next((one for one in course() if one.slug == slug), None)
    if lesson is None:
        return None
    asked = int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else 1
    return Place(lesson, min(max(asked, 1), len(lesson.steps)))


def here() -> Place | None:
    """Where the reader is; None who is in no lesson."""
    return place_of(current().learn_page.lesson)


def following(lesson: Lesson) -> Lesson | None:
    """The next lesson of the course, None after the last."""
    slugs = [one.slug for one in course()]
    after = slugs.index(lesson.slug) + 1
    return course()[after] if after < len(slugs) else None


def view_of(place: Place) -> Request:
    """The view that a step sets."""
    return from_link(place.step.query)


def address(view: str) -> str:
    """A view as the app's own address has it: the first page has no name there."""
    page, mark, query = view.partition("?")
    return ("/" if page == f"/{LANDING}" else page) + mark + query


def is_away(place: Place) -> bool:
    """Whether the reader has left the step's view: another page, or other choices than where they look."""
    return page() != place.step.page or _choices(current()) != _choices(view_of(place))


def _choices(request: Request) -> Request:
    """A view without where the reader looks in it."""
    return replace(request, cursor=CursorPart(), learn_page=LearnPart())


def follow_bare_link() -> None:
    """Show the step's view where a session began with a link that names a step and nothing else."""
    place = here()
    untouched = replace(current(), learn_page=LearnPart()) == Request()
    if place is None or not untouched or page() != LANDING or can("undo") or not is_away(place):
        return
    wanted = view_of(place)
    adjust(**{one.name: wanted.value(one.name) for one in CHOICES if one.name not in (*_KEPT, "lesson")})
    if place.step.page != LANDING:
        _to_page(place.step.page)
        st.rerun()


def open_step(place: Place) -> None:
    """Go to a step and its view: for callbacks."""
    wanted = view_of(place)
    st.session_state[_CAME] = True
    names = [one.name for one in CHOICES if one.name not in _KEPT]
    change(**{name: wanted.value(name) for name in names} | {"lesson": place.name})
    _to_page(place.step.page)


def came_on_foot() -> bool:
    """Whether this session has gone to a step, rather than been brought to one by a link."""
    return _CAME in st.session_state


def has_answered(place: Place) -> bool:
    """Whether the question of a step was answered in this session: only then the right answer is worked out."""
    return place.name in st.session_state.get(_ANSWERED, ())


def let_answer(place: Place) -> None:
    """The question of a step is answered: for callbacks."""
    st.session_state[_ANSWERED] = {*st.session_state.get(_ANSWERED, ()), place.name}


def leave() -> None:
    """Out of the lesson; the view stays: for callbacks."""
    change(lesson="")


def to_lessons(learn: str = "course") -> None:
    """To the page that lists the course, out of the lesson: for callbacks."""
    change(lesson="", learn=learn)
    _to_page(LESSONS)


def _to_page(wanted: str) -> None:
    if wanted != page():
        go_to(f"pages/{wanted}.py")
