"""Long text as token ids, without a label for each step."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import EncodingError
from explorer.sequences import Vocabulary
from explorer.trace.long import pieces

Array = NDArray[Any]


@lru_cache(maxsize=2)
def encoded_text(vocabulary: Vocabulary, text: str) -> Array:
    """The token id of each step of a text of any length, as `Vocabulary.encode` gives them.

    Raises:
        EncodingError: it is empty, or has tokens that the vocabulary lacks and has none for.
    """
    if not text:
        raise EncodingError("The text is empty: give at least one step.")
    if vocabulary.unit == "character" and vocabulary.splitting is None:
        return _characters(vocabulary, text)
    return np.concatenate([vocabulary.encode(piece).values for piece in pieces(vocabulary, text)]).astype(np.int32)


def tokens_of(vocabulary: Vocabulary, text: str) -> tuple[str, ...]:
    """What each step is called, as typed."""
    return tuple(_labels(vocabulary.encode(piece).labels for piece in pieces(vocabulary, text)))


def _labels(parts: Iterable[tuple[str, ...]]) -> Iterable[str]:
    for labels in parts:
        yield from labels


def _characters(vocabulary: Vocabulary, text: str) -> Array:
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    fallback = -1 if vocabulary.unknown is None else vocabulary.ids[vocabulary.unknown]
    table = np.full(int(points.max()) + 1, fallback, np.int32)
    for token, number in vocabulary.ids.items():
        if len(token) == 1 and ord(token) < len(table):
            table[ord(token)] = number
    ids: Array = table[points]
    if fallback < 0 and (ids < 0).any():
        vocabulary.encode(text[int((ids < 0).argmax())])  # which says what is missing
    return ids
