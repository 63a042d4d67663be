"""Autocorrelation and spectrum, against their sums written out and against SciPy's."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.signal import periodogram

from explorer.measures import autocorrelation, correlation_time, spectrum

SIGNALS = arrays(np.float64, st.tuples(st.integers(1, 40), st.integers(1, 3)), elements=st.integers(-50, 50).map(float))


@settings(max_examples=60)
@given(values=SIGNALS)
def test_autocorrelation_is_its_sum(values: NDArray[Any]) -> None:
    found = autocorrelation(values)
    assert found.shape == values.shape
    for unit, row in enumerate(values.T):
        centred = row - row.mean()
        if len(set(row)) == 1:
            assert np.isnan(found[:, unit]).all()
            continue
        for lag in range(len(row)):
            expected = sum(centred[t] * centred[t + lag] for t in range(len(row) - lag)) / sum(centred**2)
            assert found[lag, unit] == pytest.approx(expected, abs=1e-9)


@settings(max_examples=60)
@given(values=SIGNALS)
def test_the_spectrum_is_scipy_s_periodogram_and_sums_to_the_variance(values: NDArray[Any]) -> None:
    found = spectrum(values)
    frequency, power = periodogram(values, axis=0, scaling="spectrum", detrend="constant")
    assert found.frequency == pytest.approx(frequency[1:])
    assert found.power == pytest.approx(power[1:], abs=1e-9)
    assert found.power.sum(axis=0) == pytest.approx(values.var(axis=0), abs=1e-9)


def test_a_wave_has_one_frequency() -> None:
    found = spectrum(np.sin(2 * np.pi * np.arange(60) / 12))
    assert 1 / found.frequency[found.power.argmax()] == pytest.approx(12)
    assert found.power.max() == pytest.approx(0.5)


@pytest.mark.parametrize("tau", [2.0, 8.0, 30.0])
def test_the_correlation_time_of_a_leaky_memory_is_its_time_constant(tau: float) -> None:
    noise = np.random.default_rng(0).normal(size=200_000)
    states, state = [], 0.0
    for value in noise:
        state = np.exp(-1 / tau) * state + value
        states.append(state)
    assert correlation_time(autocorrelation(np.array(states), 200)) == pytest.approx(tau, rel=0.07)


def test_a_correlation_time_lies_between_lags_or_beyond_or_nowhere() -> None:
    e = np.exp(-1)
    columns = np.array([[1.0, 1.0, 1.0, np.nan], [e + 0.1, 0.9, 0.0, np.nan], [e - 0.1, 0.8, 0.0, np.nan]])
    assert correlation_time(columns) == pytest.approx([1.5, np.inf, 1 - e, np.nan], nan_ok=True)
    assert correlation_time(columns[:1, 0]) == np.inf


def test_only_the_lags_asked_for() -> None:
    values = np.random.default_rng(1).normal(size=(30, 2))
    assert autocorrelation(values, 4) == pytest.approx(autocorrelation(values)[:5])
    assert len(autocorrelation(values, 99)) == 30
