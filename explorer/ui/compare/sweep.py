"""The sweep: every unit or gate knocked out in turn, ranked by what that changes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import word
from explorer.figures.sweep import MOST_BARS, sweep_bars
from explorer.measures import effects, gate_knock_outs, probabilities, ranked, unit_knock_outs
from explorer.models.run.clamp import Clamp
from explorer.models.run.sweep import held_outputs
from explorer.sequences import visible
from explorer.trace.holds import WantedHold, write_holds
from explorer.ui.compare.pair import digest
from explorer.ui.compare.pictures import answers_of, label_menu
from explorer.ui.parts.controls import menu, switch
from explorer.ui.parts.cursor import Cursor, choose
from explorer.ui.parts.stack import read_along
from explorer.ui.parts.window import CONFIG, narrow, sizes, theme
from explorer.ui.session.state import change
from explorer.ui.session.turns import turn
from explorer.ui.view.view import View

_KNOCK = {"units": "each unit", "gates": "each gate"}
_HELD = {"zero": "at 0", "one": "at 1", "average": "at its time average"}
_EFFECTS = {"answer": "all predictions", "loss": "the loss", "class": "one prediction"}
_MOST_STEPS = 2_000
_LISTED = 8


@dataclass(frozen=True)
class Sweep:
    """What is knocked out, and what is looked at.

    Attributes:
        clamps: one a run.
        names: of what each takes out.
        by: ``"answer"``, ``"loss"`` or ``"class"``.
        step, label: which prediction.
        key: by which the result is found again.
    """

    clamps: tuple[Clamp, ...]
    names: tuple[str, ...]
    by: str
    step: int
    label: int
    key: str


def draw_sweep(view: View) -> None:
    """The choices, the ribbon, and what each unit was good for."""
    if view.model.head is None or view.trace.output is None:
        st.caption("This model predicts nothing, so nothing can be ranked by its predictions: choose a trained one.")
        return
    if len(view.trace) > _MOST_STEPS:
        st.caption(f"A sweep reads the sequence once for every unit: choose one of at most {_MOST_STEPS:,} steps.")
        return
    _controls(view)
    cursor = read_along(view, choose(view))
    sweep = _planned(view, cursor)
    changes = _run(view, sweep)
    if changes is not None:
        _show(view, sweep, changes)


def _controls(view: View) -> None:
    request, names = view.request, list(view.trace.signals)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="sweep-controls"):
        switch("Knock out", "knock", list(_KNOCK), _KNOCK.__getitem__, label_visibility="collapsed")
        if request.compare_page.knock == "units" and len(names) > 1:
            menu("Signal held", "knocked", ["hidden", *(name for name in names if name != "hidden")],
                 lambda name: _outs(view.trace.kind, name),
                 label_visibility="collapsed", width=270)  # fmt: skip
        switch("Held", "held_at", list(_HELD), _HELD.__getitem__, label_visibility="collapsed")
        kinds = [kind for kind in _EFFECTS if kind != "loss" or answers_of(view) is not None]
        switch("Ranked by", "effect", kinds, lambda kind: f"change of {_EFFECTS[kind]}", label_visibility="collapsed")
        if request.compare_page.effect == "class":
            label_menu(view)


def _outs(kind: str, signal: str) -> str:
    return "its hidden state: it is out" if signal == "hidden" else f"its {word(kind, signal).title.lower()}"


def _planned(view: View, cursor: Cursor) -> Sweep:
    request, trace = view.request, view.trace
    asked = request.compare_page
    by = asked.effect if asked.effect != "loss" or answers_of(view) is not None else "answer"
    if asked.knock == "gates":
        clamps = gate_knock_outs(trace, asked.held_at)  # type: ignore[arg-type]
        names = tuple(_gate_name(clamp, view) for clamp in clamps)
    else:
        signal = asked.knocked if asked.knocked in trace.signals else "hidden"
        clamps = unit_knock_outs(trace, signal, asked.held_at, *request.shown.place)  # type: ignore[arg-type]
        names = tuple(str(clamp.units) for clamp in clamps)
    step, label = (cursor.step, _label(view, cursor.step)) if by == "class" else (-1, 0)
    chosen = (asked.knock, asked.knocked, asked.held_at, *request.shown.place, by, step, label)
    return Sweep(clamps, names, by, step, label, f"{digest(trace)} {chosen}")


def _gate_name(clamp: Clamp, view: View) -> str:
    several = view.trace.num_layers * view.trace.num_directions > 1
    arrow = "←" if clamp.direction == "reverse" else ""
    return f"{clamp.signal}{f' {(clamp.layer or 0) + 1}{arrow}' if several else ''}"


def _label(view: View, step: int) -> int:
    assert view.model.head is not None
    if view.model.head.gives == "value":
        return 0
    wanted = view.request.compare_page.wanted
    return wanted if 0 <= wanted < len(view.model.head.labels) else int(probabilities(view.trace)[step].argmax())


def _run(view: View, sweep: Sweep) -> NDArray[np.float64] | None:
    """The change that each run makes; with progress, and a way to stop, where it takes a while.

    What is done is kept in the session, so that a run of the script that is interrupted goes on where it was.
    """
    state = st.session_state
    kept: dict[str, Any] = state.get("sweep", {})
    if kept.get("key") != sweep.key:
        kept = state["sweep"] = {"key": sweep.key, "changes": [], "stopped": False}
    done = sum(map(len, kept["changes"]))
    if done < len(sweep.clamps) and not kept["stopped"]:
        _go_on(view, sweep, kept, done)
    if kept["stopped"]:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="stopped"):
            st.caption(f"Stopped after {sum(map(len, kept['changes']))} of {len(sweep.clamps)}.", width="content")
            st.button("Go on", key="sweep-on", on_click=_resume)
    return np.concatenate(kept["changes"]) if kept["changes"] else None


def _go_on(view: View, sweep: Sweep, kept: dict[str, Any], done: int) -> None:
    place = st.empty()
    answers = answers_of(view)
    trace = view.trace
    assert trace.output is not None
    with place.container(horizontal=True, vertical_alignment="center", gap="small", key="sweeping"):
        bar = st.progress(done / len(sweep.clamps), _progress(done, sweep))
        st.button("Cancel", key="sweep-cancel", on_click=_stop)
    with turn() as give_way:
        for held in held_outputs(view.model, view.encoded, sweep.clamps[done:], trace.h_0, trace.c_0):
            changes = effects(view.model, trace.output, held, sweep.by, answers, sweep.step, sweep.label)  # type: ignore[arg-type]
            kept["changes"].append(changes)
            done += len(held)
            bar.progress(done / len(sweep.clamps), _progress(done, sweep))
            give_way()
    place.empty()


def _progress(done: int, sweep: Sweep) -> str:
    return f"{done} of {len(sweep.clamps)} knocked out"


def _stop() -> None:
    st.session_state["sweep"]["stopped"] = True


def _resume() -> None:
    st.session_state["sweep"]["stopped"] = False


def _show(view: View, sweep: Sweep, changes: NDArray[np.float64]) -> None:
    order = ranked(changes)
    names = [sweep.names[place] for place in order]
    axis = "gate held" if view.request.compare_page.knock == "gates" else "unit knocked out"
    st.plotly_chart(
        sweep_bars(names, changes[order], _what(view, sweep), axis, theme(), sizes(), narrow()),
        theme=None, config=CONFIG, key="swept",
        alt=f"Bars of {_what(view, sweep)}; the largest: {names[0]} with {changes[order[0]]:.3g}",
    )  # fmt: skip
    _buttons(sweep, order, changes)
    with st.expander(f"All {len(changes)} as a table", key="sweep-table"):
        table = pd.DataFrame({axis: names, _what(view, sweep): [f"{value:.6g}" for value in changes[order]]})
        with st.container(height=280):
            st.table(table.set_index(axis))
    if len(changes) > MOST_BARS:
        st.caption(f"The {MOST_BARS} largest of {len(changes)} are drawn.")


def _buttons(sweep: Sweep, order: NDArray[np.intp], changes: NDArray[np.float64]) -> None:
    """The largest effects: a click holds that one in B and shows what it does."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="most-telling"):
        st.caption("See what it does", width="content")
        for place in order[:_LISTED]:
            clamp = sweep.clamps[place]
            value = "mean" if np.ndim(clamp.value) else f"{float(clamp.value):g}"
            units = None if clamp.units is None else (int(np.atleast_1d(clamp.units)[0]),)
            hold = WantedHold(clamp.signal, value, clamp.layer, clamp.direction, units)
            label = f"{'' if units is None else 'unit '}{sweep.names[place]}: {changes[place]:+.2g}"
            st.button(
                label.replace("-", "−"), key=f"telling-{place}", type="tertiary", on_click=change,
                kwargs={"compare": "difference", "against": "held", "holds": write_holds((hold,)), "step": -1},
            )  # fmt: skip


def _what(view: View, sweep: Sweep) -> str:
    """What is ranked, in words."""
    head = view.model.head
    assert head is not None
    value = head.gives == "value"
    if sweep.by == "loss":
        return "Change of the mean loss, " + ("squared error" if value else "nats")
    if sweep.by == "class":
        what = "the value" if value else f"the probability of “{visible(head.labels[sweep.label])}”"
        return f"Change of {what} after step {sweep.step + 1}"
    return "Change of the predictions, " + ("mean squared" if value else "mean divergence in nats")
