"""What every reader gives: named tensors as NumPy arrays, and what the file says beside them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.models.files.graph import Graph
from explorer.models.files.words import Words

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
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
class Known:
    """What the spelling of a cell's weights says about the cell, by the prefix that its weights share.

    Attributes:
        options: as `Group.options`: ``{"reset_after": False}``.
        asks: what it leaves open, as `Group.asks`.
        notes: sentences about what was assumed.
        problem: why the cell cannot be read, "" where it can.
        doubts: sentences about what was assumed and would change every gate, as `Group.doubts`.
        kind: of the cell, where names say more than how many blocks of rows there are.
    """

    options: Mapping[str, Any] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""
    doubts: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True, eq=False)
class Contents:
    """A file's tensors and words, nothing interpreted yet.

    Attributes:
        format: ``"PyTorch"``, ``"safetensors"``, ``"NumPy"``, ``"Keras"`` or ``"ONNX"``.
        tensors: floating-point and integer arrays by name, read-only views of the file where possible.
        converted: how a tensor was stored, where it was not stored as it is here ("bfloat16", "8-bit integers").
        words: what could be a vocabulary, by name.
        layers: the layers that a Keras file states, by path, in its order.
        graph: what reads what, where the file states it (ONNX).
        states_layers: whether the file states its layers' settings at all.
        version: of Keras, where the file says which wrote it ("2.2.4", "2.2.4-tf", "3.12.0").
        made_of: for a tensor that was put together from others of the file, their names.
        harmless: names of tensors that nothing is computed from (counters, masks of a pruning that is undone).
        modules: what a pickled module states of itself (``"class"``, ``"num_layers"``, ``"bidirectional"``, …), by
            the path that stands before its weights' names.
        known: what the spelling of weights says about a cell, by what stands before its weights' names.
        unreadable: what stands in the file where a tensor could, but cannot be read: why, by name.
        notes: sentences about the whole file that belong to every network of it.
    """

    format: str
    tensors: Mapping[str, Array]
    converted: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)
    layers: Mapping[str, Layer] = field(default_factory=dict)
    graph: Graph | None = None
    states_layers: bool = False
    version: str = ""
    made_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    harmless: frozenset[str] = frozenset()
    modules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    known: Mapping[str, Known] = field(default_factory=dict)
    unreadable: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def widen(bits: Array) -> NDArray[np.float32]:
    """bfloat16, given as the 16 bits it is, as float32."""
    return (bits.astype(np.uint32) << 16).view(np.float32)
