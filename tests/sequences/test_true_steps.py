"""True steps of a batch: as the file states them, or where rows only repeat."""

from typing import Any

import numpy as np
import pytest

from explorer.sequences import states_lengths, true_steps

BATCH = np.arange(24.0).reshape(3, 4, 2)
LENGTHS = np.array([2.0, 4.0, 1.0]).reshape(1, 3, 1)
MASK = np.array([[1.0, 1, 0, 0], [1, 1, 1, 1], [1, 0, 0, 0]])[None]


@pytest.mark.parametrize(("name", "said"), [("lengths", LENGTHS), ("seq_len", LENGTHS), ("mask", MASK)])
def test_a_file_states_them(name: str, said: Any) -> None:
    arrays = {name: said, "x": BATCH}
    found = true_steps(arrays, "x")
    assert found is not None
    assert (found.steps.tolist(), found.stated) == ([2, 4, 1], name)
    assert states_lengths(arrays, name)
    assert not states_lengths(arrays, "x")


@pytest.mark.parametrize(
    ("name", "said"),
    [("lengths", LENGTHS + 0.5), ("lengths", LENGTHS + 1), ("lengths", LENGTHS * 0), ("length", LENGTHS[:, :2]),
     ("y", LENGTHS), ("mask", 1 - MASK), ("mask", MASK / 2), ("mask", MASK[:, :, :3])],
)  # fmt: skip
def test_what_states_none_is_not_believed(name: str, said: Any) -> None:
    assert true_steps({name: said, "x": BATCH}, "x") is None


@pytest.mark.parametrize("filled", [0.0, -1.0, np.nan])
def test_rows_that_repeat_to_the_end_are_told(filled: float) -> None:
    batch = BATCH.copy()
    batch[0, 2:] = batch[1, 3:] = filled
    batch[2] = 7.0
    found = true_steps({"x": batch}, "x")
    assert found is not None
    assert (found.steps.tolist(), found.stated) == ([2, 4, 4], "")
