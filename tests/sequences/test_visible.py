import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.sequences import legible, visible


@given(st.text(alphabet=st.characters(), max_size=30))
def test_every_token_is_shown_in_printable_signs(token: str) -> None:
    assert visible(token).isprintable()
    assert visible(token)
    assert " " not in visible(token)


@given(st.characters())
def test_no_single_character_is_drawn_as_nothing(char: str) -> None:
    shown = visible(char)
    assert shown.isprintable()
    assert shown.strip()


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        (" ", "·"),
        ("\n", "⏎"),
        ("\t", "⇥"),
        ("a", "a"),
        ("é", "é"),
        ("\u202e", "U+202E"),
        ("\u200d", "U+200D"),
        ("\u0301", "U+0301"),
        ("e\u0301", "e\u0301"),
        ("\ufe0f", "U+FE0F"),
        ("a\ufe0f", "aU+FE0F"),
        ("\u3164", "U+3164"),
        ("\u2800", "U+2800"),
        ("\x00", "U+0000"),
        ("\ud800", "U+D800"),
        ("\u00a0", "U+00A0"),
        ("\u2028", "U+2028"),
        ("", "∅"),
        ("<b>", "<b>"),
    ],
)
def test_shown_form(token: str, shown: str) -> None:
    assert visible(token) == shown


@given(st.text(max_size=100))
def test_words_in_a_sentence_are_printable_and_cut(text: str) -> None:
    shown = legible(text, limit=10)
    assert shown.isprintable()
    assert shown.endswith("…") or len(text) <= 10


def test_words_in_a_sentence_keep_their_spaces() -> None:
    assert legible("sea level\n") == "sea level⏎"
