"""Which of a file's vocabularies belongs to a network: one that the file states, or the only one that fits."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from explorer.errors import CheckpointError
from explorer.models.checkpoints.vocabularies import fitted, guess_vocabulary, make_vocabulary
from explorer.models.checkpoints.word_files import IS_VOCABULARY
from explorer.models.files import Contents, Words, distinct, named
from explorer.sequences import Vocabulary

_ONE_HOT = 2_048
_FEW = 4
_ANSWERS = re.compile(r"class|label|target|column|feature|answer|categor|(?<![a-z])tags?(?![a-z])", re.IGNORECASE)

_IS_WORDS = re.compile(
    r"(^|[._])((all|unique|sorted|my|the)_?)?(words?|word_?list|chars?|characters?|tokens?|letters?|symbols?|"
    r"dict(ionary)?|lexicon|tokeni[sz]er)$",
    re.IGNORECASE,
)
"""What else a vocabulary is called; a list of another name may have its length by chance."""


class Attached(NamedTuple):
    """A vocabulary, what to say about it, and whether it is guessed."""

    words: Vocabulary | None
    notes: tuple[str, ...] = ()
    guessed: bool = False


def offered(contents: Contents, rows: int) -> tuple[str, ...]:
    """The names of the vocabularies that could be of an embedding, or of one-hot inputs."""
    return tuple(name for name, words in contents.words.items() if _could_fit(words, rows))


def attach(
    contents: Contents, offers: Sequence[str], chosen: Vocabulary | Sequence[str] | str | None, rows: int, one_hot: bool
) -> Attached:
    """The vocabulary of a network.

    Args:
        contents: the file.
        offers: names of its vocabularies that could fit.
        chosen: a vocabulary, tokens by id, the name of one in the file, ``"auto"`` for the file's own, or None.
        rows: of the embedding, or the inputs.
        one_hot: whether there is no embedding, so that inputs would have to be one-hot.

    Raises:
        CheckpointError: what was chosen does not fit.
    """
    what = "input" if one_hot else "embedding"
    if chosen is None:
        return Attached(None)
    if isinstance(chosen, str) and chosen == "auto":
        return _own(contents, offers, rows, one_hot)
    if isinstance(chosen, str):
        if chosen not in contents.words:
            raise CheckpointError(f"There is no vocabulary {named(chosen)} in this file.")
        made = make_vocabulary(contents.words[chosen])
    else:
        made = chosen if isinstance(chosen, Vocabulary) else make_vocabulary(chosen)
    words, said = fitted(made, rows, what)
    return Attached(words, (*words.notes, *said))


def _own(contents: Contents, offers: Sequence[str], rows: int, one_hot: bool) -> Attached:
    """The only vocabulary of the file that fits, exactly if any does; else what the size alone suggests."""
    near = {name: contents.words[name] for name in offers if _is_likely(name, contents.words[name], rows, one_hot)}
    exact = {name: words for name, words in near.items() if len(words) == rows}
    fitting = distinct(exact or near)
    if len(fitting) > 1:
        names = " and ".join(named(name) for name in list(fitting)[:2])
        return Attached(None, (f"{len(fitting)} vocabularies of the file fit, {names}: choose one under Models.",))
    for name, found in fitting.items():
        try:
            words, said = fitted(make_vocabulary(found), rows, "input" if one_hot else "embedding")
        except CheckpointError as reason:
            return Attached(None, (f"The file's vocabulary {named(name)} is not used. {reason}",))
        sure = IS_VOCABULARY.search(name) or _IS_WORDS.search(name)
        return Attached(words, (f"The vocabulary is the file's own, {named(name)}.", *words.notes, *said), not sure)
    guess = None if one_hot else guess_vocabulary(rows)
    return Attached(None) if guess is None else Attached(guess[0], (guess[1],), guessed=True)


def _could_fit(words: Words, rows: int) -> bool:
    return len(words) <= rows and (len(words) == rows or not words.listed or len(words) >= rows // 2)


def _is_likely(name: str, words: Words, rows: int, one_hot: bool) -> bool:
    """Whether so few rows are left over that it is no chance; names of columns and of answers are no vocabulary."""
    spare = rows - sum(token is not None for token in words.tokens)
    if _ANSWERS.search(name) or spare > max(_FEW, rows // 10) or 2 * spare > rows:
        return False
    return not one_hot or (rows <= _ONE_HOT and IS_VOCABULARY.search(name) is not None)
