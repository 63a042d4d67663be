"""Words and what they mean: the signals as the cell on screen declares them, and a short file for the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from explorer.cells import CELLS
from explorer.errors import LessonError
from explorer.signals import Signal

_FILE = Path(__file__).parent / "glossary.md"


@dataclass(frozen=True)
class Term:
    """A word of the course.

    Attributes:
        names: how it is written, the first as a heading.
        meaning: one or two sentences.
    """

    names: tuple[str, ...]
    meaning: str


@lru_cache
def read_glossary(language: str = "en", file: Path = _FILE) -> tuple[Term, ...]:
    """The terms that no cell declares, a line each: ``name, other spelling: meaning``.

    Raises:
        LessonError: a line that is no term, by its number.
    """
    other = file.parent / language / file.name
    path = other if other.is_file() else file
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    return tuple(_term(path, number, line) for number, line in lines if line.strip())


def _term(path: Path, number: int, line: str) -> Term:
    names, colon, meaning = line.partition(": ")
    if not colon or not meaning.strip():
        raise LessonError(f"{path.name}, line {number}: write “name, other spelling: meaning”.")
    return Term(tuple(name.strip() for name in names.split(",")), meaning.strip())


def known_words(kind: str | None, language: str = "en") -> Mapping[str, str]:
    """Every word with its meaning, as they stand in a text; a signal means what the cell on screen says.

    Args:
        kind: of the cell on screen, None for none: then a word means what the first cell that has it says.
        language: of the glossary's file.
    """
    words = {name.casefold(): term.meaning for term in read_glossary(language) for name in term.names}
    for cell in reversed(list(CELLS.values())):
        words |= _meanings(cell.words)
    return words | _meanings(CELLS[kind].words if kind in CELLS else ())


def _meanings(signals: Iterable[Signal]) -> dict[str, str]:
    """What signals mean, by their titles in the reader's language and in the code's."""
    return {title.casefold(): one.spoken.meaning for one in signals for title in (one.title, one.spoken.title)}
