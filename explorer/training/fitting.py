"""One way of training for all tasks and cells, as an iteration that a command line or a page drives."""

import copy
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_

from explorer.errors import ExplorerError, ShapeError
from explorer.training.begin import Beginning
from explorer.training.layers import State
from explorer.training.learner import Learner
from explorer.training.task import Scores, Task

Weights = dict[str, Tensor]
CHECKS = 40
_AS_THE_CELL_SAYS = Beginning()
_KEPT = (
    "step", "steps", "seed", "seconds", "history", "best", "best_step", "diverged", "begun", "_lowest", "_since",
    "_state", "_mean",
)  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """One update of the weights.

    Attributes:
        step: updates done so far, from 1.
        steps: updates in all.
        loss: of this batch.
        gradient: its norm before it was clipped.
        checked: step, mean training loss and gradient's norm since the last check, validation loss and score; None
            between checks.
    """

    step: int
    steps: int
    loss: float
    gradient: float
    checked: Scores | None = None


class Fitting:
    """A training that can be watched, stopped and continued.

    Adam, the gradient's norm clipped, the learning rate falling along a half cosine, truncated
    backpropagation where the task says so. It computes nothing before it is iterated, and it may be left
    at any step: `best` holds the weights with the lowest validation loss so far, `best_step` the updates before
    them. A loss that is no number any more ends it: `diverged` is then the step.

    Args:
        task: what to learn.
        kind: a name in `explorer.cells.CELLS`.
        seed: of the weights and of the data; the same seed gives the same network.
        steps: updates of the weights; None takes the task's own number.
        beginning: the keep gates' biases at the start.

    Raises:
        ShapeError: there is no such cell.
        ExplorerError: fewer than one step.

    Example:
        >>> fitting = Fitting(make_task("adding"), "lstm", seed=0, steps=4)
        >>> for progress in fitting:
        ...     if progress.checked and progress.checked["loss"] < 0.1:
        ...         break
        >>> fitting.learner.load_state_dict(fitting.best)
        <All keys matched successfully>
    """

    def __init__(
        self, task: Task, kind: str, seed: int = 0, steps: int | None = None, beginning: Beginning = _AS_THE_CELL_SAYS
    ) -> None:
        self.task, self.kind, self.seed = task, kind, seed
        self.steps = task.course.steps if steps is None else steps
        if self.steps < 1:
            raise ExplorerError(f"{self.steps} steps were asked for: give at least 1.")
        self.step = 0
        self.seconds = 0.0
        self.history: list[Scores] = []
        self.begun: dict[str, Any] | None = None
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.learner = Learner(kind, task.shape, beginning)
        task.prepare(self.learner)
        self._mean: Weights | None = None
        self._mean = self.weights() if task.course.mean else None
        self.best: Weights = self.weights()
        self.best_step = 0
        self.diverged: int | None = None
        self._lowest = math.inf
        self._since: list[tuple[float, float]] = []
        self._state: State | None = None
        self._optimizer = torch.optim.AdamW(
            self.learner.parameters(), lr=task.course.rate, weight_decay=task.course.decay
        )

    def __iter__(self) -> Iterator[Progress]:
        every = max(1, self.steps // CHECKS)
        while not self.done:
            loss, gradient = self._update()
            self.step += 1
            if not math.isfinite(loss):
                self.diverged = self.step
            due = self.step % every == 0 or self.done
            yield Progress(self.step, self.steps, loss, gradient, self.check() if due else None)

    @property
    def done(self) -> bool:
        """Whether there is nothing more to do: all steps are done, or the loss is no number any more."""
        return self.step >= self.steps or self.diverged is not None

    def weights(self) -> Weights:
        """A copy of the weights as they are now; of their running mean where the task is judged by that."""
        return _copied(self.learner.state_dict() if self._mean is None else self._mean)

    def state_dict(self) -> dict[str, Any]:
        """Everything needed to go on later as if nothing had happened."""
        return {name: getattr(self, name) for name in ("kind", *_KEPT)} | {
            "task": self.task.name,
            "learner": _copied(self.learner.state_dict()),
            "optimizer": self._optimizer.state_dict(),
        }

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Go on from what `state_dict` gave; of the same task and kind, or the tensors do not fit."""
        self.learner.load_state_dict(saved["learner"])
        self._optimizer.load_state_dict(saved["optimizer"])
        for name in _KEPT:
            setattr(self, name, saved[name])

    def begin_from(self, weights: Weights, provenance: dict[str, Any]) -> None:
        """Begin with the weights of a model trained before, of the same task and kind, instead of drawn ones.

        Args:
            weights: by the learner's names.
            provenance: how they came to be; `begun` keeps it, and the model's card.

        Raises:
            ShapeError: they do not fit.
        """
        try:
            self.learner.load_state_dict({name: value.float() for name, value in weights.items()})
        except RuntimeError:
            raise ShapeError(
                f"These weights are not of {self.task.name} with a {self.kind}: begin from ones that are."
            ) from None
        self._mean = None if self._mean is None else _copied(self.learner.state_dict())
        self.begun, self.best = dict(provenance), self.weights()

    def check(self) -> Scores:
        """Judge the weights on validation data, remember the outcome, and keep them if they are the best so far."""
        batches = self.task.validation
        judged = self._judged()
        outputs = [judged.predict(batch.inputs) for batch in batches]
        pairs = list(zip(outputs, batches, strict=True))
        sizes = [int(batch.counted.sum()) for batch in batches]
        checked = {
            "step": float(self.step),
            "training_loss": sum(loss for loss, _ in self._since) / max(1, len(self._since)),
            "loss": _mean([self.task.loss(*pair).item() for pair in pairs], sizes),
            "score": _mean([self.task.score(*pair) for pair in pairs], sizes),
            "gradient": sum(norm for _, norm in self._since) / max(1, len(self._since)),
        }
        self._since = []
        self.history.append(checked)
        if checked["loss"] < self._lowest:
            self._lowest, self.best, self.best_step = checked["loss"], self.weights(), self.step
        return checked

    def _judged(self) -> Learner:
        if self._mean is None:
            return self.learner
        judged = copy.deepcopy(self.learner)
        judged.load_state_dict(self.weights())
        return judged

    @torch.no_grad()
    def _follow(self) -> None:
        """Let the running mean follow the weights, faster while there are few."""
        kept = min(self.task.course.mean, (1 + self.step) / (10 + self.step))
        for name, value in self.learner.state_dict().items():
            assert self._mean is not None
            self._mean[name].lerp_(value, 1 - kept)

    def _update(self) -> tuple[float, float]:
        """Change the weights once; the batch's loss and its gradient's norm."""
        course = self.task.course
        batch = self.task.batch(self.seed, self.step)
        fraction = self.step / self.steps
        for group in self._optimizer.param_groups:
            group["lr"] = course.rate * (0.05 + 0.95 * (1 + math.cos(math.pi * fraction)) / 2)
        self.learner.train()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed * 1_000_003 + self.step)  # dropout's, so that resuming changes nothing
            outputs, state = self.learner(batch.inputs, self._state)
        loss = self.task.loss(outputs, batch)
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        norm = clip_grad_norm_(self.learner.parameters(), course.clip)
        self._optimizer.step()
        if self._mean is not None:
            self._follow()
        self._state = _cut(state) if course.carry else None
        self._since.append((loss.item(), norm.item()))
        return self._since[-1]


def _copied(weights: Weights) -> Weights:
    return {name: value.detach().clone() for name, value in weights.items()}


def _cut(state: State) -> State:
    """The same state with no way back for the gradient."""
    return tuple(one.detach() for one in state) if isinstance(state, tuple) else state.detach()  # type: ignore[return-value]


def _mean(values: list[float], sizes: list[int]) -> float:
    return sum(value * size for value, size in zip(values, sizes, strict=True)) / sum(sizes)
