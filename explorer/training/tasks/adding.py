"""What is the sum of the two marked numbers?"""

from functools import cached_property

import numpy as np
import torch

from explorer.sequences import Encoded
from explorer.training.learner import Shape
from explorer.training.task import Answers, Batch, Course, Predict, Scores, Task, last_only, over_a_distance

LENGTH = 100


def as_rows(inputs: torch.Tensor) -> str:
    """A sequence (time, columns) as a user would type it: a row a step."""
    return "\n".join(" ".join(f"{value:.3g}" for value in row) for row in inputs.tolist())


def draw(random: np.random.Generator, count: int) -> Batch:
    """Sequences of two columns: numbers evenly from 0 to 1, and a mark at two of them, one in each half."""
    values = random.random((LENGTH, count))
    marks = np.zeros((LENGTH, count))
    half, columns = LENGTH // 2, np.arange(count)
    marks[random.integers(0, half, count), columns] = 1
    marks[random.integers(half, LENGTH, count), columns] = 1
    inputs = torch.tensor(np.stack([values, marks], -1), dtype=torch.float32)
    sums = torch.tensor((values * marks).sum(0), dtype=torch.float32)[None, :, None]
    targets = sums.expand(LENGTH, -1, -1)
    return Batch(inputs, targets, last_only(targets))


class Adding(Task):
    """A hundred random numbers, two of them marked; at the end their sum (Hochreiter & Schmidhuber 1997)."""

    name = "adding"
    title = "Adding problem"
    learned = (
        "This network learned to add the two marked numbers of a hundred: its input gates should open at the marks "
        "and stay shut between."
    )
    question = "sum"
    reading = "numbers"
    source = "generated"
    metric = "mse"
    gives = "value"
    examples = tuple(
        {"title": title, "kind": "numbers", "text": as_rows(draw(np.random.default_rng(seed), 1).inputs[:, 0])}
        for seed, title in ((7, "A hundred numbers, two marked"), (8, "Another hundred"))
    )
    labels = ("sum",)
    trained_length = LENGTH
    shape = Shape(inputs=2, hidden_size=32, outputs=1)
    course = Course(steps=6000, rate=4e-3)

    @classmethod
    def answers(cls, encoded: Encoded) -> Answers | None:
        """The sum, after the last step."""
        if encoded.is_text or encoded.values.shape[1] != 2:
            return None
        found = np.full(len(encoded), np.nan)
        found[-1] = (encoded.values[:, 0] * encoded.values[:, 1]).sum()
        return found

    def batch(self, seed: int, step: int) -> Batch:
        """64 new sequences."""
        return draw(np.random.default_rng((seed, step)), 64)

    @cached_property
    def validation(self) -> tuple[Batch, ...]:
        """256 sequences."""
        return (draw(np.random.default_rng(2**40), 256),)

    @cached_property
    def held_out(self) -> Batch:
        """2,000 sequences."""
        return draw(np.random.default_rng(2**41), 2000)

    def evaluate(self, predict: Predict) -> Scores:
        """Mean squared and mean absolute error of the sum."""
        outputs = predict(self.held_out.inputs)
        return {
            "mse": float(self.loss(outputs.double(), self.held_out._replace(targets=self.held_out.targets.double()))),
            "mae": self.score(outputs, self.held_out),
        }

    def verdict(self, scores: Scores) -> str:
        """Who holds on for so long."""
        return over_a_distance(scores, lambda kept, rewritten: min(rewritten) > 2 * max(kept))

    @cached_property
    def baselines(self) -> Scores:
        """Guessing the mean, 1, whatever comes: the variance of a sum of two, 1/6."""
        return {"guessing the mean": float((self.held_out.targets[-1].double() - 1).square().mean())}
