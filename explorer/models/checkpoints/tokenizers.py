"""What a tokenizer's own settings say → how text is cut; what is not understood is never guessed."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from explorer.models.files import Words, named
from explorer.sequences import Splitting
from explorer.sequences.vocabulary import Unit

_AS_TOKENS = "text is not cut here as it does: type the tokens themselves, with spaces between."
_NORMALS = {
    "Lowercase": "lower each", "StripAccents": "no accents", "NFC": "NFC", "NFD": "NFD", "NFKC": "NFKC", "NFKD": "NFKD",
}  # fmt: skip
_CUTS = {"Whitespace": "runs", "WhitespaceSplit": "white space", "BertPreTokenizer": "bert"}


class Rules(NamedTuple):
    """How a vocabulary reads text.

    Attributes:
        unit: what a token is called.
        splitting: how text is cut.
        unknown, padding: tokens, or None where none is named.
        notes: sentences about it.
    """

    unit: Unit
    splitting: Splitting | None
    unknown: str | None = None
    padding: str | None = None
    notes: tuple[str, ...] = ()


class _NotUnderstoodError(Exception):
    """A step of a tokenizer that is not done here, by its name."""


def keras_rules(words: Words) -> Rules:
    """As ``Tokenizer.texts_to_sequences``: lower-case, filters to separators, cut; unknown words are left out."""
    settings = words.keras
    oov = settings.get("oov_token")
    unknown = oov if isinstance(oov, str) and oov in words.tokens else None
    lower = ("lower",) if settings.get("lower", True) else ()
    drops = unknown is None
    if settings.get("char_level"):
        said = "The Keras tokenizer reads single characters" + (", lower-cased." if lower else ".")
        return Rules("character", Splitting(normal=lower, cuts=("characters",), drops=drops), unknown, None, (said,))
    filters, separator = settings.get("filters"), settings.get("split")
    separator = separator if isinstance(separator, str) and separator else " "
    filters = filters if isinstance(filters, str) else ""
    rules = [*(["lower-cased"] if lower else []), *(["its filters taken out"] if filters else [])]
    said = f"Text is cut as the Keras tokenizer does: {', '.join([*rules, f'split at {named(separator)}'])}."
    return Rules("word", Splitting((), lower, filters, separator, drops=drops), unknown, None, (said,))


def hugging_face_rules(words: Words) -> Rules:
    """As ``Tokenizer.encode(text, add_special_tokens=False)`` for words and word pieces; else tokens must be typed."""
    settings = words.hugging_face
    model, padding = settings["model"], settings.get("padding")
    kind = str(model.get("type") or ("WordPiece" if "continuing_subword_prefix" in model else ""))
    marks = (model.get("unk_token"), padding.get("pad_token") if isinstance(padding, dict) else None)
    unknown, filling = (mark if isinstance(mark, str) and mark in words.tokens else None for mark in marks)
    try:
        splitting = _splitting(settings, model, kind)
    except _NotUnderstoodError as trouble:
        return Rules("token", None, unknown, filling, (f"This tokenizer has {trouble.args[0]}; {_AS_TOKENS}",))
    except (KeyError, TypeError, ValueError, AttributeError):
        return Rules("token", None, unknown, filling, (f"This tokenizer's settings cannot be read; {_AS_TOKENS}",))
    return Rules(
        "word", splitting, unknown, filling, (f"Text is cut as the {kind} tokenizer does.", *_around(settings))
    )


def _splitting(settings: Mapping[str, Any], model: Mapping[str, Any], kind: str) -> Splitting:
    if kind not in ("WordLevel", "WordPiece"):
        raise _NotUnderstoodError(f"the model {named(kind or 'unnamed')}")
    normal = _normal(settings.get("normalizer"))
    pieces = kind == "WordPiece"
    inside, longest = model.get("continuing_subword_prefix", "##"), model.get("max_input_chars_per_word", 100)
    if type(longest) is not int or not isinstance(inside, str) or not inside:
        raise TypeError
    return Splitting(
        special=_special(settings.get("added_tokens"), normal),
        normal=normal,
        cuts=_cuts(settings.get("pre_tokenizer")),
        continuing=inside if pieces else "",
        longest=longest,
    )


def _normal(step: Any) -> tuple[str, ...]:
    if step is None:
        return ()
    kind = step.get("type")
    if kind == "Sequence":
        return tuple(name for one in step["normalizers"] for name in _normal(one))
    if kind == "BertNormalizer":
        bare = step["lowercase"] if step.get("strip_accents") is None else step["strip_accents"]
        done = {"clean": step["clean_text"], "chinese": step["handle_chinese_chars"], "NFD": bare, "no accents": bare,
                "lower each": step["lowercase"]}  # fmt: skip
        return tuple(name for name, is_done in done.items() if is_done)
    if kind == "Strip" and step.get("strip_left") and step.get("strip_right"):
        return ("strip",)
    if kind not in _NORMALS:
        raise _NotUnderstoodError(f"the normalizer {named(kind)}")
    return (_NORMALS[kind],)


def _cuts(step: Any) -> tuple[str, ...]:
    if step is None:
        return ()
    kind = step.get("type")
    if kind == "Sequence":
        return tuple(name for one in step["pretokenizers"] for name in _cuts(one))
    if kind == "Punctuation" and step.get("behavior", "Isolated") == "Isolated":
        return ("marks",)
    if kind not in _CUTS:
        raise _NotUnderstoodError(f"the pre-tokenizer {named(kind)}")
    return (_CUTS[kind],)


def _special(added: Any, normal: tuple[str, ...]) -> tuple[str, ...]:
    """Tokens that are looked for in the text itself."""
    special = []
    for one in added or ():
        if any(one.get(flag) for flag in ("single_word", "lstrip", "rstrip")) or (one.get("normalized") and normal):
            raise _NotUnderstoodError(f"the added token {named(one.get('content'))}")
        special.append(one["content"])
    if not all(isinstance(token, str) and token for token in special):
        raise TypeError
    return tuple(special)


def _around(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """What the tokenizer does besides, and the page does not."""
    notes = []
    if settings.get("post_processor"):
        notes.append("The tokenizer also puts tokens around a text, which are not added here: type them.")
    if settings.get("truncation"):
        notes.append("The tokenizer also cuts long texts, which are read whole here.")
    return tuple(notes)
