"""The course as a list: what each lesson takes and teaches, and how far this browser has come."""

from typing import Any

import streamlit as st

from explorer.languages import say
from explorer.lessons import Lesson
from explorer.ui.parts.lessons import course, open_step, place_of
from explorer.ui.served import component

_KEY = "course"
_mount = component("course", "shared/component.js", "learn/spans.js", "learn/course.js",
                   html="learn/course.html", css="learn/course.css")  # fmt: skip


def contents() -> None:
    """Draw the list; a press opens the lesson where its reader stopped."""
    lessons = course()
    minutes = sum(lesson.minutes for lesson in lessons)
    st.markdown(
        say("{count} short lessons, {minutes} minutes in all. Each runs beside the real pages.").format(
            count=len(lessons), minutes=minutes
        )
    )
    _mount(key=_KEY, data=_told(lessons), on_go_change=_went)


def _told(lessons: tuple[Lesson, ...]) -> dict[str, Any]:
    titles = {lesson.slug: lesson.title for lesson in lessons}
    return {
        "lessons": [
            {
                "slug": lesson.slug,
                "title": lesson.title,
                "about": say("{minutes} min").format(minutes=lesson.minutes),
                "steps": [step.title for step in lesson.steps],
                "needs": [titles[one] for one in lesson.needs],
            }
            for lesson in lessons
        ],
        "words": {
            "start": say("Start"), "on": say("Go on at step {number}"), "again": say("Once more"),
            "done": say("done"), "needs": say("after: {lessons}"), "forget": say("Forget my progress"),
        },
    }  # fmt: skip


def _went() -> None:
    place = place_of(str((st.session_state.get(_KEY) or {}).get("go") or ""))
    if place is not None:
        open_step(place)
