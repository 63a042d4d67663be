"""The lag test tells a forecast from yesterday's value."""

import numpy as np
import pytest

from explorer.errors import ShapeError
from explorer.measures.lags import lag_test

WALK = np.random.default_rng(0).normal(size=200).cumsum()


def test_yesterdays_value_is_found_out() -> None:
    truth, repeated = WALK[1:], WALK[:-1]
    test = lag_test(repeated, truth)
    assert test.errors[1] == 0
    assert (test.nearest, test.repeats) == (1, True)


def test_a_value_of_three_steps_before_is_found_out_at_that_horizon() -> None:
    test = lag_test(WALK[:-3], WALK[3:], horizon=3)
    assert (test.nearest, test.repeats) == (3, True)


def test_a_forecast_is_nearest_to_what_it_forecasts() -> None:
    said = WALK + 0.1 * np.random.default_rng(1).normal(size=200)
    test = lag_test(said, WALK)
    assert (test.nearest, test.repeats) == (0, False)
    by_hand = np.mean([abs(said[t] - WALK[t - 5]) for t in range(24, 200)])
    assert test.errors[5] == pytest.approx(by_hand)


def test_too_few_values_are_refused() -> None:
    with pytest.raises(ShapeError, match="four values"):
        lag_test(WALK[:3], WALK[:3])
    assert len(lag_test(WALK[:8], WALK[:8], horizon=5).errors) == 6
