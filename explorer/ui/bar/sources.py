"""Where a sequence comes from, other than the bar's line, and how numbers are scaled."""

from collections.abc import Callable

import streamlit as st

from explorer.sequences import GENERATORS
from explorer.ui.bar.data_file import data_file, model_for_numbers, statistics_file
from explorer.ui.parts.constructor import BUILDS, constructor
from explorer.ui.parts.controls import bound, menu, number, switch
from explorer.ui.session.catalogue import RANDOM, reads, shown_text
from explorer.ui.session.link import read_settings, write_settings
from explorer.ui.session.state import change, current, page

_SCALINGS = {"none": "as they are", "z-score": "z-score", "min-max": "min–max", "typed": "typed"}


def panel() -> None:
    """The pop-up: one section a source, and the random model's sizes."""
    sections: dict[str, Callable[[], None]] = {
        "Several lines": _several_lines,
        "CSV file": data_file,
        "Generator": _generator,
    }
    if current().model == RANDOM and page() != BUILDS:
        sections["Random model"] = constructor
    chosen = st.segmented_control(
        "Sequence from", list(sections), default=next(iter(sections)), required=True, key="source-section",
        persist_state="session",
    )  # fmt: skip
    sections.get(str(chosen), _several_lines)()
    if reads(current()) == "numbers":
        _scaling()


def own_data() -> None:
    """Where data of one's own come from, without a model that would read them: typed, a file, a generator."""
    sections: dict[str, Callable[[], None]] = {"Typed": _several_lines, "File": data_file, "Generator": _generator}
    chosen = st.segmented_control(
        "Data from", list(sections), default="Typed", required=True, key="own-section", persist_state="session",
        label_visibility="collapsed",
    )  # fmt: skip
    sections.get(str(chosen), _several_lines)()


def _several_lines() -> None:
    key = "lines"
    text = shown_text(current())
    if st.session_state.get(key) != text:
        st.session_state[key] = text
    st.text_area(
        "Text, or numbers: one step a line, columns side by side",
        key=key, height=160, on_change=lambda: change(source="typed", text=st.session_state[key], step=-1),
    )  # fmt: skip


def _generator() -> None:
    names = {name: generator.label for name, generator in GENERATORS.items()}
    request = current()
    menu("Kind", "generator", list(names), names.__getitem__, reset={"settings": ""})
    number("Steps", "length", 1, 100_000)
    settings = read_settings(request.sequence.settings)
    for parameter in GENERATORS[current().sequence.generator].parameters:
        key = f"setting-{current().sequence.generator}-{parameter.name}"
        value = settings.get(parameter.name, parameter.default)
        st.session_state[key] = min(max(parameter.low, value), parameter.high)
        st.number_input(
            parameter.label, parameter.low, parameter.high, step=parameter.step, key=key,
            on_change=_set, args=(parameter.name, key),
        )  # fmt: skip
    if request.sequence.source != "generator":
        st.button("Use this series", on_click=_use_generator, key="use-series")


def _set(name: str, key: str) -> None:
    settings = read_settings(current().sequence.settings) | {name: st.session_state[key]}
    change(settings=write_settings(settings))


def _use_generator() -> None:
    change(source="generator", step=-1, **model_for_numbers())


def _scaling() -> None:
    switch("Numbers", "scaling", list(_SCALINGS), _SCALINGS.__getitem__)
    if current().sequence.scaling == "typed":
        st.text_input("Subtract (one number, or one a column)", **bound("offset"))
        st.text_input("Then divide by", **bound("scale"))
        statistics_file()
