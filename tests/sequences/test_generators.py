import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import EncodingError
from explorer.sequences import GENERATORS, MAX_STEPS, generate


@pytest.mark.parametrize("name", GENERATORS)
@pytest.mark.parametrize("length", [1, 50])
def test_defaults_make_a_finite_sequence_that_repeats(name: str, length: int) -> None:
    first, second = generate(name, length, seed=3), generate(name, length, seed=3)
    assert first.values.shape == (length, 1)
    assert np.array_equal(first.values, second.values)
    assert first.columns == (name,)


@pytest.mark.parametrize("name", GENERATORS)
def test_only_the_random_ones_depend_on_the_seed(name: str) -> None:
    differ = not np.array_equal(generate(name, 50, seed=1).values, generate(name, 50, seed=2).values)
    assert differ == GENERATORS[name].random


@pytest.mark.parametrize("name", GENERATORS)
@given(data=st.data())
def test_every_parameter_in_its_range_is_taken(name: str, data: st.DataObject) -> None:
    settings = {}
    for parameter in GENERATORS[name].parameters:
        assert parameter.low <= parameter.default <= parameter.high
        high = min(parameter.high, 30) if parameter.whole else parameter.high
        numbers = st.integers(int(parameter.low), int(high)) if parameter.whole else st.floats(parameter.low, high)
        settings[parameter.name] = data.draw(numbers)
    assert np.isfinite(generate(name, 30, seed=0, **settings).values).all()


def test_equations() -> None:
    assert np.allclose(generate("sine", 4, period=4, amplitude=2).values[:, 0], [0, 2, 0, -2])
    assert generate("square", 4, period=4, duty=0.25).values[:, 0].tolist() == [1, -1, -1, -1]
    assert generate("impulse", 4, at=2, height=3).values[:, 0].tolist() == [0, 3, 0, 0]
    assert generate("step", 4, at=3, before=-1).values[:, 0].tolist() == [-1, -1, 1, 1]
    assert generate("random walk", 5, spread=0, start=2).values[:, 0].tolist() == [2] * 5
    assert generate("white noise", 3, mean=1, spread=0).values[:, 0].tolist() == [1] * 3


def test_an_event_by_default_lies_within_a_short_sequence() -> None:
    assert generate("impulse", 5).values[:, 0].tolist() == [0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("name", "length", "settings", "message"),
    [
        ("triangle", 5, {}, "choose one of sine"),
        ("sine", 0, {}, "length is 0"),
        ("sine", 2.5, {}, "length is 2.5"),
        ("sine", True, {}, "length is True"),
        ("sine", MAX_STEPS + 1, {}, "100,001 steps"),
        ("sine", 5, {"seed": -1}, "seed is -1"),
        ("sine", 5, {"height": 1}, "has no 'height'"),
        ("sine", 5, {"period": 1}, "from 2 to 1,000"),
        ("sine", 5, {"period": float("nan")}, "is nan"),
        ("sine", 5, {"period": "long"}, "is long"),
        ("sine", 5, {"amplitude": True}, "is True"),
        ("impulse", 5, {"at": 6}, "whole number from 1 to 5"),
        ("impulse", 5, {"at": 1.5}, "whole number"),
    ],
)
def test_bad_arguments_are_refused(name: str, length: int, settings: dict[str, float], message: str) -> None:
    with pytest.raises(EncodingError, match=message):
        generate(name, length, **settings)
