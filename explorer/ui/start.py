"""The states before the first step: zeros, seeded, or typed."""

import streamlit as st

from explorer.ui.controls import bound, switch
from explorer.ui.session import current

STARTS = {"zeros": "zeros", "random": "seeded random", "typed": "typed"}
_MOST = 6_000
_HELP = "A line for each layer and direction; one number fills all units; nothing is zeros."


def initial_state(has_cell: bool) -> None:
    """Choose h_0, and c_0 where the cell has one.

    Args:
        has_cell: whether the cell carries c beside h.
    """
    switch("Initial state", "start", list(STARTS), STARTS.__getitem__)
    if current().start == "typed":
        for name in ("h_0", "c_0")[: 1 + has_cell]:
            st.text_area(name, height=72, max_chars=_MOST, help=_HELP, placeholder="0", **bound(name))
