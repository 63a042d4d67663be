"""The checkpoint of this session, and what the user says about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from explorer.errors import ExplorerError
from explorer.models.checkpoints import AUTO, Checkpoint, Group, map_by_hand, open_group
from explorer.sequences import Vocabulary, legible
from explorer.ui.model_menu import choose_model
from explorer.ui.own import OWN, keep

BY_HAND = "by hand"
UPLOADED_WORDS = "upload one"


@dataclass(frozen=True)
class Choices:
    """What the user says about a file; "" stands for none.

    Attributes:
        group: the network's name.
        nonlinearity, reset: what a file may not state.
        embedding, head: names of tensors, ``"auto"`` or "".
        vocabulary: the name of one in the file, ``"auto"``, "" or ``"upload one"``.
        words: the uploaded vocabulary.
        gives, reads: what the head's outputs are, and what it reads.
        tensors: the tensor for each of PyTorch's names, where the network is mapped by hand.
    """

    group: str
    nonlinearity: str = "tanh"
    reset: str = "after"
    embedding: str = AUTO
    head: str = AUTO
    vocabulary: str = AUTO
    words: Vocabulary | None = None
    gives: str = AUTO
    reads: str = AUTO
    tensors: Mapping[str, str] = field(default_factory=dict)


def checkpoint() -> Checkpoint | None:
    """The file of this session."""
    return st.session_state.get("checkpoint")


def open_chosen(choices: Choices) -> None:
    """Make the model that the choices describe, and go to it."""
    found = checkpoint()
    assert found is not None
    st.session_state["checkpoint-choices"] = choices
    st.session_state.pop("checkpoint-trouble", None)
    try:
        model = open_group(found, group_of(found, choices), **_options(choices))
    except ExplorerError as trouble:
        st.session_state["checkpoint-trouble"] = str(trouble)
        return
    keep(model, st.session_state["checkpoint-name"], source(found, choices))
    choose_model(OWN)


def group_of(found: Checkpoint, choices: Choices) -> Group:
    """The chosen network.

    Raises:
        CheckpointError: it cannot be mapped so.
    """
    return map_by_hand(found, choices.tensors) if choices.tensors else found.find(choices.group)


def _options(choices: Choices) -> dict[str, Any]:
    words = {"": None, UPLOADED_WORDS: choices.words or AUTO}.get(choices.vocabulary, choices.vocabulary)
    return {
        "nonlinearity": choices.nonlinearity,
        "reset_after": choices.reset == "after",
        "embedding": choices.embedding or None,
        "head": choices.head or None,
        "vocabulary": words,
        "gives": None if choices.gives == AUTO else choices.gives,
        "reads": None if choices.reads == AUTO else choices.reads,
    }


def source(found: Checkpoint, choices: Choices) -> str:
    """The Python expression that opens the same model from the same file."""
    name = legible(st.session_state["checkpoint-name"], 200)
    plain = {
        name: value for name, value in _options(choices).items() if name in ("embedding", "head") and value != AUTO
    }
    asked = {"nonlinearity": choices.nonlinearity} if choices.nonlinearity != "tanh" else {}
    asked |= {"reset_after": False} if choices.reset == "before" else {}  # type: ignore[dict-item]
    given = "".join(f", {option}={value!r}" for option, value in {**asked, **plain}.items())
    if choices.tensors:
        mapped = f"models.checkpoints.map_by_hand(file, {dict(choices.tensors)!r})"
        return f"models.open_group(file := models.inspect_checkpoint({name!r}), {mapped}{given})"
    group = f", {choices.group!r}" if len(found.groups) > 1 else ""
    if not plain:
        return f"explorer.load_checkpoint({name!r}{group}{given})"
    return f"models.open_group(file := models.inspect_checkpoint({name!r}), file.find({choices.group!r}){given})"


def open_mapped(tensors: Mapping[str, str]) -> None:
    """Open the network that the user mapped by hand."""
    open_chosen(Choices(BY_HAND, tensors=dict(tensors)))
