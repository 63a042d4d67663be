"""Request → sequence: what was typed, uploaded, generated or chosen, as numbers."""

from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.errors import EncodingError
from explorer.models import Model, load_model
from explorer.places import ASSETS
from explorer.sequences import (
    GENERATORS,
    MAX_STEPS,
    Encoded,
    Finding,
    Scaling,
    Table,
    Vocabulary,
    encode_table,
    fit_scaling,
    generate,
    looks_numeric,
    parse_numbers,
    read_table,
    remedied,
    step_labels,
    typed_scaling,
    unroll_months,
)
from explorer.ui.session.catalogue import RANDOM, example_at, model_title, reads, shown_text
from explorer.ui.session.link import read_settings
from explorer.ui.session.own import own_model
from explorer.ui.session.own_examples import own_tokens
from explorer.ui.session.request import Request, is_upload
from explorer.ui.view.data_in_hand import DataFile, Missing
from explorer.ui.view.watched import encode_run, reads_run

DATA = ASSETS / "data"


def encode(request: Request, upload: DataFile | None) -> Encoded:
    """The requested sequence as numbers.

    Raises:
        EncodingError: a clear sentence about what came and what to do.
    """
    if reads_run(request):
        return encode_run(request)
    if request.sequence.source == "upload":
        return _scaled(_encode_upload(upload, request), request)
    if request.sequence.source == "generator":
        return _scaled(
            generate(request.sequence.generator, request.sequence.length, request.build.seed, **_settings(request)),
            request,
        )
    if request.sequence.source == "example" and "dataset" in example_at(request):
        return _scaled(_dataset(example_at(request)), request)
    if request.sequence.source == "example" and "noise" in example_at(request):
        return _scaled(_noise(int(example_at(request)["noise"])), request)
    model = open_named(request.model) if request.model != RANDOM else None
    if model is not None and request.sequence.source == "example" and "ids" in example_at(request):
        return own_tokens(model)
    if reads(request) == "text":
        vocabulary = Vocabulary.printable_ascii() if model is None else model.text
        assert vocabulary is not None
        encoded = vocabulary.encode(shown_text(request))
        says = example_at(request).get("says", "") if request.sequence.source == "example" else ""
        return replace(encoded, notes=(*encoded.notes, says)) if says else encoded
    if model is not None and model.embedding is not None:
        return _ids(parse_numbers(shown_text(request)))
    if not looks_numeric(shown_text(request)) and shown_text(request).strip() and request.model != RANDOM:
        _refuse_text(request)
    return _scaled(parse_numbers(shown_text(request)), request)


def open_named(name: str) -> Model:
    """A bundled model, or one that this session uploaded.

    Raises:
        CheckpointError: its file is damaged, or the upload is gone.
    """
    return own_model(name) if is_upload(name) else load_model(name)


def huge(request: Request, upload: DataFile | None) -> tuple[NDArray[np.float64], tuple[str, ...]] | None:
    """The values and columns of an uploaded array that is too long to encode; None for all else.

    Raises:
        EncodingError: a column that is not there, or a scaling that does not fit.
    """
    if request.sequence.source != "upload" or upload is None or upload.arrays is None:
        return None
    whole = upload.sequence
    if len(whole) <= MAX_STEPS:
        return None
    places = [upload.source.numeric_columns.index(name) for name in upload.columns]
    values = whole[:, places]
    scaling = _scaling(values, request)
    return (values if scaling is None else scaling.apply(values)), upload.columns


def prepared(upload: DataFile, fixes: str) -> tuple[Table, tuple[Finding, ...]]:
    """The uploaded sequence after what the reader chose to do about it, and what is still found in it."""
    kept = st.session_state.get("prepared")
    if kept is None or kept[0] is not upload or kept[1] != fixes:
        kept = (upload, fixes, remedied(upload.source, fixes.split(",")))
        st.session_state["prepared"] = kept
    found: tuple[Table, tuple[Finding, ...]] = kept[2]
    return found


def _encode_upload(upload: DataFile | None, request: Request) -> Encoded:
    if upload is None:
        st.session_state.pop("prepared", None)
        raise EncodingError("The uploaded file is gone (a reload, or another browser): upload it again.")
    table, _ = prepared(upload, request.sequence.fixes)
    missing: Missing = "interpolate" if "missing:" in request.sequence.fixes else upload.missing
    encoded = encode_table(table, upload.columns, missing)
    return replace(encoded, notes=(*table.notes, *encoded.notes))


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


def _noise(columns: int) -> Encoded:
    """Seeded N(0, 1) for a model whose data nobody has."""
    values = np.random.default_rng(0).standard_normal((60, columns)).round(3)
    names = ("noise",) if columns == 1 else tuple(f"noise {place + 1}" for place in range(columns))
    return Encoded(values, step_labels(len(values)), ("Noise, seeded: bring your own data under Source.",), names)


def _ids(typed: Encoded) -> Encoded:
    """Typed whole numbers as token ids, for an embedding without a vocabulary."""
    ids = typed.values.ravel()
    if not (ids == ids.round()).all():
        raise EncodingError("This model reads token ids, since it has no vocabulary: type whole numbers.")
    return Encoded(ids.astype(np.int64), tuple(str(int(one)) for one in ids))


def _scaled(encoded: Encoded, request: Request) -> Encoded:
    """Numbers on the scale the user chose, and a note that says so."""
    scaling = None if encoded.is_text else _scaling(encoded.values, request)
    if scaling is None:
        return encoded
    notes = (*encoded.notes, scaling.sentence(encoded.columns))
    return Encoded(scaling.apply(encoded.values), encoded.labels, notes, encoded.columns)


def _scaling(values: NDArray[np.float64], request: Request) -> Scaling | None:
    if request.sequence.scaling == "none":
        return None
    if request.sequence.scaling == "typed":
        return typed_scaling(_floats(request.sequence.offset, "offset"), _floats(request.sequence.scale, "scale"))
    return fit_scaling(values, "z-score" if request.sequence.scaling == "z-score" else "min-max")


def _settings(request: Request) -> dict[str, float]:
    """What the link sets of the generator's own parameters."""
    known = (
        {one.name for one in GENERATORS[request.sequence.generator].parameters}
        if request.sequence.generator in GENERATORS
        else set()
    )
    return {name: value for name, value in read_settings(request.sequence.settings).items() if name in known}


def _floats(spelt: str, what: str) -> list[float]:
    try:
        return [float(value) for value in spelt.replace(",", " ").split()]
    except ValueError:
        raise EncodingError(f"The {what} {spelt!r} is no number: type one, or one a column.") from None


def _refuse_text(request: Request) -> None:
    raise EncodingError(f"{model_title(request.model)} reads numbers; your line is text.")
