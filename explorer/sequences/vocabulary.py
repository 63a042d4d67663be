"""Text to token ids and back."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np

from explorer.errors import EncodingError
from explorer.sequences.encoded import Encoded
from explorer.sequences.limits import check_size
from explorer.sequences.splitting import Splitting, split_words
from explorer.sequences.visible import UNKNOWN_SIGN, counted, legible, visible

Unit = Literal["character", "word", "token"]
LISTED = 8


@dataclass(frozen=True)
class Vocabulary:
    """The tokens a model knows; a token's id is its place.

    Args:
        tokens: distinct tokens in the order of their ids. For unit "word" they are lower-case.
        unknown: the token that stands for everything else, one of `tokens`; None refuses what is not in them.
        unit: "character" makes each code point a step (an emoji may be several), "word" each word or
            punctuation mark (see `split_words`), "token" what stands between white space.
        padding: the token that fills short sequences up, one of `tokens`, or None.
        gaps: ids that no token has; what stands in their place in `tokens` is never read from text.
        splitting: how text is cut where not as the unit says; a token then looks as the splitting leaves it.
        notes: sentences about what was assumed of it.
        listed: whether ids are but places in a list that was found, which may not begin at the model's id 0.

    Raises:
        EncodingError: tokens are empty or repeated, or the unknown token, the padding or the unit does not exist.

    Example:
        >>> Vocabulary(("a", "b"), unknown=None, unit="character").encode("abba").values
        array([0, 1, 1, 0])
    """

    tokens: tuple[str, ...]
    unknown: str | None = None
    unit: Unit = "character"
    padding: str | None = None
    gaps: frozenset[int] = frozenset()
    splitting: Splitting | None = None
    notes: tuple[str, ...] = field(default=(), compare=False)
    listed: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        there = [token for number, token in enumerate(self.tokens) if number not in self.gaps]
        repeated = [token for token, count in Counter(there).items() if count > 1]
        if not there or repeated:
            came = f"{legible(visible(repeated[0]))} comes twice" if repeated else "there are no tokens"
            raise EncodingError(f"This vocabulary cannot be used, {came}: give each token once.")
        if self.unknown is not None and self.unknown not in self.ids:
            raise EncodingError(f"The unknown token {visible(self.unknown)} is not among the tokens: add it to them.")
        if self.padding is not None and self.padding not in self.tokens:
            raise EncodingError(f"The padding token {visible(self.padding)} is not among the tokens: add it to them.")
        if self.unit not in ("character", "word", "token"):
            raise EncodingError(f"The unit is {visible(str(self.unit))}: give 'character', 'word' or 'token'.")

    @classmethod
    def printable_ascii(cls) -> "Vocabulary":
        """Return the 98 tokens of character models: ``chr(32)`` to ``chr(126)``, new line, tab, unknown."""
        return cls((*map(chr, range(32, 127)), "\n", "\t", "<unk>"), unknown="<unk>", unit="character")

    @cached_property
    def ids(self) -> dict[str, int]:
        """The id of each token."""
        return {token: number for number, token in enumerate(self.tokens) if number not in self.gaps}

    @cached_property
    def silent(self) -> frozenset[int]:
        """Ids that stand for no token of a text: padding, unknown, and those that no token has."""
        marks = frozenset(self.tokens.index(mark) for mark in (self.padding, self.unknown) if mark is not None)
        return marks | self.gaps

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
        pieces, keys = self._cut(text)
        if not pieces:
            raise EncodingError(f"The text has no {self.unit}: type at least one {self.unit}.")
        check_size(len(pieces))
        missing = [piece for piece, key in zip(pieces, keys, strict=True) if key not in self.ids]
        note = self._unknown_note(missing)
        if self._drops:
            pieces, keys = _only_known(pieces, keys, self.ids, note)
        unknown = tuple(step for step, key in enumerate(keys) if key not in self.ids)
        fallback = self.ids[self.unknown] if self.unknown is not None else -1
        values = np.array([self.ids.get(key, fallback) for key in keys], dtype=np.int64)
        return Encoded(values, self._labels(pieces, keys), notes=(note,) if note else (), unknown=unknown)

    def gives(self, text: str) -> list[int | None]:
        """The id of each piece of a text, None for what the vocabulary lacks; the text may be empty.

        Args:
            text: any string.
        """
        return [self.ids.get(key) for key in self._cut(text)[1]]

    def decode(self, ids: Iterable[int]) -> str:
        """Turn token ids back into text.

        Args:
            ids: integers from 0 to ``len(tokens) - 1``.

        Returns:
            The tokens joined (words with a space between); the unknown token, and an id that no token has, as
            ``�``. Encoding the result again gives the same ids where a text can give them.

        Raises:
            EncodingError: an id is not in the vocabulary.
        """
        numbers = [int(number) for number in ids]
        outside = [number for number in numbers if not 0 <= number < len(self.tokens)]
        if outside:
            raise EncodingError(f"Token id {outside[0]} does not exist: ids go from 0 to {len(self.tokens) - 1}.")
        shown = [UNKNOWN_SIGN if n in self.gaps or self.tokens[n] == self.unknown else self.tokens[n] for n in numbers]
        text = ("" if self.unit == "character" else " ").join(shown)
        inside = self.splitting.continuing if self.splitting else ""
        return text.replace(f" {inside}", "") if inside else text

    def to_dict(self) -> dict[str, Any]:
        """Return the vocabulary as JSON takes it; `from_dict` reads it back."""
        stored: dict[str, Any] = {"unit": self.unit, "unknown": self.unknown, "tokens": list(self.tokens)}
        if self.padding is not None:
            stored["padding"] = self.padding
        if self.gaps:
            stored["gaps"] = sorted(self.gaps)
        if self.splitting is not None:
            stored["splitting"] = self.splitting.to_dict()
        return stored

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Vocabulary":
        """Read what `to_dict` wrote.

        Args:
            stored: "tokens", a list of strings; "unknown", a string or None; "unit"; and, where there are any,
                "padding", "gaps" and "splitting".

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
        splitting = stored.get("splitting")
        return cls(
            tuple(tokens),
            unknown,
            stored.get("unit", "character"),
            stored.get("padding"),
            frozenset(stored.get("gaps", ())),
            None if splitting is None else Splitting.from_dict(splitting),
        )

    @property
    def _drops(self) -> bool:
        return self.splitting is not None and self.splitting.drops

    def _cut(self, text: str) -> tuple[list[str], list[str]]:
        """The pieces of a text as shown, and as looked up."""
        if self.splitting is not None:
            words = self.splitting.cut(text)
            pieces = [part for word in words for part in self.splitting.parts(word, self.ids)]
            return pieces, pieces
        if self.unit == "character":
            return list(text), list(text)
        if self.unit == "token":
            return text.split(), text.split()
        pieces = split_words(text)
        return pieces, [piece.lower().replace("’", "'") for piece in pieces]

    def _labels(self, pieces: list[str], keys: list[str]) -> tuple[str, ...]:
        if self.unit != "character":
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
        if self._drops:
            return f"{note}; left out, as its tokenizer leaves them out"
        if self.unknown is None:
            raise EncodingError(f"{note}; it has no token for them, so remove them or choose another model.")
        return note


def _only_known(pieces: list[str], keys: list[str], ids: Mapping[str, int], note: str) -> tuple[list[str], list[str]]:
    kept = [(piece, key) for piece, key in zip(pieces, keys, strict=True) if key in ids]
    if not kept:
        raise EncodingError(f"{note}, so that nothing is left: type words that it knows.")
    return [piece for piece, _ in kept], [key for _, key in kept]
