"""LSTM, GRU and RNN gate by gate, a loop in NumPy from the published equations; nothing from explorer or PyTorch."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Gate = tuple[Array, Array, Array, Array]
"""W (units, inputs), U (units, units), and the biases of the input's and of the hidden state's product."""
LETTERS = {"lstm": "ifgo", "gru": "rzn", "rnn": "h"}


def sigmoid(a: Array) -> Array:
    return 1 / (1 + np.exp(-a))


def draw(kind: str, inputs: int, units: int, seed: int = 0, single: bool = False) -> dict[str, Gate]:
    """Random gates; with a single bias the hidden state's is 0."""
    rng = np.random.default_rng(seed)
    gates = {}
    for letter in LETTERS[kind]:
        w, u, b, d = (rng.normal(size=size) * 0.6 for size in ((units, inputs), (units, units), units, units))
        gates[letter] = tuple(one.astype(np.float32) for one in (w, u, b, 0 * d if single else d))
    return gates  # type: ignore[return-value]


def run(kind: str, gates: dict[str, Gate], x: Array, reset_after: bool = True, z_keeps: bool = True) -> Array:
    """h_t, (time, units), in float64."""
    units = len(next(iter(gates.values()))[0])
    h, c = np.zeros(units), np.zeros(units)
    rows = []
    for row in np.asarray(x, dtype=np.float64):
        own = {gate: w.astype(np.float64) @ row + b for gate, (w, _, b, _) in gates.items()}
        past = {gate: u.astype(np.float64) @ h + d for gate, (_, u, _, d) in gates.items()}
        if kind == "lstm":
            i, f, o = (sigmoid(own[gate] + past[gate]) for gate in "ifo")
            c = f * c + i * np.tanh(own["g"] + past["g"])
            h = o * np.tanh(c)
        elif kind == "gru":
            r, z = (sigmoid(own[gate] + past[gate]) for gate in "rz")
            _, u, _, d = gates["n"]
            n = np.tanh(own["n"] + (r * past["n"] if reset_after else u.astype(np.float64) @ (r * h) + d))
            h = z * h + (1 - z) * n if z_keeps else (1 - z) * h + z * n
        else:
            h = np.tanh(own["h"] + past["h"])
        rows.append(h)
    return np.stack(rows)
