"""A user's corpus: texts and tables with labels, and what cannot be read."""

import numpy as np
import pytest

from explorer.errors import EncodingError
from explorer.sequences.corpus_file import MOST_BYTES, read_corpus


def test_a_table_keeps_spaces_and_tells_numbers_from_words() -> None:
    file = read_corpus(b'char,inside,who\n" ",1,me\na,,you\n",",0,me\n', "x.csv")
    assert file.columns["char"].tolist() == [" ", "a", ","]
    assert np.array_equal(file.columns["inside"], [1, np.nan, 0], equal_nan=True)
    assert (file.words, file.numbers, file.text_column) == (("char", "who"), ("inside",), "char")
    assert read_corpus(b"say;mood\nwhat a day;glad\nno;sad\n", "x.csv").text_column == "say"
    assert read_corpus(b"a\tb\n1\t2\n", "x.tsv").numbers == ("a", "b")


def test_anything_else_is_text() -> None:
    assert read_corpus("é\r\nb\r".encode("utf-8-sig"), "x.py").text == "é\nb\n"


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "x.txt", "is empty"),
        (b"\xff\xfe", "x.txt", "no UTF-8"),
        (b"a,b\n", "x.csv", "no row"),
        (b'a,b\n"1,2\n', "x.csv", "no table"),
        (b"a,b\n1,2\n1,2,3,4\n", "x.csv", "no table"),
        (b" " * (MOST_BYTES + 1), "x.txt", "the most is 50"),
    ],
)
def test_what_cannot_be_read_is_said(data: bytes, name: str, said: str) -> None:
    with pytest.raises(EncodingError, match=said):
        read_corpus(data, name)
