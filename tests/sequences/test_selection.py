import re

import numpy as np
import pytest

from explorer.errors import EncodingError
from explorer.sequences import encode_table, read_table

GAPPED = read_table(b"date,a,b\n2020-01-01,,1\n2020-01-02,2,2\n2020-01-03,,3\n2020-01-04,6,4\n2020-01-05,,5\n")


def test_columns_come_in_the_order_asked_for() -> None:
    encoded = encode_table(read_table(b"a,b,c\n1,2,3\n4,5,6\n"), ["c", "a"])
    assert encoded.columns == ("c", "a")
    assert encoded.values.tolist() == [[3, 1], [6, 4]]
    assert encoded.labels == ("1", "2")


def test_missing_values_are_refused_with_count_and_first_row() -> None:
    with pytest.raises(
        EncodingError, match=re.escape("Column 'a' has 3 missing values, the first in row 1 (2020-01-01)")
    ):
        encode_table(GAPPED)
    assert encode_table(GAPPED, ["b"]).notes == ()


def test_interpolation_is_linear_with_flat_ends_and_is_said() -> None:
    encoded = encode_table(GAPPED, missing="interpolate")
    assert encoded.values[:, 0].tolist() == [2, 2, 4, 6, 6]
    assert encoded.notes == ("Missing values in 'a' were interpolated: 3",)
    assert encoded.labels[0] == "2020-01-01"


def test_interpolating_leaves_the_table_as_it_was() -> None:
    encode_table(GAPPED, missing="interpolate")
    assert np.isnan(GAPPED.frame["a"]).sum() == 3


@pytest.mark.parametrize("value", ["inf", "-Infinity", "1e999"])
def test_infinity_is_refused_even_when_interpolating(value: str) -> None:
    table = read_table(f"a,b\n1,2\n{value},3\n".encode())
    with pytest.raises(EncodingError, match=r"Column 'a' has an infinite or too large value in row 2"):
        encode_table(table, missing="interpolate")


@pytest.mark.parametrize(("columns", "message"), [(["z"], "'z' is no numeric column"), ([], "No column was chosen")])
def test_other_columns_are_refused_with_the_choice(columns: list[str], message: str) -> None:
    with pytest.raises(EncodingError, match=f"{message}: choose among a, b"):
        encode_table(GAPPED, columns)


def test_another_way_with_missing_values_is_refused() -> None:
    with pytest.raises(EncodingError, match="'zero'"):
        encode_table(GAPPED, missing="zero")
