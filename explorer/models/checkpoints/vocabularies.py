"""Lists of words → a vocabulary that text can be read with.

Ids come from the file. A list that is shorter than its embedding is refused: it does not say where it begins.
"""

from collections.abc import Sequence
from dataclasses import replace
from string import printable

from explorer.errors import CheckpointError, ExplorerError
from explorer.models.checkpoints.tokenizers import Rules, hugging_face_rules, keras_rules
from explorer.models.files import MAX_WORDS, Words
from explorer.sequences import Splitting, Vocabulary, split_words

_UNKNOWN = ("<unk>", "<UNK>", "[UNK]", "[unk]", "<unknown>", "<oov>", "<OOV>", "unk", "UNK", "�", "<?>")
_PADDING = ("<pad>", "<PAD>", "[PAD]", "[pad]", "<padding>", "<blank>", "<PADDING>", "_PAD_", "")
_SPECIAL = ("<", "[", "��")
_KERAS_LAYER = ("", "[UNK]")
"""How the words of Keras's TextVectorization begin."""
_INSIDE = "##"
_PIECES_BEFORE, _PIECES_AFTER = ("Ġ", "▁"), ("</w>", "@@")
_BYTES, _ASCII = 256, 128
_LOOKED_AT = 20_000


def make_vocabulary(words: Words | Sequence[str]) -> Vocabulary:
    """A vocabulary of tokens by id: of characters where all are single ones, else of words.

    What the file does not say of how text is cut, the tokens' own spelling tells, or it is said that tokens must be
    typed: see its `notes`.

    Raises:
        CheckpointError: tokens are repeated, there are too many, or there are none.
    """
    words = words if isinstance(words, Words) else Words(tuple(words), listed=True)
    if len(words) > MAX_WORDS:
        raise CheckpointError(f"This vocabulary has {len(words):,} tokens and the most is {MAX_WORDS:,}.")
    rules = keras_rules(words) if words.keras else hugging_face_rules(words) if words.hugging_face else _rules(words)
    gaps = frozenset(number for number, token in enumerate(words.tokens) if token is None)
    tokens = tuple(_filling(number) if token is None else token for number, token in enumerate(words.tokens))
    padding = rules.padding if rules.padding is not None else tokens[0] if 0 in gaps else None
    converted = (f"The tokens were {words.converted}, read as UTF-8.",) if words.converted else ()
    try:
        made = Vocabulary(
            tokens, rules.unknown, rules.unit, padding, gaps, rules.splitting, (*converted, *rules.notes), words.listed
        )
    except ExplorerError as reason:
        raise CheckpointError(str(reason)) from None
    return made


def fitted(words: Vocabulary, rows: int, what: str = "embedding") -> tuple[Vocabulary, list[str]]:
    """A vocabulary with a place for each row of an embedding, and what to say of rows that no token has.

    Args:
        words: the vocabulary.
        rows: of the embedding, or inputs of a network that reads one-hot ones.
        what: what has the rows.

    Raises:
        CheckpointError: it has more tokens than rows, or a list does not say which rows are left over.
    """
    count = len(words.tokens)
    if count > rows:
        raise CheckpointError(
            f"The vocabulary's ids go up to {count - 1:,} and the {what} has {rows:,} rows: give the vocabulary that "
            "it was trained with."
        )
    if count < rows and words.listed and not _is_special(words.tokens[0]):
        raise CheckpointError(
            f"The vocabulary is a list of {count:,} tokens and the {what} has {rows:,} rows, so which rows are left "
            "over is not said: give a dictionary from tokens to ids."
        )
    gaps = words.gaps | frozenset(range(count, rows))
    tokens = (*words.tokens, *map(_filling, range(count, rows)))
    said = [_left_over(gaps, what)] if gaps else []
    return (words if count == rows else replace(words, tokens=tokens, gaps=gaps)), said


