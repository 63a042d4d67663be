"""What units can be asked after: concepts of a text, an expression, columns, the range that is chosen."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from explorer.concepts import CONCEPTS, check_expression, concept_of, neither
from explorer.errors import EncodingError
from explorer.measures.probe import MOST_LABELS
from explorer.sequences import legible
from explorer.ui.units.corpus import Corpus
from explorer.ui.view.view import View

EXPRESSION, RANGE = "expression", "range"
_COLUMN, _INPUT = "column:", "input:"


class Told(NamedTuple):
    """What is to be told.

    Attributes:
        title: as it stands after "tells".
        labels: bool or float, of the steps where it is known.
        steps: those steps.
    """

    title: str
    labels: NDArray[np.bool_] | NDArray[np.float64]
    steps: NDArray[np.intp]


def askable(view: View, corpus: Corpus) -> dict[str, str]:
    """The keys of what can be asked after, with their titles; the likeliest first."""
    found = {f"{_COLUMN}{name}": f"column {legible(name, 40)}" for name in corpus.labels}
    if _range(view, corpus) is not None:
        found[RANGE] = "the range on the ribbon"
    if corpus.vocabulary is not None:
        found |= {name: one.title for name, one in CONCEPTS.items()} | {EXPRESSION: "an expression …"}
    elif corpus.values.ndim == 2:
        names = view.encoded.columns if len(view.encoded.columns) == corpus.values.shape[1] else ()
        titles = [f"the input {legible(name, 40)}" for name in names] or [
            f"the input, column {place + 1}" for place in range(corpus.values.shape[1])
        ]
        found |= {f"{_INPUT}{place}": title for place, title in enumerate(titles)}
    return found


def words_of(corpus: Corpus, key: str) -> tuple[str, ...]:
    """The different words of a column that holds words, the most frequent first; none for anything else."""
    if not key.startswith(_COLUMN):
        return ()
    column = pd.Series(corpus.labels[key.removeprefix(_COLUMN)])
    if pd.api.types.is_numeric_dtype(column):
        return ()
    return tuple(map(str, column.dropna().astype(str).value_counts().index[:MOST_LABELS]))


def told(view: View, corpus: Corpus, key: str) -> Told:
    """What is so of each step of the corpus.

    Raises:
        EncodingError: the expression is none, takes too long, or was not written yet.
    """
    if key.startswith(_COLUMN):
        return _column(view, corpus, key.removeprefix(_COLUMN))
    everywhere = np.arange(len(corpus))
    if key.startswith(_INPUT):
        values = corpus.values[:, int(key.removeprefix(_INPUT))].astype(np.float64)
        return Told(askable(view, corpus)[key], values, everywhere)
    if key == RANGE:
        first, last = _range(view, corpus) or (0, 0)
        return Told("the range on the ribbon", (everywhere >= first) & (everywhere <= last), everywhere)
    assert corpus.text is not None
    if key == EXPRESSION:
        expression = view.request.units_page.expression
        check_expression(expression)
        marks = concept_of("/" + expression, corpus.text, corpus.offsets)
        return Told(f"/{legible(expression, 40)}/", marks, everywhere)
    place = (corpus.text, corpus.offsets, tuple(corpus.starts.tolist()))
    known = np.flatnonzero(~neither(key, *place))
    return Told(CONCEPTS[key].title, concept_of(key, *place)[known], known)


def _column(view: View, corpus: Corpus, name: str) -> Told:
    """A column of numbers, of yes and no, or one word of a column against all the others."""
    column = pd.Series(corpus.labels[name])
    title = f"column {legible(name, 40)}"
    if pd.api.types.is_numeric_dtype(column):
        known = np.flatnonzero(np.isfinite(column.to_numpy(dtype=np.float64)))
        values = column.to_numpy(dtype=np.float64)[known]
        if len(values) and np.isin(values, (0.0, 1.0)).all():
            return Told(title, values > 0, known)
        return Told(title, values, known)
    known = np.flatnonzero(column.notna().to_numpy())
    words = words_of(corpus, f"{_COLUMN}{name}")
    if not words:
        raise EncodingError(f"The column {legible(name, 40)} is empty: choose another.")
    wanted = view.request.units_page.concept_label
    wanted = wanted if wanted in words else words[0]
    return Told(f"{title} = “{legible(wanted, 40)}”", column.iloc[known].astype(str).to_numpy() == wanted, known)


def _range(view: View, corpus: Corpus) -> tuple[int, int] | None:
    """The steps chosen on the ribbon, where they are of this corpus."""
    cursor = view.request.cursor
    here = corpus.name == "the sequence on screen" and 0 <= cursor.first <= cursor.last < len(corpus)
    return (cursor.first, cursor.last) if here else None
