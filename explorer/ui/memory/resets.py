"""What if it forgot? The same sequence carried on, and reset every so many steps."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.figures import reset_reach, reset_signals, reset_stack
from explorer.measures import Changes, changes, memory_signal, predictions
from explorer.trace import Trace, record_with_resets
from explorer.ui.memory.ribbon import Shade, along
from explorer.ui.memory.run import run_key
from explorer.ui.memory.words import RESETS, forgot
from explorer.ui.parts.controls import number
from explorer.ui.parts.cursor import Cursor
from explorer.ui.parts.messages import note, say
from explorer.ui.parts.ribbon import Chart
from explorer.ui.parts.window import sizes, theme
from explorer.ui.view.view import View, initial_states

STACK = "resets"


def resets_picture(view: View, cursor: Cursor, beside: DeltaGenerator) -> None:
    """Both memories and their difference; what is predicted otherwise stands under them."""
    request, trace, units = view.request, view.trace, list(cursor.units)
    place, every = request.shown.place, request.memory_page.every
    reset = _reset(run_key(view), view, every)
    found = changes(view.model, trace, reset, *place)
    before, after = predictions(view.model, trace), predictions(view.model, reset)
    said = [
        _brief(now.label) if other else "" for now, other in zip(after or (), found.other, strict=after is not None)
    ]
    say(view, forgot(view, every, found, _first(found, before, after)))
    with beside:
        st.caption("reset the state every", width="content")
        number("Reset the state every so many steps", "every", 1, 100_000, width=130, label_visibility="collapsed")
        st.caption("steps", width="content")
    one, two = (run.select(memory_signal(trace.kind), *place)[:, units] for run in (trace, reset))
    reach = reset_reach(one, two)
    values = (one, two, two - one)
    shades = [Shade(word, each, reach, place) for word, each in zip(reset_signals(trace.kind), values, strict=True)]
    figure = reset_stack(trace, reset, every, cursor.units, place, said, theme(), sizes(), hover=False)
    alt = (
        f"Heatmaps of {len(units)} units over {len(trace)} steps: state carried on, reset every {every} "
        f"steps, and their difference; {int(found.other.sum())} predictions change"
    )
    along(view, cursor, [shades[2], *shades[:2]], [Chart(STACK, figure, alt)])
    note(RESETS)


def _brief(label: str) -> str:
    """What fits under a column; a dash is the class "none"."""
    return (label if len(label) <= 3 else f"{label[:2]}…") or "–"


def _first(found: Changes, before: tuple[object, ...] | None, after: tuple[object, ...] | None) -> str:
    """The first answer that changes: ``"‘)’ becomes ‘none’"``."""
    if not found.other.any() or before is None or after is None:
        return ""
    step = int(found.other.argmax())
    was, now = (getattr(one[step], "label", "") or "none" for one in (before, after))
    return f"‘{was}’ becomes ‘{now}’"


@st.cache_data(max_entries=30, max_size="48MB", show_spinner=False)
def _reset(key: str, _view: View, every: int) -> Trace:
    return record_with_resets(_view.model, _view.encoded, every, **initial_states(_view.request, _view.model))
