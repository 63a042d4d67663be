"""Work that may take a while: in its turn, told how far it is, stopped when asked, and kept when it is done."""

from collections.abc import Callable
from typing import Any, TypeVar

import streamlit as st

from explorer.ui.session.turns import turn

T = TypeVar("T")
_KEPT, _STOPPED = "units-work", "units-work-stopped"
_MOST = 4


def worked(mark: str, told: str, begin: str, work: Callable[[Callable[[float], Any]], T]) -> T | None:
    """The result, found again by its mark; None after Cancel, and then a button that begins anew is drawn.

    Args:
        mark: everything that the result depends on.
        told: what is being done, under the bar.
        begin: what stands on the button.
        work: does it; it is given what to tell its progress.
    """
    kept: dict[str, Any] = st.session_state.setdefault(_KEPT, {})
    if mark not in kept:
        if st.session_state.get(_STOPPED) == mark:
            st.button(begin, key="units-work-on", on_click=_go, icon=":material/play_arrow:")
            return None
        kept[mark] = _run(mark, told, work)
        while len(kept) > _MOST:
            kept.pop(next(iter(kept)))
    found: T = kept[mark]
    return found


def _run(mark: str, told: str, work: Callable[[Callable[[float], Any]], T]) -> T:
    place = st.empty()
    with place.container(horizontal=True, vertical_alignment="center", key="units-working"):
        bar = st.progress(0.0, told, width="stretch")
        st.button("Cancel", key="units-work-cancel", on_click=_stop, args=(mark,))
    try:
        with turn() as give_way:

            def progress(share: float) -> None:
                bar.progress(min(share, 1.0), told)
                give_way()

            return work(progress)
    finally:
        place.empty()


def _stop(mark: str) -> None:
    st.session_state[_STOPPED] = mark


def _go() -> None:
    st.session_state.pop(_STOPPED, None)
