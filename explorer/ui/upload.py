"""A checkpoint of the user's own: read, its networks offered, what it does not say asked, and kept in this session."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from explorer.errors import ExplorerError
from explorer.models.checkpoints import (
    AUTO,
    Checkpoint,
    Dropped,
    Group,
    inspect_files,
    read_vocabulary,
)
from explorer.sequences import legible
from explorer.ui.held_bytes import count_in
from explorer.ui.model_menu import choose_model
from explorer.ui.opened import BIASES, BY_HAND, GATES, STACK, UPLOADED_WORDS, Choices, checkpoint, group_of, open_chosen
from explorer.ui.own import OWN, forget, own
from explorer.ui.refused import forget_refusal, refuse
from explorer.ui.session import change, current
from explorer.ui.words import literal

_MOST_MB = 200
_READS = {"step": "every step", "ends": "both ends"}
_GIVES = {"class": "classes", "value": "values"}
_RESETS = {"after": "after the product", "before": "before it"}


def uploader() -> None:
    """The place to drop a model's files, and what was wrong with the last ones."""
    # A new key each time lets go of the raw bytes once they are read.
    key = f"checkpoint-{st.session_state.get('checkpoint-count', 0)}"
    st.file_uploader(
        "A trained network: PyTorch, safetensors, NumPy, Keras, ONNX; its vocabulary and statistics with it. Nothing "
        "in it is run; it stays in this session.",
        type=None, accept_multiple_files=True, key=key, on_change=_arrived, args=(key,), max_upload_size=_MOST_MB,
    )  # fmt: skip
    trouble = st.session_state.get("checkpoint-trouble")
    if trouble:
        st.error(literal(trouble))


def _arrived(key: str) -> None:
    files = st.session_state[key]
    forget_refusal()
    if not files:
        return
    st.session_state["checkpoint-count"] = st.session_state.get("checkpoint-count", 0) + 1
    try:
        dropped = inspect_files([(file.name, file.getvalue()) for file in files])
        if dropped.checkpoint is not None:
            count_in(dropped.checkpoint, sum(file.size for file in files))
    except ExplorerError as trouble:
        refuse(" and ".join(file.name for file in files), str(trouble))
        return
    _opened(dropped)


def _opened(dropped: Dropped) -> None:
    """Keep what came: weights take the place of those before, words and statistics go to the model that is there."""
    found = dropped.checkpoint
    if found is not None:
        forget()
        st.session_state["checkpoint"], st.session_state["checkpoint-name"] = found, " and ".join(dropped.weights)
    before: Choices | None = st.session_state.get("checkpoint-choices")
    if found is not None and found.groups:
        before = Choices(found.groups[0].name)
    if before is not None and dropped.vocabulary is not None:
        before = replace(
            before, vocabulary=UPLOADED_WORDS, words=dropped.vocabulary, words_file=dropped.vocabulary_name
        )
    if before is not None and (found is None or found.groups):
        open_chosen(before)
    if dropped.statistics is not None:
        offset, scale = (" ".join(map(repr, numbers)) for numbers in dropped.statistics)
        change(offset=offset, scale=scale, scaling="typed")
    if found is None:
        refuse("these files", "These files hold no network: give the file of its weights with them.")
    elif not found.groups:
        refuse(" and ".join(dropped.weights), found.problems[0] if found.problems else _nothing(found))


def _nothing(found: Checkpoint) -> str:
    try:
        found.find(None)
    except ExplorerError as trouble:
        return str(trouble)
    return ""


def network_controls() -> None:
    """Which network of the file, and what the file does not say."""
    found, choices = checkpoint(), st.session_state.get("checkpoint-choices")
    if found is None or choices is None:
        return
    kept = own()
    with st.container(horizontal=True, vertical_alignment="bottom", key="checkpoint-facts"):
        st.markdown(f"**{literal(legible(st.session_state['checkpoint-name'], 60))}** · {literal(found.format)}")
        if kept is not None and current().model != OWN:
            st.button("Look at it", on_click=choose_model, args=(OWN,), key="checkpoint-look")
        st.button("Let go of it", on_click=_let_go, key="checkpoint-forget", type="tertiary")
    names = [group.name for group in found.groups] + [STACK + stack.name for stack in found.stacks]
    if choices.tensors:
        names.append(BY_HAND)
    if len(names) > 1:
        _pick("Network", "group", names, lambda name: _title(found, name), fresh=True)
    try:
        group = group_of(found, choices)
    except ExplorerError:
        return
    _questions(found, group)


