"""What the user says about a file of their own, and the Python that opens the same model of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from explorer.models.checkpoints import AUTO, Checkpoint, Group, map_by_hand
from explorer.sequences import Vocabulary, legible

BY_HAND = "by hand"
UPLOADED_WORDS = "upload one"
STACK = "stack: "
"""Stands before a group's name where several are read as one stack, which is the user's choice."""
GATES = {
    "logistic": ("logistic σ", 0.0),
    "hard 0.2": ("hard sigmoid, 0.2·a + ½ (Keras 2, ONNX)", 0.2),
    "hard 1/6": ("hard sigmoid, a/6 + ½ (Keras 3, PyTorch)", 1 / 6),
}
"""What gates may be squashed with: words and slope."""
BIASES = {"inside": "inside the norms, LN(W·x + b)", "after": "after the norms, LN(W·x) + b"}


@dataclass(frozen=True)
class Choices:
    """What the user says about a file; "" stands for none.

    Attributes:
        group: the network's name.
        nonlinearity, reset, gates, biases: what a file may not state.
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
    biases: str = "inside"
    embedding: str = AUTO
    head: str = AUTO
    vocabulary: str = AUTO
    words: Vocabulary | None = None
    words_file: str = ""
    gives: str = AUTO
    reads: str = AUTO
    tensors: Mapping[str, str] = field(default_factory=dict)
    mapped: Mapping[str, Any] = field(default_factory=dict)


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


def options(choices: Choices) -> dict[str, Any]:
    """The keyword arguments of `open_group` that the choices stand for."""
    words = {"": None, UPLOADED_WORDS: choices.words or AUTO}.get(choices.vocabulary, choices.vocabulary)
    return {
        # What is left as it stands is an assumption, and said to be one.
        "nonlinearity": None if choices.nonlinearity == "tanh" else choices.nonlinearity,
        "reset_after": None if choices.reset == "after" else False,
        "hard_sigmoid": GATES[choices.gates][1] or None,
        "normed_bias": None if choices.biases == "inside" else False,
        "embedding": choices.embedding or None,
        "head": choices.head or None,
        "vocabulary": words,
        "gives": None if choices.gives == AUTO else choices.gives,
        "reads": None if choices.reads == AUTO else choices.reads,
    }


def source(found: Checkpoint, choices: Choices, files: Sequence[str]) -> str:
    """The Python expression that opens the same model from the same files."""
    said = "".join(f", {option}={value!r}" for option, value in _told(choices).items()) + _spelt_words(choices)
    if choices.tensors:
        told = "".join(f", {option}={value!r}" for option, value in choices.mapped.items())
        chosen = f"models.checkpoints.map_by_hand(file, {dict(choices.tensors)!r}{told})"
    elif (stack := _stack_of(found, choices)) is not None:
        chosen = f"file.stacks[{stack}]"
    elif len(files) == 1 and said == "".join(f", {name}={value!r}" for name, value in _asked(choices).items()):
        group = f", {choices.group!r}" if len(found.groups) > 1 else ""
        return f"explorer.load_checkpoint({_spelt(files[0])}{group}{said})"
    else:
        chosen = f"file.find({choices.group!r})"
    return f"models.open_group(file := {_inspected(files)}, {chosen}{said})"


def _inspected(files: Sequence[str]) -> str:
    if len(files) == 1:
        return f"models.inspect_checkpoint({_spelt(files[0])})"
    names = ", ".join(map(_spelt, files))
    return f'models.checkpoints.inspect_files([(name, open(name, "rb").read()) for name in ({names})]).checkpoint'


def _spelt(file: str) -> str:
    return repr(legible(file, 200))


def _asked(choices: Choices) -> dict[str, Any]:
    """What the file does not state and `load_checkpoint` takes too."""
    asked: dict[str, Any] = {"nonlinearity": choices.nonlinearity} if choices.nonlinearity != "tanh" else {}
    asked |= {"reset_after": False} if choices.reset == "before" else {}
    return asked | ({"hard_sigmoid": GATES[choices.gates][1]} if choices.gates != "logistic" else {})


def _told(choices: Choices) -> dict[str, Any]:
    """Everything that is chosen, but for the vocabulary."""
    known = options(choices)
    parts = {name: known[name] for name in ("embedding", "head") if known[name] != AUTO}
    more = {name: known[name] for name in ("normed_bias", "gives", "reads") if known[name] is not None}
    return _asked(choices) | parts | more


def _spelt_words(choices: Choices) -> str:
    """The choice of a vocabulary in Python, "" for the file's own."""
    if choices.vocabulary == UPLOADED_WORDS and choices.words is not None:
        return f", vocabulary=models.checkpoints.read_vocabulary({_spelt(choices.words_file)})"
    chosen = {AUTO: "", UPLOADED_WORDS: "", "": ", vocabulary=None"}
    return chosen.get(choices.vocabulary, f", vocabulary={choices.vocabulary!r}")
