"""The Compare page: which two runs, which picture of them, and the picture."""

import streamlit as st

from explorer.cells import word
from explorer.errors import ExplorerError
from explorer.measures import leading_signal
from explorer.ui.bar.opening import open_view
from explorer.ui.compare.facts import draw_facts
from explorer.ui.compare.groups import draw_groups
from explorer.ui.compare.pair import Pair, open_pair
from explorer.ui.compare.pictures import draw_answers, draw_rows, label_menu, rows_of, shown_picture, summary
from explorer.ui.compare.ribbons import settle_both
from explorer.ui.compare.rivals import chosen_rival, rival_names, rival_title
from explorer.ui.compare.sequence import other_line
from explorer.ui.compare.sweep import draw_sweep
from explorer.ui.compare.what_if import presets, what_if
from explorer.ui.parts.controls import menu, number, several, switch
from explorer.ui.parts.messages import warn
from explorer.ui.parts.panels import in_order
from explorer.ui.parts.sentences import literal
from explorer.ui.parts.start import start_of
from explorer.ui.parts.window import narrow
from explorer.ui.session.request import is_upload
from explorer.ui.session.state import change
from explorer.ui.view.view import View

_PICTURES = {
    "difference": "B − A",
    "both": "A and B",
    "answers": "Predictions",
    "facts": "Facts",
    "sweep": "Sweep",
    "groups": "Groups",
}
_AGAINST = {"held": "A with gates held", "model": "another model", "sequence": "another sequence"}


def draw() -> None:
    """The sidebar, and one picture at a time."""
    view = open_view("compare")
    if view is None:
        return
    _controls(view)
    _picture(view)


def _controls(view: View) -> None:
    """The sidebar: which cell is compared, which signals and units, and how it starts."""
    trace = view.trace
    with st.sidebar:
        menu("Layer", "layer", list(range(trace.num_layers)), lambda layer: f"Layer {layer + 1}")
        switch("Direction", "direction", list(trace.directions))
        if len(trace.signals) > 1:
            _signals(view)
        total = trace[leading_signal(trace.kind)].shape[-1]
        number("Units shown (0: all, −1: as many as fit)", "units", -1, total)
        start_of(view)


def _signals(view: View) -> None:
    trace = view.trace
    names = [name for name in trace.signals if name in view.request.shown.panels.split(",")]
    several(
        "Signals", "panels", in_order(trace), names or trace.signals, lambda name: word(trace.kind, name).spoken.title
    )


def _picture(view: View) -> None:
    """One picture at a time."""
    request = view.request
    _head(view)
    if request.compare_page.compare == "sweep":
        draw_sweep(view)
    elif request.compare_page.compare == "groups":
        draw_groups(view)
    else:
        _two(view)


def _head(view: View) -> None:
    """Which picture, and what B is; on a stage only the latter, on a phone as menus."""
    request = view.request
    choose = menu if narrow() else switch
    with st.container(
        horizontal=True, vertical_alignment="center", gap="xsmall" if narrow() else "medium", key="compare-head"
    ):
        if not request.cursor.presenter:
            choose("Picture", "compare", list(_PICTURES), _PICTURES.__getitem__, label_visibility="collapsed")
        if request.compare_page.compare in ("sweep", "groups"):
            return
        if not request.cursor.presenter:
            choose("B is", "against", list(_AGAINST), lambda name: f"B: {_AGAINST[name]}", label_visibility="collapsed",
                   reset={"step": -1, "first": -1, "last": -1})  # fmt: skip
        _menu_of_b(view)


def _two(view: View) -> None:
    try:
        if view.request.compare_page.against == "sequence":
            other_line(view)
        pair = open_pair(view)
    except ExplorerError as sentence:
        st.warning(literal(str(sentence)), icon=":material/error:")
        return
    if pair.second.model is not view.model:
        warn(pair.second.model, "B: ")
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="compare-line"):
        if view.request.compare_page.against == "held" and not view.request.cursor.presenter:
            what_if(view)
        (st.markdown if view.request.cursor.presenter else st.caption)(_sentence(pair), width="stretch")
        if view.request.compare_page.compare == "answers":
            label_menu(view)
    if view.request.compare_page.compare == "facts":
        draw_facts(pair)
        return
    rows = rows_of(pair)
    both = settle_both(pair, rows)
    if shown_picture(pair) == "answers":
        draw_answers(pair, both)
    else:
        draw_rows(pair, rows, both)


def _menu_of_b(view: View) -> None:
    """What B is, as a menu; another sequence has a line of its own."""
    try:
        if view.request.compare_page.against == "held":
            presets(view)
        elif view.request.compare_page.against == "model":
            _rivals(view)
    except ExplorerError:
        return  # said where B is run


def _rivals(view: View) -> None:
    names = list(rival_names(view))
    chosen = chosen_rival(view)
    names = names if chosen in names else [*names, chosen]
    key = "rival-menu"
    st.session_state[key] = chosen
    st.selectbox(
        "Model B", names, format_func=rival_title, key=key, label_visibility="collapsed", width=296,
        on_change=lambda: change(rival=st.session_state[key]),
    )  # fmt: skip


def _sentence(pair: Pair) -> str:
    """What B is and what that changes."""
    held = [one.words for one in pair.holds if not one.off]
    what = {
        "held": f"B is A with {'; '.join(held)}." if held else "B is A: nothing is held.",
        "model": _about_rival(pair),
        "sequence": f"B differs from A by {pair.columns.distance} "
        f"{'change' if pair.columns.distance == 1 else 'changes'} of a step.",
    }[pair.first.request.compare_page.against]
    stacked = not pair.same and pair.first.request.compare_page.compare == "difference"
    apart = " The cells differ, so there is no B − A: A stands above B." if stacked else ""
    counted = summary(pair)
    return literal(f"{what}{apart} {counted[:1].upper()}{counted[1:]}{'.' if counted else ''}")


def _about_rival(pair: Pair) -> str:
    name = chosen_rival(pair.first)
    point = "@" in name and name.partition("@")[0] == pair.first.request.model
    alike = "" if point else " A unit of one network is no unit of the other."
    if pair.same and is_upload(name) and is_upload(pair.first.request.model):
        alike = " A unit of one is that unit of the other only if both are of one training."
    return f"B is the same sequence in {rival_title(name)}.{alike}"
