import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import EncodingError
from explorer.sequences import MAX_STEPS, UNKNOWN_SIGN, Vocabulary, split_words

ASCII = Vocabulary.printable_ascii()
STRICT = Vocabulary(("a", "b", " "), unknown=None, unit="character")
WORDS = Vocabulary(("<unk>", "the", "cat", "don't", ",", "."), unknown="<unk>", unit="word")
ANY_TEXT = st.text(alphabet=st.characters(), max_size=200)


@given(ANY_TEXT, st.sampled_from([ASCII, STRICT, WORDS]))
def test_any_text_is_encoded_or_refused_in_a_sentence(text: str, vocabulary: Vocabulary) -> None:
    try:
        encoded = vocabulary.encode(text)
    except EncodingError as error:
        refusal = str(error)
        encoded = None
    if encoded is None:
        assert refusal.isprintable()
        assert vocabulary is not ASCII or not text
        return
    assert encoded.is_text
    assert len(encoded.labels) == len(encoded.values)
    assert 0 <= encoded.values.min() <= encoded.values.max() < len(vocabulary.tokens)
    assert all(label and label.isprintable() for label in encoded.labels)
    assert all(note.isprintable() for note in encoded.notes)
    assert bool(encoded.notes) == bool(encoded.unknown)
    again = vocabulary.encode(vocabulary.decode(encoded.values))
    assert np.array_equal(again.values, encoded.values)


@given(ANY_TEXT.filter(bool))
def test_text_comes_back_with_unknown_characters_marked(text: str) -> None:
    encoded = ASCII.encode(text)
    known = [char if char in ASCII.ids else UNKNOWN_SIGN for char in text]
    assert ASCII.decode(encoded.values) == "".join(known)
    assert encoded.unknown == tuple(i for i, char in enumerate(text) if char not in ASCII.ids)


@given(st.text(alphabet=list(ASCII.tokens[:97]), min_size=1))
def test_known_text_comes_back_unchanged(text: str) -> None:
    assert ASCII.decode(ASCII.encode(text).values) == text


def test_printable_ascii_has_its_promised_order() -> None:
    assert len(ASCII.tokens) == 98
    assert ASCII.tokens[0] == " "
    assert ASCII.tokens[94:] == ("~", "\n", "\t", "<unk>")


def test_white_space_is_shown_and_markup_is_left_to_the_page() -> None:
    assert ASCII.encode("a b\n\t").labels == ("a", "·", "b", "⏎", "⇥")
    assert "".join(ASCII.encode("<script>alert(1)</script>").labels) == "<script>alert(1)</script>"


def test_one_character_is_a_sequence() -> None:
    assert ASCII.encode("!").values.tolist() == [1]


def test_unknown_characters_are_counted_by_kind() -> None:
    encoded = ASCII.encode("éa☃é")
    assert encoded.notes == ("3 characters are unknown to this model: é ×2, ☃ ×1",)
    assert encoded.labels == ("�", "a", "�", "�")
    assert encoded.unknown == (0, 2, 3)
    assert ASCII.encode("é").notes == ("1 character is unknown to this model: é ×1",)


def test_many_kinds_of_unknown_characters_are_summed_up() -> None:
    (note,) = ASCII.encode("αβγδεζηθικ").notes
    assert note.endswith("θ ×1 and 2 more")


def test_an_emoji_of_several_code_points_is_several_visible_steps() -> None:
    encoded = ASCII.encode("\N{WOMAN}\u200d\N{ROCKET}")
    assert len(encoded.labels) == 3
    assert "U+200D ×1" in encoded.notes[0]


def test_right_to_left_text_keeps_its_order_and_hides_no_override() -> None:
    hebrew = Vocabulary(tuple("שלום"), unit="character")
    assert hebrew.encode("שלום").labels == tuple("שלום")
    assert "U+202E" in ASCII.encode("\u202eabc").notes[0]


def test_without_an_unknown_token_the_characters_are_named() -> None:
    with pytest.raises(EncodingError, match=r"2 characters are unknown to this model: x ×2; it has no token"):
        STRICT.encode("axbx")


@pytest.mark.parametrize(("vocabulary", "text"), [(ASCII, ""), (WORDS, ""), (WORDS, " \n ")])
def test_empty_text_is_refused(vocabulary: Vocabulary, text: str) -> None:
    with pytest.raises(EncodingError, match=f"has no {vocabulary.unit}"):
        vocabulary.encode(text)


def test_the_longest_text_fits_and_one_more_does_not() -> None:
    assert len(ASCII.encode("a" * MAX_STEPS)) == MAX_STEPS
    with pytest.raises(EncodingError, match="100,001 steps"):
        ASCII.encode("a" * (MAX_STEPS + 1))


def test_words_are_lower_case_inside_and_as_typed_outside() -> None:
    encoded = WORDS.encode("The CAT, don’t zorp.")
    assert encoded.values.tolist() == [1, 2, 4, 3, 0, 5]
    assert encoded.labels == ("The", "CAT", ",", "don’t", "zorp", ".")
    assert encoded.unknown == (4,)
    assert encoded.notes == ("1 word is unknown to this model: zorp ×1",)


def test_a_composed_and_a_combining_accent_are_the_same_word() -> None:
    assert split_words("cafe\u0301!") == split_words("café!") == ["café", "!"]


@given(st.lists(st.text(alphabet=st.characters(), max_size=5), min_size=1, unique=True))
def test_a_vocabulary_survives_json(tokens: list[str]) -> None:
    vocabulary = Vocabulary(tuple(tokens), unknown=tokens[-1], unit="word")
    assert Vocabulary.from_dict(json.loads(json.dumps(vocabulary.to_dict()))) == vocabulary


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ({}, "damaged"),
        ({"tokens": "abc"}, "damaged"),
        ({"tokens": ["a", 1]}, "damaged"),
        ({"tokens": ["a"], "unknown": 3}, "damaged"),
        ({"tokens": []}, "there are no tokens"),
        ({"tokens": ["a", "a"]}, "a comes twice"),
        ({"tokens": ["a"], "unknown": "b"}, "not among the tokens"),
        ({"tokens": ["a"], "unit": "syllable"}, "syllable"),
    ],
)
def test_a_damaged_vocabulary_is_refused(stored: dict[str, object], message: str) -> None:
    with pytest.raises(EncodingError, match=message):
        Vocabulary.from_dict(stored)


@pytest.mark.parametrize("number", [-1, 98])
def test_an_id_outside_is_refused(number: int) -> None:
    with pytest.raises(EncodingError, match="from 0 to 97"):
        ASCII.decode([0, number])
