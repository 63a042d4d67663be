"""What every reader gives: named tensors as NumPy arrays, and what the file says beside them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Node:
    """One recurrent node of a graph (ONNX).

    Attributes:
        name: the node's name, or its output's.
        operator: ``"LSTM"``, ``"GRU"`` or ``"RNN"``.
        inputs: its inputs' names in order, "" where one is left out.
        attributes: what it states.
    """

    name: str
    operator: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any]


@dataclass(frozen=True)
class Read:
    """One thing that a layer reads.

    Attributes:
        source: the path of the layer that gives it.
        output: which of its outputs.
        role: ``"input"``, ``"state"`` (an initial state) or ``"mask"``.
    """

    source: str
    output: int
    role: str


@dataclass(frozen=True, eq=False)
class Call:
    """One use of a layer.

    Attributes:
        reads: what it reads.
        masked: whether it reads a mask, None where the file does not say.
    """

    reads: tuple[Read, ...]
    masked: bool | None = None


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer of a graph (Keras).

    Attributes:
        path: its name behind those of the models it is nested in, ``"encoder/lstm"``.
        kind: its class.
        settings: what it states.
        parent: the path of the model it stands in, "" for the outermost.
        stem, turn: what files of Keras 3 call its class, and how many of them stand before it in its model.
        calls: its uses.
        outputs: which of its outputs are the model's own.
        within: what runs its model for each item of an outer sequence ("TimeDistributed 'each'"), or "".
        foreign: whether the file says that its class is not Keras's own.
        model: whether it is a nested model, whose layers follow.
    """

    path: str
    kind: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    parent: str = ""
    stem: str = ""
    turn: int = 0
    calls: tuple[Call, ...] = ()
    outputs: frozenset[int] = frozenset()
    within: str = ""
    foreign: bool = False
    model: bool = False


@dataclass(frozen=True, eq=False)
class Contents:
    """A file's tensors and words, nothing interpreted yet.

    Attributes:
        format: ``"PyTorch"``, ``"safetensors"``, ``"NumPy"``, ``"Keras"`` or ``"ONNX"``.
        tensors: floating-point and integer arrays by name, read-only views of the file where possible.
        converted: how a tensor was stored, where it was not stored as it is here ("bfloat16", "8-bit integers").
        words: lists of strings that could be a vocabulary, by name.
        layers: the layers that a Keras file states, by path, in its order.
        nodes: the recurrent nodes of an ONNX graph.
        states_layers: whether the file states its layers' settings at all.
        version: of Keras, where the file says which wrote it ("2.2.4", "2.2.4-tf", "3.12.0").
        made_of: for a tensor that was put together from others of the file, their names.
        harmless: names of tensors that nothing is computed from (counters, masks of a pruning that is undone).
        modules: what a pickled module states of itself (``"class"``, ``"num_layers"``, ``"bidirectional"``, …), by
            the path that stands before its weights' names.
    """

    format: str
    tensors: Mapping[str, Array]
    converted: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    layers: Mapping[str, Layer] = field(default_factory=dict)
    nodes: tuple[Node, ...] = ()
    states_layers: bool = False
    version: str = ""
    made_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    harmless: frozenset[str] = frozenset()
    modules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def widen(bits: Array) -> NDArray[np.float32]:
    """bfloat16, given as the 16 bits it is, as float32."""
    return (bits.astype(np.uint32) << 16).view(np.float32)


def as_words(value: Any) -> tuple[str, ...] | None:
    """A vocabulary's tokens by id, from a list of strings, {token: id} or {id: token}; None if it is none."""
    if isinstance(value, list | tuple):
        return tuple(value) if len(value) > 1 and all(isinstance(word, str) for word in value) else None
    if not isinstance(value, dict) or len(value) < 2:
        return None
    pairs: Iterable[tuple[Any, Any]] = value.items()
    if all(isinstance(key, str) and type(number) is int for key, number in pairs):
        by_id = {number: key for key, number in value.items()}
    elif all(type(key) is int and isinstance(word, str) for key, word in pairs):
        by_id = dict(value)
    elif all(isinstance(key, str) and key.isdecimal() and isinstance(word, str) for key, word in pairs):
        by_id = {int(key): word for key, word in value.items()}
    else:
        return None
    complete = len(by_id) == len(value) and by_id.keys() == set(range(len(by_id)))
    return tuple(by_id[number] for number in range(len(by_id))) if complete else None
