"""The user's own corpus: a file of this session, as the model on screen reads it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.errors import EncodingError, ExplorerError
from explorer.models import Model
from explorer.sequences import MAX_LONG_STEPS, Vocabulary, legible
from explorer.sequences.corpus_file import CorpusFile, read_corpus
from explorer.sequences.visible import counted
from explorer.ui.parts.sentences import literal
from explorer.ui.session.dropped import dropped
from explorer.ui.session.held_bytes import count_in
from explorer.ui.session.state import change
from explorer.ui.session.turns import turn
from explorer.ui.view.data_in_hand import data_in_hand
from explorer.ui.view.view import View

_FILE, _TROUBLE = "corpus-file", "corpus-trouble"
_MOST_PIECES = 100_000
_MOST_LABELS = 40


class Read(NamedTuple):
    """A file as a model reads it: see `Corpus`."""

    name: str
    values: NDArray[Any]
    starts: NDArray[np.int64]
    labels: Mapping[str, NDArray[Any]]
    notes: tuple[str, ...]


def corpus_uploader() -> None:
    """Bring a corpus."""
    st.file_uploader(
        "Your corpus: a text, or a CSV with columns of labels", key="corpus-upload", on_change=_uploaded,
        max_upload_size=50,
    )  # fmt: skip
    kept = corpus_file()
    if kept is not None:
        st.caption(literal(f"{legible(kept.name, 60)} is held in this session."))
    trouble = st.session_state.get(_TROUBLE)
    if trouble:
        st.error(literal(trouble))


def corpus_file() -> CorpusFile | None:
    """The file of this session."""
    return st.session_state.get(_FILE)


def take_corpus(data: bytes, name: str) -> None:
    """Keep a file as the corpus of this session.

    Raises:
        ExplorerError: it cannot be read, or the server holds as much as it can.
    """
    file = read_corpus(data, name)
    count_in(file, len(data) * (4 if file.text else 8))
    st.session_state[_FILE] = file


def _uploaded() -> None:
    came = dropped("corpus-upload")
    st.session_state.pop(_TROUBLE, None)
    if not came:
        return
    name, content = came[0]
    try:
        with turn(in_callback=True):
            take_corpus(content, name)
    except ExplorerError as trouble:
        st.session_state[_TROUBLE] = str(trouble)
        return
    # A table's own columns are what its user asks after first.
    kept = corpus_file()
    change(corpus="file", concept_label="", **({"concept": ""} if kept is not None and kept.columns else {}))


def own_labels(view: View, steps: int) -> dict[str, NDArray[Any]]:
    """The columns of the table on screen that the model does not read, where there is one."""
    upload = data_in_hand()
    if view.request.sequence.source != "upload" or upload is None or upload.arrays is not None:
        return {}
    frame = upload.source.frame
    others = [name for name in frame.columns if name not in upload.columns][:_MOST_LABELS]
    return {str(name): frame[name].to_numpy() for name in others} if len(frame) == steps else {}


def own_sequences(view: View) -> Read:
    """The file of this session as the model on screen reads it.

    Raises:
        EncodingError: there is none, or the model cannot read it.
    """
    file = corpus_file()
    if file is None:
        raise EncodingError("No file is here yet (or a reload has lost it): bring one above.")
    kept = st.session_state.get("corpus-read")
    if kept is None or kept[:2] != (file, view.model.name):
        kept = (file, view.model.name, _read(file, view.model))
        st.session_state["corpus-read"] = kept
    found: Read = kept[2]
    return found


def _read(file: CorpusFile, model: Model) -> Read:
    if model.text is None:
        return _numbers(file, model)
    column = file.text_column
    if file.columns and not column:
        raise EncodingError("This model reads text and the table has no column of words: name one 'text'.")
    pieces = list(map(str, file.columns[column].tolist())) if file.columns else [file.text]
    return _text(file, model.text, pieces, {name: one for name, one in file.columns.items() if name != column})


def _numbers(file: CorpusFile, model: Model) -> Read:
    """The first columns of numbers, as many as the model reads; the others are labels."""
    wanted, known = model.input_size, file.numbers
    if model.embedding is not None or len(known) < wanted:
        came = f"{legible(file.name)} has {counted(len(known), 'column')} of numbers"
        raise EncodingError(f"{came} and this model reads {wanted}: bring a table that has them.")
    values = np.stack([file.columns[name] for name in known[:wanted]], axis=1)
    gaps = np.flatnonzero(~np.isfinite(values).all(axis=1))
    if len(gaps):
        raise EncodingError(
            f"Row {gaps[0] + 1:,} of {legible(file.name)} lacks a number: fill it or leave the row out."
        )
    labels = {name: one for name, one in file.columns.items() if name not in known[:wanted]}
    note = f"The model reads {', '.join(map(legible, known[:wanted]))}."
    return Read(_called(file), values, np.zeros(1, dtype=np.int64), labels, (note,))


def _text(file: CorpusFile, words: Vocabulary, pieces: list[str], columns: Mapping[str, NDArray[Any]]) -> Read:
    """Token by token; a table whose cells are no single tokens is a sequence a row."""
    if len(pieces) > MAX_LONG_STEPS:
        raise EncodingError(f"The table has {len(pieces):,} rows and the most is {MAX_LONG_STEPS:,}: cut it.")
    found = [words.gives(piece) for piece in pieces]
    lengths = np.array([len(one) for one in found])
    ids = [one for piece in found for one in piece][:MAX_LONG_STEPS]
    if not ids:
        raise EncodingError(f"{legible(file.name)} holds nothing that this model could read: give text.")
    values, note = _known(ids, words, file)
    notes = [note] if note else []
    rows = np.repeat(np.arange(len(pieces)), lengths)[: len(ids)]
    labels = {name: one[rows] for name, one in columns.items()}
    starts = np.zeros(1, dtype=np.int64)
    if len(pieces) > 1 and lengths.max() > 1:
        starts = np.unique(np.cumsum([0, *lengths[:-1]])[lengths > 0])
        starts = starts[starts < len(ids)]
    if len(starts) > _MOST_PIECES:
        raise EncodingError(f"The table has {len(starts):,} sequences and the most is {_MOST_PIECES:,}: cut it.")
    return Read(_called(file), values, starts, labels, tuple(notes))


def _known(ids: list[int | None], words: Vocabulary, file: CorpusFile) -> tuple[NDArray[np.int64], str]:
    """The ids with the unknown token where the vocabulary lacks one, and a sentence that counts these."""
    missing = sum(one is None for one in ids)
    if missing == len(ids) or (missing and words.unknown is None):
        raise EncodingError(
            f"This model knows {len(ids) - missing:,} of the {counted(len(ids), words.unit)} of {legible(file.name)}: "
            "give a text in its own alphabet, or choose another model."
        )
    unknown = words.ids[words.unknown] if words.unknown is not None else 0
    values = np.array([unknown if one is None else one for one in ids], dtype=np.int64)
    note = f"{missing:,} of {counted(len(ids), words.unit)} are unknown to this model." if missing else ""
    return values, note


def _called(file: CorpusFile) -> str:
    return f"your file {legible(file.name, 40)}"
