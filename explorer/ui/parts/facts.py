"""What is said about a view: its opening sentence, its facts, its words and where its model comes from."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from explorer.cells import word
from explorer.sequences import legible
from explorer.ui.parts.refused import to_upload
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
from explorer.ui.parts.window import narrow
from explorer.ui.session.state import change
from explorer.ui.view.view import View


def say_opening(view: View) -> None:
    """One sentence on what is on screen; large on a stage."""
    st.markdown(f"#### {opening(view)}" if view.request.cursor.presenter else opening(view))


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
        words = [word(view.trace.kind, name).spoken for name in view.trace.signals]
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
            f"{made.get('data', '')}{_before(made)}"
        )


def _before(made: Mapping[str, Any]) -> str:
    """What the training went on from, as a sentence; nothing where it began by chance."""
    before = made.get("begun from")
    return f". It went on from {before['steps']:,} steps on: {before['data']}" if before else ""
