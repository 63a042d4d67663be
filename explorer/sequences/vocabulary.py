"""Text to token ids and back."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from explorer.errors import EncodingError
from explorer.sequences.encoded import Encoded
from explorer.sequences.limits import check_size
from explorer.sequences.visible import UNKNOWN_SIGN, counted, visible

Unit = Literal["character", "word"]
WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")
LISTED = 8


def split_words(text: str) -> list[str]:
    """Split text as the word vocabularies do, keeping the spelling.

    A word is a run of letters, digits and underscores, with apostrophes inside (``don't``); every other
    character that is not white space is a token of its own. Accents are composed first (Unicode NFC).

    Args:
        text: any string.

    Returns:
        The tokens in order, as typed.

    Example:
        >>> split_words("Don't stop, now!")
        ["Don't", 'stop', ',', 'now', '!']
    """
    return WORD.findall(unicodedata.normalize("NFC", text))


@dataclass(frozen=True)
class Vocabulary:
    """The tokens a model knows; a token's id is its place.

    Args:
        tokens: distinct tokens in the order of their ids. For unit "word" they are lower-case.
        unknown: the token that stands for everything else, one of `tokens`; None refuses what is not in them.
        unit: "character" makes each code point a step (an emoji may be several), "word" each word or
            punctuation mark (see `split_words`).

    Raises:
        EncodingError: tokens are empty or repeated, or the unknown token or the unit does not exist.

    Example:
        >>> Vocabulary(("a", "b"), unknown=None, unit="character").encode("abba").values
        array([0, 1, 1, 0])
    """

    tokens: tuple[str, ...]
    unknown: str | None = None
    unit: Unit = "character"

    def __post_init__(self) -> None:
        repeated = [token for token, count in Counter(self.tokens).items() if count > 1]
        if not self.tokens or repeated:
            came = f"{visible(repeated[0])} comes twice" if repeated else "there are no tokens"
            raise EncodingError(f"This vocabulary cannot be used, {came}: give each token once.")
        if self.unknown is not None and self.unknown not in self.ids:
            raise EncodingError(f"The unknown token {visible(self.unknown)} is not among the tokens: add it to them.")
        if self.unit not in ("character", "word"):
            raise EncodingError(f"The unit is {visible(str(self.unit))}: give 'character' or 'word'.")

    @classmethod
    def printable_ascii(cls) -> "Vocabulary":
        """Return the 98 tokens of character models: ``chr(32)`` to ``chr(126)``, new line, tab, unknown."""
        return cls((*map(chr, range(32, 127)), "\n", "\t", "<unk>"), unknown="<unk>", unit="character")

    @cached_property
    def ids(self) -> dict[str, int]:
        """The id of each token."""
        return {token: number for number, token in enumerate(self.tokens)}

    def encode(self, text: str) -> Encoded:
        """Turn text into token ids.

        Args:
            text: what the user typed; any string.

        Returns:
            Ids ``(time,)`` with one visible label per token. What the vocabulary lacks gets the unknown
            token, is listed in `unknown` and counted in the notes; its label is ``�`` for a character and
            the word as typed for a word.

        Raises:
            EncodingError: the text holds no token, is too long, or has unknown tokens and the vocabulary
                has no token for them.
        """
        pieces = list(text) if self.unit == "character" else split_words(text)
        if not pieces:
            raise EncodingError(f"The text has no {self.unit}: type at least one {self.unit}.")
        check_size(len(pieces))
        keys = [self._key(piece) for piece in pieces]
        unknown = tuple(step for step, key in enumerate(keys) if key not in self.ids)
        note = self._unknown_note([pieces[step] for step in unknown])
        fallback = self.ids[self.unknown] if self.unknown is not None else -1
        values = np.array([self.ids.get(key, fallback) for key in keys], dtype=np.int64)
        return Encoded(values, self._labels(pieces, keys), notes=(note,) if note else (), unknown=unknown)

    def decode(self, ids: Iterable[int]) -> str:
        """Turn token ids back into text.

        Args:
            ids: integers from 0 to ``len(tokens) - 1``.

        Returns:
            The tokens joined (words with a space between); the unknown token as ``�``, so that encoding the
            result again gives the same ids.

        Raises:
            EncodingError: an id is not in the vocabulary.
        """
        numbers = [int(number) for number in ids]
        outside = [number for number in numbers if not 0 <= number < len(self.tokens)]
        if outside:
            raise EncodingError(f"Token id {outside[0]} does not exist: ids go from 0 to {len(self.tokens) - 1}.")
        shown = [UNKNOWN_SIGN if self.tokens[n] == self.unknown else self.tokens[n] for n in numbers]
        return ("" if self.unit == "character" else " ").join(shown)

    def to_dict(self) -> dict[str, Any]:
        """Return the vocabulary as JSON takes it; `from_dict` reads it back."""
        return {"unit": self.unit, "unknown": self.unknown, "tokens": list(self.tokens)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Vocabulary":
        """Read what `to_dict` wrote.

        Args:
            stored: "tokens", a list of strings; "unknown", a string or None; "unit".

        Raises:
            EncodingError: an entry is missing or of the wrong kind.
        """
        tokens, unknown = stored.get("tokens"), stored.get("unknown")
        is_list = isinstance(tokens, list | tuple) and all(isinstance(token, str) for token in tokens)
        if tokens is None or not is_list or not (unknown is None or isinstance(unknown, str)):
            raise EncodingError(
                "The stored vocabulary is damaged: expected 'tokens', a list of strings, and 'unknown', "
                "a string or null."
            )
        return cls(tuple(tokens), unknown, stored.get("unit", "character"))

    def _key(self, piece: str) -> str:
        return piece if self.unit == "character" else piece.lower().replace("’", "'")

    def _labels(self, pieces: list[str], keys: list[str]) -> tuple[str, ...]:
        if self.unit == "word":
            return tuple(visible(piece) for piece in pieces)
        return tuple(visible(key) if key in self.ids else UNKNOWN_SIGN for key in keys)

    def _unknown_note(self, pieces: list[str]) -> str:
        if not pieces:
            return ""
        counts = Counter(pieces)
        listed = ", ".join(f"{visible(piece)} ×{count}" for piece, count in counts.most_common(LISTED))
        more = f" and {len(counts) - LISTED} more" if len(counts) > LISTED else ""
        are = "is" if len(pieces) == 1 else "are"
        note = f"{counted(len(pieces), self.unit)} {are} unknown to this model: {listed}{more}"
        if self.unknown is None:
            raise EncodingError(f"{note}; it has no token for them, so remove them or choose another model.")
        return note
