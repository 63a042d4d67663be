"""The section of Source for files: a table or an array, which of its sequences, which of its columns."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.sequences import (
    TrueSteps,
    group_columns,
    legible,
    members,
    read_arrays,
    read_statistics,
    read_table,
    states_lengths,
    true_steps,
    unroll_months,
)
from explorer.ui.parts.sentences import literal
from explorer.ui.session.catalogue import RANDOM, reads
from explorer.ui.session.dropped import dropped
from explorer.ui.session.held_bytes import count_in
from explorer.ui.session.own import own
from explorer.ui.session.request import Request
from explorer.ui.session.state import change, current
from explorer.ui.session.turns import turn
from explorer.ui.view.data_in_hand import DataFile, Missing, data_in_hand, keep_data
from explorer.ui.view.reading import open_named

TYPES = ["csv", "tsv", "txt", "npy", "npz"]
_MOST_PILLS = 40
_WHOLE = "the whole file"


def data_file() -> None:
    """Bring a file, and choose what of it the model reads."""
    st.file_uploader(
        "CSV, or NumPy (time, features) or (batch, time, features)", type=TYPES, key="csv", on_change=_uploaded,
        max_upload_size=50,
    )  # fmt: skip
    trouble = st.session_state.get("csv-trouble")
    if trouble:
        st.error(literal(trouble))
    upload = data_in_hand()
    if upload is not None:
        _which(upload)
        _columns(upload)


def _uploaded() -> None:
    st.session_state.pop("csv-trouble", None)
    try:
        for name, content in dropped("csv"):
            with turn(in_callback=True):
                take_data(content, name)
    except ExplorerError as trouble:
        st.session_state["csv-trouble"] = str(trouble)


def take_data(data: bytes, name: str) -> None:
    """Read a file and go to it; with random weights where the model on screen reads no numbers.

    Raises:
        ExplorerError: it is no table and no array.
    """
    upload = _read(data, name)
    model = model_for_numbers()
    known = upload.source.numeric_columns
    count = _inputs(model.get("model", current().model), upload)
    keep_data(replace(upload, columns=tuple(known[:count])))
    change(source="upload", step=-1, fixes="", **model)


def _read(data: bytes, name: str) -> DataFile:
    """The file's numbers, counted in what the server holds."""
    if name.lower().endswith((".npy", ".npz")):
        arrays = read_arrays(data, name)
        held = sum(batch.nbytes for batch in arrays.values())
        count_in(next(iter(arrays.values())), held)
        first = next((one for one in arrays if not states_lengths(arrays, one)), next(iter(arrays)))
        return DataFile(name, arrays=arrays, array=first, true=_known(arrays))
    table = read_table(data, name)
    table = unroll_months(table) if table.is_year_by_month else table
    count_in(table.frame, int(table.frame.memory_usage(deep=True).sum()))
    return DataFile(name, table)


def _known(arrays: Mapping[str, NDArray[Any]]) -> dict[str, TrueSteps]:
    """What is known of the true steps of each batch of several sequences."""
    found = {name: true_steps(arrays, name) for name, batch in arrays.items() if len(batch) > 1}
    return {name: known for name, known in found.items() if known is not None}


def _inputs(model: str, upload: DataFile) -> int:
    """How many columns the model reads; a random one is made for one of a table, for all of an array."""
    if model == RANDOM:
        return 1 if upload.arrays is None else len(upload.source.numeric_columns)
    return open_named(model).input_size


def model_for_numbers() -> dict[str, str]:
    """The choice of a model that reads numbers, where the current one does not."""
    model = current().model
    if own(model) is not None or reads(Request.of(model=model, source="upload")) == "numbers":
        return {}
    return {"model": RANDOM}


def _which(upload: DataFile) -> None:
    """Which of several sequences."""
    if upload.arrays is not None:
        if len(upload.arrays) > 1:
            _menu("Array", "array", upload, list(upload.arrays))
        count = len(upload.arrays[upload.array])
        if count > 1:
            st.session_state["file-index"] = min(upload.index, count - 1) + 1
            st.number_input(
                f"Sequence of {count:,}", 1, count, key="file-index",
                on_change=lambda: _take(index=st.session_state["file-index"] - 1),
            )  # fmt: skip
        return
    assert upload.table is not None
    columns = group_columns(upload.table)
    if columns:
        _menu("One sequence for each", "group", upload, ["", *columns], member="")
    if upload.group:
        _menu("Sequence", "member", upload, members(upload.table, upload.group))


def _menu(label: str, name: str, upload: DataFile, options: Any, **reset: Any) -> None:
    """A choice about the file."""
    key, value = f"file-{name}", getattr(upload, name)
    st.session_state[key] = value if value in options else options[0]
    st.selectbox(
        label, options, key=key, format_func=lambda one: legible(str(one)) if one else _WHOLE,
        on_change=lambda: _take(**{name: st.session_state[key]}, **reset),
    )  # fmt: skip


def _take(**choices: Any) -> None:
    """Read the file another way; another array may have other columns."""
    upload = data_in_hand()
    assert upload is not None
    upload = replace(upload, **choices)
    if upload.group and not upload.member:
        upload = replace(upload, member=members(upload.source_of_all, upload.group)[0])
    known = upload.source.numeric_columns
    kept = tuple(name for name in upload.columns if name in known)
    columns = kept or tuple(known[: _inputs(current().model, upload)])
    keep_data(replace(upload, columns=columns))
    change(source="upload", step=-1, **model_for_numbers())


def _columns(upload: DataFile) -> None:
    st.caption(literal(" ".join(upload.source.notes)))
    columns = list(upload.source.numeric_columns)
    if len(columns) > _MOST_PILLS:
        st.multiselect("Columns", columns, default=list(upload.columns), key="csv-columns", on_change=_chosen)
    else:
        st.pills(
            "Columns", columns, selection_mode="multi", default=list(upload.columns), key="csv-columns",
            on_change=_chosen,
        )  # fmt: skip
    st.toggle("Fill missing values by interpolation", key="csv-missing", on_change=_chosen)


def _chosen() -> None:
    upload = data_in_hand()
    assert upload is not None
    columns = tuple(st.session_state["csv-columns"]) or upload.columns
    in_order = tuple(name for name in upload.source.numeric_columns if name in columns)
    missing: Missing = "interpolate" if st.session_state["csv-missing"] else "refuse"
    keep_data(replace(upload, columns=in_order, missing=missing))
    change(source="upload", step=-1, **model_for_numbers())


def statistics_file() -> None:
    """Offset and scale of each column from a file: the training's, not this file's."""
    st.file_uploader(
        "or from a file: mean and std as JSON, NPZ or CSV", type=["json", "npz", "csv"], key="statistics",
        on_change=_statistics, max_upload_size=5,
    )  # fmt: skip
    trouble = st.session_state.get("statistics-trouble")
    if trouble:
        st.error(literal(trouble))


def _statistics() -> None:
    st.session_state.pop("statistics-trouble", None)
    try:
        read = [read_statistics(content, name) for name, content in dropped("statistics")]
    except ExplorerError as trouble:
        st.session_state["statistics-trouble"] = str(trouble)
        return
    for offset, scale in read:
        change(offset=" ".join(map(repr, offset)), scale=" ".join(map(repr, scale)), scaling="typed")
