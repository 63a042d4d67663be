"""Request → model, sequence, trace: each made once, and kept in bounded caches."""

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import CELLS
from explorer.errors import ShapeError
from explorer.models import Model, random_model, with_embedding
from explorer.models.model.bundle import place_of
from explorer.sequences import (
    Encoded,
    Vocabulary,
    parse_state,
)
from explorer.trace import Trace, record
from explorer.ui.session.catalogue import RANDOM
from explorer.ui.session.kept import kept
from explorer.ui.session.options import chosen_options
from explorer.ui.session.own import own
from explorer.ui.session.request import Request, is_upload
from explorer.ui.view.data_in_hand import DataFile
from explorer.ui.view.long_run import Long, is_long, mark, window
from explorer.ui.view.reading import encode, huge, open_named
from explorer.ui.view.watched import mark_of, model_that_ran, states_of, trace_that_ran

_EMBEDDING_SIZE = 8
_MOST_WEIGHTS = 4_000_000


@dataclass(frozen=True)
class View:
    """Everything a page draws from; of a long sequence, the window that is looked at."""

    request: Request
    model: Model
    encoded: Encoded
    trace: Trace
    is_window: bool = False


def open_model(request: Request, encoded: Encoded) -> Model:
    """The requested model, fitted to the sequence where its weights are random.

    Raises:
        ExplorerError: the options or the file make no model.
    """
    if request.model != RANDOM:
        model = model_that_ran(request) or open_named(request.model)
        _check_columns(model, encoded)
        return model
    inputs = _EMBEDDING_SIZE if encoded.is_text else encoded.values.shape[1]
    _check_weights(request, inputs)
    weights = _weights_of(request)
    return _open_random(repr(weights), weights, inputs, encoded.is_text)


def look(request: Request, upload: DataFile | None) -> View:
    """Run the request.

    Raises:
        ExplorerError: one sentence for the page.
    """
    found = huge(request, upload)
    if found is not None:
        return _through_window(request, *found)
    encoded = encode(request, upload)
    model = open_model(request, encoded)
    request = _fitted(request, model)
    if is_long(model, len(encoded)):
        return _through_window(request, encoded.values, encoded.columns, encoded.notes)
    ran = trace_that_ran(request)
    if ran is not None:
        return View(request, model, encoded, ran)
    private = request.sequence.source in ("upload", "run") or is_upload(request.model)
    remember = _record_for_session if private else _record
    trace = remember(run_key(request, encoded), model, encoded, initial_states(request, model))
    return View(request, model, encoded, trace)


def _through_window(
    request: Request, values: NDArray[Any], columns: tuple[str, ...], notes: tuple[str, ...] = ()
) -> View:
    """A sequence whose run is too large to be kept whole."""
    first = Encoded(values[:1], ("1",), columns=columns)
    model = open_model(request, first)
    request = _fitted(request, model)
    key = (run_key(request, first), mark(values), values.shape)
    long = Long(model, values, columns, initial_states(request, model), key)
    encoded, trace = window(long, request)
    encoded = replace(encoded, notes=(*notes, *encoded.notes))
    return View(request, model, encoded, trace, is_window=True)


def _fitted(request: Request, model: Model) -> Request:
    """The request with a place, a signal and a start that the model has: a link may name any."""
    return request.but(
        start="trained" if request.initial.start == "zeros" and not model.initial else request.initial.start,
        layer=request.shown.layer if request.shown.layer < model.num_layers else 0,
        direction=request.shown.direction if model.num_directions == 2 else "forward",
        signal=request.shown.signal if request.shown.signal in model.signals else "",
        order="movement"
        if request.shown.order == "constant" and CELLS[model.kind].memory is None
        else request.shown.order,
    )


