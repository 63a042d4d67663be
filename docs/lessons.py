"""Write docs/lessons.md: which step of which lesson shows what, from the lessons' own files.

python -m docs.lessons
"""

from collections.abc import Iterator
from pathlib import Path

from explorer.lessons import Lesson, Step, read_lessons
from explorer.lessons.syllabus import QUESTIONS, TAUGHT

FILE = Path(__file__).parent / "lessons.md"
_HEAD = """# The course

Written by `python -m docs.lessons` from the files in `explorer/lessons`: a lesson is one text file, its answers are
computed from the model and the line on screen. Tests open every step and compute every answer by another path.
"""


def lesson_rows(lessons: tuple[Lesson, ...]) -> Iterator[str]:
    """A row a lesson."""
    yield "| | lesson | minutes | steps | questions | tasks | after |"
    yield "|---|---|---|---|---|---|---|"
    for number, one in enumerate(lessons, 1):
        asked, tasks = (sum(getattr(step, name) is not None for step in one.steps) for name in ("answer", "task"))
        needs = ", ".join(one.needs) or "–"
        yield (
            f"| {number} | [{one.title}](../explorer/lessons/{number:02}-{one.slug}.md) | {one.minutes} | "
            f"{len(one.steps)} | {asked} | {tasks} | {needs} |"
        )


def shown(key: str, lessons: tuple[Lesson, ...]) -> list[tuple[int, Lesson, int, Step]]:
    """The steps that show something: lesson's number, lesson, step's number, step."""
    return [
        (number, lesson, place, step)
        for number, lesson in enumerate(lessons, 1)
        for place, step in enumerate(lesson.steps, 1)
        if key in step.shows
    ]


def _where(key: str, lessons: tuple[Lesson, ...]) -> str:
    return ", ".join(f"{number}.{place} {step.title}" for number, _, place, step in shown(key, lessons))


def page() -> str:
    """The whole document."""
    lessons = read_lessons()
    taught = [f"| {key} | {words} | {_where(key, lessons)} |" for key, words in TAUGHT.items()]
    asked = [f"| {words} | {_where(key, lessons)} |" for key, words in QUESTIONS.items()]
    lines = [
        _HEAD,
        *lesson_rows(lessons),
        "\n## What is taught\n\nLesson and step, as 3.2.\n",
        "| | what | where |",
        "|---|---|---|",
        *taught,
        "\n## Seventeen questions that learners ask\n",
        "| question | where it is answered by doing |",
        "|---|---|",
        *asked,
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
