"""A step's Markdown → spans that a page can draw without any markup of its own: no text becomes HTML."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_MARKS = re.compile(r"(\*\*.+?\*\*|\*[^*\s][^*]*?\*|`[^`]+`)")


@dataclass(frozen=True)
class Span:
    """A piece of a paragraph.

    Attributes:
        text: as it is read.
        style: ``""``, ``"strong"``, ``"em"`` or ``"code"``.
        meaning: of a word that is explained where it stands, "" for none.
    """

    text: str
    style: str = ""
    meaning: str = ""


def paragraphs(text: str, words: Mapping[str, str] | None = None) -> tuple[tuple[Span, ...], ...]:
    """The paragraphs of a text; a blank line is between two.

    Args:
        text: Markdown, of which ``**strong**``, ``*emphasis*`` and `` `code` `` are known.
        words: what is explained, by its lower-case spelling; each where it first stands.
    """
    left = dict(words or {})
    blocks = (" ".join(block.split()) for block in re.split(r"\n\s*\n", text))
    return tuple(tuple(_explained(_styled(block), left)) for block in blocks if block)


def _styled(block: str) -> list[Span]:
    return [_span(piece) for piece in _MARKS.split(block) if piece]


def _span(piece: str) -> Span:
    for mark, style in (("**", "strong"), ("*", "em"), ("`", "code")):
        if piece.startswith(mark) and piece.endswith(mark) and len(piece) > 2 * len(mark):
            return Span(piece[len(mark) : -len(mark)], style)
    return Span(piece)


def _explained(spans: Sequence[Span], left: dict[str, str]) -> list[Span]:
    found: list[Span] = []
    for span in spans:
        found += [span] if span.style == "code" else _words_of(span, left)
    return found


def _words_of(span: Span, left: dict[str, str]) -> list[Span]:
    if not left:
        return [span]
    longest_first = sorted(left, key=len, reverse=True)
    pieces = re.split(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)", span.text, flags=re.IGNORECASE)
    return [Span(piece, span.style, _take(piece, left)) for piece in pieces if piece]


def _take(piece: str, left: dict[str, str]) -> str:
    """What a word means, the first time; other spellings of it are then known too."""
    meaning = left.pop(piece.casefold(), "")
    for other in [name for name, same in left.items() if meaning and same == meaning]:
        del left[other]
    return meaning
