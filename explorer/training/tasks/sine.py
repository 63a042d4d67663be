"""How does a mixed wave go on?"""

from functools import cached_property

import numpy as np
import torch

from explorer.sequences import Encoded
from explorer.training.learner import Shape
from explorer.training.task import Answers, Batch, Course, Predict, Scores, Task, everywhere, following

LENGTH = 100
WARM_UP = 30
AHEAD = 40
NOISE = 0.01


def waves(random: np.random.Generator, count: int, length: int) -> torch.Tensor:
    """Sums of two sine waves, periods from 10 to 50 steps, any phases, amplitudes adding to 1: (time, count, 1)."""
    periods, phases = random.uniform(10, 50, (2, count)), random.uniform(0, 2 * np.pi, (2, count))
    first = random.uniform(0.2, 0.8, count)
    time = np.arange(length)[:, None, None]
    mixed = (np.stack([first, 1 - first]) * np.sin(2 * np.pi * time / periods + phases)).sum(1)
    return torch.tensor(mixed[..., None], dtype=torch.float32)


def as_batch(series: torch.Tensor, start: int = WARM_UP) -> Batch:
    """Each value's follower, counted from ``start`` on."""
    return Batch(series[:-1], series[1:], everywhere(series[1:], start))


def as_line(series: torch.Tensor) -> str:
    """A series (time, 1) as a user would type it."""
    return ", ".join(f"{value:.3f}" for value in series[:, 0].tolist())


class Sine(Task):
    """The next value of two mixed sine waves, each series with frequencies and phases of its own."""

    name = "sine"
    title = "Sine waves"
    learned = (
        "This network learned to go on with two mixed sine waves whose periods and phases it must find out first: "
        "watch its memory settle into the rhythm."
    )
    question = "next value"
    reading = "numbers"
    source = "generated"
    metric = "mse"
    gives = "value"
    examples = tuple(
        {"title": title, "kind": "numbers", "text": as_line(waves(np.random.default_rng(seed), 1, LENGTH)[:, 0])}
        for seed, title in ((3, "Two mixed waves"), (4, "Two others"), (5, "And two more"))
    )
    labels = ("next value",)
    trained_length = LENGTH
    shape = Shape(inputs=1, hidden_size=32, outputs=1, num_layers=2)
    course = Course(steps=4000, rate=4e-3)

    @classmethod
    def answers(cls, encoded: Encoded) -> Answers | None:
        """The next value."""
        return following(encoded)

    def batch(self, seed: int, step: int) -> Batch:
        """32 new series, read with a little noise: who goes on from guesses must bear small errors."""
        random = np.random.default_rng((seed, step))
        clean = as_batch(waves(random, 32, LENGTH + 1))
        noise = torch.tensor(random.normal(0, NOISE, clean.inputs.shape), dtype=torch.float32)
        return clean._replace(inputs=clean.inputs + noise)

    @cached_property
    def validation(self) -> tuple[Batch, ...]:
        """128 series."""
        return (as_batch(waves(np.random.default_rng(2**40), 128, LENGTH + 1)),)

    @cached_property
    def held_out(self) -> torch.Tensor:
        """200 series, with the value that comes after 100."""
        return waves(np.random.default_rng(2**41), 200, LENGTH + 1)

    def evaluate(self, predict: Predict) -> Scores:
        """Mean squared error one step after 100 values, and over the last 40 when it goes on from 60 by itself."""
        series = self.held_out[: LENGTH - AHEAD]
        for _ in range(AHEAD):
            series = torch.cat([series, predict(series)[-1:]])
        one_step = (predict(self.held_out[:-1])[-1] - self.held_out[-1]).double().square()
        ahead = (series - self.held_out[:-1])[-AHEAD:].double().square()
        return {"mse": float(one_step.mean()), "mse, going on by itself": float(ahead.mean())}

    @cached_property
    def baselines(self) -> Scores:
        """One step ahead: the last value; a straight line through the last two. Going on: always 0."""
        before, last, wanted = (self.held_out[back].double() for back in (-3, -2, -1))
        return {
            "the last value": float((last - wanted).square().mean()),
            "a straight line": float((2 * last - before - wanted).square().mean()),
            "always 0": float(self.held_out[-AHEAD - 1 : -1].double().square().mean()),
        }
