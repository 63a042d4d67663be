"""What the model holds likeliest after each step of a stretch of the corpus."""

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.measures import probabilities
from explorer.models import Model
from explorer.sequences import visible
from explorer.trace import record
from explorer.ui.parts.sentences import question
from explorer.ui.session.kept import kept
from explorer.ui.units.corpus import Corpus
from explorer.ui.units.first_pass import FirstPass
from explorer.ui.units.marks import model_mark
from explorer.ui.view.view import View

COUNT = 5
_SHARE = 250


def guesses(view: View, corpus: Corpus, found: FirstPass, start: int, stop: int) -> dict[str, Any] | None:
    """The likeliest answers after each step, exact: each run begins with the states that the pass had there.

    Args:
        view: whose model it is.
        corpus: what it read.
        found: the pass over it.
        start, stop: the stretch.

    Returns:
        ``labels``, ``ids`` and ``shares`` (250 is certain), `count` a step in one row; None where the model does not
        choose among classes at each step reading forward.
    """
    head = view.model.head
    if head is None or head.gives != "class" or head.reads == "ends" or view.model.num_directions == 2:
        return None
    key = f"{model_mark(view.model)} {corpus.mark} {start} {stop}"
    ids, shares = _likeliest(key, view.model, corpus, found, start, stop)
    labels = [visible(label) for label in head.labels]
    return {
        "labels": labels,
        "ids": ids,
        "shares": shares,
        "count": ids.size // (stop - start),
        "question": question(view),
    }


@kept(12)
def _likeliest(
    key: str, _model: Model, _corpus: Corpus, _found: FirstPass, start: int, stop: int
) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    pieces = [_run(_model, _corpus, _found, *span) for span in _runs(_found, start, stop)]
    shares = np.concatenate(pieces)
    count = min(COUNT, shares.shape[1])
    ids = np.argsort(-shares, axis=1, kind="stable")[:, :count]
    best = np.rint(np.take_along_axis(shares, ids, axis=1) * _SHARE)
    return ids.astype(np.int32).ravel(), best.astype(np.uint8).ravel()


def _runs(found: FirstPass, start: int, stop: int) -> list[tuple[int, int, int]]:
    """From which known state, from which step on, and up to where."""
    known = sorted(found.states)
    first = int(np.searchsorted(known, start, "right")) - 1
    inside = [place for place in known[first + 1 :] if place < stop]
    edges = [start, *inside, stop]
    return [(known[first + at], one, other) for at, (one, other) in enumerate(pairwise(edges))]


def _run(model: Model, corpus: Corpus, found: FirstPass, known: int, start: int, stop: int) -> NDArray[np.float64]:
    trace = record(model, corpus.values[known:stop], **found.states[known])
    return np.nan_to_num(probabilities(trace)[start - known :])
