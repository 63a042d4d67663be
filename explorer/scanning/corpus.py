"""What a caller gives as a corpus → its sequences, one after the other."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.errors import ArgumentError, EncodingError, ShapeError
from explorer.fitting import said
from explorer.models import Model
from explorer.models.run.given import as_array
from explorer.scanning.files import found, open_file
from explorer.scanning.streams import InMemory, Stream, in_memory
from explorer.scanning.texts import encoded_text, tokens_of
from explorer.sequences import Encoded
from explorer.sequences.visible import counted

Array = NDArray[Any]
_ONE = (str, Path, Encoded, np.ndarray, pd.DataFrame, pd.Series)


def streams_of(
    model: Model, corpus: Any, labels: Mapping[str, Any] | None, columns: Sequence[str] | None, joined: bool
) -> Iterator[tuple[Stream, float]]:
    """Every sequence of a corpus, and which share of the corpus it is.

    Args:
        model, corpus, labels, columns, joined: as `scan` takes them.

    Raises:
        EncodingError, ShapeError, ArgumentError: it is no corpus for this model.
    """
    items = list(corpus) if _is_many(corpus) else [corpus]
    if not items:
        raise EncodingError("The corpus is empty: give at least one sequence.")
    if any(isinstance(one, Path) for one in items):
        yield from _of_files(model, items, columns, joined)
        return
    given = _labels(labels, len(items), _is_many(corpus))
    streams = [
        _in_memory(model, one, beside, place) for place, (one, beside) in enumerate(zip(items, given, strict=True))
    ]
    total = sum(map(len, streams))
    yield from ((one, len(one) / max(total, 1)) for one in ([Joined(streams)] if joined else streams))


def _is_many(corpus: Any) -> bool:
    """Whether it is a list of sequences, and not one of numbers."""
    if not isinstance(corpus, list | tuple) or not corpus:
        return isinstance(corpus, list | tuple)
    first = corpus[0]
    return isinstance(first, _ONE) or (hasattr(first, "detach") and first.ndim > 0)


def _of_files(
    model: Model, items: list[Any], columns: Sequence[str] | None, joined: bool
) -> Iterator[tuple[Stream, float]]:
    if strange := [one for one in items if not isinstance(one, Path)]:
        raise ArgumentError(f"Paths and {said(strange[0])} came together: give paths alone, or sequences alone.")
    paths = found(items)
    if joined:
        yield Joined([stream for path in paths for stream, _ in open_file(model, path, columns)]), 1.0
        return
    for path in paths:
        for stream, share in open_file(model, path, columns):
            yield stream, share / len(paths)


def _labels(labels: Mapping[str, Any] | None, count: int, many: bool) -> list[dict[str, Array]]:
    """The labels of each sequence by name."""
    if labels is None:
        return [{}] * count
    if not isinstance(labels, Mapping):
        raise ArgumentError(f"labels is {said(labels)}: give a dictionary, a name and one value a step.")
    for name, values in labels.items():
        if many and len(values) != count:
            raise ShapeError(
                f"The labels {said(name)} are of {len(values):,} sequences and {counted(count, 'sequence')} came: "
                "give one array for each."
            )
    return [{name: np.asarray(one[at] if many else one) for name, one in labels.items()} for at in range(count)]


def _in_memory(model: Model, given: Any, labels: Mapping[str, Array], place: int) -> InMemory:
    name = f"sequence {place}"
    if isinstance(given, str):
        if model.text is None:
            raise EncodingError(
                f"Text came, but {model.name} has no vocabulary: give it numbers, or name files by pathlib.Path."
            )
        told = given if model.text.unit == "character" else tokens_of(model.text, given)
        return InMemory(name, encoded_text(model.text, given), told, labels)
    values = given.values if isinstance(given, Encoded) else as_array(given)
    return in_memory(model, values, name, labels)


class Joined:
    """Sequences that follow each other as one.

    Args:
        streams: in their order.
    """

    def __init__(self, streams: Sequence[Stream]) -> None:
        self.name = "the joined sequences"
        self._streams = streams
        self._edges = [0, *accumulate(map(len, streams))]

    def __len__(self) -> int:
        """All their steps."""
        return self._edges[-1]

    def read(self, start: int, stop: int) -> Array:
        """Some steps, of as many as they lie in."""
        first, last = bisect_right(self._edges, start) - 1, bisect_right(self._edges, stop - 1) - 1
        parts = [
            self._streams[at].read(max(start - self._edges[at], 0), min(stop, self._edges[at + 1]) - self._edges[at])
            for at in range(first, last + 1)
        ]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def whole(self) -> Any:
        """All of it."""
        parts = [one.whole() for one in self._streams]
        if isinstance(parts[0], str):
            return "".join(parts)
        return np.concatenate(parts) if isinstance(parts[0], np.ndarray) else [word for one in parts for word in one]

    def column(self, name: str) -> Array:
        """That of each."""
        return np.concatenate([one.column(name) for one in self._streams])

    def cut(self, start: int, stop: int) -> "Stream":
        """The stretch, or all of it."""
        if (start, stop) == (0, len(self)):
            return self
        return InMemory(self.name, self.read(start, stop), first=start, steps=len(self))
