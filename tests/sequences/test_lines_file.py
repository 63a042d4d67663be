"""Files of lines, with classes and without."""

import pytest

from explorer.errors import EncodingError
from explorer.sequences import read_labelled, read_lines

TABLE = 'id,mood,what was said\n1,glad,"what a day, really"\n2,sad,not again\n3,glad,how lovely\n'


def test_a_table_gives_its_longest_column_and_its_classes() -> None:
    read = read_lines(TABLE.encode(), "said.csv")
    assert read.labelled
    assert [tuple(one) for one in read_labelled(read.text)] == [
        ("glad", "what a day, really"), ("sad", "not again"), ("glad", "how lovely"),
    ]  # fmt: skip
    assert "'what was said'" in read.note
    assert "'mood'" in read.note


@pytest.mark.parametrize(
    ("content", "name"),
    [("k\tt\na\tone line\nb\tand another\nb\ta third\n", "x.tsv"), ("k;t\na;one line\nb;another\nb;third\n", "x.csv")],
)
def test_other_separators(content: str, name: str) -> None:
    assert read_lines(content.encode(), name).labelled


def test_lines_without_classes() -> None:
    assert read_lines(b"one\ntwo\n", "a.txt").text == "one\ntwo\n"
    read = read_lines(b"text\nfirst line\nsecond line\n", "a.csv")
    assert (read.text, read.labelled) == ("first line\nsecond line", False)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"\xff\xfe\x00", "a.txt", "no UTF-8"),
        (b"head\n", "a.csv", "no row under its header"),
        (b"", "a.csv", "no row under its header"),
        (b"x" * 2_000_001, "a.txt", "the most is 2"),
        (b'a,b\n"' + b"x" * 140_000 + b'",1\n', "a.csv", "no table that can be read"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(content: bytes, name: str, sentence: str) -> None:
    with pytest.raises(EncodingError, match=sentence):
        read_lines(content, name)
