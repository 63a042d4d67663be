"""A clamp refuses at once what it could never hold, and survives being written down."""

import json
from typing import Any

import numpy as np
import pytest

from explorer import Clamp, ClampError


@pytest.mark.parametrize("value", [np.nan, np.inf, [0.0, -np.inf], "open", None, [[1.0], [1.0, 2.0]], 1j])
def test_only_finite_numbers_are_held(value: Any) -> None:
    with pytest.raises(ClampError, match=r"cannot be held"):
        Clamp("forget", value)


def test_an_unknown_mode_is_named() -> None:
    with pytest.raises(ClampError, match=r"'add'.*'set'.*'scale'"):
        Clamp("forget", 1.0, mode="add")  # type: ignore[arg-type]


@pytest.mark.parametrize(("start", "stop"), [(-1, None), (3, 3), (3, 2), (0, 0)])
def test_an_empty_range_is_named(start: int, stop: int | None) -> None:
    with pytest.raises(ClampError, match=rf"{start} to {stop}"):
        Clamp("forget", 1.0, start=start, stop=stop)


@pytest.mark.parametrize(
    "clamp",
    [
        Clamp("forget", 1),
        Clamp("forget", 0.1, 1, "reverse", 3, 2, 5, "scale"),
        Clamp("update", np.array([[0.1], [0.7]]), units=(0, 2), start=1, stop=3),
        Clamp("update", np.float32(0.5), units=np.int64(2)),
        Clamp("update", 0.5, units=np.array([1, 2])),
    ],
)
def test_through_json_and_back(clamp: Clamp) -> None:
    back = Clamp.from_dict(json.loads(json.dumps(clamp.to_dict())))
    assert (back.signal, back.layer, back.direction) == (clamp.signal, clamp.layer, clamp.direction)
    assert (back.start, back.stop, back.mode) == (clamp.start, clamp.stop, clamp.mode)
    assert np.array_equal(np.asarray(back.value, dtype=float), np.asarray(clamp.value, dtype=float))
    assert (back.units is None) == (clamp.units is None)
    if clamp.units is not None:
        assert np.array_equal(np.asarray(back.units), np.asarray(clamp.units))
