"""What is the next value of a series?"""

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.errors import EncodingError
from explorer.sequences import Encoded, Scaling, fit_scaling
from explorer.training.learner import Shape
from explorer.training.task import Answers, Batch, Course, Predict, Scores, Task, everywhere, following

Series = NDArray[np.float64]
WARM_UP = 12
LAGS = 24


class Forecast(Task):
    """The next value of one column from its past, at every step.

    Args:
        values: the series, (time,), in the data's own units.
        held_out: how many values at the end are judged and never trained on; as many before them choose
            the best weights.
        period: steps of a season, for the baseline "same step of the last season".
        window: steps of a training sequence.

    Raises:
        EncodingError: the series is too short to hold that many out.
    """

    name = "forecast"
    title = "Your series"
    learned = "This network learned to say the next value of a series from its past."
    question = "next value"
    reading = "numbers"
    examples: ClassVar[tuple[Mapping[str, str], ...]] = ()
    source = "given by the user"
    metric = "mae"
    gives = "value"
    labels = ("next value",)
    shape = Shape(inputs=1, hidden_size=32, outputs=1)
    course = Course(steps=600, rate=4e-3, decay=1e-2)
    trained_length = 120

    def __init__(self, values: Series, held_out: int = 120, period: int = 12, window: int = 120) -> None:
        self.values, self.held_out, self.period, self.window = values, held_out, period, window
        self.known = len(values) - 2 * held_out
        if self.known < window + 2:
            raise EncodingError(
                f"The series has {len(values)} values; with {held_out} held out and {held_out} to choose by, "
                f"training windows of {window} need at least {2 * held_out + window + 2}: give a longer series."
            )
        self.scaling: Scaling = fit_scaling(values[: self.known, None], "z-score")

    @cached_property
    def scaled(self) -> torch.Tensor:
        """The whole series as the network reads it, (time, 1)."""
        return torch.tensor(self.scaling.apply(self.values[:, None]), dtype=torch.float32)

    @classmethod
    def answers(cls, encoded: Encoded) -> Answers | None:
        """The next value."""
        return following(encoded)

    def batch(self, seed: int, step: int) -> Batch:
        """16 windows of the part that may be trained on."""
        starts = np.random.default_rng((seed, step)).integers(0, self.known - self.window, 16)
        windows = torch.stack([self.scaled[start : start + self.window + 1] for start in starts], dim=1)
        return Batch(windows[:-1], windows[1:], everywhere(windows[1:], WARM_UP))

    @cached_property
    def validation(self) -> tuple[Batch, ...]:
        """The values between those trained on and those held out, after all that came before."""
        series = self.scaled[: self.known + self.held_out, None]
        return (Batch(series[:-1], series[1:], everywhere(series[1:], self.known - 1)),)

    def evaluate(self, predict: Predict) -> Scores:
        """Errors in the data's units over the held-out values, the network having read all before."""
        outputs = predict(self.scaled[:-1, None])[-self.held_out :, 0].double().numpy()
        return self._errors(self.scaling.invert(outputs)[:, 0])

    @cached_property
    def baselines(self) -> Scores:
        """Mean absolute errors of the last value, of the last season, and of a linear autoregression."""
        guesses = {
            "the last value": self.values[-self.held_out - 1 : -1],
            f"{self.period} steps ago": self.values[-self.held_out - self.period : -self.period],
            f"linear autoregression on {LAGS} values": self._autoregression(),
        }
        return {name: self._errors(guess)["mae"] for name, guess in guesses.items()}

    def _autoregression(self) -> Series:
        """Ordinary least squares on the last 24 values, fitted on all that is not held out."""
        lags = np.lib.stride_tricks.sliding_window_view(self.values[:-1], LAGS)
        design = np.column_stack([lags, np.ones(len(lags))])
        known = len(design) - self.held_out
        weights = np.linalg.lstsq(design[:known], self.values[LAGS:][:known], rcond=None)[0]
        return np.asarray(design[known:] @ weights)

    def _errors(self, guess: Series) -> Scores:
        wanted = self.values[-self.held_out :]
        error = guess - wanted
        scores = {"mae": float(np.abs(error).mean()), "rmse": float(np.sqrt((error**2).mean()))}
        if (wanted != 0).all():
            scores["mape"] = float(np.abs(error / wanted).mean()) * 100
        return scores
