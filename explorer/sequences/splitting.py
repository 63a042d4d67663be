"""How a tokenizer cuts text into the pieces that it looks up.

The steps that are done here are Keras's, BERT's pieces and whole words. No other step of a ``tokenizer.json`` is
imitated: such a vocabulary takes tokens with spaces between, and says so.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from itertools import groupby
from string import punctuation
from typing import Any

from explorer.errors import EncodingError

Normal = Callable[[str], str]
Cut = Callable[[str], Iterable[str]]
_MARKS = ("Mn", "Mc", "Me", "Nd", "Nl", "Pc")
_JOINERS = "\u200c\u200d"
_CHINESE = re.compile("([\u4e00-\u9fff\u3400-\u4dbf\U00020000-\U0002ceaf\uf900-\ufaff\U0002f800-\U0002fa1f])")
_WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


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
    return _WORD.findall(unicodedata.normalize("NFC", text))


def _is_mark(character: str) -> bool:
    """Whether BERT takes it for punctuation: all of ASCII's signs, and Unicode's punctuation."""
    return character in punctuation or unicodedata.category(character).startswith("P")


def _kind(character: str) -> str:
    if character.isspace():
        return "space"
    letter = character.isalpha() or character in _JOINERS or unicodedata.category(character) in _MARKS
    return "word" if letter else "sign"


def _runs(text: str) -> list[str]:
    """Runs of letters and runs of signs, without the white space."""
    return ["".join(run) for kind, run in groupby(text, _kind) if kind != "space"]


def _marks(text: str) -> list[str]:
    """Each punctuation mark alone, and what stands between them."""
    pieces: list[str] = []
    for alone, run in groupby(text, _is_mark):
        found = list(run)
        pieces += found if alone else ["".join(found)]
    return pieces


def _bert(text: str) -> list[str]:
    return [piece for word in text.split() for piece in _marks(word)]


def _clean(text: str) -> str:
    """Without control characters, all white space as spaces."""
    kept = (one for one in text if one in "\t\n\r" or not (one == "\ufffd" or unicodedata.category(one)[0] == "C"))
    return "".join(" " if one.isspace() else one for one in kept)


def _without_accents(text: str) -> str:
    return "".join(one for one in text if unicodedata.category(one) != "Mn")


NORMALS: Mapping[str, Normal] = {
    "lower": str.lower,
    "lower each": lambda text: "".join(one.lower() for one in text),
    "strip": str.strip,
    "clean": _clean,
    "chinese": lambda text: _CHINESE.sub(r" \1 ", text),
    "no accents": _without_accents,
    "no punctuation": lambda text: "".join(one for one in text if one not in punctuation),
    "plain apostrophe": lambda text: text.replace("’", "'"),
    "NFC": lambda text: unicodedata.normalize("NFC", text),
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "NFKC": lambda text: unicodedata.normalize("NFKC", text),
    "NFKD": lambda text: unicodedata.normalize("NFKD", text),
}
"""What may be done to a text before it is cut."""
CUTS: Mapping[str, Cut] = {
    "words": split_words,
    "white space": str.split,
    "runs": _runs,
    "marks": _marks,
    "bert": _bert,
    "characters": list,
}
"""How a text may be cut."""


@dataclass(frozen=True)
class Splitting:
    """What is done to a text, in this order, until pieces are left that a vocabulary looks up.

    Args:
        special: tokens that are taken as they stand in the text, before all else.
        normal: names of `NORMALS`, one after the other.
        filters: characters that become the separator.
        separator: where the text is cut, "" where `cuts` say it.
        cuts: names of `CUTS`, each on every piece of the one before.
        continuing: what a piece inside a word begins with (``##``): a word that is no token is then cut into the
            longest ones from its beginning on, or is unknown as a whole. "" where words are not cut.
        longest: a word of more characters is not cut but unknown.
        drops: whether unknown pieces are left out, so that they are no step.

    Raises:
        EncodingError: a name that is not known.

    Example:
        >>> Splitting(normal=("lower",), filters=",!", separator=" ").cut("Hello, World!")
        ['hello', 'world']
    """

    special: tuple[str, ...] = ()
    normal: tuple[str, ...] = ()
    filters: str = ""
    separator: str = ""
    cuts: tuple[str, ...] = ()
    continuing: str = ""
    longest: int = 100
    drops: bool = False

    def __post_init__(self) -> None:
        strange = [name for name in self.normal if name not in NORMALS] + [one for one in self.cuts if one not in CUTS]
        if strange:
            raise EncodingError(f"The stored vocabulary is damaged: there is no way {strange[0]!r} to cut text.")

    def cut(self, text: str) -> list[str]:
        """The pieces of a text: words, before they are cut further.

        Args:
            text: any string.
        """
        if not self.special:
            return self._pieces(text)
        marks = sorted(self.special, key=len, reverse=True)
        parts = re.split(f"({'|'.join(map(re.escape, marks))})", text)
        return [piece for place, part in enumerate(parts) for piece in ([part] if place % 2 else self._pieces(part))]

    def _pieces(self, text: str) -> list[str]:
        for name in self.normal:
            text = NORMALS[name](text)
        if self.separator:
            text = text.translate({ord(one): self.separator for one in self.filters})
        pieces = text.split(self.separator) if self.separator else [text]
        for name in self.cuts:
            pieces = [found for piece in pieces for found in CUTS[name](piece)]
        return [piece for piece in pieces if piece]

    def parts(self, word: str, known: Mapping[str, int]) -> list[str]:
        """A word as the tokens that it is made of, the longest first; the word alone where it is not made of any.

        Args:
            word: one of `cut`'s pieces.
            known: the vocabulary's ids.
        """
        if not self.continuing or word in self.special or len(word) > self.longest:
            return [word]
        parts: list[str] = []
        start = 0
        while start < len(word):
            before = self.continuing if start else ""
            stops = range(len(word), start, -1)
            stop = next((stop for stop in stops if before + word[start:stop] in known), None)
            if stop is None:
                return [word]
            parts.append(before + word[start:stop])
            start = stop
        return parts

    def to_dict(self) -> dict[str, Any]:
        """As JSON takes it; `from_dict` reads it back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Splitting":
        """Read what `to_dict` wrote.

        Raises:
            EncodingError: a name that is not known.
        """
        given = {one.name: stored[one.name] for one in fields(cls) if one.name in stored}
        known: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in given.items()}
        return cls(**known)
