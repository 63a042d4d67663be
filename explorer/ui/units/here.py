"""Which units are on here? Where else?"""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import word
from explorer.errors import ExplorerError
from explorer.figures.stack import stack_spec
from explorer.measures import Singled, Wanted, predictions, singling
from explorer.signals import Signal
from explorer.ui.parts.controls import number
from explorer.ui.parts.cursor import follow
from explorer.ui.parts.messages import say
from explorer.ui.parts.ribbon import Chart, make_ribbon, ribbon
from explorer.ui.parts.sentences import literal, question
from explorer.ui.parts.window import narrow, sizes, theme
from explorer.ui.session.state import change, current
from explorer.ui.units.asked import MOST, read, settle, spell
from explorer.ui.units.chosen import signal_of, unit_of
from explorer.ui.units.corpus import corpus_of
from explorer.ui.units.first_pass import values_of
from explorer.ui.units.places import draw_places, spelt
from explorer.ui.view.forecast import forecasts, given_numbers, is_apart
from explorer.ui.view.view import View

ROWS = "unit-rows"
_MOST_OFFERED, _TAKEN = 12, 3


def draw_here(view: View) -> None:
    """A range of the sequence on screen, its units, and every other place of the corpus where they are on."""
    signal, place = signal_of(view), view.request.shown.place
    on_screen = view.trace.select(signal, *place)
    chosen = read(view.request.units_page.asked, on_screen.shape[1])
    steps = _range(view, on_screen, bool(chosen))
    ranked = None if steps is None else _ranked(view, on_screen, *steps)
    best = _best(ranked)
    units = chosen or dict.fromkeys(_taken(ranked) or (unit_of(view, on_screen),))
    said = word(view.trace.kind, signal)
    if steps is not None and ranked is not None:
        say(view, _sentence(view, steps, ranked, said))
    _ribbon(view, tuple(units), steps)
    row = st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="units-asked")
    with row:
        _offered(ranked, tuple(units))
    corpus = corpus_of(view)
    values = values_of(view, corpus, signal, *place)
    if values is None:
        return
    wanted = settle(units, best, values)
    with row:
        _thresholds(wanted, values, said)
    draw_places(view, corpus, values, wanted, steps)


def _range(view: View, values: NDArray[Any], asked: bool) -> tuple[int, int] | None:
    """The steps that were dragged over; where nothing is asked yet, the longest stretch of the most telling unit."""
    first, last = view.request.cursor.first, view.request.cursor.last
    if 0 <= first <= last and first < len(values):
        return first, min(last + 1, len(values))
    if asked or len(values) < 2:
        return None
    one = np.asarray(values[:, unit_of(view, values)], dtype=np.float64)
    on = one > (np.nanmin(one) + np.nanmax(one)) / 2
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]]).astype(np.int8)))
    begins, ends = edges[::2], edges[1::2]
    if not len(begins) or int((ends - begins).max()) == len(values):
        return 0, 1
    longest = int((ends - begins).argmax())
    return int(begins[longest]), int(ends[longest])


def _ranked(view: View, values: NDArray[Any], start: int, stop: int) -> Singled | None:
    """How well each unit singles the range out; None, with a sentence, where nothing stands beside it."""
    asked = view.request.units_page
    try:
        return singling(values, start, stop, asked.off_before, asked.off_after)
    except ExplorerError as trouble:
        st.info(literal(str(trouble)))
        return None


def _best(ranked: Singled | None) -> dict[int, Wanted]:
    """What singles the range out, by unit."""
    if ranked is None:
        return {}
    pairs = zip(ranked.threshold.tolist(), ranked.above.tolist(), strict=True)
    return {unit: Wanted(unit, *one) for unit, one in enumerate(pairs)}


def _taken(ranked: Singled | None) -> tuple[int, ...]:
    """The best unit, and up to two more that are nearly as good."""
    if ranked is None:
        return ()
    first = ranked.ranked[:_TAKEN]
    return tuple(unit for unit in first if ranked.right[unit] >= ranked.right[first[0]] - 0.02)


