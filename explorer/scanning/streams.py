"""One sequence of a corpus, of which any stretch can be read, wherever it lies."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ArgumentError, ShapeError
from explorer.fitting import said
from explorer.models import Model
from explorer.scanning.passage import Concept, fits
from explorer.sequences import UNKNOWN_SIGN

Array = NDArray[Any]


class Stream(Protocol):
    """A sequence that is read stretch by stretch."""

    @property
    def name(self) -> str:
        """What to call it in a sentence."""

    def __len__(self) -> int:
        """How many steps it has."""

    def read(self, start: int, stop: int) -> Array:
        """Token ids (time,) or numbers (time, columns) of some steps."""

    def whole(self) -> Any:
        """What a concept that is a function is given: all of it."""

    def column(self, name: str) -> Array:
        """A column of labels, (time,)."""

    def cut(self, start: int, stop: int) -> "Stream":
        """What to send elsewhere so that these steps can be read there, counted as here."""


@dataclass(frozen=True, eq=False)
class InMemory:
    """A sequence, or a stretch of one, that is here.

    Attributes:
        name: what to call it.
        values: token ids or numbers from step ``first`` on.
        text: what a concept is given, if not the values.
        columns: labels by name, each from step ``first`` on.
        first: the step with which ``values`` begin.
        steps: of the whole sequence.
    """

    name: str
    values: Array
    text: Any = None
    columns: Mapping[str, Array] = field(default_factory=dict)
    first: int = 0
    steps: int = -1

    def __len__(self) -> int:
        """How many steps the whole has."""
        return len(self.values) if self.steps < 0 else self.steps

    def read(self, start: int, stop: int) -> Array:
        """A view."""
        return self.values[start - self.first : stop - self.first]

    def whole(self) -> Any:
        """The text, else the values."""
        return self.values if self.text is None else self.text

    def column(self, name: str) -> Array:
        """Labels that were given beside it.

        Raises:
            ArgumentError: there are none of that name.
        """
        return column_of(self.columns, name, self.name)

    def cut(self, start: int, stop: int) -> "InMemory":
        """A stretch of it, or itself."""
        if (start, stop) == (0, len(self)):
            return self
        return InMemory(self.name, self.read(start, stop), first=start, steps=len(self))


def in_memory(model: Model, values: Array, name: str, columns: Mapping[str, Array] | None = None) -> InMemory:
    """Token ids or numbers as a sequence; of ids a concept is given what they stand for.

    Raises:
        ShapeError: they do not fit the model.
    """
    beside = columns or {}
    if model.embedding is not None and values.ndim == 1 and values.dtype.kind in "iu":
        return InMemory(name, values, _spelt(model, values), beside)
    rows = values if values.ndim != 1 else values[:, None]
    if rows.ndim != 2 or rows.shape[1] != model.input_size:
        raise ShapeError(
            f"A sequence of shape {values.shape} came; {model.name} reads (time, {model.input_size}): one row a step; "
            "several sequences as a list of arrays."
        )
    return InMemory(name, rows, None, beside)


def _spelt(model: Model, ids: Array) -> Any:
    """The text of ids where each is a character, else their tokens; None where there are none."""
    words = model.vocabulary
    if model.text is None or words is None or not ids.size or ids.min() < 0 or ids.max() >= len(words):
        return None  # what is outside is refused where it is read
    tokens = np.array(words, dtype=object)[ids].tolist()
    one_each = model.text.unit == "character"
    return "".join(word if len(word) == 1 else UNKNOWN_SIGN for word in tokens) if one_each else tokens


def column_of(columns: Mapping[str, Array], name: str, where: str) -> Array:
    """One of some columns.

    Raises:
        ArgumentError: there is none of that name.
    """
    if name not in columns:
        there = f"it has {', '.join(map(said, list(columns)[:8]))}" if columns else "it has none"
        raise ArgumentError(f"There are no labels {said(name)} in {where}: {there}.")
    return np.asarray(columns[name])


def told_of(stream: Stream, concept: Concept) -> Array:
    """What a concept says of every step of a sequence, (time,).

    Raises:
        ArgumentError, ShapeError: there are no such labels, or it did not give one value a step.
    """
    if isinstance(concept, str):
        return fits(stream.column(concept), len(stream), concept)
    name = getattr(concept, "__name__", type(concept).__name__)
    return fits(concept(stream.whole()), len(stream), name)
