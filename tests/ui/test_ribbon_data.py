"""What the ribbon is sent: values that the browser can turn back, exactly or to half a level."""

import numpy as np
import pytest

from explorer.ui.parts.ribbon_data import level_of, packed

VALUES = np.random.default_rng(2).normal(size=(4, 30)).astype(np.float32)


def test_exact_values_come_back() -> None:
    assert np.array_equal(np.frombuffer(packed(VALUES, 1.0, True), "<f4").reshape(4, 30), VALUES)
    turned = np.frombuffer(packed(VALUES.T.copy().T, 1.0, True), "<f4")
    assert np.array_equal(turned.reshape(4, 30), VALUES)


@pytest.mark.parametrize("scale", [1.0, 300.0, 1e-3])
def test_a_byte_a_value_is_right_to_half_a_level(scale: float) -> None:
    values = scale * VALUES
    largest = float(np.abs(values).max())
    found = np.frombuffer(packed(values, largest, False), np.int8).reshape(4, 30) * level_of(largest)
    assert np.abs(found - values).max() <= 0.5001 * level_of(largest)


def test_nothing_but_zeros_and_gaps_are_zeros() -> None:
    assert packed(np.array([[0.0, np.nan]]), 0.0, False) == b"\0\0"
