"""A group of a checkpoint → a model that runs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor

from explorer.arguments import checked
from explorer.errors import CheckpointError
from explorer.models.checkpoints.archives import member_of
from explorer.models.checkpoints.attaching import attach
from explorer.models.checkpoints.checkpoint import Checkpoint
from explorer.models.checkpoints.extended import beside_the_norms
from explorer.models.checkpoints.group import Group
from explorer.models.checkpoints.inspecting import inspect_checkpoint
from explorer.models.checkpoints.readouts import bias_of, features
from explorer.models.files import Array, named, shown
from explorer.models.model.build import stack_from
from explorer.models.model.claims import left_out
from explorer.models.model.head import Head
from explorer.models.model.model import Model
from explorer.sequences import Vocabulary

AUTO: Literal["auto"] = "auto"
"""What agrees in shape and name, as the group says."""


@checked
def load_checkpoint(
    source: Any,
    group: str | None = None,
    *,
    nonlinearity: str | None = None,
    reset_after: bool | None = None,
    beside: Mapping[str, bytes] | None = None,
    hard_sigmoid: float | None = None,
) -> Model:
    """Open a recurrent network of any file; nothing in the file is run.

    Args:
        source: a path, bytes, or a binary file object: PyTorch (weights, whole modules, TorchScript, pickles of
            arrays), safetensors, NumPy (``.npz``), Keras (``.h5``, ``.weights.h5``, ``.keras``) or ONNX, or a zip,
            tar or gzip of such files, at most 200 MB. Its bytes say what it is, whatever its name ends with.
        group: which network, by what stands before its weights' names (`checkpoint_groups`); needed where
            there are several.
        nonlinearity: ``"tanh"`` or ``"relu"`` of an RNN, which most files do not state; tanh by default.
        reset_after: of a Keras GRU without biases, which does not show it; True by default.
        beside: further files in which it keeps its weights, by name (ONNX's external data); those in a path's own
            folder are found by themselves.
        hard_sigmoid: the slope of the gates' hard sigmoid where the file does not state the squash of its gates; 0,
            the logistic σ, by default.

    Returns:
        A `Model`, with the embedding, the linear head and the vocabulary of the file where shapes and names
        agree. ``model.card["notes"]`` says what was assumed and converted.

    Raises:
        CheckpointError: the file is unsafe, damaged, too large, or holds no such network.
    """
    checkpoint = inspect_checkpoint(source, beside=beside)
    found = checkpoint.find(group)
    return open_group(checkpoint, found, nonlinearity=nonlinearity, reset_after=reset_after, hard_sigmoid=hard_sigmoid)


@checked
def checkpoint_groups(source: Any, *, beside: Mapping[str, bytes] | None = None) -> tuple[str, ...]:
    """The names of a file's recurrent networks: what stands before their weights' names.

    ``"lstm"`` for ``lstm.weight_ih_l0``, ``"enc"`` for ``enc_w_ih``, ``""`` for the state_dict of a bare
    ``torch.nn.LSTM``. Wrappers (``module.``, the dictionary ``state_dict``) are left out.

    Args:
        source, beside: as for `load_checkpoint`.

    Raises:
        CheckpointError: the file cannot be read, or holds no recurrent network.
    """
    checkpoint = inspect_checkpoint(source, beside=beside)
    if not checkpoint.groups:
        checkpoint.find(None)
    return tuple(group.name for group in checkpoint.groups)


def open_group(
    checkpoint: Checkpoint,
    group: Group,
    *,
    nonlinearity: str | None = None,
    reset_after: bool | None = None,
    hard_sigmoid: float | None = None,
    normed_bias: bool | None = None,
    embedding: str | None = AUTO,
    head: str | None = AUTO,
    vocabulary: Vocabulary | Sequence[str] | str | None = AUTO,
    gives: Literal["class", "value"] | None = None,
    reads: Literal["step", "ends"] | None = None,
) -> Model:
    """Make a model of one group.

    Args:
        checkpoint: the file.
        group: one of its groups, or one mapped by hand.
        nonlinearity, reset_after, hard_sigmoid: what the file does not state (``group.asks``); tanh, True and 0 by
            default. What the file states is kept.
        normed_bias: of a layer-normalised LSTM with biases, whether they stand inside the norms, LN(W x + b), or are
            added after them, LN(W x) + b, which its tensors do not show; True by default.
        embedding, head: the name of a tensor, ``"auto"`` for the one that agrees in shape and name, None for none.
        vocabulary: a `Vocabulary`, tokens by id, the name of one in the file, ``"auto"``, or None.
        gives: whether the head's outputs are classes or values; by default what the file says of its head, else
            classes where the model reads tokens, values where it reads numbers.
        reads: whether the head reads every step, or the two ends (see `Head`); by default what the file says of its
            head, else every step.

    Raises:
        CheckpointError: the parts do not fit each other.
    """
    checkpoint, group = member_of(checkpoint, group)
    options = {"nonlinearity": nonlinearity or "tanh", "reset_after": reset_after is not False}
    options |= {"hard_sigmoid": hard_sigmoid if "hard_sigmoid" in group.asks and hard_sigmoid else 0.0}
    options |= group.options
    if options["nonlinearity"] not in ("tanh", "relu"):
        raise CheckpointError(f"nonlinearity is {named(nonlinearity)}: an RNN squashes with 'tanh' or 'relu'.")
    notes = list(group.notes) + _assumptions(group, nonlinearity, reset_after, hard_sigmoid)
    notes += list(group.doubts)
    if "normed_bias" in group.asks and normed_bias is None:
        notes.append("The file does not show whether its biases stand inside the norms: LN(W x + b) is assumed.")
    if "normed_bias" in group.asks and normed_bias is False:
        group = replace(group, cells=beside_the_norms(group.cells))
    notes += [said for said in (left_out(group),) if said]
    refused = checkpoint.problems if group.refused is None else group.refused
    notes += [f"Another network of this file is not shown. {problem}" for problem in refused[:3]]
    stack = stack_from(group.kind, _tensors(group), **options)
    table = _embedding(checkpoint, group, embedding)
    rows = group.input_size if table is None else len(table)
    words, said, guessed = attach(checkpoint.contents, group.vocabularies, vocabulary, rows, one_hot=table is None)
    if words is not None and table is None:
        table = torch.eye(group.input_size)
        said = (*said, "The inputs are taken to be one-hot: each token is one of them.")
    dtype = stack[0][0].weight_ih.dtype
    own = group if head in (AUTO, group.head) else None
    gives = gives or (own.gives if own else None) or ("value" if table is None else "class")
    reads = reads or (own.reads if own else "step")
    readout = _head(checkpoint, group, head, words, gives, reads, dtype)
    return Model(
        stack,
        name=checkpoint.name,
        embedding=None if table is None else table.to(dtype),
        text=words,
        head=readout,
        card={"format": checkpoint.format, "group": group.name, "recurrent": group.title, "notes": (*notes, *said)}
        | {"between": group.between, "after": group.after, "doubts": group.doubts}
        | {"guessed": (*_still_guessed(group, embedding, head), *(("vocabulary",) if guessed else ()))},
        unused=group.unused,
        initial=group.initial,
        mask=group.mask,
    )


def _still_guessed(group: Group, embedding: str | None, head: str | None) -> tuple[str, ...]:
    """What was attached by a guess and not chosen since."""
    chosen = {"embedding": embedding, "head": head}
    return tuple(one for one in group.guessed if chosen.get(one.split()[0], AUTO) == AUTO)


def _assumptions(
    group: Group, nonlinearity: str | None, reset_after: bool | None, hard_sigmoid: float | None
) -> list[str]:
    notes = []
    if "nonlinearity" in group.asks and nonlinearity is None:
        notes.append("The file does not say whether its RNN squashes with tanh or relu: tanh is assumed.")
    if "reset_after" in group.asks and reset_after is None:
        notes.append("The file does not show whether its GRU resets before or after the product: after it is assumed.")
    if "hard_sigmoid" in group.asks and hard_sigmoid is None:
        notes.append("The file does not say whether its gates have the logistic or a hard sigmoid: σ is assumed.")
    return notes


def _tensors(group: Group) -> dict[str, Tensor]:
    return {
        f"{role}_l{layer}{suffix}": _tensor(values)
        for layer, level in enumerate(group.cells)
        for cell, suffix in zip(level, ("", "_reverse"), strict=False)
        for role, values in cell.items()
    }


def _tensor(values: Array) -> Tensor:
    """A copy of our own, in the byte order and a precision that the cells compute in."""
    kept = np.float64 if values.dtype.itemsize == 8 and values.dtype.kind == "f" else np.float32
    return torch.from_numpy(np.array(values, dtype=kept, order="C"))


def _embedding(checkpoint: Checkpoint, group: Group, chosen: str | None) -> Tensor | None:
    name = group.embedding if chosen == AUTO else chosen
    if name is None:
        return None
    values = checkpoint.contents.tensors.get(name)
    if values is None or values.ndim != 2 or values.shape[1] != group.input_size:
        has = "does not exist" if values is None else f"has the shape {shown(values.shape)}"
        raise CheckpointError(f"The embedding {named(name)} {has}: one of {group.input_size} columns is expected.")
    return _tensor(values)


def _head(
    checkpoint: Checkpoint,
    group: Group,
    chosen: str | None,
    words: Vocabulary | None,
    gives: Literal["class", "value"],
    reads: Literal["step", "ends"],
    dtype: torch.dtype,
) -> Head | None:
    name = group.head if chosen == AUTO else chosen
    if name is None:
        return None
    values = checkpoint.contents.tensors.get(name)
    weight = None if values is None else features(values, name, group.output_size, group.turned)
    if weight is None:
        raise CheckpointError(
            f"The head {named(name)} does not read the {group.output_size} numbers a step that this network gives."
        )
    bias = bias_of(name, checkpoint.contents)
    stored = None if bias is None else checkpoint.contents.tensors[bias]
    fitting = stored is not None and stored.size == len(weight)
    names_tokens = words is not None and len(words.tokens) == len(weight)
    labels = (
        words.tokens if words is not None and names_tokens else tuple(f"output {n + 1}" for n in range(len(weight)))
    )
    return Head(
        _tensor(weight).to(dtype),
        _tensor(stored.reshape(-1)).to(dtype) if stored is not None and fitting else None,
        labels,
        gives,
        reads=reads,
    )
