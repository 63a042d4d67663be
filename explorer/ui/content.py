"""Request → model, sequence, trace: each made once, and kept in bounded caches."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import streamlit as st

from explorer.errors import EncodingError, ShapeError
from explorer.models import Model, load_model, random_model, with_embedding
from explorer.sequences import (
    GENERATORS,
    Encoded,
    Table,
    Vocabulary,
    encode_table,
    fit_scaling,
    generate,
    looks_numeric,
    parse_numbers,
    parse_state,
    read_table,
    typed_scaling,
    unroll_months,
)
from explorer.trace import Trace, record
from explorer.ui.catalogue import RANDOM, example_at, model_title, reads, shown_text
from explorer.ui.request import Request, read_settings

DATA = Path(__file__).resolve().parents[2] / "assets" / "data"
_EMBEDDING_SIZE = 8
_MOST_WEIGHTS = 4_000_000
_MATRICES = {"rnn": 1, "gru": 3, "lstm": 4}
Missing = Literal["refuse", "interpolate"]


@dataclass(frozen=True)
class Upload:
    """A file of this session: its table, and how the user wants it read."""

    name: str
    table: Table
    columns: tuple[str, ...]
    missing: Missing = "refuse"


@dataclass(frozen=True)
class View:
    """Everything a page draws from."""

    request: Request
    model: Model
    encoded: Encoded
    trace: Trace


def encode(request: Request, upload: Upload | None) -> Encoded:
    """The requested sequence as numbers.

    Raises:
        EncodingError: a clear sentence about what came and what to do.
    """
    if request.source == "upload":
        return _scaled(_encode_upload(upload), request)
    if request.source == "generator":
        return _scaled(generate(request.generator, request.length, request.seed, **_settings(request)), request)
    if request.source == "example" and "dataset" in example_at(request):
        return _scaled(_dataset(example_at(request)), request)
    if reads(request) == "text":
        vocabulary = _open_bundled(request.model).text if request.model != RANDOM else Vocabulary.printable_ascii()
        assert vocabulary is not None
        return vocabulary.encode(shown_text(request))
    if not looks_numeric(shown_text(request)) and shown_text(request).strip() and request.model != RANDOM:
        _refuse_text(request)
    return _scaled(parse_numbers(shown_text(request)), request)


def open_model(request: Request, encoded: Encoded) -> Model:
    """The requested model, fitted to the sequence where its weights are random.

    Raises:
        ExplorerError: the options or the file make no model.
    """
    if request.model != RANDOM:
        return _open_bundled(request.model)
    inputs = _EMBEDDING_SIZE if encoded.is_text else encoded.values.shape[1]
    _check_weights(request, inputs)
    return _open_random(_weights_of(request), inputs, encoded.is_text)


def look(request: Request, upload: Upload | None) -> View:
    """Run the request.

    Raises:
        ExplorerError: one sentence for the page.
    """
    encoded = encode(request, upload)
    model = open_model(request, encoded)
    private = request.source == "upload"
    remember = _record_for_session if private else _record
    trace = remember(_key(request, encoded), model, encoded, initial_states(request, model))
    return View(_fitted(request, model), model, encoded, trace)


def _fitted(request: Request, model: Model) -> Request:
    """The request with a place and a signal that the model has: a link may name any."""
    return replace(
        request,
        layer=request.layer if request.layer < model.num_layers else 0,
        direction=request.direction if model.num_directions == 2 else "forward",
        signal=request.signal if request.signal in model.signals else "",
        order="movement" if request.order == "constant" and model.kind == "rnn" else request.order,
    )


def _key(request: Request, encoded: Encoded) -> tuple[Any, ...]:
    weights = _weights_of(request) if request.model == RANDOM else request.model
    return (weights, request.start, request.seed, request.h_0, request.c_0, encoded.is_text, encoded.values.shape,
            encoded.values.tobytes(), "\0".join(encoded.labels))  # fmt: skip


def _check_weights(request: Request, inputs: int) -> None:
    """Refuse random weights that would fill the server's memory when a class asks for a few of them."""
    directions = 2 if request.both else 1
    first, above = inputs + request.hidden, (directions + 1) * request.hidden
    columns = first + (request.layers - 1) * above
    count = _MATRICES[request.kind] * request.hidden * directions * columns
    if count > _MOST_WEIGHTS:
        raise ShapeError(
            f"This random model would have {count:,} weights and the most is {_MOST_WEIGHTS:,}: "
            "choose fewer units or layers."
        )


