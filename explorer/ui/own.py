"""The model that the user uploaded: it lives in this session, and nowhere else."""

import secrets
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import streamlit as st

from explorer.errors import CheckpointError
from explorer.models import Model
from explorer.ui.own_examples import own_examples
from explorer.ui.request import UPLOADED

OWN = UPLOADED
"""What a request calls it."""
_GONE = "The uploaded model is gone (a reload, or another browser): upload it again on Models, or choose another model."


@dataclass(frozen=True)
class Own:
    """One opened model.

    Attributes:
        model: the model.
        file: the file's name.
        source: the Python expression that opens it.
        mark: a word by chance, so that nothing computed with it can be mistaken for another's.
    """

    model: Model
    file: str
    source: str
    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    @cached_property
    def examples(self) -> tuple[dict[str, Any], ...]:
        """Sequences that it can read, made once."""
        return tuple(own_examples(self.model))


def keep(model: Model, file: str, source: str) -> None:
    """Let this session use a model as ``"uploaded"``; it takes the place of the one before."""
    said = {"learned": f"Your model: {model.card['recurrent']}."} if "recurrent" in model.card else {}
    st.session_state["own"] = Own(replace(model, card={**model.card, **said}), file, source)


def own() -> Own | None:
    """This session's uploaded model, if there is one."""
    return st.session_state.get("own")


def own_model() -> Model:
    """This session's uploaded model.

    Raises:
        CheckpointError: there is none, or no longer.
    """
    kept = own()
    if kept is None:
        raise CheckpointError(_GONE)
    return kept.model


def forget() -> None:
    """Let go of the model and of the file that it came from."""
    for key in ("own", "checkpoint", "checkpoint-choices"):
        st.session_state.pop(key, None)
