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
from explorer.ui.bar.model_menu import choose_model
from explorer.ui.models.opened import checkpoint, choices_made, file_name, hold, open_chosen
from explorer.ui.models.run_file import take_run
from explorer.ui.parts.refused import forget_refusal, refuse, say_trouble, trouble
from explorer.ui.parts.sentences import literal
from explorer.ui.session.choices import BIASES, BY_HAND, GATES, STACK, UPLOADED_WORDS, Choices, group_of
from explorer.ui.session.dropped import dropped
from explorer.ui.session.held_bytes import count_in
from explorer.ui.session.own import files, forget, free_name, own
from explorer.ui.session.request import UPLOADED
from explorer.ui.session.state import change, current
from explorer.ui.session.turns import turn
from explorer.watching import is_run

_MOST_MB = 200
_READS = {"step": "every step", "ends": "both ends"}
_GIVES = {"class": "classes", "value": "values"}
_RESETS = {"after": "after the product", "before": "before it"}


def uploader() -> None:
    """The place to drop a model's files, and what was wrong with the last ones."""
    # A new key each time: an empty place for the next.
    key = f"dropped-{st.session_state.get('drops', 0)}"
    st.file_uploader(
        "A trained network: PyTorch, safetensors, NumPy, Keras, ONNX; its vocabulary and statistics with it. Nothing "
        "in it is run; it stays in this session.",
        type=None, accept_multiple_files=True, key=key, on_change=_arrived, args=(key,), max_upload_size=_MOST_MB,
    )  # fmt: skip
    if trouble():
        st.error(literal(trouble()))


def _arrived(key: str) -> None:
    came = dropped(key)
    if came:
        st.session_state["drops"] = st.session_state.get("drops", 0) + 1
        with turn(in_callback=True):
            take_files(came)


def take_files(came: Sequence[tuple[str, bytes]]) -> None:
    """Open files, each its name and its bytes, beside those that were opened before; or keep why not."""
    forget_refusal()
    try:
        if len(came) == 1 and is_run(came[0][1]):
            if left := take_run(*came[0]):
                refuse(came[0][0], left)
            return
        name, found = free_name(), inspect_files(came)
        if found.checkpoint is not None:
            count_in(found.checkpoint, sum(len(data) for _, data in came))
    except ExplorerError as wrong:
        refuse(" and ".join(file for file, _ in came), str(wrong))
        return
    _opened(name, found)


def _opened(name: str, came: Dropped) -> None:
    """Keep what came: weights under a name of their own, words and statistics with the model that is in hand."""
    found = came.checkpoint
    if found is not None:
        hold(name, found, came.weights)
    before = choices_made()
    if found is not None and found.groups:
        before = Choices(found.groups[0].name)
    if before is not None and came.vocabulary is not None:
        before = replace(before, vocabulary=UPLOADED_WORDS, words=came.vocabulary, words_file=came.vocabulary_name)
    if before is not None and (found is None or found.groups):
        open_chosen(before)
    if came.statistics is not None:
        offset, scale = (" ".join(map(repr, numbers)) for numbers in came.statistics)
        change(offset=offset, scale=scale, scaling="typed")
    if found is None:
        refuse("these files", "These files hold no network: give the file of its weights with them.")
    elif not found.groups:
        refuse(" and ".join(came.weights), found.problems[0] if found.problems else _nothing(found))


def _nothing(found: Checkpoint) -> str:
    try:
        found.find(None)
    except ExplorerError as wrong:
        return str(wrong)
    return ""


def network_controls() -> None:
    """The files; which network of the one in hand, and what it does not say."""
    for name in files():
        _file(name)
    found, choices = checkpoint(), choices_made()
    if found is None or choices is None:
        return
    if len(files()) > 1:
        st.caption(literal(f"About {legible(file_name(), 60)}:"))
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


def _file(name: str) -> None:
    """One of the files, to look at or to let go of."""
    found, number = checkpoint(name), name.removeprefix(UPLOADED)
    assert found is not None
    with st.container(horizontal=True, vertical_alignment="center", key=f"checkpoint-facts{number}"):
        st.markdown(f"**{literal(legible(file_name(name), 60))}** · {literal(found.format)}")
        if own(name) is not None and current().model != name:
            st.button("Look at it", on_click=choose_model, args=(name,), key=f"checkpoint-look{number}")
        st.button("Let go of it", on_click=_let_go, args=(name,), key=f"checkpoint-forget{number}", type="tertiary")


def _title(found: Checkpoint, name: str) -> str:
    group = next((one for one in found.groups if one.name == name), None)
    stack = next((one for one in found.stacks if STACK + one.name == name), None)
    if stack is not None:
        return f"{legible(', '.join(stack.parts), 60)} read as one stack (your choice): {stack.title}"
    return BY_HAND if group is None else f"{legible(name) if name else 'the whole file'}: {group.title}"


def _questions(found: Checkpoint, group: Group) -> None:
    """What the file leaves open, and what stands before and after the network."""
    choices = choices_made()
    assert choices is not None
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
    value = getattr(choices_made(), name)
    st.session_state[key] = value if value in options else options[0]
    st.selectbox(label, options, format_func=shown, key=key, on_change=_chosen, args=(name, key, fresh))


def _chosen(name: str, key: str, fresh: bool) -> None:
    before = choices_made()
    assert before is not None
    value = st.session_state[key]
    open_chosen(Choices(value) if fresh else replace(before, **{name: value}))


def _words() -> None:
    came, before = dropped("checkpoint-words"), choices_made()
    if not came or before is None:
        return
    name, content = came[0]
    try:
        words = read_vocabulary(content)
    except ExplorerError as wrong:
        say_trouble(str(wrong))
        return
    open_chosen(replace(before, words=words, words_file=name))


def _let_go(name: str) -> None:
    forget(name)
    if current().model == name:
        change(model="brackets-lstm", source="example", example=0, text="", step=-1, unit=-1, layer=0)