def _title(found: Checkpoint, name: str) -> str:
    group = next((one for one in found.groups if one.name == name), None)
    stack = next((one for one in found.stacks if STACK + one.name == name), None)
    if stack is not None:
        return f"{legible(', '.join(stack.parts), 60)} read as one stack (your choice): {stack.title}"
    return BY_HAND if group is None else f"{legible(name) if name else 'the whole file'}: {group.title}"


def _questions(found: Checkpoint, group: Group) -> None:
    """What the file leaves open, and what stands before and after the network."""
    choices: Choices = st.session_state["checkpoint-choices"]
    left, right = st.columns(2, gap="small")
    with left:
        if "nonlinearity" in group.asks:
            _pick("Squashed by (the file does not say)", "nonlinearity", ["tanh", "relu"])
        if "reset_after" in group.asks:
            _pick("Reset (the file does not say)", "reset", list(_RESETS), _RESETS.__getitem__)
        if "hard_sigmoid" in group.asks:
            _pick("Gates squashed by (the file does not say)", "gates", list(GATES), lambda name: GATES[name][0])
        if "normed_bias" in group.asks:
            _pick("Biases (the file does not say)", "biases", list(BIASES), BIASES.__getitem__)
        _tensor("Embedding", "embedding", group.embeddings, group.embedding, group.guessed)
        words = [AUTO, *group.vocabularies, UPLOADED_WORDS, ""]
        _pick(
            "Vocabulary",
            "vocabulary",
            words,
            lambda name: {AUTO: "as the file or its size says", "": "none"}.get(name, legible(name)),
        )
        if choices.vocabulary == UPLOADED_WORDS:
            st.file_uploader(
                "JSON (tokens, ids or a tokenizer), or one token a line", type=None, key="checkpoint-words",
                on_change=_words, max_upload_size=20,
            )  # fmt: skip
    with right:
        _tensor("Linear head", "head", group.heads, group.head, group.guessed)
        if group.head or choices.head not in ("", AUTO):
            others = [one for one in _READS if one != group.reads]
            _pick("The head reads", "reads", [AUTO, *others], lambda one: _READS.get(one, _READS[group.reads]))
            _pick("and gives", "gives", [AUTO, *_GIVES], lambda one: _GIVES.get(one, "what fits the input"))


def _tensor(label: str, name: str, offered: Sequence[str], found: str | None, guessed: Sequence[str]) -> None:
    """What stands before or after the network: what was found, another that fits, or none."""
    if offered:
        how = "guessed" if f"{name} {found}" in guessed else "found"
        several = f"none: {len(offered)} fit, choose one" if len(offered) > 1 else "none: choose it if it belongs here"
        shown = {AUTO: f"{legible(found)} ({how})" if found else several, "": "none"}
        others = [one for one in offered if one != found]
        _pick(label, name, [AUTO, *others, *([""] if found else [])], lambda one: shown.get(one, legible(one)))


def _pick(label: str, name: str, options: Sequence[str], shown: Any = str, fresh: bool = False) -> None:
    """A choice about the file: changing it opens the model anew."""
    key = f"checkpoint-choice-{name}"
    value = getattr(st.session_state["checkpoint-choices"], name)
    st.session_state[key] = value if value in options else options[0]
    st.selectbox(label, options, format_func=shown, key=key, on_change=_chosen, args=(name, key, fresh))


def _chosen(name: str, key: str, fresh: bool) -> None:
    before: Choices = st.session_state["checkpoint-choices"]
    value = st.session_state[key]
    open_chosen(Choices(value) if fresh else replace(before, **{name: value}))


def _words() -> None:
    file = st.session_state["checkpoint-words"]
    if file is None:
        return
    try:
        words = read_vocabulary(file.getvalue())
    except ExplorerError as trouble:
        st.session_state["checkpoint-trouble"] = str(trouble)
        return
    open_chosen(replace(st.session_state["checkpoint-choices"], words=words, words_file=file.name))


def _let_go() -> None:
    forget()
    if current().model == OWN:
        change(model="brackets-lstm", source="example", example=0, text="", step=-1, unit=-1, layer=0)
