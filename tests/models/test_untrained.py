"""Memories of a chosen length, before any training."""

import numpy as np
import pytest
import torch

from explorer import ShapeError, random_model, record
from explorer.measures import bias_time_constants, time_constants
from explorer.models.model.untrained import untrained

KEEP = {"lstm": 1, "gru": 1}


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_the_bias_is_added_to_the_keep_gate_and_to_nothing_else(kind: str) -> None:
    plain, moved = untrained(kind, 5, 3), untrained(kind, 5, 3, bias=2.0)
    for name, value in plain.weights().items():
        difference = moved.weights()[name] - value
        expected = np.zeros(value.shape)
        if name == "bias_ih":
            expected[5 * KEEP[kind] : 5 * KEEP[kind] + 5] = 2.0
        assert difference == pytest.approx(expected)


def test_without_a_bias_it_is_the_random_model() -> None:
    ours, theirs = untrained("rnn", 4, 1, bias=3.0), random_model("rnn", 1, 4, seed=1, dtype=torch.float64)
    for name, value in theirs.weights().items():
        assert ours.weights()[name] == pytest.approx(value)
        assert ours.weights()[name].dtype == value.dtype == np.float64


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_chrono_draws_time_constants_up_to_the_longest(kind: str) -> None:
    model = untrained(kind, 2_000, 0, longest=500)
    taus = bias_time_constants(model)
    assert np.median(taus) == pytest.approx(250, rel=0.05)
    assert 1 < taus.min() < 5
    assert 490 < taus.max() < 500
    weights = model.weights()
    both = weights["bias_ih"] + weights["bias_hh"]
    drawn = np.exp(both[2_000:4_000])
    assert taus == pytest.approx(drawn + 0.5, abs=0.1)
    if kind == "lstm":
        assert both[:2_000] == pytest.approx(-both[2_000:4_000])


def test_a_network_of_long_memory_keeps_it_on_noise() -> None:
    trace = record(untrained("lstm", 64, 0, longest=500), np.random.default_rng(0).normal(size=300))
    assert np.median(time_constants(trace)) == pytest.approx(250, rel=0.25)


@pytest.mark.parametrize("longest", [2, 0, -1, float("nan")])
def test_a_longest_that_leaves_nothing_to_draw_from_is_refused(longest: float) -> None:
    with pytest.raises(ShapeError, match="longest"):
        untrained("lstm", 4, longest=longest)
