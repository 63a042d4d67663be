"""The networks of the course in plain NumPy, float64, one step after the other: no line of it is the library's."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from explorer.models import Model

Floats = NDArray[np.float64]
MODELS = Path(__file__).parents[2] / "assets" / "models"
ORDER = {"lstm": ("input", "forget", "candidate", "output"), "gru": ("reset", "update", "new"), "rnn": ("hidden",)}
MODULES = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


class Run(NamedTuple):
    """Every signal (layer, direction, time, unit), the last states (layer, direction, unit) and what the head says."""

    signals: dict[str, Floats]
    last: dict[str, Floats]
    output: Floats | None


def logistic(a: Floats) -> Floats:
    return 1 / (1 + np.exp(-a))


def run(
    model: Model, x: Floats, start: Mapping[str, Floats] | None = None, holds: Mapping[str, float] | None = None
) -> Run:
    """Run a network over inputs as they reach layer 0.

    Args:
        model: an LSTM, GRU or RNN of PyTorch's kind; weights alone are taken from it.
        x: (time, input_size).
        start: ``"hidden"`` and ``"cell"``, each (layers*directions, units); zeros where there is none.
        holds: signal → the value it is held at, always and everywhere.
    """
    start, holds = start or {}, holds or {}
    signals: dict[str, list[list[Floats]]] = {}
    below = np.asarray(x, dtype=np.float64)
    for layer in range(model.num_layers):
        ways = []
        for side, direction in enumerate(("forward", "reverse")[: model.num_directions]):
            row = layer * model.num_directions + side
            begin = {name: values[row] for name, values in start.items()}
            read = below if side == 0 else below[::-1]
            found = _one(model.kind, model.weights(layer, direction), read, begin, holds)
            ways.append({name: values if side == 0 else values[::-1] for name, values in found.items()})
        for name in ways[0]:
            signals.setdefault(name, []).append([way[name] for way in ways])
        below = np.concatenate([way["hidden"] for way in ways], axis=1)
    kept = {name: np.array(values) for name, values in signals.items()}
    last = {
        name: np.stack([kept[name][:, 0, -1], *([kept[name][:, 1, 0]] if model.num_directions == 2 else [])], axis=1)
        for name in ("hidden", "cell") if name in kept
    }  # fmt: skip
    return Run(kept, last, _said(model, kept["hidden"][-1], last["hidden"][-1]))


def _one(
    kind: str, weights: Mapping[str, Any], x: Floats, begin: Mapping[str, Floats], holds: Mapping[str, float]
) -> dict[str, Floats]:
    """One layer in one direction, as PyTorch's documentation writes it."""
    w_i, w_h = (np.asarray(weights[name], dtype=np.float64) for name in ("weight_ih", "weight_hh"))
    units = w_h.shape[1]
    b_i, b_h = (np.asarray(weights.get(name, np.zeros(len(w_i))), dtype=np.float64) for name in ("bias_ih", "bias_hh"))
    h, c = (np.asarray(begin.get(name, np.zeros(units)), dtype=np.float64) for name in ("hidden", "cell"))
    kept: dict[str, list[Floats]] = {}

    def keep(name: str, value: Floats) -> Floats:
        value = np.full_like(value, holds[name]) if name in holds else value
        kept.setdefault(name, []).append(value)
        return value

    for now in x:
        a = np.split(w_i @ now + b_i, len(ORDER[kind]))
        past = np.split(w_h @ h + b_h, len(ORDER[kind]))
        if kind == "rnn":
            h = keep("hidden", np.tanh(a[0] + past[0]))
        elif kind == "gru":
            r, z = keep("reset", logistic(a[0] + past[0])), keep("update", logistic(a[1] + past[1]))
            n = keep("new", np.tanh(a[2] + r * past[2]))
            h = keep("hidden", (1 - z) * n + z * h)
        else:
            i, f = keep("input", logistic(a[0] + past[0])), keep("forget", logistic(a[1] + past[1]))
            g, o = keep("candidate", np.tanh(a[2] + past[2])), keep("output", logistic(a[3] + past[3]))
            c = keep("cell", f * c + i * g)
            h = keep("hidden", o * np.tanh(c))
    return {name: np.array(values) for name, values in kept.items()}


def _said(model: Model, hidden: Floats, ends: Floats) -> Floats | None:
    """The linear layer on h of every step; of a model that reads both ends, on these alone."""
    if model.head is None:
        return None
    weight, bias = (np.asarray(part, dtype=np.float64) for part in (model.head.weight, model.head.bias))
    read = ends.reshape(1, -1) if model.head.reads == "ends" else np.concatenate(list(hidden), axis=1)
    return np.asarray((read @ weight.T + bias) * model.head.scale + model.head.offset)


def words(model: Model, said: Floats | None) -> list[str]:
    assert model.head is not None
    assert said is not None
    return [model.head.labels[place] for place in said.argmax(axis=1)]


def module_of(model: Model, double: bool = True) -> nn.Module:
    """PyTorch's own module with these weights."""
    module = MODULES[model.kind](
        model.input_size, model.hidden_size, model.num_layers, bidirectional=model.num_directions == 2,
        bias="bias_ih" in model.weights(),
    )  # fmt: skip
    with torch.no_grad():
        for layer in range(model.num_layers):
            for direction in ("forward", "reverse")[: model.num_directions]:
                for name, value in model.weights(layer, direction).items():
                    suffix = f"_l{layer}{'_reverse' * (direction == 'reverse')}"
                    getattr(module, name + suffix).copy_(torch.tensor(value))
    return module.double() if double else module


def card(name: str) -> dict[str, Any]:
    """A bundled model's card, as its file has it."""
    found: dict[str, Any] = json.loads((MODELS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def gradient_norms(module: nn.Module, x: Floats, at: int, lags: tuple[int, ...]) -> list[float]:
    """‖∂ Σ h_at / ∂ s_{at−lag}‖ over the norm at lag 0, s = (h, c) as independent inputs of the next step."""
    steps = torch.tensor(np.asarray(x[: at + 1]), dtype=torch.float64)
    found = []
    for lag in lags:
        cut = at + 1 - lag
        with torch.no_grad():
            _, state = module(steps[:cut])
        parts = [part.detach().requires_grad_() for part in (state if isinstance(state, tuple) else (state,))]
        out, _ = module(steps[cut:], tuple(parts) if len(parts) > 1 else parts[0])
        slopes = torch.autograd.grad(out[-1].sum(), parts)
        found.append(float(torch.stack([slope.norm() for slope in slopes]).norm()))
    return [norm / np.sqrt(module.hidden_size) for norm in found]  # Σ h by h itself: a one for each unit
