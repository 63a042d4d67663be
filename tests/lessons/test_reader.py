"""Lessons as files: what is read, what is refused with its line, and translations that are words alone."""

from pathlib import Path

import pytest

from explorer.errors import LessonError
from explorer.lessons import Answer, read_lesson, read_lessons
from explorer.lessons.lesson import Call

HEAD = "---\ntitle: A\nminutes: 3\nteaches: S1, S2\nneeds: zero\n---\n"
GOOD = f"""{HEAD}## One

Look **here**.

view: /gates?signal=forget
predict: How many? | 3 | 4
answer: lowest_step(forget)
reveal: It is {{value}}.

## Two
Do it.
view: /compare
task: holds(forget, 0, 12)
done: Done.
"""
GERMAN = """---
title: Ein
---
## Eins
Schau **hier**.
predict: Wie viele? | drei | vier
reveal: Es sind {value}.

## Zwei
Tu es.
done: Fertig.
"""


def _write(folder: Path, text: str, name: str = "07-a-lesson.md") -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_read_as_it_stands(tmp_path: Path) -> None:
    lesson = read_lesson(_write(tmp_path, GOOD))
    assert (lesson.slug, lesson.title, lesson.minutes) == ("a-lesson", "A", 3)
    assert (lesson.teaches, lesson.answers, lesson.needs) == (("S1", "S2"), (), ("zero",))
    one, two = lesson.steps
    assert (one.title, one.text, one.page, one.query) == ("One", "Look **here**.", "gates", {"signal": "forget"})
    assert (one.predict, one.options, one.answer) == ("How many?", ("3", "4"), Call("lowest_step", ("forget",)))
    assert (two.task, two.done, one.words) == (Call("holds", ("forget", 0, 12)), "Done.", 2)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("minutes: 3", "minutes: few", 1, "no whole number"),
        ("needs: zero", "author: me", 5, "is none of title"),
        ("view: /gates", "view: gates", 11, "begins?|needs “view"),
        ("lowest_step(forget)", "no_such(forget)", 13, "There is no “no_such”"),
        ("lowest_step(forget)", "lowest_step()", 13, "0 arguments and takes: signal"),
        ("lowest_step(forget)", "lowest step", 13, "no name with arguments"),
        ("{value}", "{vale}", 14, "only {value} and {detail}"),
        ("reveal: It is {value}.\n", "\n", 13, "“answer:” needs “reveal:”"),
        ("done: Done.\n", "", 19, "“task:” needs “done:”"),
        ("done: Done.", "also: more", 20, "is none of view"),
        ("done: Done.", "done: Done.\ndone: Twice.", 21, "twice"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    assert old in GOOD
    with pytest.raises(LessonError, match=says) as refused:
        read_lesson(_write(tmp_path, GOOD.replace(old, new)))
    assert str(refused.value).startswith(f"07-a-lesson.md, line {line}: ")


def test_a_translation_is_words_and_everything_else_is_the_english_files(tmp_path: Path) -> None:
    english = read_lesson(_write(tmp_path, GOOD))
    _write(tmp_path / "de", GERMAN)
    (german,) = read_lessons("de", tmp_path)
    assert (german.title, german.language, german.steps[1].done) == ("Ein", "de", "Fertig.")
    for ours, theirs in zip(german.steps, english.steps, strict=True):
        assert (ours.view, ours.answer, ours.task) == (theirs.view, theirs.answer, theirs.task)
        assert ours.title != theirs.title
    assert read_lessons("es", tmp_path) == (english,)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("done: Fertig.", "", "“done:” is missing"),
        ("done: Fertig.", "done: Fertig.\nview: /step", "stays in the English file"),
        (" | vier", "", "1 options where the English step has 2"),
        ("## Zwei\nTu es.\ndone: Fertig.\n", "", "1 steps where 07-a-lesson.md has 2"),
    ],
)
def test_a_translation_that_left_its_lesson_is_refused(tmp_path: Path, old: str, new: str, says: str) -> None:
    _write(tmp_path, GOOD)
    _write(tmp_path / "de", GERMAN.replace(old, new))
    with pytest.raises(LessonError, match=says):
        read_lessons("de", tmp_path)


@pytest.mark.parametrize("language", ["en", "de", "es"])
def test_the_course_reads_and_its_steps_are_short(language: str) -> None:
    lessons = read_lessons(language)
    slugs = [lesson.slug for lesson in lessons]
    assert slugs
    assert len(set(slugs)) == len(slugs)
    for place, lesson in enumerate(lessons):
        assert set(lesson.needs) <= set(slugs[:place])
        assert [step.title for step in lesson.steps if step.words > (60 if language == "en" else 75)] == []


@pytest.mark.parametrize(
    ("value", "said", "right"),
    [
        (5, "step 5", True), (5, "step 15", False), (5, "5 of 6", False), (12_000, "12,000", True),
        (0.5, "0.51", True), (0.5, "0.6", False), (-0.5, "−0.5", True), ("Forget gate", "forget gate.", True),
        ("Forget gate", "input gate", False), (5, "five", False),
    ],
)  # fmt: skip
def test_what_a_student_said_is_held_against_the_value(value: str | int | float, said: str, right: bool) -> None:
    assert Answer(value).fits(said) is right
