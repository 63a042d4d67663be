"""The corpus on the page: over which steps units are asked about, and what is known of each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.errors import EncodingError
from explorer.models import Model
from explorer.sequences import UNKNOWN_SIGN, Vocabulary, visible
from explorer.training import TASKS, make_task
from explorer.ui.units.own_file import own_labels, own_sequences
from explorer.ui.view.long_run import run_in_hand
from explorer.ui.view.view import View, initial_states

MOST_VALUES = 200_000_000
"""So many numbers of one signal are kept over a corpus."""


@dataclass(frozen=True, eq=False)
class Corpus:
    """Sequences below each other, as one long row of steps.

    Attributes:
        name: as a sentence calls it: "held-out text", "your file x.csv", "the sequence on screen".
        values: token ids (time,), or numbers (time, columns) in the data's own units, as `record` takes them.
        starts: where each sequence begins, the first at 0; one for a single stream.
        labels: the user's own columns, (time,): numbers with NaN where one is missing, or words.
        vocabulary: what the ids mean; None for numbers, or ids without a vocabulary.
        names: what the steps are called where no vocabulary says it.
        is_own: whether it is of this session alone.
        notes: sentences about how it was read.
        states: before each sequence's first step, as `record` takes them; none for the model's own.
    """

    name: str
    values: NDArray[Any]
    starts: NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    labels: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    vocabulary: Vocabulary | None = None
    names: tuple[str, ...] | None = None
    is_own: bool = False
    notes: tuple[str, ...] = ()
    states: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def mark(self) -> str:
        """The corpus by its content: values, starts, states."""
        found = blake2b(np.ascontiguousarray(self.values).data, digest_size=16)
        found.update(f"{self.values.dtype}{self.values.shape}".encode() + self.starts.tobytes())
        for name, state in self.states.items():
            found.update(name.encode() + np.ascontiguousarray(state).tobytes())
        return found.hexdigest()

    def spans(self) -> Iterator[tuple[int, int]]:
        """The first step of each sequence, and the one past its last."""
        return zip(self.starts.tolist(), [*self.starts[1:].tolist(), len(self)], strict=True)

    def span_of(self, step: int) -> tuple[int, int]:
        """The first step of the sequence that a step is in, and the one past its last."""
        after = int(np.searchsorted(self.starts, step, "right"))
        return int(self.starts[after - 1]), int(self.starts[after]) if after < len(self.starts) else len(self)

    def tokens(self, start: int, stop: int) -> tuple[str, ...]:
        """What the steps from ``start`` to before ``stop`` are called, white space made visible."""
        if self.vocabulary is not None:
            return tuple(self._shown[number] for number in self.values[start:stop])
        if self.names is not None:
            return self.names[start:stop]
        return tuple(map(str, range(start + 1, stop + 1)))

    @cached_property
    def text(self) -> str | None:
        """All tokens joined: characters with nothing between them, words with a space; None for numbers."""
        return None if self.vocabulary is None else self.between.join(self._pieces)

    @cached_property
    def offsets(self) -> NDArray[np.int64]:
        """Where in `text` each step's token begins, (time + 1,)."""
        gap = len(self.between)
        return np.concatenate([[0], np.cumsum([len(piece) + gap for piece in self._pieces])])

    def up_to(self, steps: int) -> "Corpus":
        """The same, or its first steps."""
        if steps >= len(self):
            return self
        cut = {name: values[:steps] for name, values in self.labels.items()}
        note = f"Its first {steps:,} of {len(self):,} steps are looked at."
        starts = self.starts[self.starts < steps]
        return replace(self, values=self.values[:steps], starts=starts, labels=cut, notes=(*self.notes, note))

    @property
    def between(self) -> str:
        """What stands between two tokens in `text`."""
        return "" if self.vocabulary is not None and self.vocabulary.unit == "character" else " "

    @cached_property
    def _raw(self) -> list[str]:
        """Each id's token; one character for what the vocabulary lacks, so that characters stay steps."""
        assert self.vocabulary is not None
        silent = self.vocabulary.silent
        return [UNKNOWN_SIGN if place in silent else token for place, token in enumerate(self.vocabulary.tokens)]

    @cached_property
    def _shown(self) -> list[str]:
        return [visible(token) for token in self._raw]

    def shown(self, number: int) -> str:
        """What a token is called, by its id."""
        return self._shown[number]

    @cached_property
    def line_positions(self) -> NDArray[np.int64] | None:
        """How many steps of its line stand before each step; None where the text has no lines."""
        line_end = None if self.vocabulary is None else self.vocabulary.ids.get("\n")
        if line_end is None:
            return None
        places = np.arange(len(self))
        begins = np.concatenate([[True], self.values[:-1] == line_end])
        begins[self.starts] = True
        return places - np.maximum.accumulate(np.where(begins, places, 0))

    @property
    def is_screen(self) -> bool:
        """Whether it is the sequence that the ribbon shows, step by step."""
        return self.names is not None

    @property
    def _pieces(self) -> list[str]:
        raw = self._raw
        return [raw[number] for number in self.values.tolist()]


