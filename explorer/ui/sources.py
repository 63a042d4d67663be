"""Where a sequence comes from, other than the bar's line, and how numbers are scaled."""

from collections.abc import Callable

import streamlit as st

from explorer.errors import ExplorerError
from explorer.sequences import GENERATORS, read_table, unroll_months
from explorer.ui.builder import BUILDS, constructor
from explorer.ui.catalogue import RANDOM, reads, shown_text
from explorer.ui.controls import bound, menu, number, switch
from explorer.ui.reading import Missing, Upload
from explorer.ui.request import Request, read_settings, write_settings
from explorer.ui.session import change, current
from explorer.ui.words import literal

_MOST_PILLS = 40
_SCALINGS = {"none": "as they are", "z-score": "z-score", "min-max": "min–max", "typed": "typed"}


def panel() -> None:
    """The pop-up: one section a source, and the random model's sizes."""
    sections: dict[str, Callable[[], None]] = {
        "Several lines": _several_lines,
        "CSV file": _csv_file,
        "Generator": _generator,
    }
    if current().model == RANDOM and st.session_state["page"] != BUILDS:
        sections["Random model"] = constructor
    chosen = st.segmented_control(
        "Sequence from", list(sections), default=next(iter(sections)), required=True, key="source-section",
        persist_state="session",
    )  # fmt: skip
    sections.get(str(chosen), _several_lines)()
    if reads(current()) == "numbers":
        _scaling()


def _several_lines() -> None:
    key = "lines"
    text = shown_text(current())
    if st.session_state.get(key) != text:
        st.session_state[key] = text
    st.text_area(
        "Text, or numbers: one step a line, columns side by side",
        key=key, height=160, on_change=lambda: change(source="typed", text=st.session_state[key], step=-1),
    )  # fmt: skip


def _csv_file() -> None:
    st.file_uploader(
        "A CSV file with a numeric column", type=["csv", "tsv", "txt"], key="csv", on_change=_uploaded,
        max_upload_size=50,
    )  # fmt: skip
    trouble = st.session_state.get("csv-trouble")
    if trouble:
        st.error(literal(trouble))
    upload: Upload | None = st.session_state.get("upload")
    if upload is not None:
        _columns(upload)


def _uploaded() -> None:
    file = st.session_state["csv"]
    st.session_state.pop("csv-trouble", None)
    if file is None:
        return
    try:
        table = read_table(file.getvalue(), file.name)
        if table.is_year_by_month:
            table = unroll_months(table)
    except ExplorerError as trouble:
        st.session_state["csv-trouble"] = str(trouble)
        return
    st.session_state["upload"] = Upload(file.name, table, tuple(table.numeric_columns[:1]))
    change(source="upload", step=-1, **_model_for_numbers())


def _model_for_numbers() -> dict[str, str]:
    return {} if reads(Request(model=current().model, source="upload")) == "numbers" else {"model": RANDOM}


def _columns(upload: Upload) -> None:
    st.caption(literal(" ".join(upload.table.notes)))
    columns = list(upload.table.numeric_columns)
    if len(columns) > _MOST_PILLS:
        st.multiselect("Columns", columns, default=list(upload.columns), key="csv-columns", on_change=_chosen)
    else:
        st.pills(
            "Columns", columns, selection_mode="multi", default=list(upload.columns), key="csv-columns",
            on_change=_chosen,
        )  # fmt: skip
    st.toggle("Fill missing values by interpolation", key="csv-missing", on_change=_chosen)


def _chosen() -> None:
    upload: Upload = st.session_state["upload"]
    columns = tuple(st.session_state["csv-columns"]) or upload.columns
    missing: Missing = "interpolate" if st.session_state["csv-missing"] else "refuse"
    st.session_state["upload"] = Upload(upload.name, upload.table, columns, missing)
    change(source="upload", step=-1, **_model_for_numbers())


def _generator() -> None:
    names = {name: generator.label for name, generator in GENERATORS.items()}
    request = current()
    if request.generator not in names:
        change(generator=next(iter(names)))
    menu("Kind", "generator", list(names), names.__getitem__, reset={"settings": ""})
    number("Steps", "length", 1, 100_000)
    settings = read_settings(request.settings)
    for parameter in GENERATORS[current().generator].parameters:
        key = f"setting-{current().generator}-{parameter.name}"
        value = settings.get(parameter.name, parameter.default)
        st.session_state[key] = min(max(parameter.low, value), parameter.high)
        st.number_input(
            parameter.label, parameter.low, parameter.high, step=parameter.step, key=key,
            on_change=_set, args=(parameter.name, key),
        )  # fmt: skip
    if request.source != "generator":
        st.button("Use this series", on_click=_use_generator, key="use-series")


def _set(name: str, key: str) -> None:
    settings = read_settings(current().settings) | {name: st.session_state[key]}
    change(settings=write_settings(settings))


def _use_generator() -> None:
    change(source="generator", step=-1, **_model_for_numbers())


def _scaling() -> None:
    switch("Numbers", "scaling", list(_SCALINGS), _SCALINGS.__getitem__)
    if current().scaling == "typed":
        st.text_input("Subtract (one number, or one a column)", **bound("offset"))
        st.text_input("Then divide by", **bound("scale"))
