"""The checkpoints of this session, and what the user says about each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from explorer.errors import ExplorerError
from explorer.models.checkpoints import AUTO, Checkpoint, Group, map_by_hand, open_group
from explorer.sequences import Vocabulary, legible
from explorer.ui.model_menu import choose_model
from explorer.ui.own import files, keep, own, place
from explorer.ui.session import current

BY_HAND = "by hand"
UPLOADED_WORDS = "upload one"
_LAST = "checkpoint-last"
STACK = "stack: "
"""Stands before a group's name where several are read as one stack, which is the user's choice."""
GATES = {
    "logistic": ("logistic σ", 0.0),
    "hard 0.2": ("hard sigmoid, 0.2·a + ½ (Keras 2, ONNX)", 0.2),
    "hard 1/6": ("hard sigmoid, a/6 + ½ (Keras 3, PyTorch)", 1 / 6),
}
"""What gates may be squashed with: words and slope."""


@dataclass(frozen=True)
class Choices:
    """What the user says about a file; "" stands for none.

    Attributes:
        group: the network's name.
        nonlinearity, reset, gates: what a file may not state.
        embedding, head: names of tensors, ``"auto"`` or "".
        vocabulary: the name of one in the file, ``"auto"``, "" or ``"upload one"``.
        words, words_file: the uploaded vocabulary, and its file's name.
        gives, reads: what the head's outputs are, and what it reads; ``"auto"`` for what the file states or fits.
        tensors: the tensor for each of PyTorch's names, where the network is mapped by hand.
        mapped: what else `map_by_hand` is told.
    """

    group: str
    nonlinearity: str = "tanh"
    reset: str = "after"
    gates: str = "logistic"
    embedding: str = AUTO
    head: str = AUTO
    vocabulary: str = AUTO
    words: Vocabulary | None = None
    words_file: str = ""
    gives: str = AUTO
    reads: str = AUTO
    tensors: Mapping[str, str] = field(default_factory=dict)
    mapped: Mapping[str, Any] = field(default_factory=dict)


def in_hand() -> str:
    """The upload that choices are about: one that waits to be opened, else the one on screen, else the last."""
    held = files()
    last: str = st.session_state.get(_LAST, "")
    if last in held and own(last) is None:
        return last
    if current().model in held:
        return current().model
    return last if last in held else next(iter(held), last)


def hold(name: str, found: Checkpoint, file: str) -> None:
    """Keep a file, before anything of it is opened."""
    st.session_state[_LAST] = name
    st.session_state[place("checkpoint", name)], st.session_state[place("checkpoint-name", name)] = found, file


def checkpoint(name: str = "") -> Checkpoint | None:
    """The file of an upload; by default of the one in hand."""
    return st.session_state.get(place("checkpoint", name or in_hand()))


def file_name(name: str = "") -> str:
    """What the file of an upload is called; by default of the one in hand."""
    return str(st.session_state.get(place("checkpoint-name", name or in_hand()), ""))


def choices_made() -> Choices | None:
    """What was chosen about the file in hand."""
    return st.session_state.get(place("checkpoint-choices", in_hand()))


def open_chosen(choices: Choices) -> None:
    """Make the model that the choices describe, and go to it."""
    name, found = in_hand(), checkpoint()
    assert found is not None
    st.session_state[place("checkpoint-choices", name)] = choices
    st.session_state.pop("checkpoint-trouble", None)
    try:
        model = open_group(found, group_of(found, choices), **_options(choices))
    except ExplorerError as trouble:
        st.session_state["checkpoint-trouble"] = str(trouble)
        return
    keep(name, model, file_name(name), source(found, choices))
    choose_model(name)


def group_of(found: Checkpoint, choices: Choices) -> Group:
    """The chosen network.

    Raises:
        CheckpointError: it cannot be mapped so.
    """
    if choices.tensors:
        return map_by_hand(found, choices.tensors, **choices.mapped)
    stack = _stack_of(found, choices)
    return found.find(choices.group) if stack is None else found.stacks[stack]


def _stack_of(found: Checkpoint, choices: Choices) -> int | None:
    """Which of the file's possible stacks is chosen."""
    names = [STACK + stack.name for stack in found.stacks]
    return names.index(choices.group) if choices.group in names else None


def _options(choices: Choices) -> dict[str, Any]:
    words = {"": None, UPLOADED_WORDS: choices.words or AUTO}.get(choices.vocabulary, choices.vocabulary)
    return {
        # What is left as it stands is an assumption, and said to be one.
        "nonlinearity": None if choices.nonlinearity == "tanh" else choices.nonlinearity,
        "reset_after": None if choices.reset == "after" else False,
        "hard_sigmoid": GATES[choices.gates][1] or None,
        "embedding": choices.embedding or None,
        "head": choices.head or None,
        "vocabulary": words,
        "gives": None if choices.gives == AUTO else choices.gives,
        "reads": None if choices.reads == AUTO else choices.reads,
    }


def source(found: Checkpoint, choices: Choices) -> str:
    """The Python expression that opens the same model from the same file."""
    name = legible(file_name(), 200)
    plain = {
        name: value for name, value in _options(choices).items() if name in ("embedding", "head") and value != AUTO
    }
    asked = {"nonlinearity": choices.nonlinearity} if choices.nonlinearity != "tanh" else {}
    asked |= {"reset_after": False} if choices.reset == "before" else {}  # type: ignore[dict-item]
    asked |= {"hard_sigmoid": GATES[choices.gates][1]} if choices.gates != "logistic" else {}  # type: ignore[dict-item]
    words = _spelt_words(choices)
    given = "".join(f", {option}={value!r}" for option, value in {**asked, **plain}.items()) + words
    if choices.tensors:
        told = "".join(f", {option}={value!r}" for option, value in choices.mapped.items())
        mapped = f"models.checkpoints.map_by_hand(file, {dict(choices.tensors)!r}{told})"
        return f"models.open_group(file := models.inspect_checkpoint({name!r}), {mapped}{given})"
    stack = _stack_of(found, choices)
    if stack is not None:
        return f"models.open_group(file := models.inspect_checkpoint({name!r}), file.stacks[{stack}]{given})"
    group = f", {choices.group!r}" if len(found.groups) > 1 else ""
    if not plain and not words:
        return f"explorer.load_checkpoint({name!r}{group}{given})"
    return f"models.open_group(file := models.inspect_checkpoint({name!r}), file.find({choices.group!r}){given})"


def _spelt_words(choices: Choices) -> str:
    """The choice of a vocabulary in Python, "" for the file's own."""
    if choices.vocabulary == UPLOADED_WORDS and choices.words is not None:
        name = legible(choices.words_file, 200)
        return f", vocabulary=models.checkpoints.read_vocabulary({name!r})"
    chosen = {AUTO: "", UPLOADED_WORDS: "", "": ", vocabulary=None"}
    return chosen.get(choices.vocabulary, f", vocabulary={choices.vocabulary!r}")


def open_mapped(tensors: Mapping[str, str], options: Mapping[str, Any]) -> None:
    """Open the network that the user mapped by hand, with what `map_by_hand` is told besides."""
    open_chosen(Choices(BY_HAND, tensors=dict(tensors), mapped=dict(options)))
