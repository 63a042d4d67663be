"""Trainings in processes of their own: turns, pause, cancel, and sessions that go."""

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from explorer.errors import ExplorerError
from explorer.training import Settings, fit
from explorer.training.plan import Known, Plan, Series, Text
from explorer.training.work import Job, Queue
from explorer.training.work import queue as queue_module

WAVE = np.sin(np.arange(200.0) / 3) + 5
SERIES = Series(WAVE, 33, 12, 66)


def plan(steps: int = 60, kinds: tuple[str, ...] = ("gru", "rnn"), hidden: int = 8) -> Plan:
    return Plan(SERIES, kinds, (0,), Settings(steps=steps, hidden_size=hidden))


def until(true: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def queue() -> Iterator[Queue]:
    made = Queue(workers=1, turn=0.5)
    yield made
    made.close()


def finished(job: Job) -> Job:
    until(lambda: not job.active)
    return job


def test_a_worker_trains_what_fit_trains(queue: Queue) -> None:
    job = finished(queue.submit(plan(), "somebody"))
    assert (job.status, job.sentence) == ("done", "")
    assert job.outcome is not None
    alone = fit(SERIES.task(), ["gru", "rnn"], steps=60, hidden_size=8)
    assert [one.scores for one in job.outcome.twins] == [one.scores for one in alone.twins]
    assert job.share == 1
    assert [check["step"] for check in job.seen["gru", 0].history] == list(range(1, 61))
    step, weights = job.weights["rnn"]
    assert step == 60
    assert (weights["head.bias"] == alone.films["rnn"][60]["head.bias"]).all()


def test_paused_it_frees_the_worker_and_goes_on_to_the_same_end(queue: Queue) -> None:
    job = queue.submit(plan(400), "somebody")
    until(lambda: job.share > 0.1)
    queue.pause(job)
    until(lambda: job.status == "paused", 10)
    assert job.outcome is not None
    assert job.outcome.stopped
    assert queue.counts == (0, 0), "what rests has no worker and waits for none"
    rested = job.share
    assert finished(queue.submit(plan(5), "another")).status == "done"
    assert job.share == rested
    queue.go_on(job)
    assert finished(job).status == "done"
    alone = fit(SERIES.task(), ["gru", "rnn"], steps=400, hidden_size=8)
    assert [one.scores for one in job.outcome.twins] == [one.scores for one in alone.twins]


def test_cancelled_what_was_learned_stays(queue: Queue) -> None:
    job = queue.submit(plan(20_000), "somebody")
    until(lambda: job.share > 0.01)
    queue.cancel(job)
    assert finished(job).status == "done"
    assert job.outcome is not None
    assert job.outcome.stopped
    assert 0 < job.outcome.twins[0].step < 20_000


def test_many_take_turns_and_know_their_place(queue: Queue) -> None:
    long = queue.submit(plan(20_000), "long")
    until(lambda: long.share > 0)
    jobs = [queue.submit(plan(5), f"short {number}") for number in range(4)]
    places = [queue.place(job) for job in jobs]
    assert [place for place, _ in places] == [1, 2, 3, 4]
    assert [seconds for _, seconds in places] == sorted(seconds for _, seconds in places)
    for job in jobs:
        assert finished(job).status == "done"
    assert long.active
    queue.cancel(long)
    finished(long)


def test_a_session_that_goes_ends_its_training(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_module, "GRACE", 0.3)
    there = [True]
    job = queue.submit(plan(20_000), "visitor", lambda: there[0])
    until(lambda: job.share > 0)
    there[0] = False
    finished(job)
    assert finished(queue.submit(plan(5), "another")).status == "done"


def test_a_session_has_one_training_at_a_time(queue: Queue) -> None:
    first = queue.submit(plan(20_000), "somebody")
    until(lambda: first.share > 0)
    second = queue.submit(plan(5), "somebody")
    assert finished(second).status == "done"
    assert not first.active


def test_a_process_that_is_killed_is_said_and_the_next_training_runs(queue: Queue) -> None:
    job = queue.submit(plan(20_000), "somebody")
    until(lambda: job.share > 0)
    next(iter(queue._busy)).end()
    assert "process that trained has ended" in finished(job).sentence
    assert finished(queue.submit(plan(5), "somebody")).status == "done"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (Series(np.arange(5.0), 2, 1, 3), "The series has 5 values"),
        (Text(("one", "two")), "it takes 5"),
        (Known("nothing"), "There is no task"),
    ],
)
def test_what_cannot_be_trained_is_refused_in_a_sentence(queue: Queue, data: Series, sentence: str) -> None:
    job = finished(queue.submit(Plan(data, ("rnn",)), "somebody"))
    assert job.status == "refused"
    assert sentence in job.sentence


def test_too_many_that_wait_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_module, "MOST_WAITING", 0)
    with pytest.raises(ExplorerError, match="try again"):
        Queue(workers=1).submit(plan(5), "somebody")
