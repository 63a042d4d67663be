"""A vocabulary that comes in a file of its own."""

import json
import re
from typing import Any

from explorer.errors import CheckpointError
from explorer.models.checkpoints.vocabularies import make_vocabulary
from explorer.models.files import (
    MAX_WORDS,
    Words,
    distinct,
    flatten,
    named,
    read_contents,
    read_source,
    words_of,
)
from explorer.sequences import Vocabulary

IS_VOCABULARY = re.compile(
    r"vocab|stoi|itos|alphabet|lookup|(?<![a-z])(char|word|tok|token|letter|symbol|item|i|id|idx|ix|int|index|c|w|t)s?_?"
    r"(to|2|_)_?(char|word|tok|token|letter|symbol|item|i|id|idx|ix|int|index|c|w|t)s?(?![a-z])",
    re.IGNORECASE,
)
"""What a vocabulary is called."""
_LARGEST_FILE = 20_000_000
_WRAPPED = 4
_NUMBERED = re.compile(r"(?P<token>.*\S)[\t ](?P<number>-?\d+(?:\.\d+)?(?:e-?\d+)?)", re.IGNORECASE)
_SENTENCEPIECE = (b"<unk>", b"\x15")


def read_vocabulary(source: Any) -> Vocabulary:
    """Read a vocabulary that comes in a file of its own.

    JSON: a list of tokens, a dictionary of ids either way, ``{"stoi": …, "itos": …}``, a Keras tokenizer
    (``to_json()``), a ``tokenizer.json``. Text: one token a line, or a token, a tab and its id. A pickle, or what
    ``torch.save`` wrote, that holds one of these.

    Args:
        source: a path, bytes, or a binary file object, at most 20 MB.

    Raises:
        CheckpointError: it is too large, no text, or no vocabulary.
    """
    data = read_source(source).data
    if len(data) > _LARGEST_FILE:
        raise CheckpointError(
            f"This vocabulary is {len(data) / 1e6:.0f} MB and the most is {_LARGEST_FILE / 1e6:.0f} MB."
        )
    text = _text(data)
    if text is None:
        return make_vocabulary(_only(read_contents(data).words))
    found = _json(text)
    return make_vocabulary(_of_lines(text) if found is None else _of_json(found))


def _text(data: bytes) -> str | None:
    """The file as text, or None where it is a pickle or an archive.

    Raises:
        CheckpointError: it is none of these.
    """
    if data[:1] == b"\n" and all(mark in data[:200] for mark in _SENTENCEPIECE):
        raise CheckpointError(
            "This is a SentencePiece model, which is not read. Save its pieces as a JSON list, by id: "
            "[model.id_to_piece(i) for i in range(len(model))]."
        )
    if data[:1] == b"\x80" or data[:2] == b"PK":
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CheckpointError(
            "This vocabulary is no UTF-8 text: save it as UTF-8, one token a line or as JSON."
        ) from None


def _json(text: str) -> Any:
    """The value, JSON inside JSON opened too; None where it is none."""
    if text.lstrip()[:1] not in ("[", "{", '"'):
        return None
    try:
        value = json.loads(text)
        for _ in range(_WRAPPED):
            value = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list | dict) else None


def _of_json(value: Any) -> Words:
    """The vocabulary itself, or the only one somewhere inside."""
    try:
        return words_of(value)
    except CheckpointError as reason:
        inside = flatten(value).words if isinstance(value, dict) else {}
        if not inside:
            raise CheckpointError(str(reason)) from None
    return _only(inside)


def _only(found: Any) -> Words:
    """The vocabulary of a file, or the only one that is called so.

    Raises:
        CheckpointError: there is none, or there are several that differ.
    """
    each = distinct(found)
    called = {name: words for name, words in each.items() if IS_VOCABULARY.search(name)}
    chosen = called if called and len(each) > 1 else each
    if len(chosen) == 1:
        return next(iter(chosen.values()))
    if not chosen:
        raise CheckpointError("This file holds no vocabulary: give a list of tokens, or a dictionary of their ids.")
    names = " and ".join(named(name) for name in list(chosen)[:2])
    raise CheckpointError(
        f"This file holds {len(chosen)} vocabularies that differ, {names}: save the one that it reads."
    )


def _of_lines(text: str) -> Words:
    """One token a line, as it stands there; or a token and its id."""
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    if len(lines) > MAX_WORDS:
        raise CheckpointError(f"This vocabulary has {len(lines):,} lines and the most is {MAX_WORDS:,}.")
    pairs = [_NUMBERED.fullmatch(line) for line in lines]
    numbered = [pair for pair in pairs if pair is not None]
    if 10 * len(numbered) < 9 * len(lines) or len(lines) < 2:
        return Words(tuple(lines), listed=True)
    ids = [int(pair["number"]) if pair["number"].isdecimal() else -1 for pair in numbered]
    if len(numbered) == len(lines) and sorted(ids) in (list(range(len(ids))), list(range(1, len(ids) + 1))):
        return words_of({pair["token"]: number for pair, number in zip(numbered, ids, strict=True)})
    raise CheckpointError(
        f"Each line holds a token and a number ({named(lines[0])}), which may be a count: give one token a line, or a "
        "JSON dictionary from tokens to ids."
    )
