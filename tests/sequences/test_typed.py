import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import EncodingError
from explorer.sequences import MAX_STEPS, looks_numeric, parse_numbers

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
LIST_LIKE = st.text(alphabet="0123456789.,;-+eE nafi−x\n\t ", max_size=60)


@given(st.text(alphabet=st.characters(), max_size=100) | LIST_LIKE)
def test_any_text_is_read_or_refused_in_a_sentence(text: str) -> None:
    assert looks_numeric(text) in (True, False)
    try:
        encoded = parse_numbers(text)
    except EncodingError as error:
        refusal = str(error)
        encoded = None
    if encoded is None:
        assert refusal.isprintable()
        return
    assert encoded.values.ndim == 2
    assert np.isfinite(encoded.values).all()
    assert encoded.labels == tuple(str(step) for step in range(1, len(encoded.values) + 1))
    assert looks_numeric(text)


@given(st.lists(NUMBERS, min_size=1), st.sampled_from([",", ", ", " ", ";", "; ", "\t", "\n", ",\n"]))
def test_one_column_comes_back(numbers: list[float], separator: str) -> None:
    encoded = parse_numbers(separator.join(map(repr, numbers)))
    assert encoded.values[:, 0].tolist() == numbers
    assert encoded.columns == ("value",)


@given(st.lists(NUMBERS, min_size=2))
def test_decimal_commas_come_back_between_semicolons(numbers: list[float]) -> None:
    text = "; ".join(repr(number).replace(".", ",") for number in numbers)
    assert parse_numbers(text).values[:, 0].tolist() == numbers


@given(st.integers(2, 5).flatmap(lambda n: st.lists(st.lists(NUMBERS, min_size=n, max_size=n), min_size=2)))
def test_rows_come_back_as_steps(rows: list[list[float]]) -> None:
    encoded = parse_numbers("\n".join(", ".join(map(repr, row)) for row in rows))
    assert encoded.values.tolist() == rows
    assert encoded.columns == tuple(f"column {place}" for place in range(1, len(rows[0]) + 1))
    assert "one step" in encoded.notes[0]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1, 2, 3", [[1], [2], [3]]),
        ("1 2 3\n4 5 6", [[1, 2, 3], [4, 5, 6]]),
        ("1\n2\n\n3\n", [[1], [2], [3]]),
        ("1, 2, 3,", [[1], [2], [3]]),
        ("1,\n2,\n", [[1], [2]]),
        ("7", [[7]]),
        ("1,5; 2,5", [[1.5], [2.5]]),
        ("1.5; 2.125", [[1.5], [2.125]]),
        ("−1; +2; 3e-2; .5; 4.", [[-1], [2], [0.03], [0.5], [4]]),
        ("1,5;2\n3;4,5", [[1.5, 2], [3, 4.5]]),
    ],
)
def test_how_lists_are_read(text: str, values: list[list[float]]) -> None:
    assert parse_numbers(text).values.tolist() == values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "No numbers were typed"),
        (" \n ", "No numbers were typed"),
        ("1,2,x", "'x' (line 1, item 3) is not a number"),
        ("1\n\n2\ny", "'y' (line 4, item 1) is not a number"),
        ("1 2 3\n\n4 5", "Line 3 has 2 numbers, line 1 has 3"),
        ("1 2\n3", "Line 2 has 1 number, line 1 has 2"),
        ("1, nan", "'nan' (line 1, item 2) is not a finite number"),
        ("-inf", "'-inf' (line 1, item 1) is not a finite number"),
        ("1e999", "'1e999' (line 1, item 1) is too large to hold"),
        ("1,,2", "Nothing stands between two separators (line 1, item 2)"),
        ("1_000", "is not a number"),
        ("1,234.5; 2", "'1,234.5' (line 1, item 1) is not a number"),
        ("٣", "is not a number"),
        ("\u202e1", "'U+202E1' (line 1, item 1)"),
        ("<script>alert(1)</script>", "'<script>alert(1)</script>' (line 1, item 1)"),
        ("x" * 500, "x…' (line 1, item 1)"),
        ("1 " * (MAX_STEPS + 1), "100,001 steps and the most is 100,000"),
        ("1\n" * (MAX_STEPS + 1), "100,001 steps and the most is 100,000"),
    ],
)
def test_slips_are_named_with_their_place(text: str, message: str) -> None:
    with pytest.raises(EncodingError, match=re.escape(message)):
        parse_numbers(text)


def test_decimal_commas_without_semicolons_are_pointed_out() -> None:
    assert "put semicolons" in parse_numbers("1,5 2,5").notes[-1]
    assert parse_numbers("1, 2, 3").notes == ()
    assert parse_numbers("1,2,3").notes == ()


@pytest.mark.parametrize("text", ["1", "1,2,x", "1 2\n3", "1,5; 2,5", "0.1 nan", "-1e5"])
def test_lists_with_slips_still_look_numeric(text: str) -> None:
    assert looks_numeric(text)


@pytest.mark.parametrize("text", ["", "hello", "x = max(1, 2)", "3 cats", "nan", "(())", "import a, b", ",;"])
def test_text_does_not_look_numeric(text: str) -> None:
    assert not looks_numeric(text)
