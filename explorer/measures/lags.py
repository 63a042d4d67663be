"""Whether a forecast says more than a value that was already known."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.errors import ShapeError
from explorer.models import Model
from explorer.trace import Trace

Floats = NDArray[np.float64]
MOST_LAGS = 24


@dataclass(frozen=True)
class LagTest:
    """A forecast beside the truth of earlier steps.

    Attributes:
        errors: (lag,) mean absolute distances between the forecast of step t and the truth of t − lag, from lag 0.
        horizon: how many steps ahead it was said.
    """

    errors: Floats
    horizon: int

    @property
    def nearest(self) -> int:
        """The lag whose truth the forecast is nearest to: 0 where it forecasts, the horizon where it repeats."""
        return int(np.argmin(self.errors))

    @property
    def repeats(self) -> bool:
        """Whether the forecast is nearer to the last value known when it was said than to the one it is about."""
        return len(self.errors) > self.horizon and bool(self.errors[self.horizon] < self.errors[0])


@checked
def lag_test(said: Floats, truth: Floats, horizon: int = 1, most: int = MOST_LAGS) -> LagTest:
    """How far a forecast is from the values before the one that it is about::

        e(k) = mean_t |ŷ_t − y_{t−k}|

    over the steps t that have all those values before them. A forecast that is only the last known value has its
    least e at k = horizon, and there it is 0.

    Args:
        said: (time,), the forecasts.
        truth: (time,), what came.
        horizon: how many steps ahead they were said.
        most: the longest lag; a quarter of the series at most.

    Raises:
        ShapeError: the two differ in length, or there are fewer than four values.
    """
    if said.shape != truth.shape or said.ndim != 1 or len(said) < 4:
        raise ShapeError(f"Forecasts {said.shape} and truth {truth.shape} came: give four values or more of each.")
    most = max(min(most, len(said) // 4), min(horizon, len(said) - 1))
    errors = [float(np.abs(said[most:] - truth[most - lag : len(truth) - lag]).mean()) for lag in range(most + 1)]
    return LagTest(np.array(errors), horizon)


@checked
def forecast_lags(model: Model, trace: Trace) -> LagTest | None:
    """`lag_test` of what a model says of the next value of its one column; None where it says no such thing.

    Args:
        model: one whose card says that it predicts what comes next.
        trace: its run.
    """
    head, said = model.head, trace.output
    follows = str(model.card.get("question", "")).startswith("next")
    if head is None or head.gives != "value" or said is None or not follows or trace.inputs.shape[1] != 1:
        return None
    if len(trace) < 5:
        return None
    truth = trace.inputs[:, 0].astype(np.float64)
    if model.scaling is not None:
        truth = truth * model.scaling.scale[0] + model.scaling.offset[0]
    return lag_test(said[:-1, 0].astype(np.float64), truth[1:])
