"""The table of the course says what the lessons' files say, and nothing in it is empty."""

import pytest

from docs.lessons import FILE, page, shown
from explorer.lessons import read_lessons
from explorer.lessons.syllabus import QUESTIONS, TAUGHT


def test_the_table_is_what_the_command_writes() -> None:
    assert FILE.read_text(encoding="utf-8") == page(), "run python -m docs.lessons"


@pytest.mark.parametrize("key", [*TAUGHT, *QUESTIONS])
def test_a_step_shows_it(key: str) -> None:
    found = shown(key, read_lessons())
    assert found != []
    # Shown by doing: at least one of its steps asks or sets a task.
    assert any(step.answer or step.task for _, _, _, step in found)


def test_a_lessons_head_names_what_its_steps_show() -> None:
    for lesson in read_lessons():
        assert {key for step in lesson.steps for key in step.shows} == {*lesson.teaches, *lesson.answers}
