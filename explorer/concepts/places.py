"""Where a character stands, and of which kind it is."""

import re

import numpy as np

from explorer.concepts.steps import Mask, Numbers

_CLASSES = {
    "letter": r"[^\W\d_]",
    "vowel": r"[aeiouAEIOU]",
    "digit": r"\d",
    "blank": r"\s",
    "mark": r"[^\w\s]",
}


def in_class(name: str, text: str) -> Mask:
    """The characters of one kind: capital, letter, vowel, digit, blank (white space) or mark (punctuation)."""
    if name == "capital":
        return np.fromiter((one.isupper() for one in text), bool, len(text))
    mask = np.zeros(len(text), dtype=bool)
    mask[[found.start() for found in re.finditer(_CLASSES[name], text)]] = True
    return mask


def in_line(text: str) -> Numbers:
    """How many characters stand before this one in its line."""
    return _since(text, r"(?<=\n)")


def in_word(text: str) -> Numbers:
    """How many letters of its word stand before this one; 0 outside words."""
    letters = in_class("letter", text)
    return np.where(letters, _since(text, r"(?<![^\W\d_])(?=[^\W\d_])"), 0.0)


def indentation(text: str) -> Numbers:
    """How many blanks the line begins with, as far as it was read."""
    found = np.zeros(len(text))
    for line in re.finditer(r"(?m)^([ \t]*)[^\n]*\n?", text):
        begin, end = line.span(1)
        found[begin:end] = np.arange(1, end - begin + 1)
        found[end : line.end()] = end - begin
    return found


def _since(text: str, start: str) -> Numbers:
    """How many characters ago something began; from the beginning on where it never did."""
    starts = np.zeros(len(text), dtype=np.intp)
    places = [found.start() for found in re.finditer(start, text) if found.start() < len(text)]
    starts[places] = places
    return np.asarray(np.arange(len(text)) - np.maximum.accumulate(starts), dtype=np.float64)
