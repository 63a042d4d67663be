"""The models that the user uploaded: they live in this session, and nowhere else."""

import secrets
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import streamlit as st

from explorer.errors import CheckpointError
from explorer.models import Model
from explorer.sequences import legible
from explorer.ui.session.own_examples import own_examples
from explorer.ui.session.request import MOST_UPLOADED, UPLOADED, is_upload

OWN = UPLOADED
"""What a request calls the first of them."""
_NAMES = (OWN, *(f"{OWN}{number}" for number in range(2, MOST_UPLOADED + 1)))
_OF_A_FILE = ("own", "checkpoint", "checkpoint-name", "checkpoint-choices")
_GONE = "The uploaded model is gone (a reload, or another browser): upload it again on Models, or choose another model."


@dataclass(frozen=True)
class Own:
    """One opened model.

    Attributes:
        model: the model.
        file: the file's name.
        source: the Python expression that opens it.
        title: what to call it; "" for its file.
        mark: a word by chance, so that nothing computed with it can be mistaken for another's.
    """

    model: Model
    file: str
    source: str
    title: str = ""
    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    @cached_property
    def examples(self) -> tuple[dict[str, Any], ...]:
        """Sequences that it can read, made once."""
        return tuple(own_examples(self.model))


def keep(name: str, model: Model, file: str, source: str) -> None:
    """Let this session use a model as ``name``; it takes the place of what had that name."""
    said = {"learned": f"Your model: {model.card['recurrent']}."} if "recurrent" in model.card else {}
    st.session_state[_place("own", name)] = Own(replace(model, card={**model.card, **said}), file, source)


def keep_trained(model: Model, file: str) -> str:
    """Let this session use a network that was trained in it; the name under which it does.

    Args:
        model: called as it is to be shown.
        file: what its download is called.

    Raises:
        CheckpointError: there are as many as a session may hold.
    """
    known = next((name for name in uploads() if getattr(own(name), "title", "") == model.name), None)
    name = known or free_name()
    st.session_state[_place("own", name)] = Own(model, file, f"models.load_trained({file!r})", model.name)
    return name


def own(name: str = OWN) -> Own | None:
    """This session's uploaded model of that name, if there is one."""
    return st.session_state.get(_place("own", name)) if is_upload(name) else None


def uploads() -> tuple[str, ...]:
    """The names of this session's uploaded models, in the order of their numbers."""
    return tuple(name for name in _NAMES if own(name) is not None)


def own_title(name: str) -> str:
    """How an uploaded model is called: by its file, where there are several."""
    kept = own(name)
    if kept is not None and kept.title:
        return kept.title
    if kept is None or len(uploads()) < 2:
        return "Your model"
    alike = [other for other in uploads() if getattr(own(other), "file", "") == kept.file]
    number = f" ({alike.index(name) + 1})" if len(alike) > 1 else ""
    return f"{legible(kept.file)}{number}"


def own_model(name: str = OWN) -> Model:
    """This session's uploaded model of that name.

    Raises:
        CheckpointError: there is none, or no longer.
    """
    kept = own(name)
    if kept is None:
        raise CheckpointError(_GONE)
    return kept.model


def files() -> tuple[str, ...]:
    """The names under which this session holds files, opened or waiting for a choice."""
    return tuple(name for name in _NAMES if _place("checkpoint", name) in st.session_state)


def free_name() -> str:
    """A name for another upload.

    Raises:
        CheckpointError: there are as many as a session may hold.
    """
    taken = {*files(), *uploads()}
    name = next((one for one in _NAMES if one not in taken), None)
    if name is None:
        raise CheckpointError(f"This session holds {len(taken)} uploaded models and the most is that: let go of one.")
    return name


def beside(what: str, name: str) -> Any:
    """What the session keeps beside an upload: its ``"checkpoint"``, and its ``-name`` and ``-choices``; or None."""
    return st.session_state.get(_place(what, name))


def keep_beside(what: str, name: str, value: object) -> None:
    """Keep something beside an upload until it is let go of."""
    st.session_state[_place(what, name)] = value


def _place(what: str, name: str) -> str:
    return what + name.removeprefix(OWN)


def forget(name: str) -> None:
    """Let go of a model and of the file that it came from."""
    for what in _OF_A_FILE:
        st.session_state.pop(_place(what, name), None)
