"""The training's statistics: what they say, and what they must not say."""

import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import EncodingError
from explorer.sequences import read_statistics


def npz(**arrays: Any) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'{"mean": [1, 2], "std": [3, 4]}', "a.json"),
        (npz(mean=np.array([1.0, 2.0]), std=np.array([3.0, 4.0])), "a.npz"),
        (b"name,mean,std\na,1,3\nb,2,4\n", "a.csv"),
    ],
)
def test_each_form_gives_offsets_and_scales(data: bytes, name: str) -> None:
    assert read_statistics(data, name) == ((1.0, 2.0), (3.0, 4.0))


@pytest.mark.parametrize(
    ("data", "column"),
    [
        (b'{"mean": [1, 2], "std": [3, 0]}', 2),
        (b'{"mean": [1, 2], "std": [0.0, 4]}', 1),
        (b'{"mean": [1, Infinity], "std": [3, 4]}', 2),
        (b'{"mean": [NaN, 2], "std": [3, 4]}', 1),
        (b'{"mean": [1, 2], "std": [3, 1e999]}', 2),
        (b'{"mean": [1, 2], "std": [3, -4]}', 2),
        (b'{"mean": [1], "std": [1' + b"0" * 400 + b"]}", 1),
        (npz(mean=np.array([1.0, 2.0]), std=np.array([3.0, np.inf])), 2),
        (npz(mean=np.array([1.0, np.nan]), std=np.array([3.0, 1.0])), 2),
        (b"mean,std\n1,3\n2,0\n", 2),
        (b"mean,std\n1,3\n2,inf\n", 2),
    ],
)
def test_what_cannot_scale_is_refused_with_its_column(data: bytes, column: int) -> None:
    with pytest.raises(EncodingError, match=f"Column {column} of these statistics") as refusal:
        read_statistics(data, "statistics")
    assert len(str(refusal.value)) < 300


@given(st.lists(st.tuples(st.floats(), st.floats()), min_size=1, max_size=5))
def test_any_numbers_come_back_as_they_are_or_are_refused(pairs: list[tuple[float, float]]) -> None:
    means, spreads = zip(*pairs, strict=True)
    good = bool(np.isfinite([*means, *spreads]).all()) and min(spreads) > 0
    try:
        found = read_statistics(npz(mean=np.array(means), std=np.array(spreads)), "a.npz")
    except EncodingError:
        assert not good
        return
    assert good
    assert found == (means, spreads)


@pytest.mark.parametrize("data", [b'{"mean": [], "std": []}', b'{"mean": [1]}', b'{"mean": [1, 2], "std": [1]}', b"{"])
def test_no_pair_is_one_sentence(data: bytes) -> None:
    with pytest.raises(EncodingError):
        read_statistics(data, "a.json")
