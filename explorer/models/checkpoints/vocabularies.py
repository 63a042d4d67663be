"""Lists of words → a vocabulary that text can be read with."""

import json
from collections.abc import Sequence
from string import printable

from explorer.errors import CheckpointError, ExplorerError
from explorer.models.files import as_words
from explorer.sequences import Vocabulary

_UNKNOWN = ("<unk>", "<UNK>", "[UNK]", "[unk]", "<unknown>", "<oov>", "<OOV>", "unk", "UNK", "�", "<?>")
_SPECIAL = ("<", "[", "��")
_BYTES, _ASCII = 256, 128
_LARGEST = 1_000_000
_LARGEST_FILE = 20_000_000


def make_vocabulary(tokens: Sequence[str]) -> Vocabulary:
    """A vocabulary of tokens by id: of characters where nearly all are single ones, else of words.

    Raises:
        CheckpointError: tokens are repeated, or there are none.
    """
    plain = [token for token in tokens if not (len(token) > 1 and token.startswith(_SPECIAL))]
    single = all(len(token) == 1 for token in plain)
    unknown = next((token for token in _UNKNOWN if token in tokens), None)
    try:
        return Vocabulary(tuple(tokens), unknown, "character" if single else "word")
    except ExplorerError as reason:
        raise CheckpointError(str(reason)) from None


def read_vocabulary(data: bytes) -> Vocabulary:
    """Read an uploaded vocabulary: JSON (a list of tokens, or a dictionary of ids), or one token a line.

    Raises:
        CheckpointError: it is too large, no text, or no vocabulary.
    """
    if len(data) > _LARGEST_FILE:
        raise CheckpointError(
            f"This vocabulary is {len(data) / 1e6:.0f} MB and the most is {_LARGEST_FILE / 1e6:.0f} MB."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CheckpointError(
            "This vocabulary is no UTF-8 text: save it as UTF-8, one token a line or as JSON."
        ) from None
    if text.lstrip()[:1] not in ("[", "{") or "\n[" in text[:100]:
        return make_vocabulary(text.splitlines())
    try:
        tokens = as_words(json.loads(text))
    except (ValueError, RecursionError):
        return make_vocabulary(text.splitlines())
    if tokens is None or len(tokens) > _LARGEST:
        raise CheckpointError(
            "This JSON is no vocabulary: give a list of tokens, or a dictionary from tokens to ids 0, 1, 2, …"
        )
    return make_vocabulary(tokens)


def guess_vocabulary(size: int) -> tuple[Vocabulary, str] | None:
    """The vocabulary that a number of tokens suggests, with the sentence that says so; None where it suggests none."""
    if size == _BYTES:
        return Vocabulary(tuple(map(chr, range(_BYTES)))), "256 tokens: taken for bytes, one a Latin-1 character."
    if size == _ASCII:
        return Vocabulary(tuple(map(chr, range(_ASCII)))), "128 tokens: taken for the characters of ASCII."
    if size == len(printable):
        return Vocabulary(tuple(printable)), "100 tokens: taken for Python's string.printable, in its order."
    return None
