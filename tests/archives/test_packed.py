"""Text in a link: short, whole, and never more than was asked for."""

import re
import zlib
from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.archives import pack, unpack


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_it_comes_back(text: str) -> None:
    packed = pack(text)
    assert re.fullmatch(r"[\w-]+", packed, re.ASCII)
    assert unpack(packed, 4 * len(text)) == text


def test_many_lines_become_a_short_word() -> None:
    text = "one: the boy near the car\nmany: the boys near the car\n" * 90
    assert len(pack(text)) < 200
    assert unpack(pack(text), len(text)) == text
    assert unpack(pack(text), len(text) - 1) is None


@pytest.mark.parametrize("word", ["%%%", "QUFB", "é", "A", pack("abc" * 50)[:-6], ""])
def test_a_damaged_word_is_none(word: str) -> None:
    assert unpack(word, 1_000) is None


def test_a_word_that_would_fill_the_memory_is_none() -> None:
    bomb = urlsafe_b64encode(zlib.compress(b"a" * 50_000_000)).decode()
    assert unpack(bomb, 1_000) is None
