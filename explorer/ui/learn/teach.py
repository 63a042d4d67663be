"""The teacher's page: plans of which each slide is one link, a class on one view, handouts, and what people believe."""

from collections.abc import Callable

import streamlit as st

from explorer.languages import say
from explorer.lessons.teaching import Plan, Slide, read_plan
from explorer.ui.bar.share import qr_code
from explorer.ui.learn.handouts import handouts
from explorer.ui.parts.controls import menu, switch
from explorer.ui.parts.lessons import address
from explorer.ui.parts.window import narrow
from explorer.ui.session.state import current

_PARTS = {
    "short": "45 minutes",
    "long": "90 minutes",
    "exercise": "Everyone types a line",
    "handouts": "Handouts",
    "beliefs": "What people believe",
}
_SHORT = {"short": "45 min", "long": "90 min", "exercise": "A line each", "handouts": "Handouts", "beliefs": "Beliefs"}
_FILES = {"short": "45-minutes", "long": "90-minutes", "exercise": "exercise", "beliefs": "misconceptions"}
_TO_CLASS = "Send the class to"


def teach() -> None:
    """One part at a time; beside a plan the code that brings a class to one of its views."""
    words = _SHORT if narrow() else _PARTS
    shown = current().learn_page.teach
    choose = menu if narrow() else switch
    choose("Part", "teach", list(_PARTS), lambda name: say(words[name]), label_visibility="collapsed")
    if shown == "handouts":
        handouts()
        return
    plan = read_plan(_FILES[shown])
    if narrow():
        _to_class(plan)
        _plan(plan)
        return
    left, right = st.columns([10, 4], gap="large")
    with left:
        _plan(plan)
    with right:
        _to_class(plan)


def _plan(plan: Plan) -> None:
    st.markdown(f"#### {plan.title}\n\n{plan.about}")
    begins = 0
    for number, slide in enumerate(plan.slides, 1):
        st.markdown(_slide(number, slide, begins))
        begins += slide.minutes


def _slide(number: int, slide: Slide, begins: int) -> str:
    """The slide as Markdown: its link, what to say, what to expect."""
    time = f" · {say('minute')} {begins}, {slide.minutes} min" if slide.minutes else ""
    expect = f"  \n*{say('Expect')}:* {slide.expect}" if slide.expect else ""
    return f"**{number}. [{slide.title}]({relative(slide.view)})**{time}  \n{slide.text}{expect}"


def relative(view: str) -> str:
    """A view as a link from this page, safe within Markdown."""
    return ("." + address(view)).replace("(", "%28").replace(")", "%29")


def _to_class(plan: Plan) -> None:
    """The same view for every phone in the room: without the large type of the stage."""
    titles: Callable[[int], str] = lambda number: f"{number}. {plan.slides[number - 1].title}"  # noqa: E731
    menu(say(_TO_CLASS), "slide", list(range(1, len(plan.slides) + 1)), titles)
    number = min(current().learn_page.slide, len(plan.slides))
    link = absolute(plan.slides[number - 1].view)
    st.image(qr_code(link), width=220, caption=say("Point a phone at it"))
    st.code(link, language=None, wrap_lines=True)


def absolute(view: str) -> str:
    """A view as a link that works on another device, for a class rather than a stage."""
    root = str(st.context.url or "").partition("?")[0].removesuffix("/").removesuffix("/learn")
    page, _, query = address(view).partition("?")
    kept = "&".join(part for part in query.split("&") if part and part != "presenter=1")
    return f"{root}{page}{'?' * bool(kept)}{kept}"
