"""Statistics of a corpus, not of a line: what each unit does over all of it, and in each group of its steps."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import word
from explorer.figures import group_map, histogram_map
from explorer.figures.statistics import MOST_UNITS
from explorer.models import DIRECTIONS
from explorer.models.model.claims import left_out
from explorer.scanning import Histogram, Histograms, Moments, Summary, moments_frame, scan
from explorer.trace import csv_bytes
from explorer.ui.parts.controls import menu
from explorer.ui.parts.download import download
from explorer.ui.parts.messages import note, say
from explorer.ui.parts.window import CONFIG, sizes, theme
from explorer.ui.session.state import current
from explorer.ui.units.askable import EXPRESSION, askable, told
from explorer.ui.units.chosen import signal_of
from explorer.ui.units.corpus import Corpus, corpus_of
from explorer.ui.units.marks import model_mark
from explorer.ui.units.work import worked
from explorer.ui.view.view import View

_ALONE = {"": "all steps together", "position": "position in the sequence"}
_TOKEN = {"token": "token"}
_SHARES = (0.05, 0.5, 0.95)
_BINS, _MOST_NUMBERS = 1_024, 40


@dataclass(frozen=True, eq=False)
class Statistics:
    """What was found of every signal.

    Attributes:
        moments: by signal, in each group.
        histograms: by signal, over all steps; none where they are grouped.
    """

    moments: dict[str, Summary]
    histograms: dict[str, Histogram]


def draw_statistics(view: View) -> None:
    """The grouping, the picture, and the table to take along."""
    corpus = corpus_of(view)
    asked = askable(view, corpus)
    options = _ALONE | (_TOKEN if corpus.values.ndim == 1 else {}) | asked
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="statistics-asked"):
        menu("Steps grouped by", "grouped", list(options), lambda key: options[key], width=260)
    by = current().units_page.grouped
    by = by if by in options else ""
    if by == EXPRESSION and not view.request.units_page.expression:
        note("Write the expression under “Which unit knows …?” first.")
        return
    labels = None if by not in asked else _labels(view, corpus, by)
    found = _found(view, corpus, by, labels)
    if found is not None:
        _draw(view, corpus, by, options[by], found)


def _labels(view: View, corpus: Corpus, key: str) -> NDArray[Any]:
    """A word or a number for each step; many different numbers as tenths of the steps."""
    asked = told(view, corpus, key)
    if asked.labels.dtype == bool:
        whole = np.full(len(corpus), "", dtype=object)
        whole[asked.steps] = np.where(asked.labels, asked.title, f"not: {asked.title}")
        return whole
    numbers = np.full(len(corpus), np.nan)
    values: NDArray[Any] = asked.labels
    if len(np.unique(values)) > _MOST_NUMBERS:
        values = np.searchsorted(np.quantile(values, np.linspace(0.1, 0.9, 9)), values, side="left") + 1.0
    numbers[asked.steps] = values
    return numbers


def _found(view: View, corpus: Corpus, by: str, labels: NDArray[Any] | None) -> Statistics | None:
    spelled = "" if labels is None else str(hash(tuple(labels.tolist())))
    mark = f"statistics {model_mark(view.model)} {corpus.mark} {by} {spelled}"
    group = None if not by else "label" if labels is not None else by
    what = (Moments(by=group),) if by else (Moments(), Histograms(bins=_BINS))
    sequences = [corpus.values[start:stop] for start, stop in corpus.spans()]
    parts = None if labels is None else [labels[start:stop] for start, stop in corpus.spans()]
    alone = len(sequences) == 1

    def work(progress: Any) -> Statistics:
        named = None if parts is None else {"label": parts[0] if alone else parts}
        found = scan(
            view.model, sequences[0] if alone else sequences, what, labels=named, progress=progress, **corpus.states
        )
        return Statistics(found[0], {} if by else found[1])

    return worked(mark, f"Running the model over {len(corpus):,} steps", "Take the statistics", work)


def _draw(view: View, corpus: Corpus, by: str, title: str, found: Statistics) -> None:
    signal = word(view.trace.kind, signal_of(view))
    layer, direction = view.request.shown.place
    place = layer, DIRECTIONS.index(direction)
    width = found.moments[signal.name].mean.shape[3]
    unit = view.request.cursor.unit if 0 <= view.request.cursor.unit < width else None
    if by:
        summary = found.moments[signal.name]
        say(view, _differs(summary, signal.title.lower(), place, title))
        figure = group_map(summary, signal, *place, unit, theme(), sizes())
    else:
        histogram = found.histograms[signal.name]
        say(view, _spread(histogram, signal.title.lower(), place, corpus))
        figure = histogram_map(histogram, signal, *place, unit, theme(), sizes())
    more = " The units that differ most are drawn; the file has all." if by and width > MOST_UNITS else ""
    alt = f"{signal.title} of {width} units over {len(corpus):,} steps, {title}"
    st.plotly_chart(figure, theme=None, config=CONFIG, key="units-statistics", alt=alt)
    steps = int(found.moments[signal.name].steps.sum())
    is_gate = signal.role == "gate"
    if by:
        scale = " Colour: the mean." if is_gate else (
            " Colour: how far a group's mean is from the unit's own, in its standard deviations, from −2 to 2."
        )  # fmt: skip
    else:
        scale = f" Colour: the share of the steps; the line is the median, exact to a bin of {_BINS:,}."
    tenths = " Its values are grouped by tenths of the steps." if _is_tenths(found, signal.name, by) else ""
    note(" ".join([f"{steps:,} steps, every one counted.{scale}{tenths}{more}", *corpus.notes]))
    _take_along(view, by, found)


def _is_tenths(found: Statistics, signal: str, by: str) -> bool:
    groups = found.moments[signal].groups
    return by.startswith(("input:", "column:")) and groups == tuple(str(one) for one in range(1, len(groups) + 1))


def _said(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _differs(found: Summary, signal: str, place: tuple[int, int], title: str) -> str:
    """Which unit's mean differs most between groups, beside how much it moves within them."""
    mean, std = (one[:, place[0], place[1]] for one in (found.mean, found.std))
    weights = (found.steps / found.steps.sum())[:, None]
    within = np.sqrt((weights * std**2).sum(axis=0))
    between = np.sqrt((weights * (mean - (weights * mean).sum(axis=0)) ** 2).sum(axis=0))
    unit = int((between / np.maximum(within, 1e-9)).argmax())
    share = between[unit] ** 2 / max(between[unit] ** 2 + within[unit] ** 2, 1e-12)
    low, high = int(mean[:, unit].argmin()), int(mean[:, unit].argmax())
    if len(found.groups) < 2:
        return f"By {title} there is one group only: “{found.groups[0]}”."
    return (
        f"By {title}: the group explains most of unit {unit}, {share:.0%} of the variance of its {signal}, from "
        f"{_said(mean[low, unit])} on average (“{found.groups[low]}”) to {_said(mean[high, unit])} "
        f"(“{found.groups[high]}”)."
    )


