"""The Step page's view: the ribbon, one unit and one step, and what is computed there."""

from dataclasses import dataclass, replace

import numpy as np
import streamlit as st

from explorer.measures import Equation, arithmetic, leading_signal, memory_signal
from explorer.ui.bar.opening import open_view
from explorer.ui.parts.controls import menu, switch
from explorer.ui.parts.cursor import choose
from explorer.ui.parts.panels import in_order
from explorer.ui.parts.sentences import formula
from explorer.ui.parts.stack import read_along
from explorer.ui.parts.start import start_of
from explorer.ui.parts.window import narrow
from explorer.ui.session.state import change
from explorer.ui.step.arithmetic import notation_controls, two_products, written_out
from explorer.ui.step.diagram import diagram
from explorer.ui.step.exercise import exercise
from explorer.ui.step.handout import print_buttons
from explorer.ui.step.why import chosen_gate, why, why_open
from explorer.ui.view.view import View


@dataclass(frozen=True)
class Step:
    """One step of one unit.

    Attributes:
        view: the run.
        units: those that the keys ↑ and ↓ walk through.
        unit, step: where the reader is.
        equations: what is computed there.
    """

    view: View
    units: tuple[int, ...]
    unit: int
    step: int
    equations: tuple[Equation, ...]


def draw() -> None:
    """The sidebar, and one step."""
    view = open_view("step")
    if view is None:
        return
    _controls(view)
    step = _open(view)
    if step is not None:
        _draw_step(step)


def _controls(view: View) -> None:
    """The sidebar: which cell is looked into, and how it starts."""
    with st.sidebar:
        menu("Layer", "layer", list(range(view.trace.num_layers)), lambda layer: f"Layer {layer + 1}")
        switch("Direction", "direction", list(view.trace.directions))
        start_of(view)


def _open(view: View) -> Step | None:
    """The ribbon, and the step that the reader has reached in it; None where it has no finite numbers."""
    request = view.request
    width = view.trace[leading_signal(view.trace.kind)].shape[-1]
    cursor = choose(view)
    if cursor.unit != request.cursor.unit and 0 <= request.cursor.unit < width:
        cursor = choose(replace(view, request=request.but(units=0)))
    signals = [name for name in in_order(view.trace) if name != request.step_page.hide]
    if narrow():
        signals = [
            name for name in signals if name in (leading_signal(view.trace.kind), memory_signal(view.trace.kind))
        ]
    told = read_along(
        view, cursor,
        panels=[(name, *request.shown.place) for name in signals or ["hidden"]],
        chosen=request.cursor.gate if request.cursor.gate in signals else leading_signal(view.trace.kind),
    )  # fmt: skip
    if not _is_finite(view, told.unit):
        st.warning(f"Unit {told.unit} has values that are NaN or infinite: nothing can be worked out, choose another.")
        unit_menu(Step(view, cursor.units, told.unit, told.step, ()))
        return None
    if not view.trace.taken[told.step]:
        st.info(f"Step {told.step + 1} is masked as padding: the state is held and nothing computed. Choose another.")
        unit_menu(Step(view, cursor.units, told.unit, told.step, ()))
        return None
    return Step(view, cursor.units, told.unit, told.step, _equations(view, told.step, told.unit))


def _is_finite(view: View, unit: int) -> bool:
    """Whether every number of the unit is one: a network whose training diverged has others."""
    place = view.request.shown.place
    known = [view.trace.select(name, *place) for name in view.trace.signals]
    taken = view.trace.taken
    return all(bool(np.isfinite(values[taken, unit]).all()) for values in known if unit < values.shape[1])


def unit_menu(step: Step) -> None:
    """Every unit, also one that the ribbon does not walk through."""
    width = step.view.trace[leading_signal(step.view.trace.kind)].shape[-1]
    key = "step-unit"
    st.session_state[key] = step.unit
    st.selectbox(
        "Unit", range(width), format_func=lambda unit: f"unit {unit}", key=key, label_visibility="collapsed", width=130,
        on_change=lambda: change(unit=st.session_state[key]),
    )  # fmt: skip


def _equations(view: View, step: int, unit: int) -> tuple[Equation, ...]:
    request = view.request
    return arithmetic(
        view.model, view.trace, step, unit, *request.shown.place,
        request.step_page.notation, request.step_page.update,  # type: ignore[arg-type]
    )  # fmt: skip


def _draw_step(step: Step) -> None:
    """The diagram and something to do by hand beside the arithmetic; under them why the chosen gate is open or shut.

    On a stage one below the other.
    """
    request = step.view.request
    if request.cursor.presenter:
        for draw in (_diagram, _arithmetic, _why, _by_hand):
            draw(step)
        return
    left, right = st.columns([11, 10], gap="medium")
    with left:
        _diagram(step)
        _by_hand(step)
    with right:
        _arithmetic(step)
    _why(step)


def _diagram(step: Step) -> None:
    diagram(step.view, step.units, step.unit, step.step, chosen_gate(step.view))


def _arithmetic(step: Step) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="step-head"):
        unit_menu(step)
        notation_controls(step.view.trace.kind)
    written_out(step.equations, step.view.request.step_page.hide)
    for said in filter(None, (formula(step.view.model), two_products(step.view))):
        st.caption(said)


def _why(step: Step) -> None:
    if not hidden(step):
        st.markdown(f"##### {why(step.view, step.unit, step.step)}")
        why_open(step.view, step.equations, step.unit, step.step)


def _by_hand(step: Step) -> None:
    st.markdown("##### By hand")
    exercise(step.view, step.equations, step.unit, step.step)
    print_buttons(step.view, step.equations, step.unit, step.step)


def hidden(step: Step) -> bool:
    """Whether a number of this step is hidden, so that nothing else may tell it."""
    return any(one.signal == step.view.request.step_page.hide for one in step.equations)
