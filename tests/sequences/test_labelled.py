"""Many sequences, each with its condition."""

import pytest

from explorer import EncodingError
from explorer.sequences import read_labelled


def test_lines_with_a_colon_or_a_tab() -> None:
    found = read_labelled("one: the boy\n\n two :a: b\nmany\tthe boys: all")
    assert [tuple(line) for line in found] == [("one", "the boy"), ("two", "a: b"), ("many", "the boys: all")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" \n", "No sequences"),
        ("one: a\nb", "Line 2"),
        (": a", "Line 1"),
        ("one:", "Line 1"),
        ("a: b\n" * 501, "501 sequences"),
        ("".join(f"{condition}: x\n" for condition in "abcdefg"), "7 conditions"),
    ],
)
def test_what_cannot_be_read_is_named(text: str, said: str) -> None:
    with pytest.raises(EncodingError, match=said):
        read_labelled(text)
