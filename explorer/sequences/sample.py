"""A text that a vocabulary can read, made of its own tokens."""

from itertools import islice

from explorer.sequences.visible import visible
from explorer.sequences.vocabulary import Vocabulary

_MOST_WORDS = 12
_MOST_CHARACTERS = 40
_SEARCHED = 5_000


def sample_text(vocabulary: Vocabulary) -> str:
    """Some of a vocabulary's own tokens in a row, in the order of their ids, those that are easy to read first.

    Args:
        vocabulary: any.

    Returns:
        A text whose every token the vocabulary knows; "" where no text gives any of its tokens.
    """
    found = [token for token in islice(vocabulary.ids, _SEARCHED) if _is_typed(vocabulary, token)]
    legible = [token for token in found if token.isalpha() and len(token) <= _MOST_CHARACTERS // 2]
    digits = [token for token in found if token.isdigit()]
    chosen = max((legible, digits), key=len) if max(len(legible), len(digits)) > 1 else found
    if vocabulary.unit == "character":
        return _row([one for one in chosen if not one.isupper()] or chosen)
    chosen = chosen[:_MOST_WORDS]
    joint = vocabulary.splitting.separator if vocabulary.splitting and vocabulary.splitting.separator else " "
    text = joint.join(chosen)
    return text if _reads(vocabulary, text) else "".join(chosen[:1])


def _row(characters: list[str]) -> str:
    return "".join(characters[:_MOST_CHARACTERS])


def _is_typed(vocabulary: Vocabulary, token: str) -> bool:
    """Whether a text gives this token: special ones are no text, and others may be cut in parts."""
    number = vocabulary.ids[token]
    return number not in vocabulary.silent and visible(token) == token and vocabulary.gives(token) == [number]


def _reads(vocabulary: Vocabulary, text: str) -> bool:
    return bool(text) and not vocabulary.encode(text).unknown
