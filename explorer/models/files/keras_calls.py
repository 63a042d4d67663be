"""Which layers a layer of a Keras configuration reads: ``inbound_nodes`` as Keras 2 and Keras 3 write them."""

from collections.abc import Iterator, Mapping
from typing import Any

from explorer.models.files.contents import Call, Read
from explorer.models.files.limits import MAX_DEPTH

RECURRENT = frozenset(
    {"LSTM", "GRU", "SimpleRNN", "RNN", "CuDNNLSTM", "CuDNNGRU", "Bidirectional"}
    | {f"ConvLSTM{sizes}D" for sizes in (1, 2, 3)}
)
"""Keras's own classes that carry a state from step to step; what they read beside the sequence are states."""
_STATES, _MASK = ("initial_state", "constants"), "mask"


def calls_of(nodes: Any, kind: str) -> tuple[Call, ...]:
    """What a layer reads at each of its calls, by the names of its own model.

    Args:
        nodes: the layer's ``inbound_nodes``.
        kind: the layer's class.
    """
    return tuple(_call(node, kind in RECURRENT) for node in nodes) if isinstance(nodes, list) else ()


def _call(node: Any, recurrent: bool) -> Call:
    if isinstance(node, dict):
        given = node.get("kwargs")
        found = list(_tensors(node.get("args"), 0))
    else:
        leaves = list(_leaves(node, 0))
        given = next((leaf[3] for leaf in leaves if len(leaf) > 3), None)
        found = [(leaf[0], leaf[2]) for leaf in leaves]
    words: Mapping[str, Any] = given if isinstance(given, dict) else {}
    reads = [
        Read(name, output, "state" if recurrent and place else "input") for place, (name, output) in enumerate(found)
    ]
    for word, value in words.items():
        role = "mask" if word == _MASK else "state" if word in _STATES and recurrent else "input"
        known = [*_tensors(value, 0), *((leaf[0], leaf[2]) for leaf in _leaves(value, 0))]
        reads += [Read(name, output, role) for name, output in known]
    stated = isinstance(node, dict) and _MASK in words
    return Call(tuple(reads), any(read.role == "mask" for read in reads) if stated else None)


def _tensors(value: Any, depth: int) -> Iterator[tuple[str, int]]:
    """The layers whose outputs Keras 3 names inside a value, with the output's number."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for inner in value:
            yield from _tensors(inner, depth + 1)
    elif isinstance(value, dict):
        history = value.get("config", {}).get("keras_history") if isinstance(value.get("config"), dict) else None
        if isinstance(history, list):
            yield from ((leaf[0], leaf[2]) for leaf in _leaves(history, 0))
        else:
            for inner in value.values():
                yield from _tensors(inner, depth + 1)


def _leaves(value: Any, depth: int) -> Iterator[list[Any]]:
    """Each ``[layer, call, output, …]`` of Keras 2 inside lists and dictionaries."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        if len(value) > 2 and isinstance(value[0], str) and all(type(one) is int for one in value[1:3]):
            yield value
        else:
            for inner in value:
                yield from _leaves(inner, depth + 1)
    elif isinstance(value, dict) and "keras_history" not in value:
        for inner in value.values():
            yield from _leaves(inner, depth + 1)
