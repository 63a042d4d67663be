"""What may be known of a text, by name: the menu of concepts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.concepts import enclosing, places
from explorer.concepts.expressions import matched
from explorer.concepts.steps import any_of, last_of
from explorer.errors import EncodingError
from explorer.fitting import said


@dataclass(frozen=True)
class Concept:
    """One thing that is so of some characters of a text, or one number of each.

    Attributes:
        name: its key.
        title: as it stands after "the unit for".
        of: from a text to (characters,) bool, or float where it is a number.
        numeric: whether it is a number.
        apart: from a text to the characters that are neither: left out when units are judged.
    """

    name: str
    title: str
    of: Callable[[str], NDArray[Any]]
    numeric: bool = False
    apart: Callable[[str], NDArray[Any]] | None = None


CONCEPTS: dict[str, Concept] = {
    one.name: one
    for one in (
        Concept("quotes", "inside quotes", enclosing.in_quotes, apart=enclosing.in_long_string),
        Concept("long", "inside a string of several lines", enclosing.in_long_string),
        Concept("brackets", "inside brackets", enclosing.in_brackets),
        Concept("comment", "inside a # comment", enclosing.in_comment),
        Concept("depth", "depth of brackets", enclosing.depth, numeric=True),
        Concept("line", "position in the line", places.in_line, numeric=True),
        Concept("word", "position in the word", places.in_word, numeric=True),
        Concept("indent", "indentation of the line", places.indentation, numeric=True),
        Concept("capital", "capital letters", partial(places.in_class, "capital")),
        Concept("letter", "letters", partial(places.in_class, "letter")),
        Concept("vowel", "vowels", partial(places.in_class, "vowel")),
        Concept("digit", "digits", partial(places.in_class, "digit")),
        Concept("blank", "white space", partial(places.in_class, "blank")),
        Concept("mark", "punctuation", partial(places.in_class, "mark")),
    )
}


@checked
def concept_of(
    name: str,
    text: str,
    offsets: NDArray[Any] | None = None,
    starts: Sequence[int] = (0,),
) -> NDArray[Any]:
    """What a concept says of each step of a text.

    Args:
        name: one of `CONCEPTS`, or ``"/…"`` with a regular expression after the stroke.
        text: the whole text.
        offsets: (time + 1,), where each step's token begins in it; by default each character is a step.
        starts: the steps at which sequences begin; nothing is carried over from one to the next.

    Returns:
        (time,) bool, or float for a number. A step of several characters is marked where one of them is; a number is
        that of its last character.

    Raises:
        EncodingError: there is no such concept, or the expression is none or takes too long.

    Example:
        >>> concept_of("depth", "f(x[0])").tolist()
        [0.0, 1.0, 1.0, 2.0, 2.0, 1.0, 0.0]
    """
    places = np.arange(len(text) + 1) if offsets is None else np.asarray(offsets, dtype=np.intp)
    places = np.minimum(places, len(text))
    if name.startswith("/"):
        return any_of(matched(name[1:], text), places)
    if name not in CONCEPTS:
        raise EncodingError(f"There is no concept {said(name)}: choose one of {', '.join(CONCEPTS)}, or /expression.")
    concept = CONCEPTS[name]
    whole = _by_sequence(concept.of, text, places, starts)
    return last_of(whole, places) if concept.numeric else any_of(whole, places)


@checked
def neither(
    name: str, text: str, offsets: NDArray[Any] | None = None, starts: Sequence[int] = (0,)
) -> NDArray[np.bool_]:
    """The steps at which a concept is neither so nor not so, (time,): left out when units are judged by it.

    So are strings of several lines for "quotes": most are docstrings, prose of their own.

    Args:
        name, text, offsets, starts: as in `concept_of`.
    """
    places = np.arange(len(text) + 1) if offsets is None else np.asarray(offsets, dtype=np.intp)
    places = np.minimum(places, len(text))
    apart = CONCEPTS[name].apart if name in CONCEPTS else None
    if apart is None:
        return np.zeros(len(places) - 1, dtype=bool)
    return any_of(_by_sequence(apart, text, places, starts), places)


def _by_sequence(
    of: Callable[[str], NDArray[Any]], text: str, places: NDArray[Any], starts: Sequence[int]
) -> NDArray[Any]:
    """What holds of each character when every sequence is read by itself."""
    ends = [*(int(places[start]) for start in starts), len(text)]
    return np.concatenate([of(text[begin:end]) for begin, end in pairwise(ends)])
