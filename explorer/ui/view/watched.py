"""A run file of this session: which of its modules, calls and sequences the request names."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import streamlit as st

from explorer.errors import EncodingError
from explorer.models import Model
from explorer.sequences import Encoded, step_labels
from explorer.trace import Trace
from explorer.ui.session.kept import kept
from explorer.ui.session.own import own, own_model
from explorer.ui.session.request import Request
from explorer.watching import Call, Seen, Watched

SOURCE = "run"
"""What a request's source is called where a run file is read."""
_RUN = "watched-run"
_GONE = "The run file is gone (a reload, or another browser): open it again on Models."


@dataclass(frozen=True, eq=False)
class OpenRun:
    """A run file, opened.

    Attributes:
        file: its name.
        seen: what is in it.
        parts: the session's name for a model → the module whose weights these are.
        mark: a word by chance, so that nothing computed of it can be mistaken for another's.
    """

    file: str
    seen: Seen
    parts: Mapping[str, str]
    mark: str = field(default_factory=lambda: secrets.token_hex(8))


def keep_watched(run: OpenRun) -> None:
    """Read this from now on; it takes the place of another."""
    st.session_state[_RUN] = run


def watched() -> OpenRun | None:
    """The run file of this session, if it has one."""
    return st.session_state.get(_RUN)


def reads_run(request: Request) -> bool:
    """Whether the request reads a sequence of a run file."""
    return request.sequence.source == SOURCE


def part_of(request: Request) -> Watched:
    """The module whose sequences are read: the model's own, else the first.

    Raises:
        EncodingError: the run file is gone.
    """
    run = watched()
    if run is None:
        raise EncodingError(_GONE)
    return run.seen[run.parts.get(request.model, next(iter(run.parts.values())))]


def call_of(request: Request) -> Call:
    """The call that the request names, the last where it names none there is.

    Raises:
        EncodingError: the run file is gone.
    """
    calls = part_of(request).calls
    return calls[request.sequence.call if request.sequence.call < len(calls) else -1]


def place_of(request: Request) -> int:
    """Which sequence of the call: a link may name any."""
    return min(request.sequence.nth, len(call_of(request)) - 1)


def encode_run(request: Request) -> Encoded:
    """The sequence as numbers, with what to know of its call.

    Raises:
        EncodingError: the run file is gone.
    """
    call, place = call_of(request), place_of(request)
    values = np.asarray(call.inputs(place), dtype=np.float64)
    labels = step_labels(len(values)) if call.labels is None else call.labels[place]
    return Encoded(values, labels, call.notes, tuple(f"input {one + 1}" for one in range(values.shape[1])))


def _is_its_own(request: Request) -> bool:
    """Whether the sequence is read by the model that read it when it was watched."""
    run = watched()
    return run is not None and reads_run(request) and request.model in run.parts


def states_of(request: Request, model: Model) -> dict[str, Any]:
    """The states that the sequence began with, where the model on screen is the one that ran."""
    if not _is_its_own(request):
        return {}
    rows = model.num_layers * model.num_directions
    return {name: values[:rows] for name, values in call_of(request).batch.states(place_of(request)).items()}


def mark_of(request: Request) -> tuple[Any, ...]:
    """What tells two sequences of a run file apart, though they read the same numbers."""
    return (request.sequence.call, request.sequence.nth) if reads_run(request) else ()


def model_that_ran(request: Request) -> Model | None:
    """The weights of the very call, under the session's name; None where another model reads the sequence."""
    if not _is_its_own(request):
        return None
    return replace(own_model(request.model), stack=call_of(request).model.stack)


def trace_that_ran(request: Request) -> Trace | None:
    """The trace held against the module's own output; None where another model, or another start, is asked for.

    Raises:
        ExplorerError: the module did not give what is computed here.
    """
    if not _is_its_own(request) or request.initial.start != "trained":
        return None
    kept = own(request.model)
    assert kept is not None
    return _trace((kept.mark, *mark_of(request)), call_of(request), place_of(request))


@kept(16)
def _trace(key: tuple[Any, ...], _call: Call, _place: int) -> Trace:
    return _call[_place]
