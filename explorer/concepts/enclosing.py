"""Inside quotes, comments and brackets: one reading from left to right, as of source code or of speech in prose."""

import re
from collections.abc import Iterator

import numpy as np

from explorer.concepts.steps import Mask, Numbers

_QUOTED = re.compile(
    r"""
    (?<!\w) (?:[rbfuRBFU]{1,2})? (?:
        (?P<long> \"{3} | '{3} ) (?P<lines> (?: \\. | (?!(?P=long)). )* ) (?: (?P=long) | \Z )
      | " (?P<double> (?: \\. | [^"\\\n] )* ) (?: " | (?=\n) | \Z )
      | ' (?P<single> (?: \\. | [^'\\\n] | (?<=\w)'(?=\w) )* ) '(?!\w)
    )
  | (?P<remark> \# [^\n]* )
    """,
    re.VERBOSE | re.DOTALL,
)
"""A single quote needs its partner on the line, and none opens or closes within a word: an apostrophe is no quote."""
_KINDS = ("lines", "double", "single", "remark")
_OPENS = {"(": ")", "[": "]", "{": "}"}


def in_quotes(text: str) -> Mask:
    """True from an opening quote on until its closing quote comes: where a reader knows to be inside.

    Escaped quotes close nothing, and what stands in a comment opens nothing. A double quote that is never closed
    lasts to the end of its line. Strings over several lines are `in_long_string`.
    """
    return _marked(text, ("double", "single"), 1)


def in_long_string(text: str) -> Mask:
    """True from the third opening quote of a string over several lines until its closing quotes come."""
    return _marked(text, ("lines",), 1)


def in_comment(text: str) -> Mask:
    """True from a ``#`` that stands in no string to the end of its line."""
    return _marked(text, ("remark",))


def _marked(text: str, kinds: tuple[str, ...], before: int = 0) -> Mask:
    mask = np.zeros(len(text), dtype=bool)
    for kind, begin, end in _pieces(text):
        if kind in kinds:
            mask[begin - before : end] = True
    return mask


def depth(text: str) -> Numbers:
    """How many brackets ( [ { are open after each character, those in strings and comments not counted.

    A closing bracket that matches nothing is ignored.
    """
    hidden = np.zeros(len(text), dtype=bool)
    for _, begin, end in _pieces(text):
        hidden[begin:end] = True
    turns = np.zeros(len(text))
    waiting: list[str] = []
    for found in re.finditer(r"[()\[\]{}]", text):
        if hidden[found.start()]:
            continue
        if found[0] in _OPENS:
            waiting.append(_OPENS[found[0]])
            turns[found.start()] = 1
        elif waiting and found[0] == waiting[-1]:
            waiting.pop()
            turns[found.start()] = -1
    return np.cumsum(turns)


def in_brackets(text: str) -> Mask:
    """True from an opening bracket on until its closing bracket comes."""
    return depth(text) > 0


def _pieces(text: str) -> Iterator[tuple[str, int, int]]:
    """What stands between quotes, and comments with their sign: kind, begin and end."""
    for found in _QUOTED.finditer(text):
        kind = next(kind for kind in _KINDS if found[kind] is not None)
        yield "double" if kind == "lines" and "\n" not in found[kind] else kind, *found.span(kind)