def _sentence(view: View, steps: tuple[int, int], ranked: Singled, said: Signal) -> str:
    start, stop = steps
    unit = ranked.ranked[0]
    tokens = "".join(view.trace.labels[start:stop]) if view.encoded.is_text else ""
    shown = f" ‘{tokens if len(tokens) < 40 else f'{tokens[:38]}…'}’" if tokens else ""
    where = f"step {start + 1}" if stop - start == 1 else f"steps {start + 1} to {stop}"
    side = f"{'above' if ranked.above[unit] else 'below'} {spelt(ranked.threshold[unit])}"
    return (
        f"Over {where}{shown} unit {unit}’s {said.title.lower()} stands out most: {side} there, AUC "
        f"{ranked.scores[unit]:.2f} against the steps beside it. Drag over other steps to ask about them."
    )


def _ribbon(view: View, units: tuple[int, ...], steps: tuple[int, int] | None) -> None:
    """The tokens, and the chosen units as rows under them."""
    request, trace = view.request, view.trace
    where = (signal_of(view), *request.shown.place)
    unit = request.cursor.unit if request.cursor.unit in units else units[0]
    answers = predictions(view.model, trace)
    data = make_ribbon(
        trace, [where], units, where,
        predictions=tuple(one.label for one in answers or ()), question=question(view), numbers=given_numbers(view),
        apart=is_apart(view), forecasts=forecasts(view), margin=(sizes().left, sizes().right), theme=theme(),
    )  # fmt: skip
    figure = stack_spec(trace, [where], units, theme(), tokens=False, sizes=sizes(), hover=False)
    alt = f"{where[0]} of units {', '.join(map(str, units))} over {len(trace)} steps"
    step = request.cursor.step if 0 <= request.cursor.step < len(trace) else (steps or (0, 1))[0]
    ribbon(data, step=step, unit=unit, selection=steps, charts=[Chart(ROWS, figure, alt)], on_change=_moved)


def _moved() -> None:
    """Another range asks for units anew; the same range keeps those that were chosen."""
    before = current().cursor
    follow()
    after = current().cursor
    if (before.first, before.last) != (after.first, after.last):
        change(asked="")


def _offered(ranked: Singled | None, units: tuple[int, ...]) -> None:
    """The best units, to be chosen from."""
    best = _best(ranked)
    most = _MOST_OFFERED // (2 if narrow() else 1)
    offered = list(dict.fromkeys([*units, *(ranked.ranked[:most] if ranked else ())]))
    st.session_state["asked-units"] = list(units)
    st.pills(
        "Units that must be on", offered, selection_mode="multi", key="asked-units", on_change=_chosen,
        format_func=lambda unit: _pill(unit, ranked, best), help="↑: on above its threshold, ↓: below; and the AUC.",
        width="content",
    )  # fmt: skip


def _pill(unit: int, ranked: Singled | None, best: dict[int, Wanted]) -> str:
    if ranked is None:
        return f"unit {unit}"
    return f"{unit} {'↑' if best[unit].above else '↓'} {ranked.scores[unit]:.2f}"


def _chosen() -> None:
    """Those that stay keep their thresholds."""
    units = list(st.session_state["asked-units"])[:MOST]
    before = read(current().units_page.asked, 1 + max(units, default=0))
    if units:
        change(asked=spell(before.get(unit) or unit for unit in units))


def _thresholds(wanted: list[Wanted], values: NDArray[Any], said: Signal) -> None:
    """A slider for each unit."""
    with st.popover("Thresholds", icon=":material/tune:"):
        number("Steps before at which they must be off", "off_before", 0, 50)
        number("Steps after at which they must be off", "off_after", 0, 50)
        for one in wanted:
            column = np.asarray(values[:, one.unit], dtype=np.float32)
            low, high = (0.0, 1.0) if said.role == "gate" else (float(column.min()), float(column.max()))
            low, high = min(low, one.threshold), max(high, one.threshold, low + 1e-6)
            key = f"threshold-{one.unit}"
            st.session_state[key] = float(one.threshold)
            st.slider(
                f"Unit {one.unit} is on {'above' if one.above else 'below'}", low, high, step=(high - low) / 500,
                key=key, on_change=_move, args=(one, wanted), format="%.3g",
            )  # fmt: skip


def _move(one: Wanted, wanted: list[Wanted]) -> None:
    moved = one._replace(threshold=float(st.session_state[f"threshold-{one.unit}"]))
    change(asked=spell(moved if other.unit == one.unit else other for other in wanted))