def _spread(found: Histogram, signal: str, place: tuple[int, int], corpus: Corpus) -> str:
    low, middle, high = found.quantiles(_SHARES)[:, 0, place[0], place[1]]
    low, high = np.nan_to_num(low, posinf=0, neginf=0), np.nan_to_num(high, posinf=0, neginf=0)
    wide = int((high - low).argmax())
    first, last = (_said(float(np.quantile(middle, share))) for share in (0.25, 0.75))
    return (
        f"Over {corpus.name}: the {signal} of unit {wide} ranges most, from {_said(low[wide])} to {_said(high[wide])} "
        f"in nine steps of ten; half of the units have their median between {first} and {last}."
    )


def table_of(found: Statistics) -> pd.DataFrame:
    """Every signal, layer, direction and unit: mean, spread, ends; quantiles too where steps are not grouped."""
    table = moments_frame(found.moments)
    if not found.histograms:
        return table
    for at, share in enumerate(_SHARES):
        columns = [one.quantiles(_SHARES)[at, 0].reshape(-1) for one in found.histograms.values()]
        table[f"q{share:.2f}"] = np.concatenate(columns)
    return table


def _take_along(view: View, by: str, found: Statistics) -> None:
    def made() -> bytes:
        table = table_of(found)
        said = left_out(view.model)
        return csv_bytes(table.assign(warning=[said] + [""] * (len(table) - 1)) if said else table)

    grouped = f"-by-{by.partition(':')[0]}" if by else ""
    name = f"statistics-{view.request.model}{grouped}.csv"
    download("Every signal as CSV", made, name, "text/csv", key="statistics-csv")
