"""The equations once more, in NumPy and float64, with nothing from explorer: what the rooms are compared with."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Hold = Callable[[str, int, Array], Array]

LSTM = ("input", "forget", "candidate", "output", "cell", "hidden")
GRU = ("reset", "update", "new", "hidden")
SIGNALS = {"lstm": LSTM, "gru": GRU, "rnn": ("hidden",)}
ROWS = {"lstm": ("input", "forget", "candidate", "output"), "gru": ("reset", "update", "new"), "rnn": ("hidden",)}
"""The order of the row blocks in PyTorch's weights."""
GATES = ("input", "forget", "output", "reset", "update")


class Start(NamedTuple):
    """States before the first step, (layers*directions, units); c only for an LSTM."""

    h: Array
    c: Array | None


def sigmoid(a: Array) -> Array:
    return 1 / (1 + np.exp(-a))


def squash(signal: str, a: Any, relu: bool = False) -> Any:
    """What turns a signal's pre-activation into the signal."""
    if signal in GATES:
        return sigmoid(np.asarray(a))
    return np.maximum(a, 0) if relu else np.tanh(a)


def keep_all(signal: str, position: int, value: Array) -> Array:
    return value


def rows_of(kind: str, signal: str, size: int) -> slice:
    place = ROWS[kind].index(signal)
    return slice(place * size, (place + 1) * size)


def run_cell(
    kind: str,
    weights: dict[str, Array],
    x: Array,
    h: Array,
    c: Array | None,
    positions: Sequence[int],
    hold: Hold = keep_all,
    reset_after: bool = True,
    relu: bool = False,
) -> dict[str, Array]:
    """One cell over the positions in the order given; every signal as (time, unit), by position."""
    w = {name: value.astype(np.float64) for name, value in weights.items()}
    size = len(w["weight_ih"]) // len(ROWS[kind])
    zeros = np.zeros(len(w["weight_ih"]))
    b_ih, b_hh = w.get("bias_ih", zeros), w.get("bias_hh", zeros)
    out: dict[str, Array] = {}

    def keep(signal: str, t: int, value: Array) -> Array:
        value = hold(signal, t, value)
        out.setdefault(signal, np.full((len(x), len(value)), np.nan))[t] = value
        return value

    for t in positions:
        own, past = {}, {}
        for signal in ROWS[kind]:
            rows = rows_of(kind, signal, size)
            own[signal] = w["weight_ih"][rows] @ x[t] + b_ih[rows]
            past[signal] = w["weight_hh"][rows] @ h + b_hh[rows]
        if kind == "lstm":
            assert c is not None
            i = keep("input", t, sigmoid(own["input"] + past["input"]))
            f = keep("forget", t, sigmoid(own["forget"] + past["forget"]))
            g = keep("candidate", t, np.tanh(own["candidate"] + past["candidate"]))
            o = keep("output", t, sigmoid(own["output"] + past["output"]))
            c = keep("cell", t, f * c + i * g)
            shown = o * np.tanh(c)
            h = keep("hidden", t, w["weight_hr"] @ shown if "weight_hr" in w else shown)
        elif kind == "gru":
            r = keep("reset", t, sigmoid(own["reset"] + past["reset"]))
            z = keep("update", t, sigmoid(own["update"] + past["update"]))
            rows = rows_of(kind, "new", size)
            seen = r * past["new"] if reset_after else w["weight_hh"][rows] @ (r * h) + b_hh[rows]
            n = keep("new", t, np.tanh(own["new"] + seen))
            h = keep("hidden", t, (1 - z) * n + z * h)
        else:
            a = own["hidden"] + past["hidden"]
            h = keep("hidden", t, np.maximum(a, 0) if relu else np.tanh(a))
    return out


def run_model(
    model: Any,
    x: Array,
    start: Start | None = None,
    clamps: Sequence[Any] = (),
    reset_after: bool = True,
    relu: bool = False,
) -> dict[str, Array]:
    """A whole model: every signal as (layer, direction, time, unit)."""
    kind, ways = model.kind, ("forward", "reverse")[: model.num_directions]
    seen = np.asarray(x, dtype=np.float64)
    steps = list(range(len(seen)))
    layers: list[list[dict[str, Array]]] = []
    for layer in range(model.num_layers):
        level = []
        for place, way in enumerate(ways):
            weights = model.weights(layer, way)
            index = layer * len(ways) + place
            units = weights["weight_hh"].shape[1]
            size = len(weights["weight_ih"]) // len(ROWS[kind])
            h = np.zeros(units) if start is None else np.asarray(start.h[index], dtype=np.float64)
            c = np.zeros(size) if start is None or start.c is None else np.asarray(start.c[index], dtype=np.float64)
            order = steps if way == "forward" else steps[::-1]
            hold = holding(clamps, layer, way, len(seen))
            level.append(run_cell(kind, weights, seen, h, c, order, hold, reset_after, relu))
        layers.append(level)
        seen = np.concatenate([one["hidden"] for one in level], axis=1)
    return {name: np.array([[one[name] for one in level] for level in layers]) for name in SIGNALS[kind]}


def holding(clamps: Sequence[Any], layer: int, way: str, steps: int) -> Hold:
    """What the clamps do in one cell, in their order."""

    def hold(signal: str, t: int, value: Array) -> Array:
        value = value.copy()
        for clamp in clamps:
            stop = steps if clamp.stop is None else min(clamp.stop, steps)
            here = clamp.layer in (None, layer) and clamp.direction in (None, way) and clamp.start <= t < stop
            if clamp.signal != signal or not here:
                continue
            units = list(range(len(value))) if clamp.units is None else list(np.atleast_1d(clamp.units))
            table = np.broadcast_to(np.asarray(clamp.value, dtype=np.float64), (stop - clamp.start, len(units)))
            for column, unit in enumerate(units):
                number = table[t - clamp.start, column]
                value[unit] = number if clamp.mode == "set" else number * value[unit]
        return value

    return hold


def distance(ours: Array, theirs: Array) -> float:
    """The largest |ours − theirs|, relative to max(1, the unit's largest |value|); time is the axis before the last."""
    assert ours.shape == theirs.shape
    size = np.maximum(1.0, np.abs(theirs).max(axis=-2, keepdims=True))
    return float((np.abs(ours.astype(np.float64) - theirs) / size).max())
