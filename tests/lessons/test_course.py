"""Every step of every lesson: its view opens whole, its words are few and plain, its answer is so by another path."""

import re

import pytest

from explorer.lessons import answer_of, is_done
from explorer.lessons.syllabus import QUESTIONS, TAUGHT
from explorer.ui.frame import ROOMS
from explorer.ui.session.catalogue import RANDOM, model_names
from tests.lessons.opened import Opened, course, known_to_train, unread
from tests.lessons.ours import OURS

STEPS = course()
ASKED = [one for one in STEPS if one.step.answer]
TASKS = [one for one in STEPS if one.step.task]
MOST_WORDS, LONGEST_SENTENCE, MEAN_SENTENCE = 60, 24, 13


def by_name(one: Opened) -> str:
    return one.name


@pytest.mark.parametrize("one", STEPS, ids=by_name)
def test_its_view_is_read_without_loss(one: Opened) -> None:
    assert one.step.page in [room.url for room in ROOMS]
    assert unread(dict(one.step.query), one.request) == []
    assert known_to_train(one.request.train_page.train)
    assert one.request.model in (*model_names(), RANDOM)
    assert one.request.compare_page.rival in (*model_names(), "")
    if one.screen.trace is None:
        return
    trace = one.screen.trace
    for name in filter(None, one.request.shown.panels.split(",")):
        assert name in trace.signals
    assert one.request.shown.signal in (*trace.signals, "")
    assert one.request.cursor.step < len(trace)
    assert (one.request.shown.layer, one.request.shown.direction) == (one.screen.layer, one.screen.direction)


@pytest.mark.parametrize("one", STEPS, ids=by_name)
def test_its_words_are_few_and_plain(one: Opened) -> None:
    assert 0 < one.step.words <= MOST_WORDS
    said = " \n".join((one.step.text, one.step.predict, one.step.reveal, one.step.done))
    plain = re.sub(r"`[^`]*`|\{\w+\}|nn\.|\d[\d.,]*\d|\d", " x ", said)
    lengths = [len(sentence.split()) for sentence in re.split(r"(?<=[.?!:;])\s+", plain) if sentence.strip()]
    assert max(lengths, default=0) <= LONGEST_SENTENCE
    assert sum(lengths) <= MEAN_SENTENCE * len(lengths)


@pytest.mark.parametrize("one", ASKED, ids=by_name)
def test_its_answer_is_so_by_another_path(one: Opened) -> None:
    step = one.step
    assert step.answer is not None
    found = answer_of(step.answer, one.screen)
    wanted = OURS[step.answer.name](one.screen, *step.answer.arguments)
    if isinstance(wanted, float):
        assert float(found.value) == pytest.approx(wanted, rel=1e-4, abs=1e-6)
    else:
        assert found.value == wanted
    if step.options:
        assert [option for option in step.options if found.fits(option)] != []
        assert len([option for option in step.options if found.fits(option)]) == 1
    else:
        assert found.fits(found.text)
    filled = step.reveal.format(value=found.text, detail=found.detail)
    assert "{" not in filled
    assert "nan" not in filled


@pytest.mark.parametrize("one", TASKS, ids=by_name)
def test_its_task_is_still_to_do(one: Opened) -> None:
    assert one.step.task is not None
    assert not is_done(one.step.task, one.screen)


def test_everything_taught_and_every_question_has_a_step() -> None:
    lessons = {one.lesson.slug: one.lesson for one in STEPS}.values()
    assert 12 <= len(lessons) <= 15
    assert all(3 <= lesson.minutes <= 8 for lesson in lessons)
    assert {taught for lesson in lessons for taught in lesson.teaches} == set(TAUGHT)
    assert {key for lesson in lessons for key in lesson.answers} == set(QUESTIONS)
    assert set(OURS) >= {one.step.answer.name for one in ASKED if one.step.answer}
    for lesson in lessons:
        assert any(step.answer or step.task for step in lesson.steps)
