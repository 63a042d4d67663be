"""What a network is asked to learn: data, encoding, sizes, loss, metrics, baselines and words."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import cross_entropy, mse_loss

from explorer.cells import CELLS
from explorer.places import ASSETS
from explorer.sequences import Encoded, Scaling, Vocabulary
from explorer.training.learner import Learner, Shape

DATA = ASSETS / "data"
Predict = Callable[[Tensor], Tensor]
"""The head's raw values from a zero state: (time, batch, …) → (time, batch, outputs)."""
Scores = dict[str, float]
MOST_SHOWN = 120
Answers = NDArray[np.float64]


class Batch(NamedTuple):
    """Sequences side by side.

    Attributes:
        inputs: token ids (time, batch), or scaled numbers (time, batch, features).
        targets: classes (time, batch), or scaled values (time, batch, outputs).
        counted: (time, batch), True where the answer is judged.
    """

    inputs: Tensor
    targets: Tensor
    counted: Tensor


@dataclass(frozen=True)
class Course:
    """How a task is trained, the same for every cell.

    Args:
        steps: updates of the weights.
        rate: Adam's learning rate at the start; it falls to a twentieth along a half cosine.
        clip: the largest norm of the gradient.
        carry: whether each batch goes on where the one before stopped: truncated backpropagation.
        decay: weight decay (AdamW).
        half: whether the weights are stored in half precision.
        mean: where it is not 0, the weights that are judged and kept are a running mean of those along the way, each
            update's weighing 1 − ``mean``.
    """

    steps: int
    rate: float = 3e-3
    clip: float = 1.0
    carry: bool = False
    decay: float = 0.0
    half: bool = False
    mean: float = 0.0


