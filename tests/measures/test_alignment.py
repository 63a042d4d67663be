"""Alignment by edit distance, against a search that knows no table."""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import ShapeError, load_model, record
from explorer.measures import GAP, align, aligned

WORDS = st.text(alphabet="abc", max_size=9)


def _distance(one: str, other: str) -> int:
    """Levenshtein's own definition, by recursion."""

    @cache
    def rest(i: int, j: int) -> int:
        if i == len(one) or j == len(other):
            return len(one) - i + len(other) - j
        return min(rest(i + 1, j + 1) + (one[i] != other[j]), rest(i + 1, j) + 1, rest(i, j + 1) + 1)

    return rest(0, 0)


@settings(max_examples=200)
@given(WORDS, WORDS)
def test_an_alignment_is_a_shortest_way_through_both(one: str, other: str) -> None:
    found = align(one, other)
    assert [step for step in found.first if step >= 0] == list(range(len(one)))
    assert [step for step in found.second if step >= 0] == list(range(len(other)))
    pairs = list(zip(found.first, found.second, strict=True))
    assert all(i >= 0 or j >= 0 for i, j in pairs)
    cost = sum(i < 0 or j < 0 or one[i] != other[j] for i, j in pairs)
    assert cost == found.distance == _distance(one, other)


def test_a_minimal_pair() -> None:
    one, other = "The boy near the cars greets", "The boys near the car greet"
    words = align(one.split(), other.split())
    assert words.first == words.second == tuple(range(6))
    characters = align(one, other)
    assert characters.distance == 3
    assert (characters.first.count(-1), characters.second.count(-1)) == (1, 2)


def test_long_sequences_that_share_both_ends_are_aligned_and_others_refused() -> None:
    assert align("x" * 9_000 + "a", "x" * 9_000 + "bc").distance == 2
    with pytest.raises(ShapeError, match=r"3,001 steps: compare at most 3,000"):
        align("a" * 3_001, "b" * 10)


def test_a_trace_is_laid_out_with_gaps() -> None:
    trace = record(load_model("brackets-lstm"), "f(x)")
    laid = aligned(trace, (0, -1, 1, 2, 3))
    assert laid.labels == ("f", GAP, "(", "x", ")")
    assert np.isnan(laid.select("forget")[1]).all()
    assert np.array_equal(laid.select("forget")[[0, 2, 3, 4]], trace.select("forget"))
    assert laid.output is not None
    assert np.isnan(laid.output[1]).all()
    assert aligned(trace, range(4)) is trace
