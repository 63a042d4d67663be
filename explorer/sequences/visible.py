"""How a token or a name from a stranger is shown: nothing stays invisible, nothing reorders the line."""

import unicodedata
from collections.abc import Iterator

UNKNOWN_SIGN = "\N{REPLACEMENT CHARACTER}"
SIGNS = {" ": "·", "\n": "⏎", "\t": "⇥"}
# Letters and symbols by category, but drawn as nothing.
BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
BLANK_MARKS = frozenset([0x034F, 0x17B4, 0x17B5, *range(0x180B, 0x1810), *range(0xFE00, 0xFE10)])
VARIATION_SUPPLEMENT = range(0xE0100, 0xE01F0)


def visible(token: str) -> str:
    """Return the form of a token that is shown on axes and in the ribbon.

    A space becomes ``·``, a new line ``⏎``, a tab ``⇥``; control, bidirectional, zero-width and other undrawn
    characters, and combining marks that stand alone, become their code point (``U+202E``). The result is
    printable and never empty. It is text, not markup: whoever puts it into HTML escapes it.

    Args:
        token: any string, lone surrogates included.

    Returns:
        The shown form; an empty token is ``∅``.

    Example:
        >>> visible(" "), visible("a"), visible("\\u202e")
        ('·', 'a', 'U+202E')
    """
    return "".join(SIGNS.get(char) or _drawn(char, before) for before, char in _pairs(token)) or "∅"


def legible(text: str, limit: int = 40) -> str:
    """Return a stranger's words fit for a sentence: as `visible`, but spaces stay and long text is cut.

    Args:
        text: any string.
        limit: the most characters kept, before "…" marks the cut.

    Returns:
        Printable text.
    """
    kept = text if len(text) <= limit else text[:limit]
    signs = SIGNS | {" ": " "}
    shown = "".join(signs.get(char) or _drawn(char, before) for before, char in _pairs(kept))
    return shown if kept == text else shown + "…"


def counted(count: int, noun: str) -> str:
    """Return "1 word", "3 words", "12,000 words"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    return zip(" " + text, text, strict=False)


def _drawn(char: str, before: str) -> str:
    """Keep a mark only on a letter that can carry it."""
    if char.isascii() and char.isprintable():
        return char
    is_mark = unicodedata.category(char).startswith("M")
    carried = unicodedata.category(before)[0] in "LMN" and before not in BLANKS
    if char.isprintable() and not _is_blank(char) and (carried or not is_mark):
        return char
    return f"U+{ord(char):04X}"


def _is_blank(char: str) -> bool:
    return char in BLANKS or ord(char) in BLANK_MARKS or ord(char) in VARIATION_SUPPLEMENT
