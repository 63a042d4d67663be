"""Keras 1's layers, whose gates have matrices of their own, as the one kernel that later versions keep."""

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from explorer.models.files import Array, Contents

_GATE = re.compile(r"^(?P<layer>.*?)_(?P<what>[WUb])(?:_(?P<gate>[ifcozrh]))?(?::0)?$")
_ORDERS = ("ifco", "zrh", "")
"""The gates of an LSTM, a GRU and a SimpleRNN, in the order of Keras's kernels."""
_PLAIN = re.compile("rnn", re.IGNORECASE)
"""What Keras calls a layer without gates, ``simplernn_1``."""
_LEAVES = {"W": "kernel", "U": "recurrent_kernel", "b": "bias"}


def with_joined_gates(contents: Contents) -> Contents:
    """Contents in which ``lstm_1_W_i``, ``lstm_1_W_f``, … are one ``kernel``, and so on.

    Only whole layers are joined: W, U and b of every gate, of sizes that fit each other.
    """
    found: dict[str, dict[tuple[str, str], str]] = {}
    for name in contents.tensors:
        match = _GATE.match(name)
        if match:
            found.setdefault(match["layer"], {})[match["what"], match["gate"] or ""] = name
    tensors, made = dict(contents.tensors), dict(contents.made_of)
    for layer, parts in found.items():
        order = next((gates for gates in _ORDERS if parts.keys() == _expected(gates)), None)
        # Three arrays W, U and b alone could be any layer's.
        known = order or _PLAIN.search(layer)
        if order is None or not known or not _fits(parts, contents.tensors):
            continue
        for what, leaf in _LEAVES.items():
            names = tuple(parts[what, gate] for gate in (order or [""]))
            whole = f"{layer.rpartition('/')[0] or layer}/{leaf}"
            tensors[whole] = np.concatenate([contents.tensors[name] for name in names], axis=-1)
            made[whole] = names
            for name in names:
                del tensors[name]
    return replace(contents, tensors=tensors, made_of=made) if len(made) > len(contents.made_of) else contents


def _expected(gates: str) -> set[tuple[str, str]]:
    return {(what, gate) for what in _LEAVES for gate in (gates or [""])}


def _fits(parts: Mapping[tuple[str, str], str], tensors: Mapping[str, Array]) -> bool:
    shapes: dict[str, set[tuple[int, ...]]] = {}
    for (what, _), name in parts.items():
        shapes.setdefault(what, set()).add(tensors[name].shape)
    if any(len(one) != 1 for one in shapes.values()):
        return False
    w, u, b = (shapes[what].pop() for what in "WUb")
    return len(w) == len(u) == 2 and len(b) == 1 and w[1] == u[0] == u[1] == b[0]
