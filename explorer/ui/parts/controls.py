"""Widgets that read and change one choice of the request, each by its name."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from explorer.ui.parts.window import remounted
from explorer.ui.session.request import words_of
from explorer.ui.session.state import adjust, change, current


def bound(name: str, reset: dict[str, Any] | None = None) -> dict[str, Any]:
    """Arguments that tie a widget to the choice ``name``.

    Args:
        name: the choice.
        reset: other choices that a change of this one sets as well.
    """
    key = f"choice-{name}"
    value = current().value(name)
    if st.session_state.get(key) != value or remounted():
        st.session_state[key] = value
    return {"key": key, "on_change": _changed, "args": (name, key, reset or {})}


def menu(
    label: str,
    name: str,
    options: Sequence[Any],
    shown: Callable[[Any], str] = str,
    reset: dict[str, Any] | None = None,
    **more: Any,
) -> None:
    """A select box over ``options``; nothing where there is only one."""
    if len(options) > 1:
        ties = _within(name, options, reset)
        st.selectbox(label, options, format_func=shown, **ties, **more)


def switch(
    label: str,
    name: str,
    options: Sequence[Any],
    shown: Callable[[Any], str] = str,
    reset: dict[str, Any] | None = None,
    **more: Any,
) -> None:
    """A segmented control over ``options``; nothing where there is only one."""
    if len(options) > 1:
        ties = _within(name, options, reset)
        st.segmented_control(label, options, format_func=shown, required=True, **ties, **more)


def number(label: str, name: str, low: int, high: int, **more: Any) -> None:
    """A whole number between ``low`` and ``high``."""
    if not low <= current().value(name) <= high:
        adjust(**{name: min(max(current().value(name), low), high)})
    st.number_input(label, low, high, step=1, **bound(name), **more)


def _within(name: str, options: Sequence[Any], reset: dict[str, Any] | None) -> dict[str, Any]:
    if current().value(name) not in options:
        adjust(**{name: options[0]})
    return bound(name, reset)


def _changed(name: str, key: str, reset: dict[str, Any]) -> None:
    value = st.session_state[key]
    words = words_of(name)
    # Where what an option is called depends on the network, a browser may still answer with what it was called before.
    if words is None or value in words:
        change(**{name: value}, **reset)


def several(label: str, name: str, options: Sequence[str], chosen: Sequence[str], shown: Callable[[str], str]) -> None:
    """Pills of which any number may be chosen; the request holds their names with commas between.

    Args:
        label: of the row.
        name: the choice.
        options: the names.
        chosen: those that are on.
        shown: how a name is written.
    """
    key = f"choice-{name}"
    st.session_state[key] = list(chosen)
    st.pills(
        label, options, selection_mode="multi", key=key, format_func=shown,
        on_change=lambda: change(**{name: ",".join(st.session_state[key])}),
    )  # fmt: skip


def forget(name: str) -> None:
    """Let the widget of a choice take the request's value anew, whatever it held."""
    st.session_state.pop(f"choice-{name}", None)
