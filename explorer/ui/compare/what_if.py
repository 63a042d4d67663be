"""The form of gate surgery: presets, holds listed and switched, and one more."""

from dataclasses import replace
from typing import Any

import streamlit as st

from explorer.cells import word
from explorer.errors import ClampError
from explorer.models.run.coupling import gates_before
from explorer.trace.holds import (
    WantedHold,
    read_holds,
    read_places,
    switched,
    write_holds,
)
from explorer.ui.compare.pair import chosen_holds
from explorer.ui.compare.presets import surgeries
from explorer.ui.compare.rivals import MOST_TYPED, other_text
from explorer.ui.parts.sentences import literal
from explorer.ui.session.state import change, current
from explorer.ui.view.view import View

_HOWS = {
    "set": "at a value",
    "scale": "scaled by",
    "mean": "at its time average",
    "other": "as in another sequence",
    "couple": "at 1 − another gate",
}
_OWN = "your own choice"


def what_if(view: View) -> None:
    """Every hold as something to switch, and a form for one more."""
    holds = chosen_holds(view)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content", key="what-if"):
        _switches(holds)
        with st.popover("Hold…", icon=":material/front_hand:", key="hold-form", on_change="rerun",
                        help="Hold any signal: where, when and at what") as box:  # fmt: skip
            if box.open:
                _form(view, holds)
                _remove(holds)


def presets(view: View) -> None:
    """A menu of the surgeries that theory speaks of."""
    known, holds = surgeries(view.model.kind), chosen_holds(view)
    spelt = write_holds(tuple(replace(one, off=False) for one in holds))
    chosen = next((name for name, text in known.items() if text == spelt), _OWN)
    key = "preset"
    before = str(st.session_state.get(key))
    st.session_state[key] = before if known.get(before) == spelt else chosen  # two names may mean the same
    st.selectbox(
        "What if", [*known, _OWN], key=key, label_visibility="collapsed", width=296, on_change=_preset,
        args=(known,), help="Gates held at a value while the network reads",
    )  # fmt: skip


def _preset(presets: dict[str, str]) -> None:
    chosen = st.session_state["preset"]
    if chosen in presets:
        change(holds=presets[chosen], step=-1)


def _switches(holds: tuple[WantedHold, ...]) -> None:
    """Every hold, chosen where it acts."""
    if not holds:
        st.caption("Nothing is held: B is A.", width="content")
        return
    key = "holds-on"
    st.session_state[key] = [place for place, one in enumerate(holds) if not one.off]
    st.pills(
        "Held in B", range(len(holds)), selection_mode="multi", format_func=lambda place: holds[place].words,
        key=key, label_visibility="collapsed", width="content", on_change=_switch, args=(holds,),
    )  # fmt: skip


def _switch(holds: tuple[WantedHold, ...]) -> None:
    change(holds=write_holds(switched(holds, st.session_state["holds-on"])))


def _form(view: View, holds: tuple[WantedHold, ...]) -> None:
    model = view.model
    st.selectbox("Signal", model.signals, key="hold-signal", format_func=lambda name: word(model.kind, name).title)
    signal = st.session_state["hold-signal"]
    gate = word(model.kind, signal).role == "gate"
    hows = [how for how in _HOWS if how != "couple" or (gate and _earlier(view, signal))]
    st.segmented_control("Hold it", hows, format_func=_HOWS.__getitem__, key="hold-how", default="set", required=True)
    how = st.session_state["hold-how"]
    if how in ("set", "scale"):
        st.number_input("Value" if how == "set" else "Factor", -1000.0, 1000.0, 0.0 if how == "set" else 0.5,
                        step=0.1, key=f"hold-value-{how}")  # fmt: skip
    if how == "couple":
        st.selectbox("Other gate", _earlier(view, signal), key="hold-partner")
    if how == "other":
        st.text_input("The other sequence", other_text(view), key="hold-sequence", max_chars=MOST_TYPED)
    left, right = st.columns(2)
    first = current().cursor.first >= 0
    steps = f"{current().cursor.first + 1}-{current().cursor.last + 1}" if first else "all"
    left.text_input("Units", _selected_units(), key="hold-units", help="From 0: 3, 7-9, or all")
    right.text_input("Steps", steps, key="hold-steps", help="From 1: 5-12, or all")
    if model.num_layers > 1:
        left.selectbox("Layer", [None, *range(model.num_layers)], key="hold-layer", format_func=_layer)
    if model.num_directions > 1:
        right.selectbox(
            "Direction", [None, "forward", "reverse"], key="hold-way", format_func=lambda way: way or "both"
        )
    st.button("Hold it", key="hold-it", on_click=_add, args=(holds,), disabled=len(holds) >= 12)
    if "hold-trouble" in st.session_state:
        st.error(literal(st.session_state["hold-trouble"]))


def _earlier(view: View, signal: str) -> list[str]:
    """The gates that are computed before this one in a step, so that it can follow them."""
    return list(gates_before(view.model.cell(), signal))


def _layer(layer: int | None) -> str:
    return "all" if layer is None else str(layer + 1)


def _selected_units() -> str:
    return "all"


def _add(holds: tuple[WantedHold, ...]) -> None:
    state = st.session_state
    state.pop("hold-trouble", None)
    how = state["hold-how"]
    spelt = str(how)
    if how in ("set", "scale"):
        spelt = ("x" if how == "scale" else "") + f"{state[f'hold-value-{how}']:g}"
    elif how == "couple":
        spelt = f"1-{state['hold-partner']}"
    try:
        steps = read_places(state["hold-steps"], first=1)
        one = WantedHold(
            state["hold-signal"], spelt, state.get("hold-layer"), state.get("hold-way"),
            read_places(state["hold-units"]), steps[0] if steps else 0, steps[-1] + 1 if steps else None,
        )  # fmt: skip
    except ClampError as trouble:
        state["hold-trouble"] = str(trouble)
        return
    more: dict[str, Any] = {"other": state["hold-sequence"]} if how == "other" else {}
    before = holds if current().compare_page.holds else ()
    if read_holds(write_holds((one,))):
        change(holds=write_holds((*before, one)), **more)


def _remove(holds: tuple[WantedHold, ...]) -> None:
    for place, one in enumerate(holds):
        left = (*holds[:place], *holds[place + 1 :])
        st.button(
            f"Remove {one.words}", key=f"remove-{place}", type="tertiary", icon=":material/close:", on_click=change,
            kwargs={"holds": write_holds(left)},
        )  # fmt: skip
