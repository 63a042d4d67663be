"""The choices of the page Train, each with its word."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from explorer.cells import CELLS
from explorer.errors import ExplorerError
from explorer.sequences import read_lines
from explorer.training import TASKS
from explorer.ui.bar import sources
from explorer.ui.parts.sentences import literal
from explorer.ui.parts.window import narrow
from explorer.ui.session.dropped import dropped
from explorer.ui.session.state import change
from explorer.ui.train.data import SMALL_TASKS, columns, is_text
from explorer.ui.train.recipe import SEPARATOR, Recipe, choose, limits, options, recipe

_DATA = {"sst": "Sea temperature", "mine": "My own", "task": "A task"}
_LEARN = {"next": "the next character", "class": "the class of a line"}
_BEGINS = {"cell": "as the cell says", "bias": "forget bias", "chrono": "chrono"}
_WORDS = {
    "cells": "Twins: the same data, sizes, seed and steps; only the cell differs. Cells without a kernel of PyTorch's "
    "take about eight times as long.",
    "seeds": "Each cell is trained once for each seed, with other first weights and other batches: one seed proves "
    "nothing.",
    "hidden": "hidden_size: units of each layer.",
    "layers": "num_layers: each reads the hidden states of the one below.",
    "steps": "Updates of the weights, one a batch.",
    "rate": "Learning rate of Adam at the start; it falls to a twentieth along a half cosine. Too high and the loss "
    "runs away.",
    "batch": "Sequences whose gradients are averaged in one update.",
    "clip": "Gradient clipping: a gradient of a larger norm is shortened to this.",
    "dropout": "Share of features that is set to 0 in training, after the last layer and between layers.",
    "begins": "What the biases of the keep gate begin with. An LSTM here begins with a forget bias of 1, so that it "
    "remembers before it has learned what to forget. Chrono draws them so that memories of all lengths are there.",
    "bias": "The forget bias: what the keep gate's two biases sum to before the first update.",
    "longest": "Chrono initialisation: dependencies of up to so many steps.",
    "held": "How many values at the end are never trained on and judge the networks; as many before them choose the "
    "best weights. 0: as it fits.",
    "season": "Steps of a season, for the answer without a network that says what came a season before.",
    "window": "Steps of a training sequence. 0: as it fits.",
    "horizon": "How many steps ahead the value lies that is forecast.",
}
_LABELS = {
    "seeds": "Seeds", "hidden": "hidden_size", "layers": "num_layers", "steps": "Steps", "rate": "Learning rate",
    "batch": "Batch size", "clip": "Clip gradients at", "dropout": "dropout, %", "bias": "Forget bias",
    "longest": "Longest, steps", "held": "Held out", "season": "Season", "window": "Window", "horizon": "Horizon",
}  # fmt: skip


def train_controls() -> None:
    """What is learned, by which cells, of which sizes."""
    chosen = recipe()
    _words("data", list(_DATA), _DATA.__getitem__, "What is learned")
    if chosen.data == "task":
        _menu("task", SMALL_TASKS, lambda name: TASKS[name].title, "Task")
    if chosen.data == "mine":
        _own(chosen)
    _cells(chosen)
    _row("hidden", "layers")
    _row("steps", "rate")
    _row("seeds")
    with st.expander("More", key="recipe-more"):
        if chosen.data != "task":
            _row("batch", "clip")
        else:
            _row("clip")
        _row("dropout")
        _words("begins", list(_BEGINS), _BEGINS.__getitem__, "Keep gates begin", _WORDS["begins"])
        if chosen.begins != "cell":
            _row({"bias": "bias", "chrono": "longest"}[chosen.begins])
    if chosen.data == "sst" or (chosen.data == "mine" and not is_text()):
        with st.expander("How the series is cut", key="recipe-cut"):
            _row("held", "season")
            _row("window", "horizon")


def _own(chosen: Recipe) -> None:
    with st.expander("My data", key="recipe-own", expanded=True):
        sources.own_data()
        names = columns()
        if len(names) > 1:
            _menu("column", names, str, "Column to forecast")
        if is_text():
            _words("learn", list(_LEARN), _LEARN.__getitem__, "Learn")
            said = "A line is “class: text”, or the class, a tab, and the text." if chosen.learn == "class" else ""
            st.caption(said or "Each line is a sequence of its own.")
            _lines_file()


def _lines_file() -> None:
    st.file_uploader(
        "Lines: TXT, or a CSV or TSV with a column of classes", type=["txt", "csv", "tsv"], key="recipe-lines",
        on_change=_uploaded, max_upload_size=2,
    )  # fmt: skip
    said, failed = st.session_state.get("recipe-lines-said", ("", False))
    if said:
        (st.error if failed else st.caption)(literal(said))


def _uploaded() -> None:
    came = dropped("recipe-lines")
    st.session_state.pop("recipe-lines-said", None)
    if not came:
        return
    name, content = came[0]
    try:
        read = read_lines(content, name)
    except ExplorerError as sentence:
        st.session_state["recipe-lines-said"] = (str(sentence), True)
        return
    st.session_state["recipe-lines-said"] = (read.note, False)
    choose(data="mine", learn="class" if read.labelled else "next")
    change(source="typed", text=read.text)


def _cells(chosen: Recipe) -> None:
    key = "recipe-cells"
    st.session_state[key] = list(chosen.kinds)
    st.pills(
        "Cells", list(CELLS), selection_mode="multi", format_func=lambda kind: CELLS[kind].title, key=key, wrap=True,
        help=_WORDS["cells"], on_change=_picked, args=(key,),
    )  # fmt: skip


def _picked(key: str) -> None:
    if st.session_state[key]:
        choose(cells=SEPARATOR.join(st.session_state[key]))


def _row(*names: str) -> None:
    """Numbers side by side."""
    places = st.columns(len(names), gap="small") if len(names) > 1 else [st.container()]
    for place, name in zip(places, names, strict=True):
        with place:
            _number(name)


def _number(name: str) -> None:
    key, (low, high) = f"recipe-{name}", limits(name)
    value = getattr(recipe(), name)
    whole = isinstance(low, int)
    st.session_state[key] = value
    more: dict[str, Any] = {"step": 1} if whole else {"step": max(value / 2, low), "format": "%g"}
    st.number_input(_LABELS[name], low, high, key=key, help=_WORDS[name], on_change=_typed, args=(name,), **more)


def _typed(name: str) -> None:
    choose(**{name: st.session_state[f"recipe-{name}"]})


def _words(name: str, given: Sequence[str], shown: Callable[[str], str], label: str, says: str | None = None) -> None:
    """A choice among a few words."""
    key = f"recipe-{name}"
    st.session_state[key] = getattr(recipe(), name)
    st.segmented_control(
        label, [one for one in options(name) if one in given], format_func=shown, key=key, required=True, help=says,
        on_change=_typed, args=(name,), width="stretch" if not narrow() else "content",
    )  # fmt: skip


def _menu(name: str, given: Sequence[str], shown: Callable[[str], str], label: str) -> None:
    key, value = f"recipe-{name}", getattr(recipe(), name)
    st.session_state[key] = value if value in given else given[0]
    st.selectbox(label, given, format_func=shown, key=key, on_change=_typed, args=(name,))
