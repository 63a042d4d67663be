"""Which units do the same thing, which count, and which do nothing, over a corpus."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import word
from explorer.figures import counter_lines, likeness_map
from explorer.measures import Alike, Counting, alike, counting
from explorer.measures.health import DEAD, STUCK
from explorer.ui.parts.messages import note, say
from explorer.ui.parts.window import CONFIG, narrow, sizes, theme
from explorer.ui.session.detour import go_to
from explorer.ui.session.kept import kept
from explorer.ui.session.state import change
from explorer.ui.session.turns import turn
from explorer.ui.units.chosen import signal_of
from explorer.ui.units.corpus import Corpus, corpus_of
from explorer.ui.units.first_pass import values_of
from explorer.ui.units.marks import model_mark
from explorer.ui.view.view import View

MAP = "alike"
_MOST_STEPS, _MOST_UNITS, _COUNTERS, _WINDOW = 50_000, 1_024, 4, 160
_MOST_PRODUCTS = 1_500_000_000
"""Of steps and pairs of units: about a second."""


def draw_alike(view: View) -> None:
    """The map of likeness, the twins beside it, the counters under it."""
    corpus = corpus_of(view)
    values = values_of(view, corpus, signal_of(view), *view.request.shown.place)
    if values is None:
        return
    if len(values) < 2:
        note("One step tells nothing of what goes together: give a longer sequence.")
        return
    looked = _looked_at(values)
    found, counts = _found(view, corpus, looked)
    signal = word(view.trace.kind, signal_of(view))
    say(view, _said(found, signal.title.lower()))
    left, right = st.columns([5, 4], gap="medium") if not narrow() else (st.container(), st.container())
    with left:
        unit = view.request.cursor.unit if view.request.cursor.unit >= 0 else None
        st.plotly_chart(
            likeness_map(found, unit, theme(), sizes()), theme=None, config=CONFIG, key=MAP,
            alt=f"Correlation of every two of {len(found.order)} units, similar ones side by side",
        )  # fmt: skip
    with right:
        st.button("Gates in such an order", key="alike-gates", on_click=_to_gates)
        _twins(found)
        _counters(view, corpus, values, counts)
        note(_idle(view, found, looked))
    note(
        f"Pearson's r over {len(looked):,} steps of {corpus.name}, clustered by 1 − |r| (mean "
        "distance). A unit that does the opposite tells the same."
    )


def _looked_at(values: NDArray[Any]) -> NDArray[Any]:
    """The first steps and units, no more than can be compared at once."""
    units = min(values.shape[1], _MOST_UNITS)
    return values[: min(_MOST_STEPS, max(2_000, _MOST_PRODUCTS // units**2)), :units]


def _to_gates() -> None:
    """Similar units side by side, as far as the sequence on screen tells."""
    change(order="alike", units=0)
    go_to("pages/gates.py")


def _found(view: View, corpus: Corpus, values: NDArray[Any]) -> tuple[Alike, Counting]:
    return _compared(f"{model_mark(view.model)} {corpus.mark} {signal_of(view)} {view.request.shown.place}", values)


@kept(4)
def _compared(key: str, _values: NDArray[Any]) -> tuple[Alike, Counting]:
    with turn(), st.spinner("Comparing every two units"):
        return alike(_values), counting(_values)


def _said(found: Alike, signal: str) -> str:
    """How many groups there are, and the nearest two."""
    sizes = np.bincount(found.groups)
    grouped = int((sizes > 1).sum())
    said = f"By their {signal}, {len(found.order)} units fall into {len(sizes)} groups, {grouped} of two or more"
    strongest = np.abs(found.correlations - np.eye(len(found.order)))
    if len(found.order) < 2:
        return f"{said}."
    one, other = (int(at) for at in np.unravel_index(int(strongest.argmax()), strongest.shape))
    r = found.correlations[one, other]
    way = "go together" if r > 0 else "go against each other"
    return f"{said}; units {min(one, other)} and {max(one, other)} {way} most, r = {r:.2f}.".replace("-", "−")


def _twins(found: Alike) -> None:
    """Pairs that do the same thing."""
    if not found.twins:
        note("No two units do the same thing: no pair has |r| of 0.95 or more.")
        return
    note(f"{len(found.twins)} pairs do the same thing, |r| of 0.95 or more:")
    st.dataframe(
        pd.DataFrame(found.twins[:200], columns=["unit", "and unit", "r"]), hide_index=True,
        height=min(36 * len(found.twins) + 38, 180), column_config={"r": st.column_config.NumberColumn(format="%.3f")},
    )  # fmt: skip


def _counters(view: View, corpus: Corpus, values: NDArray[Any], counts: Counting) -> None:
    """The units that count, with their lines where they count longest."""
    able = counts.counters[:_COUNTERS]
    if not able:
        note(f"No unit counts: none goes up or down in equal steps for long. {_nearest(counts)}")
        return
    best = able[0]
    note(
        f"{len(counts.counters)} units count, up or down by equal steps until they begin again; unit {best} by "
        f"{_signed(counts.slope[best])} a step (R² {counts.r2[best]:.3f}, in runs over "
        f"{counts.share[best]:.0%} of the steps):"
    )
    runs = np.array(counts.runs[best])
    begin = int(runs[int((runs[:, 1] - runs[:, 0]).argmax()), 0])
    start = max(0, min(begin - 8, len(values) - _WINDOW))
    stop = min(start + _WINDOW, len(values))
    st.plotly_chart(
        counter_lines(
            values[start:stop, list(able)].astype(np.float64), able, start,
            word(view.trace.kind, signal_of(view)).symbol, theme(), sizes(),
        ), theme=None, config=CONFIG, key="counters", alt=f"Units {able} over steps {start + 1} to {stop}",
    )  # fmt: skip
    with st.container(horizontal=True, gap="small", key="counters-on"):
        for unit in able:
            st.button(f"Text in unit {unit}'s colour", key=f"count-{unit}", on_click=change,
                      kwargs={"picture": "text", "unit": unit})  # fmt: skip


def _signed(value: float) -> str:
    return f"{value:.3g}".replace("-", "−")


def _nearest(counts: Counting) -> str:
    best = int(np.argmax(counts.r2 * counts.share))
    return (
        f"The nearest is unit {best}: R² {counts.r2[best]:.2f} in runs over {counts.share[best]:.0%} of the steps."
        if counts.share[best] > 0
        else ""
    )


def _idle(view: View, found: Alike, values: NDArray[Any]) -> str:
    """Units that do nothing: still, dead, or stuck at an end."""
    signal = word(view.trace.kind, signal_of(view))
    said = [f"Never moving: {_listed(found.still)}."]
    if signal.role == "gate":
        said.append(f"Shut nearly always: {_listed(np.flatnonzero((values < 0.1).mean(axis=0) > STUCK))}.")
        said.append(f"Open nearly always: {_listed(np.flatnonzero((values > 0.9).mean(axis=0) > STUCK))}.")
    else:
        said.append(f"Dead, never beyond ±{DEAD}: {_listed(np.flatnonzero(np.abs(values).max(axis=0) < DEAD))}.")
    return " ".join(said)


def _listed(units: Any) -> str:
    units = [int(unit) for unit in units]
    if not units:
        return "none"
    return f"unit{'s' if len(units) > 1 else ''} {', '.join(map(str, units[:12]))}{' …' if len(units) > 12 else ''}"
