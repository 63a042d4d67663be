"""How slowly a signal changes: its autocorrelation and its spectrum, a check on time constants."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked

Floats = NDArray[np.float64]


@checked
def autocorrelation(values: NDArray[Any], most_lag: int | None = None) -> Floats:
    """How alike a signal is to itself some steps later::

        r_k = Σ_t (x_t − x̄)(x_{t+k} − x̄) / Σ_t (x_t − x̄)²

    Args:
        values: (time,) or (time, unit).
        most_lag: the last lag; by default all there are.

    Returns:
        (lag, …) from lag 0, where it is 1; NaN for a signal that never changes.

    Source: Box & Jenkins 1970, the biased estimator, which is a correlation at every lag.
    """
    centred = _centred(values)
    steps = len(centred)
    last = steps - 1 if most_lag is None else min(most_lag, steps - 1)
    # Padded to twice its length, so that the end does not meet the beginning.
    power = np.abs(np.fft.rfft(centred, 2 * steps, axis=0)) ** 2
    sums = np.fft.irfft(power, 2 * steps, axis=0)[: last + 1]
    variance = (centred**2).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(variance > 0, sums / variance, np.nan))


@checked
def correlation_time(correlation: NDArray[Any]) -> Floats:
    """The lag at which an autocorrelation has fallen to 1/e, between lags on a straight line.

    For s_t = f s_{t−1} + noise it is the time constant −1/ln f.

    Args:
        correlation: (lag,) or (lag, unit), as from `autocorrelation`.

    Returns:
        (…) in steps; ∞ where it stays above, NaN where it is not defined.
    """
    rows = np.asarray(correlation, dtype=np.float64).reshape(len(correlation), -1)
    below = rows <= np.exp(-1)
    after = np.maximum(below.argmax(axis=0), 1)
    if len(rows) == 1:
        found = np.full(rows.shape[1], np.inf)
    else:
        high, low = (rows[after - place, np.arange(rows.shape[1])] for place in (1, 0))
        with np.errstate(invalid="ignore", divide="ignore"):
            found = np.where(below.any(axis=0), after - 1 + (high - np.exp(-1)) / (high - low), np.inf)
    found = np.where(np.isnan(rows[0]), np.nan, found)
    return np.asarray(found.reshape(np.shape(correlation)[1:]))


@dataclass(frozen=True, eq=False)
class Spectrum:
    """How a signal's variance is spread over frequencies.

    Attributes:
        frequency: (frequency,) in cycles a step, from the slowest, one cycle over the whole sequence, to ½.
        power: (frequency, …); its sum is the variance.
    """

    frequency: Floats
    power: Floats


@checked
def spectrum(values: NDArray[Any]) -> Spectrum:
    """The periodogram of a signal, its mean taken out::

        P(k/T) = |Σ_t (x_t − x̄) e^{−2πi k t / T}|² / T²,  doubled where two frequencies ±k/T share it

    Args:
        values: (time,) or (time, unit).

    Source: Schuster 1898; Oppenheim & Schafer, Discrete-Time Signal Processing.
    """
    centred = _centred(values)
    steps = len(centred)
    power = np.abs(np.fft.rfft(centred, axis=0)[1:]) ** 2 / steps**2
    doubled = power[: (steps - 1) // 2]
    doubled *= 2
    return Spectrum(np.asarray(np.fft.rfftfreq(steps)[1:], dtype=np.float64), power)


def _centred(values: NDArray[Any]) -> Floats:
    exact = np.asarray(values, dtype=np.float64)
    centred: Floats = exact - exact.mean(axis=0)
    # The mean of equal numbers may round: what never changes has no variance at all.
    return np.asarray(np.where((exact == exact[0]).all(axis=0), 0.0, centred))
