"""Which unit knows …? Units ranked by how well they tell a concept, beside chance and the inputs alone."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import word
from explorer.concepts import CONCEPTS
from explorer.figures import concept_line, probe_ranking, probe_weights
from explorer.measures import Probe, parting, probe
from explorer.ui.parts.controls import bound, menu
from explorer.ui.parts.messages import note, say
from explorer.ui.parts.sentences import literal
from explorer.ui.parts.window import CONFIG, narrow, sizes, theme
from explorer.ui.session.state import change, current
from explorer.ui.session.turns import turn
from explorer.ui.units.askable import EXPRESSION, Told, askable, told, words_of
from explorer.ui.units.asked import go_elsewhere
from explorer.ui.units.chosen import signal_of
from explorer.ui.units.corpus import Corpus, corpus_of
from explorer.ui.units.first_pass import values_of
from explorer.ui.units.knowing import counted_how, knows, together
from explorer.ui.units.marks import model_mark
from explorer.ui.view.view import View

RANKING, WEIGHTS = "concept-ranking", "concept-weights"
_MOST, _STRETCH = 60_000, 3_000
_WINDOW, _NARROW, _PLACES = 100, 32, 40
_KEPT, _MOST_KEPT = "concept-found", 8


def draw_concept(view: View) -> None:
    """The choice of the concept, and what is known of it."""
    corpus = corpus_of(view)
    options = askable(view, corpus)
    if not options:
        note("There is nothing to ask after here: bring a file with columns of labels, in the sidebar.")
        return
    key = _asked(corpus, options)
    if key == EXPRESSION and not view.request.units_page.expression:
        note("Write a regular expression, as in “def |class ” or “\\d+”; Enter looks for it.")
        return
    values = values_of(view, corpus, signal_of(view), *view.request.shown.place)
    if values is None:
        return
    asked = _told(view, corpus, key)
    steps = _spread(asked.steps)
    found = _found(view, corpus, key, values, asked, steps)
    if found is not None:
        _answer(view, corpus, values, asked, steps, found)


def _asked(corpus: Corpus, options: dict[str, str]) -> str:
    """The menus over the picture; the key that is chosen."""
    reset: dict[str, Any] = {"concept_place": 0, "known_unit": -1}
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="concept-asked"):
        menu("Which unit knows", "concept", list(options), options.__getitem__, reset, width=260)
        key = current().units_page.concept
        key = key if key in options else next(iter(options))
        if key == EXPRESSION:
            st.text_input("Regular expression", **bound("expression", reset), placeholder="def |class ", width=320)
        menu("Word", "concept_label", list(words_of(corpus, key)), str, reset, width=220)
    return key


def _told(view: View, corpus: Corpus, key: str) -> Told:
    """What is so of each step; the last of a text is kept, since a search over a long one takes a while."""
    if key not in CONCEPTS and key != EXPRESSION:
        return told(view, corpus, key)
    name = (corpus.mark, key, view.request.units_page.expression)
    kept: tuple[Any, Told] | None = st.session_state.get("concept-told")
    if kept is None or kept[0] != name:
        kept = (name, told(view, corpus, key))
        st.session_state["concept-told"] = kept
    return kept[1]


def _spread(steps: NDArray[np.intp]) -> NDArray[np.intp]:
    """All steps, or stretches of them evenly spread."""
    if len(steps) <= _MOST:
        return steps
    starts = np.linspace(0, len(steps) - _STRETCH, _MOST // _STRETCH).astype(int)
    return np.concatenate([steps[start : start + _STRETCH] for start in starts])


def _found(
    view: View, corpus: Corpus, key: str, values: NDArray[Any], asked: Told, steps: NDArray[np.intp]
) -> Probe | None:
    """The probe, kept for the session; None after Cancel, and then a button is drawn."""
    place = f"{signal_of(view)} {view.request.shown.place}"
    name = f"{model_mark(view.model)} {corpus.mark} {place} {key} {asked.title} {hash(asked.labels.tobytes())}"
    kept: dict[str, Probe] = st.session_state.setdefault(_KEPT, {})
    if name not in kept:
        if st.session_state.get("concept-stopped") == name:
            st.button("Look for the unit", key="concept-look", on_click=_go, icon=":material/play_arrow:")
            return None
        kept[name] = _probed(name, corpus, values, asked, steps)
        while len(kept) > _MOST_KEPT:
            kept.pop(next(iter(kept)))
    return kept[name]


def _probed(name: str, corpus: Corpus, values: NDArray[Any], asked: Told, steps: NDArray[np.intp]) -> Probe:
    labels = asked.labels[np.searchsorted(asked.steps, steps)]
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center", key="concept-probing"):
        bar = st.progress(0.0, "Asking each unit", width="stretch")
        st.button("Cancel", key="concept-cancel", on_click=_stop, args=(name,))
    try:
        with turn() as give_way:

            def told(share: float) -> None:
                bar.progress(share)
                give_way()

            return probe(values[steps], labels, inputs=corpus.values[steps], progress=told)
    finally:
        place.empty()


def _stop(name: str) -> None:
    st.session_state["concept-stopped"] = name


def _go() -> None:
    st.session_state.pop("concept-stopped", None)


def _answer(
    view: View, corpus: Corpus, values: NDArray[Any], asked: Told, steps: NDArray[np.intp], found: Probe
) -> None:
    """The sentence, the ranking beside the weights, and one unit over the tokens."""
    signal = word(view.trace.kind, signal_of(view))
    wanted = view.request.units_page.known_unit
    best = found.passing[0] if found.passing else found.unit
    unit = wanted if 0 <= wanted < len(found.scores) else best
    say(view, knows(found, asked.title, signal.title.lower()))
    left, right = st.columns([5, 4], gap="medium") if not narrow() else (st.container(), st.container())
    with left:
        st.plotly_chart(
            probe_ranking(found, unit, 8 if narrow() else 10, theme(), sizes()), theme=None, config=CONFIG,
            key=RANKING, on_select=_chosen, selection_mode="points",
            alt=f"The units that tell {asked.title} best, with their scores on held-out steps beside chance",
        )  # fmt: skip
    with right:
        note(together(found))
        st.plotly_chart(
            probe_weights(found, unit, theme(), sizes()), theme=None, config=CONFIG, key=WEIGHTS,
            alt="The weight of each unit in the linear probe of all units",
        )  # fmt: skip
        marks = asked.labels[np.searchsorted(asked.steps, steps)]
        cut = parting(values[steps, unit], marks)[0] if found.is_label else None
        _go_on(unit, found, signal.name, cut)
    _over_tokens(corpus, values, asked, unit, signal.symbol)
    stretches = int(np.count_nonzero(np.diff(np.concatenate([[False], marks])) & marks)) if found.is_label else 0
    note(counted_how(found, len(found.trained), stretches))
    _table(found)


def _go_on(unit: int, found: Probe, signal: str, cut: float | None) -> None:
    """What to do with a found unit, which parts the concept best at ``cut``."""
    with st.container(horizontal=True, gap="small", key="concept-on"):
        st.button(
            f"Where else is unit {unit} so?",
            key="concept-elsewhere",
            on_click=go_elsewhere,
            kwargs={"units": (unit,), "above": bool(found.signs[unit] > 0), "threshold": cut, "signal": signal},
        )
        st.button(
            f"Text in unit {unit}'s colour", key="concept-colour", on_click=change,
            kwargs={"picture": "text", "unit": unit},
        )  # fmt: skip


def _over_tokens(corpus: Corpus, values: NDArray[Any], asked: Told, unit: int, symbol: str) -> None:
    """One unit where the label changes, a window at a time."""
    width = min(_NARROW if narrow() else _WINDOW, len(corpus))
    places = _windows(asked, len(corpus), width)
    number = current().units_page.concept_place % len(places)
    start = places[number]
    labels = np.full(len(corpus), False) if asked.labels.dtype == bool else np.full(len(corpus), np.nan)
    labels[asked.steps] = asked.labels
    stop = start + width
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="concept-window"):
        st.markdown(
            literal(f"Unit {unit} over steps {start + 1:,} to {stop:,} of {corpus.name}; shaded: {asked.title}")
            if asked.labels.dtype == bool
            else literal(f"Unit {unit} over steps {start + 1:,} to {stop:,} of {corpus.name}; dashed: {asked.title}")
        )
        if len(places) > 1:
            st.button("Another place", key="concept-next", on_click=change, kwargs={"concept_place": number + 1})
    st.plotly_chart(
        concept_line(values[start:stop, unit], labels[start:stop], corpus.tokens(start, stop), start, symbol,
                     theme(), sizes()),
        theme=None, config=CONFIG, key="concept-line",
        alt=f"Unit {unit} over steps {start + 1} to {stop}, and where {asked.title} is so",
    )  # fmt: skip


def _windows(asked: Told, steps: int, width: int) -> list[int]:
    """Where windows begin that show the label come and go, spread over the corpus; any where none does."""
    changes = asked.steps[1:][np.diff(asked.labels.astype(np.float64)) != 0]
    if not len(changes):
        return [0]
    starts = np.clip(changes - width // 8, 0, steps - width)
    telling = np.searchsorted(changes, starts + width) - np.searchsorted(changes, starts)
    starts = starts[telling >= min(5, int(telling.max()))]
    return [int(start) for start in starts[np.unique(np.linspace(0, len(starts) - 1, _PLACES).astype(int))]]


def _table(found: Probe) -> None:
    with st.expander("As a table"):
        score = "AUC" if found.is_label else "R²"
        ranked = found.ranked
        st.dataframe(
            pd.DataFrame({
                "unit": ranked, f"{score}, where ranked": found.scores[ranked],
                f"{score}, held out": found.judged[ranked],
                "with the label it": np.where(found.signs[ranked] > 0, "rises", "falls"),
                "above chance": found.judged[ranked] > found.band,
                "weight in the probe of all": found.weights[ranked],
            }), hide_index=True, height=240,
        )  # fmt: skip


def _chosen() -> None:
    """A dot is a unit; the rows below the line are none."""
    points = st.session_state[RANKING]["selection"]["points"]
    unit = points[0].get("customdata") if points else None
    unit = unit[0] if isinstance(unit, list) else unit
    if isinstance(unit, int) and unit >= 0:
        change(known_unit=unit, unit=unit)
