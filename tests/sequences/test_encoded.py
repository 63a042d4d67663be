import numpy as np
import pytest

from explorer.errors import EncodingError, ShapeError
from explorer.sequences import Encoded


def test_values_are_a_read_only_copy_of_the_promised_type() -> None:
    given = np.array([[1], [2]], dtype=np.int32)
    encoded = Encoded(given, ("1", "2"), columns=("a",))
    given[0, 0] = 9
    assert encoded.values.dtype == np.float64
    assert encoded.values[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        encoded.values[0, 0] = 3


def test_ids_are_text_and_columns_are_not() -> None:
    ids = Encoded(np.array([3, 1], dtype=np.int32), ("a", "b"))
    assert ids.is_text
    assert ids.values.dtype == np.int64
    assert len(ids) == 2
    assert not Encoded(np.zeros((2, 1)), ("1", "2"), columns=("a",)).is_text


@pytest.mark.parametrize(
    ("values", "labels", "columns", "error", "message"),
    [
        (np.zeros(3), ("1", "2", "3"), (), ShapeError, "shape"),
        (np.zeros((2, 1)), ("1",), ("a",), ShapeError, "1 label came for 2 steps"),
        (np.zeros((1, 2)), ("1",), ("a",), ShapeError, "1 column names came for 2"),
        (np.array([["x"]]), ("1",), ("a",), ShapeError, "type"),
        (np.zeros((0, 1)), (), ("a",), EncodingError, "empty"),
        (np.array([[0.0], [np.nan]]), ("1", "2"), ("a",), EncodingError, "Step 2"),
    ],
)
def test_parts_that_do_not_fit_are_refused(
    values: np.ndarray, labels: tuple[str, ...], columns: tuple[str, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        Encoded(values, labels, columns=columns)
