"""What every page begins with: the bar, and the view, or the sentence that says why there is none."""

import pandas as pd
import streamlit as st

from explorer.cells import word
from explorer.errors import ExplorerError
from explorer.sequences import legible
from explorer.ui.bar.bar import bar
from explorer.ui.parts.messages import warn
from explorer.ui.parts.notes import say_notes
from explorer.ui.parts.refused import say_refused, to_upload
from explorer.ui.parts.sentences import (
    HOW_TO_READ,
    PRIVACY,
    architecture,
    literal,
    opening,
    ordering,
    proof,
    proof_in_full,
)
from explorer.ui.parts.stack import CONFIG, theme
from explorer.ui.parts.start import say_start
from explorer.ui.parts.window import measure, narrow, sizes
from explorer.ui.session.catalogue import fitting_model, model_title, reads
from explorer.ui.session.request import Request, is_upload
from explorer.ui.session.state import begin, change, current, publish
from explorer.ui.view.long_run import TooLongError, offer, overview
from explorer.ui.view.view import View, look


def open_view(page: str, bar_waits: bool = False) -> View | None:
    """Draw the bar and run the request; None where there is nothing to draw but a message.

    Args:
        page: its address.
        bar_waits: whether, from a session's second run on, only the bar's place is kept, which `finish` fills: what
            a page sends first the browser draws first, and after an edit the reader waits for the picture.
    """
    begin(page)
    measure()
    place = st.container(key="bar-place")
    st.session_state["bar-place"] = place
    if not (bar_waits and st.session_state.get("begun")):
        finish()
    st.session_state["begun"] = True
    request = current()
    say_refused(page)
    try:
        view = look(request, st.session_state.get("upload"))
    except TooLongError as trouble:
        finish()
        offer(trouble)
        return None
    except ExplorerError as trouble:
        finish()
        _refuse(request, str(trouble))
        return None
    if view.is_window:
        overview(view.trace, view.request, theme(), sizes(), CONFIG)
    warn(view.model)
    say_notes(view, page)
    say_start(view)
    return view


def finish() -> None:
    """Write the address, and draw the bar where its place was kept."""
    publish()
    place = st.session_state.pop("bar-place", None)
    if place is not None:
        with place:
            bar()


def _refuse(request: Request, sentence: str) -> None:
    st.warning(literal(sentence), icon=":material/error:")
    if is_upload(request.model) and st.session_state["page"] != "models":
        st.button("Upload it again", key="upload-again", on_click=to_upload)
    other = fitting_model(request)
    if request.source == "typed" and request.text.strip() and other != request.model:
        st.button(
            f"Open it with {model_title(other)}", key="fitting",
            on_click=change, kwargs={"model": other, "step": -1, "unit": -1, "layer": 0},
        )  # fmt: skip
    elif request.source in ("generator", "upload") and reads(request) == "text":
        st.button("Open it with random weights", on_click=change, kwargs={"model": "random"}, key="fitting")


def say_opening(view: View) -> None:
    """One sentence on what is on screen; large on a stage."""
    st.markdown(f"#### {opening(view)}" if view.request.presenter else opening(view))


def facts(view: View, shown: int) -> None:
    """One thin row: what this is, which units are shown, and the proof."""
    total = view.trace[view.trace.signals[0]].shape[-1]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="facts"):
        words = f"{architecture(view)} · {len(view.trace)} steps · {ordering(view, shown)}"
        st.caption(words, width="stretch" if narrow() else "content")
        guessed = view.model.card.get("guessed", ())
        if guessed:
            names = ", ".join(legible(str(one), 40) for one in guessed)
            st.button(
                literal(f"guessed: {names}"), type="tertiary", key="guessed", on_click=to_upload,
                help="The file does not state this: only its name says so. Change it under Your checkpoint.",
            )  # fmt: skip
        if shown < total:
            st.button("show all", type="tertiary", on_click=change, kwargs={"units": 0}, key="all-units")
        with st.popover(proof(view), type="tertiary", key="proof"):
            st.markdown(proof_in_full(view))


def explain(view: View) -> None:
    """How to read the picture, folded; every word of this cell; and what happens to what you type."""
    with st.expander("How to read this", key="how-to-read"):
        words = [word(view.trace.kind, name) for name in view.trace.signals]
        st.markdown("\n\n".join([HOW_TO_READ, *(f"**{one.title}** *{one.symbol}* — {one.meaning}" for one in words)]))
        st.caption(PRIVACY)


def introduce(view: View) -> None:
    """Where a bundled model comes from and what it scores, folded."""
    card = view.model.card
    if "metrics" not in card:
        return
    with st.expander("What this model learned, and how well", key="model-card"):
        st.markdown(str(card["learned"]))
        rows = [("this model", name, value) for name, value in card["metrics"].items()]
        rows += [("for comparison", name, value) for name, value in card.get("baselines", {}).items()]
        st.table(pd.DataFrame(rows, columns=["who", "on held-out data", "score"]).set_index("who"))
        made = card.get("provenance", {})
        st.caption(
            f"{view.model.num_parameters:,} recurrent parameters. Made by `{made.get('command', '')}`, from: "
            f"{made.get('data', '')}"
        )