def _weights_of(request: Request) -> Request:
    """Only what random weights depend on, so that nothing else makes another model."""
    names = ("kind", "hidden", "layers", "both", "bias", "proj", "squash", "reset", "seed")
    return replace(Request(), **{name: getattr(request, name) for name in names})


def _open_bundled(name: str) -> Model:
    return load_model(name)


@st.cache_resource(max_entries=12, show_spinner=False)
def _open_random(weights: Request, inputs: int, text: bool) -> Model:
    model = random_model(
        weights.kind,
        inputs,
        weights.hidden,
        seed=weights.seed,
        reset_after=weights.reset == "after",
        num_layers=weights.layers,
        bias=weights.bias,
        bidirectional=weights.both,
        proj_size=weights.proj if weights.kind == "lstm" and weights.proj < weights.hidden else 0,
        nonlinearity=weights.squash,
    )
    return with_embedding(model, Vocabulary.printable_ascii(), weights.seed) if text else model


def _run(key: tuple[Any, ...], _model: Model, _encoded: Encoded, _states: dict[str, Any]) -> Trace:
    return record(_model, _encoded, **_states)


_record = st.cache_data(max_entries=120, max_size="96MB", show_spinner=False)(_run)
_record_for_session = st.cache_data(max_entries=4, max_size="64MB", show_spinner=False, scope="session")(_run)


def initial_states(request: Request, model: Model) -> dict[str, Any]:
    """h_0 and c_0 as `record` takes them: none for zeros, seeded N(0, 1), or as typed.

    Raises:
        ExplorerError: what was typed does not fit the model.
    """
    if request.start == "zeros":
        return {}
    cells = model.num_layers * model.num_directions
    shapes = {"h_0": (cells, model.proj_size or model.hidden_size)}
    if "cell" in model.signals:
        shapes["c_0"] = (cells, model.hidden_size)
    if request.start == "typed":
        return {name: parse_state(getattr(request, name), name, *shape) for name, shape in shapes.items()}
    generator = np.random.default_rng(request.seed)
    return {name: generator.standard_normal(shape) for name, shape in shapes.items()}


def _encode_upload(upload: Upload | None) -> Encoded:
    if upload is None:
        raise EncodingError("The uploaded file is gone (a reload, or another browser): upload it again.")
    encoded = encode_table(upload.table, upload.columns, upload.missing)
    return replace(encoded, notes=(*upload.table.notes, *encoded.notes))


@st.cache_data(max_entries=16, show_spinner=False)
def _dataset(example: dict[str, Any]) -> Encoded:
    table = read_table((DATA / example["dataset"]).read_bytes(), example["dataset"])
    if table.is_year_by_month:
        table = unroll_months(table)
    encoded = encode_table(table)
    labels = encoded.labels
    start = labels.index(example["from"]) if "from" in example else 0
    stop = labels.index(example["to"]) + 1 if "to" in example else len(labels)
    return Encoded(encoded.values[start:stop], labels[start:stop], columns=encoded.columns)


def _scaled(encoded: Encoded, request: Request) -> Encoded:
    """Numbers on the scale the user chose, and a note that says so."""
    if encoded.is_text or request.scaling == "none":
        return encoded
    if request.scaling == "typed":
        scaling = typed_scaling(_floats(request.offset, "offset"), _floats(request.scale, "scale"))
    else:
        scaling = fit_scaling(encoded.values, "z-score" if request.scaling == "z-score" else "min-max")
    return Encoded(
        scaling.apply(encoded.values),
        encoded.labels,
        (*encoded.notes, scaling.sentence(encoded.columns)),
        encoded.columns,
    )


def _settings(request: Request) -> dict[str, float]:
    """What the link sets of the generator's own parameters."""
    known = {one.name for one in GENERATORS[request.generator].parameters} if request.generator in GENERATORS else set()
    return {name: value for name, value in read_settings(request.settings).items() if name in known}


def _floats(spelt: str, what: str) -> list[float]:
    try:
        return [float(value) for value in spelt.replace(",", " ").split()]
    except ValueError:
        raise EncodingError(f"The {what} {spelt!r} is no number: type one, or one a column.") from None


def _refuse_text(request: Request) -> None:
    raise EncodingError(f"{model_title(request.model)} reads numbers; your line is text.")
