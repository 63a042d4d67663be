"""Who trains next: one training a session, taking turns where several wait, at most one a core."""

import os
import threading
import time
from collections.abc import Callable
from typing import Any

from explorer.errors import ExplorerError
from explorer.training.plan import Plan
from explorer.training.work.job import Job, Seen
from explorer.training.work.process import Process

SLICE, GRACE, PATIENCE, IDLE = 20.0, 10.0, 60.0, 300.0
"""Seconds: of a turn while others wait; before a session that has gone is believed gone; for a worker to let go; before
a worker without work is ended."""
MOST_WAITING = 60
_PACE = 0.009
"""Seconds a step of one twin, until some have been measured."""
_NO_PROCESS = "This server has no room for another process just now: try again in some minutes."
_GONE = "The process that trained has ended, perhaps for want of memory: choose smaller sizes and train again."


class Queue:
    """Trainings of many sessions, in processes of their own.

    Args:
        workers: processes at most; by default one a core, one core left for the pages.
        turn: seconds that a job may have while others wait.
    """

    def __init__(self, workers: int | None = None, turn: float = SLICE) -> None:
        self.workers = workers or max(1, (os.cpu_count() or 1) - 1)
        self.turn = turn
        self._lock = threading.RLock()
        self._jobs: list[Job] = []
        self._busy: dict[Process, Job | None] = {}
        self._pace = _PACE
        self._tending: threading.Thread | None = None

    def warm(self) -> None:
        """Start a worker where there is none, since the first training would wait for it."""
        with self._lock:
            process = None if self._busy else self._started()
            if process is not None:
                self._busy[process] = None
                self._tend()

    def submit(self, plan: Plan, owner: str, alive: Callable[[], bool] = lambda: True) -> Job:
        """Let a session's training wait for its turn; an earlier one of the same session is ended.

        Raises:
            ExplorerError: too many wait already.
        """
        with self._lock:
            for job in [one for one in self._jobs if one.owner == owner]:
                self._stop(job, "done")
            if len(self._jobs) >= MOST_WAITING:
                raise ExplorerError(f"{len(self._jobs)} trainings wait already: try again in some minutes.")
            job = Job(plan, owner, alive)
            job.seen = {(kind, seed): Seen() for seed in plan.seeds for kind in plan.kinds}
            self._jobs.append(job)
            self._tend()
            return job

    def pause(self, job: Job) -> None:
        """Let it rest where it is; its worker is free for others. What it has learned so far is judged."""
        self._stop(job, "paused")

    def cancel(self, job: Job) -> None:
        """End it; what it has learned stays."""
        self._stop(job, "done")

    def go_on(self, job: Job) -> None:
        """Let a training that rests wait for its turn again."""
        with self._lock:
            if job.status == "paused":
                job.status, job.goal, job.turn = "waiting", "", time.monotonic()
                if job not in self._jobs:
                    self._jobs.append(job)
                self._tend()

    def place(self, job: Job) -> tuple[int, float]:
        """Its place among those that wait, 0 for one that runs, and about how many seconds until its end."""
        with self._lock:
            waiting = self._waiting()
            place = waiting.index(job) + 1 if job in waiting else 0
            before = sum(one.left(self._pace) for one in self._jobs if one.status in ("running", "stopping"))
            before += sum(one.left(self._pace) for one in waiting[: max(0, place - 1)])
            return place, job.left(self._pace) + (before / self.workers if place else 0.0)

    @property
    def counts(self) -> tuple[int, int]:
        """How many have a worker, and how many wait for one."""
        with self._lock:
            return sum(job is not None for job in self._busy.values()), len(self._waiting())

    def close(self) -> None:
        """End every worker and every training."""
        with self._lock:
            processes = list(self._busy)
            self._jobs.clear()
        for process in processes:
            process.end()
            process.join()

    def _waiting(self) -> list[Job]:
        return sorted((one for one in self._jobs if one.status == "waiting"), key=lambda one: one.turn)

    def _stop(self, job: Job, goal: Any) -> None:
        with self._lock:
            if job.status == "stopping":
                job.goal = goal
            elif job.status == "running":
                self._ask(self._process_of(job), job, goal)
            elif job.status in ("waiting", "paused"):  # what it had learned was judged when it came to rest
                job.status = goal
                if goal == "done":
                    self._forget(job)

    def _ask(self, process: Process, job: Job, goal: Any) -> None:
        """Let a worker stop and say what has come of it."""
        job.status, job.goal, job.asked = "stopping", goal, time.monotonic()
        process.tell("stop", job.name)

    def _forget(self, job: Job) -> None:
        job.state = None
        if job in self._jobs:
            self._jobs.remove(job)

    def _process_of(self, job: Job) -> Process:
        return next(process for process, one in self._busy.items() if one is job)

    def _tend(self) -> None:
        """Give work to those who have none; a thread goes on doing so while there are jobs or workers."""
        self._assign()
        if self._tending is None or not self._tending.is_alive():
            self._tending = threading.Thread(target=self._keep_tending, daemon=True)
            self._tending.start()

    def _keep_tending(self) -> None:
        while True:
            time.sleep(0.25)
            with self._lock:
                self._end_those_who_left()
                self._take_turns()
                self._assign()
                self._rest()
                if not self._jobs and not self._busy:
                    self._tending = None
                    return

    def _end_those_who_left(self) -> None:
        now = time.monotonic()
        for job in list(self._jobs):
            if job.alive():
                job.gone = None
            elif job.gone is None:
                job.gone = now
            elif now - job.gone > GRACE:
                self._stop(job, "done")

    def _take_turns(self) -> None:
        """A job that has had its turn while others wait goes behind them; a worker that does not let go is ended."""
        now = time.monotonic()
        waiting = bool(self._waiting())
        for process, job in list(self._busy.items()):
            if job is not None and job.status == "running" and waiting and now - job.since > self.turn:
                job.turn = now
                self._ask(process, job, "")
            elif job is not None and job.status == "stopping" and now - job.asked > PATIENCE:
                process.end()

    def _assign(self) -> None:
        for job in self._waiting():
            process = next((one for one, work in self._busy.items() if work is None), None)
            if process is None:
                if len(self._busy) >= self.workers:
                    return
                process = self._started()
            if process is None:
                self._finish(job, "refused", _NO_PROCESS)
                continue
            self._busy[process] = job
            job.status, job.since = "running", time.monotonic()
            process.tell("train", job.name, job.plan, job.state)
            job.state = None

    def _started(self) -> Process | None:
        """Another worker; None where the system has no room for one."""
        try:
            return Process(self._heard)
        except OSError:
            return None

    def _rest(self) -> None:
        for process, job in list(self._busy.items()):
            if job is None and time.monotonic() - process.idle_since > IDLE:
                process.end()

    def _heard(self, process: Process, message: Any) -> None:
        with self._lock:
            job = self._busy.get(process)
            if message is None:
                self._busy.pop(process, None)
                if job is not None and job in self._jobs:
                    self._finish(job, "refused", _GONE)
            elif job is not None and message[1] == job.name:
                getattr(self, f"_on_{message[0]}")(process, job, *message[2:])
            if self._jobs:
                self._assign()

    def _on_begun(self, _: Process, job: Job, floors: Any, shown: Any, cards: Any) -> None:
        job.floors, job.shown, job.cards = floors, shown, cards

    def _on_step(self, _: Process, job: Job, kind: str, seed: int, step: Any, checked: Any, weights: Any) -> None:
        seen = job.seen[kind, seed]
        seen.step, job.steps = step
        if checked is not None:
            seen.history.append(checked)
        if weights is not None:
            job.weights[kind] = (seen.step, weights)

    def _on_state(self, process: Process, job: Job, state: bytes, outcome: Any) -> None:
        self._free(process, job)
        job.state, job.outcome = state, outcome or job.outcome
        if job.goal == "done":
            self._finish(job, "done")
        else:
            job.status = "paused" if job.goal == "paused" else "waiting"

    def _on_done(self, process: Process, job: Job, outcome: Any) -> None:
        self._free(process, job)
        self._pace = 0.5 * self._pace + 0.5 * job.worked / max(1.0, job.plan.work())
        job.outcome = outcome
        self._finish(job, "done")

    def _on_refused(self, process: Process, job: Job, sentence: str) -> None:
        self._free(process, job)
        self._finish(job, "refused", sentence)

    def _free(self, process: Process, job: Job) -> None:
        self._busy[process] = None
        process.idle_since = time.monotonic()
        job.worked, job.since = job.spent(), 0.0

    def _finish(self, job: Job, status: Any, sentence: str = "") -> None:
        job.status, job.sentence = status, sentence
        job.worked, job.since = job.spent(), 0.0
        self._forget(job)
