"""The kinds of choices that a request is made of, each a field that says what it may hold."""

from dataclasses import field
from typing import Any

from explorer.cells import CELLS


def one_of(*choices: str) -> Any:
    """A field whose value is one of a few words, the first by default."""
    return field(default=choices[0], metadata={"choices": choices})


def cell_with(part: str = "kind") -> Any:
    """A field that names a cell which declares ``part``, the first by default."""
    return field(default=_kinds(part)[0], metadata={"declares": part})


def _kinds(part: str) -> tuple[str, ...]:
    return tuple(kind for kind, cell in CELLS.items() if getattr(cell, part) is not None)


def choices(one: Any) -> tuple[str, ...] | None:
    """The words that a field of `Request` may hold; None where it takes any."""
    known: tuple[str, ...] | None = one.metadata.get("choices")
    return _kinds(one.metadata["declares"]) if "declares" in one.metadata else known


def between(default: int, low: int, high: int) -> Any:
    """A whole number within bounds."""
    return field(default=default, metadata={"low": low, "high": high})
