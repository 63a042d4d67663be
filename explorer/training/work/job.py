"""One training of one session, as the queue knows it and a page shows it."""

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from numpy.typing import NDArray

from explorer.training.outcome import Arrays, Outcome
from explorer.training.plan import Plan
from explorer.training.task import Scores

Status = Literal["waiting", "running", "stopping", "paused", "done", "refused"]

_KNOWN = 0.02
"""From this share on a training's own pace tells how long it takes."""


@dataclass
class Seen:
    """How far one twin has come.

    Attributes:
        step: updates done.
        history: its checks so far.
    """

    step: int = 0
    history: list[Scores] = field(default_factory=list)


@dataclass(eq=False)
class Job:
    """A training that waits, runs, rests or is done.

    Attributes:
        plan: what is to be trained.
        owner: whose it is: one training runs or waits for each.
        alive: whether the owner is still there; a job of one who has gone is ended.
        status: where it stands; ``"stopping"`` until the worker has let go.
        seen: how far each twin has come, by kind and seed.
        weights: those of the first seed as they were last judged, by kind.
        floors: losses on validation data of answers without a network.
        shown: a sequence to watch the gates on, as `explorer.record` takes it, or None until it has begun.
        cards: what each twin says of itself, by kind.
        outcome: what has come of it, at its end or where it was stopped.
        sentence: why it was refused or lost.
        worked: seconds that a worker has given it.
        steps: updates of each twin.
        name, state, since, goal, gone, asked, turn: the queue's own.
    """

    plan: Plan
    owner: str
    alive: Callable[[], bool]
    status: Status = "waiting"
    seen: dict[tuple[str, int], Seen] = field(default_factory=dict)
    weights: dict[str, tuple[int, Arrays]] = field(default_factory=dict)
    floors: Scores = field(default_factory=dict)
    shown: NDArray[Any] | None = None
    cards: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    outcome: Outcome | None = None
    sentence: str = ""
    worked: float = 0.0
    name: str = field(default_factory=lambda: secrets.token_hex(8))
    state: bytes | None = None
    since: float = 0.0
    goal: Literal["", "paused", "done"] = ""
    gone: float | None = None
    asked: float = 0.0
    steps: int = 0
    turn: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.steps = self.plan.steps

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        whole = self.steps * len(self.plan.kinds) * len(self.plan.seeds)
        return min(1.0, sum(one.step for one in self.seen.values()) / whole)

    @property
    def active(self) -> bool:
        """Whether it waits for a worker or has one."""
        return self.status in ("waiting", "running", "stopping")

    def left(self, pace: float) -> float:
        """About how many seconds of work are left.

        Args:
            pace: seconds a step of a twin, for as long as this training's own is not known.
        """
        spent = self.spent()
        if self.share > _KNOWN and spent:
            return spent * (1 / self.share - 1)
        return self.plan.work() * (1 - self.share) * pace

    def spent(self) -> float:
        """Seconds of work so far."""
        return self.worked + (time.monotonic() - self.since if self.since else 0.0)