class Task(ABC):
    """Base of all tasks.

    A task draws its data from seeds alone: ``batch(seed, step)`` is the same whenever it is asked, so a
    training that was interrupted goes on as if it had not been.

    Attributes:
        name: as in the model's name, ``brackets`` in ``brackets-lstm``.
        title: as in a menu.
        learned: one sentence on what the network learned.
        question: caption of the row of predictions.
        reading: what the user gives it.
        examples: what to try, the most telling first.
        source: where the data come from, and on what terms.
        metric: the name of the score that matters most, one of `METRICS`.
        gives: ``"class"``: logits, a softmax over them is the prediction; ``"value"``: numbers.
        labels: a name for each output.
        pairs: changes of a text that should matter, the most telling first: what goes, and what comes.
        groups: sequences by condition, as `read_labelled` takes them, and the token that they are aligned on; "" for
            none.
    """

    name: str
    title: str
    learned: str
    question: str
    reading: ClassVar[Literal["text", "numbers", "words"]] = "text"
    examples: tuple[Mapping[str, str], ...]
    source: ClassVar[str] = "generated"
    metric: ClassVar[str] = "accuracy"
    gives: ClassVar[Literal["class", "value"]] = "class"
    unit: str = ""
    pairs: ClassVar[tuple[tuple[str, str], ...]] = ()
    groups: ClassVar[tuple[str, str]] = ("", "")
    trained_length: ClassVar[int]
    trained_depth: ClassVar[int | None] = None
    labels: tuple[str, ...]
    vocabulary: Vocabulary | None = None
    scaling: Scaling | None = None
    batch_size: int | None = None
    """Sequences a batch where that may be chosen."""
    notes: tuple[str, ...] = ()
    """What must be said of the data."""
    shape: Shape
    course: Course

    @abstractmethod
    def batch(self, seed: int, step: int) -> Batch:
        """The batch of one training step."""

    @cached_property
    @abstractmethod
    def validation(self) -> tuple[Batch, ...]:
        """What the best weights are chosen by; neither trained on nor among what `evaluate` judges."""

    @abstractmethod
    def evaluate(self, predict: Predict) -> Scores:
        """Scores on held-out data."""

    @cached_property
    @abstractmethod
    def baselines(self) -> Scores:
        """The same scores for answers that need no network."""

    @property
    def baseline_scores(self) -> dict[str, Scores]:
        """Every score there is of each answer that needs no network, by its name."""
        return {name: {self.metric: value} for name, value in self.baselines.items()}

    @property
    def floors(self) -> Scores:
        """The loss on validation data of answers without a network, where they have one."""
        return self.baselines if self.metric in ("mse", "nats") else {}

    def shown(self) -> NDArray[Any]:
        """A sequence to watch the gates on: token ids (time,), or numbers (time, features) in the data's units."""
        batch = self.validation[0]
        steps = int(batch.counted[:, 0].nonzero().max()) + 1 if bool(batch.counted[:, 0].any()) else len(batch.inputs)
        return np.asarray(batch.inputs[: min(steps, MOST_SHOWN), 0].numpy())

    def corpus(self) -> list[NDArray[Any]]:
        """Sequences that the weights were not fitted to, to ask units about: token ids (time,); none for numbers."""
        batch = self.validation[0]
        if batch.inputs.ndim != 2 or batch.inputs.dtype.is_floating_point:
            return []
        stops = [int(column.nonzero().max()) + 1 for column in batch.counted.T]
        return [np.asarray(column[:stop].numpy()) for column, stop in zip(batch.inputs.T, stops, strict=True)]

    def as_code(self) -> list[str]:
        """Lines of Python that leave the same task as ``data``."""
        return [f"data = training.make_task({self.name!r})"]

    @classmethod
    def answers(cls, encoded: Encoded) -> Answers | None:
        """The right answer after each step, from the sequence alone.

        Returns:
            (time,): the index of the right class, or the right value; NaN where there is none. None where the
            sequence does not say (what a sentence feels, what does not follow the task's rule).
        """
        return None

    def inside(self, learner: Learner) -> Scores:
        """Scores of what the network holds within, beside its answers; none for most tasks."""
        return {}

    def verdict(self, scores: Scores) -> str:
        """What the scores of cells trained alike say, beside what theory promises; by kind of cell."""
        spread = max(scores.values()) / max(min(scores.values()), 1e-12) - 1
        return f"Best and worst are {spread:.0%} apart; theory promises no order here."

    def prepare(self, learner: Learner) -> None:
        """Set what a network begins with otherwise than by chance; nothing for most tasks."""
        return None

    def loss(self, outputs: Tensor, batch: Batch) -> Tensor:
        """Cross-entropy in nats for classes, mean squared error for values, over what is counted."""
        measure = cross_entropy if self.gives == "class" else mse_loss
        return measure(outputs[batch.counted], batch.targets[batch.counted])

    def score(self, outputs: Tensor, batch: Batch) -> float:
        """Share of right answers for classes, mean absolute error in the data's units for values."""
        given, wanted = outputs[batch.counted], batch.targets[batch.counted]
        if self.gives == "class":
            return float((given.argmax(-1) == wanted).double().mean())
        return float((given - wanted).abs().double().mean()) * float(self.readout["scale"])

    @property
    def readout(self) -> dict[str, Any]:
        """The head as a bundled model's JSON describes it."""
        offset, scale = (self.scaling.offset[0], self.scaling.scale[0]) if self.scaling else (0.0, 1.0)
        if self.gives == "class":
            offset, scale = 0.0, 1.0
        return {
            "labels": list(self.labels),
            "gives": self.gives,
            "reads": self.shape.reads,
            "offset": offset,
            "scale": scale,
        }


def following(encoded: Encoded) -> Answers | None:
    """The answers of a task that asks for what comes next: the next token's id, or the next value of one column."""
    values = encoded.values if encoded.is_text else encoded.values[:, 0]
    if not encoded.is_text and encoded.values.shape[1] != 1:
        return None
    return np.append(values[1:].astype(np.float64), np.nan)


def over_a_distance(scores: Scores, behind: Callable[[list[float], list[float]], bool]) -> str:
    """The verdict of a task that asks for memory.

    Args:
        scores: by kind of cell.
        behind: from the scores of cells with a memory, and of those without, whether the latter fall behind.
    """
    kept = [score for kind, score in scores.items() if CELLS[kind].memory]
    rewritten = [score for kind, score in scores.items() if not CELLS[kind].memory]
    as_said = "As" if behind(kept, rewritten) else "Not as"
    return f"{as_said} theory says: over this distance the gates should win over the plain RNN."


def everywhere(targets: Tensor, start: int = 0) -> Tensor:
    """Count every step from ``start`` on: (time, batch) of booleans."""
    counted = torch.ones(targets.shape[:2], dtype=torch.bool)
    counted[:start] = False
    return counted


def last_only(targets: Tensor) -> Tensor:
    """Count the last step alone: (time, batch) of booleans."""
    return everywhere(targets, len(targets) - 1)
