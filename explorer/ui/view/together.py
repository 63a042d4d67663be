"""Several sequences of the file in hand, as calls of the model on screen: of a run file, or of an uploaded array."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from explorer.errors import EncodingError
from explorer.models import Model
from explorer.sequences import MAX_STEPS
from explorer.ui.session.kept import kept
from explorer.ui.session.request import Request
from explorer.ui.view.data_in_hand import DataFile, data_in_hand
from explorer.ui.view.reading import encode
from explorer.ui.view.view import initial_states, open_model, run_key
from explorer.ui.view.watched import call_of, place_of, reads_run, watched
from explorer.watching import Call
from explorer.watching.batch import Batch

_MOST = 128


@dataclass(frozen=True, eq=False)
class Together:
    """Sequences of one batch.

    Attributes:
        key: what they depend on.
        call: the sequences.
        rows: the number of each in the batch.
        place: the number of the one on screen.
        longest: steps of the longest of the whole batch.
        total: how many sequences the batch has.
    """

    key: tuple[Any, ...]
    call: Call
    rows: tuple[int, ...]
    place: int
    longest: int
    total: int

    @property
    def row(self) -> int:
        """Where the one on screen stands among these."""
        return self.rows.index(self.place)


def together(request: Request) -> Together | None:
    """At most 129 sequences of the batch that is read, evenly chosen, the one on screen among them.

    Raises:
        ExplorerError: one of them cannot be read, or the model does not read it.
    """
    if reads_run(request):
        return _of_run(request)
    upload = data_in_hand()
    if request.sequence.source != "upload" or upload is None or upload.arrays is None:
        return None
    return _of_array(request, upload)


def _chosen(total: int, place: int) -> tuple[int, ...]:
    return tuple(sorted({round(one * (total - 1) / (_MOST - 1)) for one in range(_MOST)} | {place}))


def _of_run(request: Request) -> Together:
    run, call, place = watched(), call_of(request), place_of(request)
    rows = _chosen(len(call), place)
    part = call if len(rows) == len(call) else call.only(rows)
    key = (run and run.mark, request.model, request.sequence.call, rows)
    return Together(key, part, rows, place, max(call.lengths), len(call))


def _of_array(request: Request, upload: DataFile) -> Together:
    """Each sequence exactly as the page would read it."""
    encoded = encode(request, upload)
    model = open_model(request, encoded)
    total = len(upload.batch)
    rows = _chosen(total, upload.place)
    said = (upload.mark, upload.array, upload.columns, upload.missing, upload.is_cut, request.sequence)
    key = (*said, run_key(request, encoded), rows)
    call = _call(key, request, upload, model, rows)
    longest = int(max(upload.known.steps)) if upload.known and upload.is_cut else upload.batch.shape[1]
    return Together(key, call, rows, upload.place, longest, total)


@kept(4)
def _call(key: tuple[Any, ...], _request: Request, _upload: DataFile, _model: Model, _rows: tuple[int, ...]) -> Call:
    if _upload.batch.shape[1] > MAX_STEPS:
        raise EncodingError(
            f"Sequences of more than {MAX_STEPS:,} steps are not laid side by side: see each by itself."
        )
    found = [encode(_request, replace(_upload, index=row)) for row in _rows]
    ends = np.cumsum([len(one) for one in found])
    states = initial_states(_request, _model)
    return Call(
        _model,
        Batch(
            inputs=np.concatenate([one.values for one in found]),
            outputs=np.empty((0, 0)),
            rows=[slice(int(end) - len(one), int(end)) for end, one in zip(ends, found, strict=True)],
            before={name: np.repeat(value[None], len(_rows), axis=0) for name, value in states.items()},
            after={},
        ),
        labels=[one.labels for one in found],
    )
