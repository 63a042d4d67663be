"""What is so of a text at each step, against Python's own tokenizer, loops over characters, and by hand."""

import sysconfig
from pathlib import Path

import numpy as np
import pytest

from explorer.concepts import CONCEPTS, concept_of, matched, neither
from explorer.errors import EncodingError
from explorer.training.concepts import in_comment, in_long_string, in_quotes

SOURCE = """def f(x):
    \"\"\"It's one (1) string.\"\"\"
    return {'a': x[0], "b": r'x\\\\'}  # don't (count)
"""


def marked(name: str, text: str = SOURCE) -> str:
    """The characters that a concept marks."""
    return "".join(one for one, so in zip(text, concept_of(name, text), strict=True) if so)


@pytest.mark.parametrize("name", ["textwrap.py", "shlex.py", "string.py", "bisect.py"])
def test_quotes_and_comments_are_those_that_python_itself_reads(name: str) -> None:
    text = (Path(sysconfig.get_paths()["stdlib"]) / name).read_text("utf-8")
    elsewhere = ~in_long_string(text)
    assert (concept_of("quotes", text)[elsewhere] == in_quotes(text)[elsewhere]).all()
    assert (concept_of("comment", text) == in_comment(text)).all()
    assert concept_of("long", text).sum() >= 0.8 * (~elsewhere).sum()
    assert (neither("quotes", text) == concept_of("long", text)).all()


def test_what_is_quoted_is_told_from_an_apostrophe() -> None:
    assert marked("quotes", "I don't 'say' \"it's\"") == "'say\"it's"
    assert marked("quotes", "'tis the king's") == ""
    assert marked("quotes", "'I don't know' he") == "'I don't know"
    assert marked("quotes", 'x = "never closed\ny') == '"never closed'
    assert marked("comment") == "# don't (count)"


def test_brackets_in_strings_and_comments_do_not_count() -> None:
    assert marked("brackets") == "(x{'a': x[0], \"b\": r'x\\\\'"
    assert concept_of("depth", "a(b[c])])").tolist() == [0, 1, 1, 2, 2, 1, 0, 0, 0]


def test_places_are_counted() -> None:
    text = "ab\n\n  cd e"
    assert concept_of("line", text).tolist() == [0, 1, 2, 0, 0, 1, 2, 3, 4, 5]
    assert concept_of("word", text).tolist() == [0, 1, 0, 0, 0, 0, 0, 1, 0, 0]
    assert concept_of("indent", text).tolist() == [0, 0, 0, 0, 1, 2, 2, 2, 2, 2]


def test_kinds_of_characters() -> None:
    text = "Éa 1_+\n"
    found = {name: marked(name, text) for name in ("capital", "letter", "vowel", "digit", "blank", "mark")}
    assert found == {"capital": "É", "letter": "Éa", "vowel": "a", "digit": "1", "blank": " \n", "mark": "_+"[1:]}


@pytest.mark.parametrize("name", CONCEPTS)
def test_no_concept_carries_anything_over_from_one_sequence_to_the_next(name: str) -> None:
    one, other = 'a("b', "c)d\n e"
    parts = [concept_of(name, text) for text in (one, other)]
    both = concept_of(name, one + other, starts=(0, len(one)))
    assert both.tolist() == np.concatenate(parts).tolist()
    assert both.dtype == (float if CONCEPTS[name].numeric else bool)


def test_a_step_of_several_characters_is_marked_where_one_is_and_counts_at_its_last() -> None:
    text, offsets = "The cat (sat) ", np.array([0, 4, 8, 14])
    assert concept_of("capital", text, offsets).tolist() == [True, False, False]
    assert concept_of("line", text, offsets).tolist() == [3, 7, 13]
    assert concept_of("/at", text, offsets).tolist() == [False, True, True]


def test_an_expression_marks_its_matches() -> None:
    assert marked("/^ +") == "        "
    assert marked("/x*") == "xxx"
    assert marked("/é|ü", "né für") == "éü"
    assert not matched("$", "a\nb").any()


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("(", "at character 1"),
        ("", "empty"),
        ("a" * 1_001, "1,001"),
        ("[z-a]", "bad character range"),
        ("*", "nothing"),
    ],
)
def test_a_bad_expression_is_told_in_a_sentence(expression: str, said: str) -> None:
    with pytest.raises(EncodingError, match=said):
        concept_of("/" + expression, "text")


def test_a_catastrophic_expression_is_given_up() -> None:
    with pytest.raises(EncodingError, match="given up after"):
        matched("(a+)+$", "a" * 5_000 + "b", patience=0.4)


def test_an_unknown_concept_is_refused() -> None:
    with pytest.raises(EncodingError, match="choose one of quotes"):
        concept_of("happiness", "text")