def run_key(request: Request, encoded: Encoded) -> str:
    """What a run depends on, in a word: Streamlit would look into each part of it, which takes longer than the run."""
    kept = own(request.model)
    weights = _weights_of(request) if request.model == RANDOM else request.model
    made = kept.mark if kept else "" if request.model == RANDOM else str(place_of(request.model).written)
    start = (request.initial.start, request.build.seed, request.initial.h_0, request.initial.c_0)
    sequence = (encoded.is_text, encoded.values.shape, encoded.values.dtype.str, "\0".join(encoded.labels))
    said = repr((weights, made, start, mark_of(request), sequence))
    found = blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16)
    found.update(encoded.values.tobytes())
    return found.hexdigest()


def _check_weights(request: Request, inputs: int) -> None:
    """Refuse random weights that would fill the server's memory when a class asks for a few of them."""
    directions = 2 if request.build.both else 1
    first, above = inputs + request.build.hidden, (directions + 1) * request.build.hidden
    columns = first + (request.build.layers - 1) * above
    count = len(CELLS[request.build.kind].blocks) * request.build.hidden * directions * columns
    if count > _MOST_WEIGHTS:
        raise ShapeError(
            f"This random model would have {count:,} weights and the most is {_MOST_WEIGHTS:,}: "
            "choose fewer units or layers."
        )


def _weights_of(request: Request) -> Request:
    """Only what random weights depend on, so that nothing else makes another model."""
    names = ("kind", "hidden", "layers", "both", "bias", "proj", "squash", "reset", "options", "seed")
    return Request.of(**{name: request.value(name) for name in names})


def _check_columns(model: Model, encoded: Encoded) -> None:
    """Say how many columns the model reads where the data have another number."""
    came, wanted = 0 if encoded.is_text else encoded.values.shape[1], model.input_size
    if encoded.is_text or model.embedding is not None or came == wanted:
        return
    what = f"Your data have {came} column{'s' if came > 1 else ''} and this model reads {wanted}"
    if came > wanted:
        raise ShapeError(f"{what}: choose {wanted} of them under Source.")
    raise ShapeError(f"{what}: bring {wanted - came} more, or choose another model.")


@st.cache_resource(max_entries=12, show_spinner=False)
def _open_random(key: str, _weights: Request, inputs: int, text: bool) -> Model:
    weights = _weights
    model = random_model(
        weights.build.kind,
        inputs,
        weights.build.hidden,
        seed=weights.build.seed,
        num_layers=weights.build.layers,
        bias=weights.build.bias,
        bidirectional=weights.build.both,
        proj_size=weights.build.proj
        if CELLS[weights.build.kind].projects() and weights.build.proj < weights.build.hidden
        else 0,
        options=chosen_options(weights),
    )
    return with_embedding(model, Vocabulary.printable_ascii(), weights.build.seed) if text else model


def _run(key: str, _model: Model, _encoded: Encoded, _states: dict[str, Any]) -> Trace:
    return record(_model, _encoded, **_states)


_record = st.cache_data(max_entries=120, max_size="96MB", show_spinner=False)(_run)
_record_for_session = kept(4)(_run)


def initial_states(request: Request, model: Model) -> dict[str, Any]:
    """h_0 and c_0 as `record` takes them: none for the model's own start, zeros, seeded N(0, 1), or as typed.

    The model's own, zeros for all but files that keep another, is what a request begins with: addresses stay short.

    Raises:
        ExplorerError: what was typed does not fit the model.
    """
    if request.initial.start == "trained":
        return states_of(request, model)
    cells = model.num_layers * model.num_directions
    first = model.stack[0][0]
    shapes = {name: (cells, first.units[state]) for name, state in first.starts().items()}
    if request.initial.start == "typed":
        return {name: parse_state(request.value(name), name, *shape) for name, shape in shapes.items()}
    if request.initial.start == "zeros":
        return {name: np.zeros(shape) for name, shape in shapes.items()}
    generator = np.random.default_rng(request.build.seed)
    return {name: generator.standard_normal(shape) for name, shape in shapes.items()}
