"""Sentences as Markdown takes them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from explorer.ui.parts.sentences import literal

SIGNS = "\\`*_[]<>#!|$:~&"


@given(st.text(st.sampled_from(SIGNS + "ab (\n")))
def test_every_sign_of_markdown_is_escaped_and_nothing_else_changes(text: str) -> None:
    escaped = literal(text)
    assert re.sub(r"\\(.)", r"\1", escaped) == text
    assert all(sign not in SIGNS for sign in re.sub(r"\\.", "", escaped))


def test_a_plain_sentence_stays_as_it_is() -> None:
    assert literal("'x' (line 1, item 3) is not a number.") == "'x' (line 1, item 3) is not a number."
