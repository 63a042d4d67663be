"""Why is this gate open, or shut? Its pre-activation as a waterfall, each source unit a link to that unit."""

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import word
from explorer.figures import Piece, waterfall
from explorer.measures import Contributions, Equation, contributions, layer_input, leading_signal
from explorer.ui.parts.window import CONFIG, narrow, sizes, theme
from explorer.ui.session.state import change
from explorer.ui.view.view import View

_FEATURES, _UNITS, _LONGEST = 4, 6, 11
_SHUT = 0.25
"""Below this a gate is called shut, above 1 − this open."""


def gates(view: View) -> list[str]:
    """The signals with weights, the keep gate first."""
    blocks = view.model.cell(*view.request.shown.place).blocks
    return sorted(blocks, key=lambda name: name != leading_signal(view.model.kind))


def why(view: View, unit: int, step: int) -> str:
    """The question that `why_open` answers: by how open the gate is there, or for a signal that is no gate."""
    gate = chosen_gate(view)
    if word(view.model.kind, gate).role != "gate":
        return "Where does this value come from?"
    value = float(view.trace.select(gate, *view.request.shown.place)[step, unit])
    state = "shut" if value < _SHUT else "open" if value > 1 - _SHUT else "half open"
    return f"Why is this gate {state}?"


def why_open(view: View, equations: Sequence[Equation], unit: int, step: int) -> None:
    """The split of the chosen gate, and links to the units that moved it most."""
    gate = chosen_gate(view)
    _gate_switch(view, gate)
    parts = contributions(view.model, view.trace, gate, step, unit, *view.request.shown.place)
    pieces = [*input_pieces(view, parts, step), *_recurrent_pieces(parts)]
    if view.model.cell(*view.request.shown.place).shifted:
        pieces.append(Piece("bias", parts.bias, "bias"))
    one = next(each for each in equations if each.signal == gate)
    outcome = _outcome(one)
    figure = waterfall(pieces, "sum", outcome, theme(), sizes())
    st.plotly_chart(figure, theme=None, config=CONFIG, key="why", alt=_in_words(gate, parts, one))
    if not view.model.proj_size:
        _links(parts, unit)


def chosen_gate(view: View) -> str:
    """The gate that is explained: the reader's choice, else the keep gate."""
    known = gates(view)
    return view.request.cursor.gate if view.request.cursor.gate in known else known[0]


def _gate_switch(view: View, gate: str) -> None:
    """Chosen here or by a click in the diagram; until then the address says nothing of it."""
    known, key = gates(view), "gate-asked"
    if len(known) == 1:
        return
    st.session_state[key] = gate
    st.radio(
        "Gate", known,
        format_func=lambda name: f"{word(view.model.kind, name).symbol} {name}", label_visibility="collapsed",
        horizontal=True, key=key, on_change=lambda: change(gate=st.session_state[key]),
    )  # fmt: skip


def input_pieces(view: View, parts: Contributions, step: int) -> list[Piece]:
    """The input part: the whole character; or the largest features, and the rest together."""
    if view.encoded.is_text and view.request.shown.layer == 0:
        return [Piece(f"input ‘{view.trace.labels[step]}’", float(parts.input.sum()), "input")]
    if view.request.shown.layer:
        names = [f"x {place}" for place in range(len(parts.input))]
    else:
        columns = view.encoded.columns or ()
        names = [_short(columns[place]) if place < len(columns) else f"x {place}" for place in range(len(parts.input))]
    values = layer_input(view.trace, view.request.shown.layer)[step]
    chosen, rest = _largest(parts.input, _FEATURES)
    pieces = [Piece(f"{names[place]} = {values[place]:.3g}", float(parts.input[place]), "input") for place in chosen]
    return pieces + ([Piece(f"{len(rest)} other inputs", float(parts.input[rest].sum()), "input")] if len(rest) else [])


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…"


def _recurrent_pieces(parts: Contributions) -> list[Piece]:
    chosen, rest = _largest(parts.recurrent, _UNITS)
    pieces = [Piece(f"h of unit {place}", float(parts.recurrent[place]), "recurrent") for place in chosen]
    if len(rest):
        pieces.append(Piece(f"{len(rest)} other units", float(parts.recurrent[rest].sum()), "recurrent"))
    return pieces


def _largest(values: NDArray[np.float64], count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The places of the largest |values|, and of the rest."""
    order = np.argsort(-np.abs(values), kind="stable")
    return (order, order[:0]) if len(order) <= count + 1 else (order[:count], order[count:])


def _links(parts: Contributions, unit: int) -> None:
    chosen, _ = _largest(parts.recurrent, 4 if narrow() else _UNITS)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="cause-units"):
        st.caption("Go to", width="content")
        for place in (int(each) for each in chosen if each != unit):
            st.button(f"unit {place}", type="tertiary", key=f"cause-{place}", on_click=change, kwargs={"unit": place})


def _in_words(gate: str, parts: Contributions, one: Equation) -> str:
    return (
        f"The {gate} pre-activation: input {parts.input.sum():.3f}, recurrent {parts.recurrent.sum():.3f}, "
        f"bias {parts.bias:.3f}, together {parts.total:.3f}; {_outcome(one)}"
    )


def _outcome(one: Equation) -> str:
    """``"σ(1.2) = 0.77"``; of a gate that is not squashed, the result alone."""
    return " = ".join(filter(None, (one.squashed, one.result.text)))
