"""Mean and spread of many sequences around one step."""

import warnings

import numpy as np

from explorer.measures import find_token, profile, separation


def test_mean_and_spread_over_those_that_reach_so_far() -> None:
    lines = [np.array([1.0, 2.0, 3.0]), np.array([4.0, 6.0])]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = profile(lines, at=[1, 0], before=2, after=2)
    assert found.offsets.tolist() == [-2, -1, 0, 1, 2]
    assert found.counts.tolist() == [0, 1, 2, 2, 0]
    assert np.array_equal(found.mean, [np.nan, 1.0, 3.0, 4.5, np.nan], equal_nan=True)
    assert np.array_equal(found.spread, [np.nan, 0.0, 1.0, 1.5, np.nan], equal_nan=True)


def test_the_token_that_is_aligned_on() -> None:
    labels = ["The", "boy", "near", "the", "car"]
    assert find_token(labels, "the") == 0
    assert find_token(labels, "THE", 2) == 3
    assert find_token(labels, "the", -1) == 3
    assert find_token(labels, "the", 3) is None
    assert find_token(labels, "cars") is None


def test_conditions_part_where_their_means_do() -> None:
    flat = profile([np.zeros(3), np.zeros(3)], at=[0, 0], before=0, after=2)
    step = profile([np.array([0.0, 0.0, 0.9]), np.array([0.0, 0.0, 1.1])], at=[0, 0], before=0, after=2)
    assert separation([flat, flat]) == 0.0
    assert np.isclose(separation([flat, step]), 1.0 / (0.05 + 0.05))
    assert separation([step]) == 0.0
