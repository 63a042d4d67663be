"""Typed initial states."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import EncodingError, ShapeError
from explorer.sequences import parse_state, spelt_state


@given(st.integers(1, 4), st.integers(1, 5))
def test_what_was_written_comes_back_in_every_spelling(rows: int, units: int) -> None:
    values = np.random.default_rng(rows * 7 + units).normal(size=(rows, units))
    lines = "\n".join(" ".join(map(repr, row)) for row in values.tolist())
    for text in (lines, ", ".join(map(repr, values.ravel().tolist())), str(values.tolist()).replace("], [", "],\n [")):
        assert np.array_equal(parse_state(text, "h_0", rows, units), values)


def test_one_number_fills_and_nothing_is_zeros() -> None:
    assert (parse_state("0.5", "h_0", 2, 3) == 0.5).all()
    assert parse_state(" \n", "c_0", 2, 3).shape == (2, 3)
    assert not parse_state("", "c_0", 2, 3).any()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1 2 3 4", "h_0 was given 4 numbers: type 2 lines, one a layer and direction, of 3"),
        ("1 2\n3 4\n5 6", "h_0 was given 3 lines of 2 numbers"),
        ("1 2 3\n4 5 6\n7 8 9", "h_0 was given 3 lines of 3 numbers"),
    ],
)
def test_another_shape_is_refused(text: str, said: str) -> None:
    with pytest.raises(ShapeError, match=said):
        parse_state(text, "h_0", 2, 3)


@pytest.mark.parametrize("text", ["a b c", "1 nan 2", "1 2\n3", "inf"])
def test_what_is_no_number_is_refused_by_name(text: str) -> None:
    with pytest.raises(EncodingError, match="h_0: "):
        parse_state(text, "h_0", 1, 3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (3, 1), (2, 5)])
def test_a_state_that_is_spelt_comes_back_to_the_last_bit(shape: tuple[int, int], dtype: type) -> None:
    scale = 10.0 ** np.random.default_rng(1).integers(-8, 4, shape)
    state = (np.random.default_rng(0).normal(size=shape) * scale).astype(dtype)
    assert np.array_equal(parse_state(spelt_state(state), "h_0", *shape).astype(dtype), state)
