"""How often is each gate shut, how often open? Karpathy's scatter over a corpus, every gate and layer."""

from collections.abc import Callable

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import word
from explorer.figures import concept_line, saturation_scatter
from explorer.measures.health import DEAD, STUCK
from explorer.ui.parts.messages import note, say
from explorer.ui.parts.sentences import literal
from explorer.ui.parts.window import CONFIG, sizes, theme
from explorer.ui.session.detour import go_to
from explorer.ui.session.state import change
from explorer.ui.units.chosen import signal_of
from explorer.ui.units.corpus import corpus_of
from explorer.ui.units.tally import Place, Tally, tally_of
from explorer.ui.view.view import View

SCATTER = "saturation"
_SQUARES, _STEPS = 24, 120


def draw_saturation(view: View) -> None:
    """A square a gate and place, a dot a unit; a click on one shows its row."""
    corpus = corpus_of(view)
    if not any(word(view.trace.kind, name).role == "gate" for name in view.trace.signals):
        note("This cell has no gates: nothing in it is shut or open.")
        return
    tally = tally_of(view, corpus)
    if tally is None:
        return
    shares = dict(list(tally.saturations().items())[:_SQUARES])
    request = view.request
    say(view, _extremes(view, shares))
    st.plotly_chart(
        saturation_scatter(
            {title(view, place): share for place, share in shares.items()},
            request.cursor.unit if request.cursor.unit >= 0 else None, theme(), sizes(),
            min(4, sum(place[1:] == (0, "forward") for place in shares)),
        ),
        theme=None, config=CONFIG, key=SCATTER, on_select=_chosen(list(shares)), selection_mode="points",
        alt="For each gate and layer a dot a unit: the share of steps at which it is open, against that at which "
        "it is shut",
    )  # fmt: skip
    asked = (signal_of(view), *request.shown.place)
    _row(view, asked if asked in shares else next(iter(shares)))
    note(_health(tally))
    note(
        f"Over {tally.steps:,} steps of {corpus.name}. Shut is below 0.1, open above 0.9 (Karpathy, Johnson & Fei-Fei "
        "2015)."
    )


def title(view: View, place: Place) -> str:
    """A square's name: the gate, and the layer and direction where there are several."""
    name, layer, direction = place
    trace = view.trace
    said = word(trace.kind, name).title
    said += f", layer {layer + 1}" if trace.num_layers > 1 else ""
    return said + (f", {direction}" if trace.num_directions > 1 else "")


def _row(view: View, place: Place) -> None:
    """The chosen unit's gate over the sequence on screen, and the ways on from there."""
    unit, (name, layer, direction) = view.request.cursor.unit, place
    values = view.trace.select(name, layer, direction)
    if not 0 <= unit < values.shape[1]:
        note("Click a dot: its unit's gate over your sequence comes here.")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="saturation-on"):
        st.markdown(literal(f"{title(view, place)} of unit {unit} over your sequence"))
        st.button("Its row on Gates", key="saturation-gates", on_click=_to_gates)
        st.button("The text in its colour", key="saturation-colour", on_click=change, kwargs={"picture": "text"})
    steps = min(len(view.trace), _STEPS)
    st.plotly_chart(
        concept_line(
            values[:steps, unit], np.zeros(steps, dtype=bool), view.trace.labels[:steps], 0,
            word(view.trace.kind, name).symbol, theme(), sizes(), 150,
        ), theme=None, config=CONFIG, key="saturation-row", alt=f"{title(view, place)} of unit {unit} at each step",
    )  # fmt: skip


def _to_gates() -> None:
    go_to("pages/gates.py")


def _chosen(squares: list[Place]) -> Callable[[], None]:
    """A click on a dot chooses the unit, its layer and direction, and whose signal is looked at."""

    def clicked() -> None:
        points = st.session_state[SCATTER]["selection"]["points"]
        unit, square = points[0].get("customdata", (None, None)) if points else (None, None)
        if isinstance(unit, int) and isinstance(square, int):
            name, layer, direction = squares[square]
            change(unit=unit, signal=name, layer=layer, direction=direction)

    return clicked


def _extremes(view: View, shares: dict[Place, NDArray[np.float64]]) -> str:
    """Which gate is most often at an end, and which least."""
    at_ends = {place: float(share.sum(axis=1).mean()) for place, share in shares.items()}
    most, least = max(at_ends, key=at_ends.__getitem__), min(at_ends, key=at_ends.__getitem__)
    said = f"A unit's {title(view, most).lower()} is shut or open at {at_ends[most]:.0%} of the steps"
    if most == least:
        return f"{said}."
    return f"{said}, its {title(view, least).lower()} at {at_ends[least]:.0%}; in between it lets a part through."


def _health(tally: Tally) -> str:
    """Dead and stuck units."""
    shares = tally.saturations().values()
    dead = sum(int((peak < DEAD).sum()) for peak in tally.largest.values())
    stuck = sum(int((share > STUCK).any(axis=1).sum()) for share in shares)
    gates, units = sum(len(share) for share in shares), sum(len(peak) for peak in tally.largest.values())
    return (
        f"Dead, with a hidden state that never leaves ±{DEAD}: {dead} of {units} units. Stuck, shut or open at more "
        f"than {STUCK:.0%} of the steps: {stuck} of {gates} gates."
    )