def guess_vocabulary(size: int) -> tuple[Vocabulary, str] | None:
    """The vocabulary that a number of tokens suggests, with the sentence that says so; None where it suggests none."""
    known = {
        _BYTES: (tuple(map(chr, range(_BYTES))), "bytes, one a Latin-1 character"),
        _ASCII: (tuple(map(chr, range(_ASCII))), "the characters of ASCII"),
        len(printable): (tuple(printable), "Python's string.printable, in its order"),
    }
    if size not in known:
        return None
    tokens, what = known[size]
    return Vocabulary(tokens), f"The vocabulary is guessed from its size: {size} tokens, taken for {what}."


def _rules(words: Words) -> Rules:
    """What the tokens' own spelling says."""
    there = [token for token in words.tokens if token is not None]
    unknown = next((token for token in _UNKNOWN if token in there), None)
    padding = next((token for token in _PADDING if token in there), None)
    plain = [token for token in there if not _is_special(token)]
    if all(len(token) == 1 for token in plain):
        return Rules("character", None, unknown, padding)
    if tuple(words.tokens[:2]) == _KERAS_LAYER:
        splitting = Splitting(normal=("lower", "no punctuation"), cuts=("white space",))
        said = "Taken for the words of Keras's TextVectorization: text is lower-cased and loses its punctuation."
        return Rules("word", splitting, unknown, padding, (said,))
    if sum(token.startswith(_PIECES_BEFORE) or token.endswith(_PIECES_AFTER) for token in plain) > len(plain) / 50:
        said = (
            "These are pieces of words, and the file does not say how words are cut: type the pieces, spaces between."
        )
        return Rules("token", None, unknown, padding, (said,))
    lower = all(token == token.lower() for token in plain)
    if any(token.startswith(_INSIDE) and len(token) > len(_INSIDE) for token in plain):
        return _word_pieces(there, lower, unknown, padding)
    return _plain_words(plain, lower, unknown, padding)


def _word_pieces(there: list[str], lower: bool, unknown: str | None, padding: str | None) -> Rules:
    """As BERT cuts; its lists of words do not say whether it lower-cases, but then none of them has a capital."""
    bare = ("NFD", "no accents", "lower each") if lower else ()
    special = tuple(token for token in there if _is_special(token) and token)
    splitting = Splitting(special, ("clean", "chinese", *bare), cuts=("bert",), continuing=_INSIDE)
    how = "lower-cased, since no token has a capital" if lower else "capitals kept"
    said = f"Taken for BERT's word pieces, since some begin with ##: words are cut from the longest on, {how}."
    return Rules("word", splitting, unknown, padding, (said,))


def _plain_words(plain: list[str], lower: bool, unknown: str | None, padding: str | None) -> Rules:
    """Words and punctuation, where nearly all tokens are such; else whatever stands between white space."""
    looked = plain[:_LOOKED_AT]
    whole = sum(split_words(token) == [token] for token in looked)
    if 10 * whole < 9 * len(looked):
        said = "The file does not say how text is cut, and the tokens are no plain words: it is cut at white space."
        return Rules("token", None, unknown, padding, (said,))
    case = "lower-cased, since no token has a capital" if lower else "capitals as typed"
    said = f"The file does not say how text is cut: into words and punctuation marks, {case}."
    typographic = any("’" in token for token in plain)
    usual = lower and not typographic
    splitting = None if usual else Splitting(normal=("lower",) if lower else (), cuts=("words",))
    return Rules("word", splitting, unknown, padding, (said,))


def _is_special(token: str) -> bool:
    return not token or (len(token) > 1 and token.startswith(_SPECIAL)) or token in _PADDING or token in _UNKNOWN


def _filling(number: int) -> str:
    """What stands at an id that no token has; text never gives it."""
    return "<pad>" if number == 0 else f"id {number}"


def _left_over(gaps: frozenset[int], what: str) -> str:
    listed = ", ".join(str(number) for number in sorted(gaps)[:4]) + (", …" if len(gaps) > 4 else "")
    rows = "Row" if len(gaps) == 1 else f"{len(gaps):,} rows"
    ones = listed if len(gaps) == 1 else f"({listed})"
    have = "has" if len(gaps) == 1 else "have"
    padding = " 0 is taken for padding." if 0 in gaps else ""
    return (
        f"{rows} {ones} of the {what} {have} no token: text never gives {'it' if len(gaps) == 1 else 'them'}.{padding}"
    )