def corpora(view: View) -> list[str]:
    """Which corpora there are for the model on screen."""
    return [*(["held-out"] if _has_held_out(view) else []), "screen", "file"]


def corpus_of(view: View) -> Corpus:
    """The corpus that the request names, as far as it is looked at.

    Raises:
        EncodingError: the user's file is not there, or does not fit the model.
    """
    asked = view.request.units_page
    known = corpora(view)
    chosen = asked.corpus if asked.corpus in known else known[0]
    if chosen == "held-out":
        return _held_out(str(view.model.card["task"]), fits(view.model, asked.corpus_steps))
    return (_on_screen(view) if chosen == "screen" else _of_file(view)).up_to(fits(view.model, asked.corpus_steps))


def fits(model: Model, steps: int) -> int:
    """How many steps of a corpus can be kept for a model's widest signal."""
    return min(steps, MOST_VALUES // max(max(cell.units.values()) for cell in model.cells()))


def _has_held_out(view: View) -> bool:
    """Whether the model's task is known and reads text, by the very vocabulary that the model has."""
    known = TASKS.get(str(view.model.card.get("task")))
    if known is None or known.reading == "numbers" or view.model.text is None:
        return False
    words = known.vocabulary or _held_out(known.name, 1_000).vocabulary
    return words is not None and words.tokens == view.model.text.tokens


@st.cache_resource(max_entries=12, show_spinner=False)
def _held_out(task: str, steps: int) -> Corpus:
    """What the task's networks were not trained on, as far as asked."""
    known = make_task(task)
    sequences = known.corpus()
    if not sequences:
        raise EncodingError("This model's task has no text to ask about: choose the sequence on screen.")
    starts = np.cumsum([0, *(len(one) for one in sequences[:-1])])
    whole = Corpus(f"held-out text of {known.title}", np.concatenate(sequences), starts, {}, known.vocabulary)
    return whole.up_to(steps)


def _on_screen(view: View) -> Corpus:
    """The sequence that the bar names, the whole of it where it is seen through a window."""
    run = run_in_hand() if view.is_window else None
    values = view.encoded.values if run is None else run.values
    vocabulary = view.model.text if values.ndim == 1 else None
    names = view.encoded.labels if run is None else None
    labels = own_labels(view, len(values))
    return Corpus(
        "the sequence on screen", values, labels=labels, vocabulary=vocabulary, names=names, is_own=True,
        states=initial_states(view.request, view.model),
    )  # fmt: skip


def _of_file(view: View) -> Corpus:
    name, values, starts, labels, notes = own_sequences(view)
    vocabulary = view.model.text if values.ndim == 1 else None
    return Corpus(name, values, starts, labels, vocabulary, None, is_own=True, notes=notes)
