"""A table of several sequences, and the training's statistics."""

import io

import numpy as np
import pytest

from explorer.errors import EncodingError
from explorer.sequences import encode_table, group_columns, member, members, read_statistics, read_table

TABLE = b"""day,river,station,level
2001-01-01,Elbe,1,0.5
2001-01-02,Elbe,1,0.75
2001-01-01,Oder,2,1.5
2001-01-02,Oder,2,2.5
"""


def test_one_sequence_a_group() -> None:
    table = read_table(TABLE)
    assert group_columns(table) == ("river", "station")
    assert members(table, "river") == ("Elbe", "Oder")
    assert members(table, "station") == ("1", "2")
    for column, name in (("river", "Oder"), ("station", "2")):
        encoded = encode_table(member(table, column, name), ["level"])
        assert encoded.values[:, 0].tolist() == [1.5, 2.5]
        assert encoded.labels == ("2001-01-01", "2001-01-02")


def test_a_column_of_measurements_tells_nothing_apart() -> None:
    assert group_columns(read_table(b"x,y\n0.5,1\n1.5,2\n2.5,3\n0.5,4\n")) == ()


@pytest.mark.parametrize(("column", "name"), [("nothing", "Oder"), ("river", "Rhine")])
def test_a_group_that_there_is_not(column: str, name: str) -> None:
    with pytest.raises(EncodingError, match="choose another"):
        member(read_table(TABLE), column, name)


def npz() -> bytes:
    file = io.BytesIO()
    np.savez(file, mean_=np.array([1.0, 2.0]), scale_=np.array([3.0, 4.0]))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b'{"mean": [1, 2], "std": [3, 4]}', "a.json"),
        (b'{"columns": ["x", "y"], "offset": [1, 2], "scale": [3, 4]}', "a.json"),
        (b"column,mean,std\nx,1,3\ny,2,4\n", "a.csv"),
        (npz(), "a.npz"),
    ],
)
def test_statistics_of_every_form(content: bytes, name: str) -> None:
    assert read_statistics(content, name) == ((1.0, 2.0), (3.0, 4.0))


@pytest.mark.parametrize(
    "content", [b"", b"{", b"{}", b'{"mean": [1], "std": [1, 2]}', b'{"mean": "x", "std": [1]}', b"PK", b"a,b\n1,2\n"]
)
def test_no_statistics(content: bytes) -> None:
    with pytest.raises(EncodingError):
        read_statistics(content, "a.json")


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
@pytest.mark.parametrize("content", ['{"mean": [1, %s], "std": [1, 2]}', '{"mean": [1, 1], "std": [1, %s]}'])
def test_statistics_that_scale_nothing_are_refused(content: str, number: str) -> None:
    with pytest.raises(EncodingError, match="finite"):
        read_statistics((content % number).encode(), "a.json")


def test_a_spread_of_zero_is_refused() -> None:
    with pytest.raises(EncodingError, match="spread 0"):
        read_statistics(b'{"mean": [1, 1], "std": [1, 0]}', "a.json")
