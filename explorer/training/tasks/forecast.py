"""What is the next value of a series?"""

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from explorer.errors import EncodingError
from explorer.sequences import Encoded, Scaling, fit_scaling
from explorer.training.learner import Learner, Shape
from explorer.training.task import MOST_SHOWN, Answers, Batch, Course, Predict, Scores, Task, everywhere, following

Series = NDArray[np.float64]
WARM_UP = 12
LAGS = 24
MOST_VALUES = 100_000
CONTEXT = 2_000


class Forecast(Task):
    """A later value of one column from its past, at every step.

    Args:
        values: the series, (time,), in the data's own units.
        held_out: how many values at the end are judged and never trained on; as many before them, 2,000 at most,
            choose the best weights.
        period: steps of a season, for the baseline "same step of the last season".
        window: steps of a training sequence.
        horizon: how many steps ahead the value lies that is said.

    Raises:
        EncodingError: the series is too short to hold that many out, too long, or not finite.
    """

    name = "forecast"
    title = "Your series"
    learned = "This network learned to say the next value of a series from its past."
    question = "next value"
    reading = "numbers"
    examples: tuple[Mapping[str, str], ...] = ()
    source = "given by the user"
    metric = "mae"
    gives = "value"
    labels: tuple[str, ...] = ("next value",)
    shape = Shape(inputs=1, hidden_size=32, outputs=1)
    course = Course(steps=600, rate=4e-3, decay=1e-2)
    trained_length = 120

    def __init__(
        self, values: Series, held_out: int = 120, period: int = 12, window: int = 120, horizon: int = 1
    ) -> None:
        self.values, self.held_out, self.period, self.window, self.horizon = values, held_out, period, window, horizon
        self.batch_size = 16
        self.known = len(values) - held_out - min(held_out, CONTEXT)
        self._check()
        if horizon > 1:
            self.name = "forecast ahead"  # `answers` knows next values only
            self.labels = (f"{horizon} steps on",)
            self.question = self.labels[0]
            self.learned = f"This network learned to say the value {horizon} steps on from the past of a series."
        if type(self) is Forecast:
            self.examples = (self._as_example(),)
        self.scaling: Scaling = fit_scaling(values[: self.known, None], "z-score")

    def _check(self) -> None:
        least = min(self.held_out, 1, self.period, self.window - 1, self.horizon)
        if least < 1:
            raise EncodingError("Held out, season and horizon must be 1 or more, the window 2 or more: give more.")
        if len(self.values) > MOST_VALUES:
            raise EncodingError(f"The series has {len(self.values):,} values; the most is {MOST_VALUES:,}: cut it.")
        if not np.isfinite(self.values).all():
            bad = int((~np.isfinite(self.values)).sum())
            many = "1 value of the series is" if bad == 1 else f"{bad:,} values of the series are"
            raise EncodingError(f"{many} missing or not finite: fill them or leave them out.")
        needed = len(self.values) - self.known + self.window + self.horizon + 1
        if self.known < self.window + self.horizon + 1:
            raise EncodingError(
                f"The series has {len(self.values)} values; {self.held_out} held out, as many to choose by and "
                f"windows of {self.window} need at least {needed}: give more, or hold out less and shorten windows."
            )

    @cached_property
    def scaled(self) -> torch.Tensor:
        """The whole series as the network reads it, (time, 1)."""
        return torch.tensor(self.scaling.apply(self.values[:, None]), dtype=torch.float32)

    @classmethod
    def answers(cls, encoded: Encoded) -> Answers | None:
        """The next value."""
        return following(encoded)

    def batch(self, seed: int, step: int) -> Batch:
        """Windows of the part that may be trained on."""
        last = self.known - self.window - self.horizon + 1
        starts = np.random.default_rng((seed, step)).integers(0, last, self.batch_size)
        windows = torch.stack([self.scaled[start : start + self.window + self.horizon] for start in starts], dim=1)
        targets = windows[self.horizon :]
        return Batch(windows[: -self.horizon], targets, everywhere(targets, min(WARM_UP, self.window // 4)))

    @cached_property
    def validation(self) -> tuple[Batch, ...]:
        """The values between those trained on and those held out, after what came before."""
        stop = len(self.values) - self.held_out
        first = max(0, self.known - CONTEXT)
        series = self.scaled[first:stop, None]
        targets = series[self.horizon :]
        return (Batch(series[: -self.horizon], targets, everywhere(targets, self.known - first - self.horizon)),)

    def evaluate(self, predict: Predict) -> Scores:
        """Errors in the data's units over the held-out values, the network having read what came before."""
        return self.errors(self.forecast(predict))

    def forecast(self, predict: Predict) -> Series:
        """What is said of each held-out value, (held_out,), in the data's units."""
        series = self.scaled[max(0, len(self.values) - self.held_out - CONTEXT) : -self.horizon, None]
        outputs = predict(series)[-self.held_out :, 0].double().numpy()
        return self._in_units(outputs[:, 0])

    @torch.no_grad()
    def going_on(self, learner: Learner) -> Series:
        """The held-out values as the network says them from its own guesses alone, (held_out,), in the data's units.

        It reads what was before them; then what it said is what it reads.
        """
        start = len(self.values) - self.held_out
        learner.eval()
        outputs, state = learner(self.scaled[max(0, start - CONTEXT) : start, None])
        said = [*outputs[-self.horizon :]]
        while len(said) < self.held_out:
            output, state = learner(said[len(said) - self.horizon][None], state)
            said.append(output[0])
        guesses = torch.stack(said[: self.held_out])[:, 0].double().numpy()
        return self._in_units(guesses[:, 0])

    @property
    def truth(self) -> Series:
        """The held-out values, (held_out,)."""
        return self.values[-self.held_out :]

    @cached_property
    def guesses(self) -> dict[str, Series]:
        """What would be said without a network: the last value known, the last season's, a linear autoregression."""
        known = {name: self._before(steps) for name, steps in self._steps().items()}
        lags = min(LAGS, self.known // 4)
        return known | {f"linear autoregression on {lags} values": self._autoregression(lags)}

    @cached_property
    def baselines(self) -> Scores:
        """Mean absolute errors of what needs no network."""
        return {name: self.errors(guess)["mae"] for name, guess in self.guesses.items()}

    @property
    def baseline_scores(self) -> dict[str, Scores]:
        return {name: self.errors(guess) for name, guess in self.guesses.items()}

    @property
    def floors(self) -> Scores:
        """Mean squared errors over the values to choose by, on the scale that the network reads."""
        stop = len(self.values) - self.held_out
        wanted, scale = self.values[self.known : stop], self.scaling.scale[0]
        known = {name: self.values[self.known - steps : stop - steps] for name, steps in self._steps().items()}
        return {name: float((((guess - wanted) / scale) ** 2).mean()) for name, guess in known.items()}

    def shown(self) -> Series:
        """The end of the series, at most 120 values, (time, 1)."""
        return self.values[-min(MOST_SHOWN, self.held_out + self.window) :, None]

    def errors(self, guess: Series) -> Scores:
        """MAE and RMSE in the data's units, and MAPE in percent where no value is 0."""
        error = guess - self.truth
        scores = {"mae": float(np.abs(error).mean()), "rmse": float(np.sqrt((error**2).mean()))}
        if (self.truth != 0).all():
            scores["mape"] = float(np.abs(error / self.truth).mean()) * 100
        return scores

    def _in_units(self, outputs: Series) -> Series:
        """What the network says in the data's units; of one that has run away it may be no number."""
        return outputs * self.scaling.scale[0] + self.scaling.offset[0]

    def _steps(self) -> dict[str, int]:
        """How far back the answers lie that only look back, by name."""
        season = self.period * -(-self.horizon // self.period)
        last = "the last value" if self.horizon == 1 else f"the value {self.horizon} steps before"
        return {last: self.horizon} | ({f"{season} steps ago": season} if season < self.known else {})

    def _before(self, steps: int) -> Series:
        return self.values[-self.held_out - steps : -steps]

    def _autoregression(self, lags: int) -> Series:
        """Ordinary least squares on the values up to ``horizon`` steps before, fitted on all that is not held out."""
        rows = np.lib.stride_tricks.sliding_window_view(self.values[: -self.horizon], lags)
        design = np.column_stack([rows, np.ones(len(rows))])
        known = len(design) - self.held_out
        weights = np.linalg.lstsq(design[:known], self.values[lags + self.horizon - 1 :][:known], rcond=None)[0]
        return np.asarray(design[known:] @ weights)

    def _as_example(self) -> dict[str, str]:
        end = self.values[-MOST_SHOWN:]
        return {"title": "The end of the series", "kind": "numbers", "text": ", ".join(f"{one:.6g}" for one in end)}
