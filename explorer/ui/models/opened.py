"""The checkpoints of this session, and what the user says about each."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from explorer.errors import ExplorerError
from explorer.models.checkpoints import Checkpoint, open_group
from explorer.ui.bar.model_menu import choose_model
from explorer.ui.parts.refused import end_trouble, say_trouble
from explorer.ui.session.choices import BY_HAND, Choices, group_of, options, source
from explorer.ui.session.own import beside, files, keep, keep_beside, own
from explorer.ui.session.state import current

_LAST = "checkpoint-last"


def in_hand() -> str:
    """The upload that choices are about: one that waits to be opened, else the one on screen, else the last."""
    held = files()
    last: str = st.session_state.get(_LAST, "")
    if last in held and own(last) is None:
        return last
    if current().model in held:
        return current().model
    return last if last in held else next(iter(held), last)


def hold(name: str, found: Checkpoint, names: Sequence[str]) -> None:
    """Keep a file, or several read as one, before anything of it is opened."""
    st.session_state[_LAST] = name
    keep_beside("checkpoint", name, found)
    keep_beside("checkpoint-name", name, tuple(names))


def checkpoint(name: str = "") -> Checkpoint | None:
    """The file of an upload; by default of the one in hand."""
    return beside("checkpoint", name or in_hand())  # type: ignore[no-any-return]


def file_name(name: str = "") -> str:
    """What the file of an upload is called; by default of the one in hand."""
    return " and ".join(beside("checkpoint-name", name or in_hand()) or ())


def choices_made() -> Choices | None:
    """What was chosen about the file in hand."""
    return beside("checkpoint-choices", in_hand())  # type: ignore[no-any-return]


def open_chosen(choices: Choices) -> None:
    """Make the model that the choices describe, and go to it."""
    name, found = in_hand(), checkpoint()
    assert found is not None
    keep_beside("checkpoint-choices", name, choices)
    end_trouble()
    try:
        model = open_group(found, group_of(found, choices), **options(choices))
    except ExplorerError as trouble:
        say_trouble(str(trouble))
        return
    keep(name, model, file_name(name), source(found, choices, beside("checkpoint-name", name)))
    choose_model(name)


def open_mapped(tensors: Mapping[str, str], told: Mapping[str, Any]) -> None:
    """Open the network that the user mapped by hand, with what `map_by_hand` is told besides."""
    open_chosen(Choices(BY_HAND, tensors=dict(tensors), mapped=dict(told)))
