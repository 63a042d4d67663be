"""A recurrent model with held signals as a plain torch loop, from a module's `state_dict` and nothing of explorer."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

Hold = Callable[[str, int, str, int, Tensor, dict[str, Tensor]], Tensor]
"""``hold(signal, layer, direction, position, value, computed so far)``."""


def lstm_step(w: list[Tensor], x: Tensor, state: dict[str, Tensor], hold: Any, options: dict[str, Any]) -> None:
    """One step in place of ``state``: the textbook's five lines."""
    a = w[0] @ x + w[2] + w[1] @ state["hidden"] + w[3]
    i, f, g, o = a.split(len(a) // 4)
    f = hold("forget", 1 / (1 + torch.exp(-f)))
    i = hold("input", 1 / (1 + torch.exp(-i)))
    g = hold("candidate", torch.tanh(g))
    o = hold("output", 1 / (1 + torch.exp(-o)))
    state["cell"] = hold("cell", f * state["cell"] + i * g)
    h = o * torch.tanh(state["cell"])
    state["hidden"] = hold("hidden", w[4] @ h if len(w) > 4 else h)


def gru_step(w: list[Tensor], x: Tensor, state: dict[str, Tensor], hold: Any, options: dict[str, Any]) -> None:
    """One step; the reset gate acts before or after the matrix product."""
    size = len(w[2]) // 3
    own, h = w[0] @ x + w[2], state["hidden"]
    past = w[1][: 2 * size] @ h + w[3][: 2 * size]
    r = hold("reset", 1 / (1 + torch.exp(-(own[:size] + past[:size]))))
    z = hold("update", 1 / (1 + torch.exp(-(own[size : 2 * size] + past[size:]))))
    matrix, bias = w[1][2 * size :], w[3][2 * size :]
    seen = r * (matrix @ h + bias) if options["reset_after"] else matrix @ (r * h) + bias
    n = hold("new", torch.tanh(own[2 * size :] + seen))
    state["hidden"] = hold("hidden", (1 - z) * n + z * h)


def rnn_step(w: list[Tensor], x: Tensor, state: dict[str, Tensor], hold: Any, options: dict[str, Any]) -> None:
    """One step of Elman's network."""
    a = w[0] @ x + w[2] + w[1] @ state["hidden"] + w[3]
    state["hidden"] = hold("hidden", torch.relu(a) if options["relu"] else torch.tanh(a))


STEPS = {"lstm": lstm_step, "gru": gru_step, "rnn": rnn_step}


def run_loop(
    module: torch.nn.RNNBase, x: Tensor, hold: Hold, reset_after: bool = True, relu: bool = False
) -> dict[tuple[str, int, str], Tensor]:
    """Every signal of every layer and direction, (time, unit), from a state of zeros."""
    weights = {name: value.double() for name, value in module.state_dict().items()}
    options = {"reset_after": reset_after, "relu": relu}
    recorded: dict[tuple[str, int, str], Tensor] = {}
    below = x.double()
    for layer in range(module.num_layers):
        ways = ("forward", "reverse")[: 1 + module.bidirectional]
        for way in ways:
            w = _weights(weights, f"_l{layer}" + ("_reverse" if way == "reverse" else ""))
            for name, values in run_cell(module, w, below, hold, (layer, way), options).items():
                recorded[name, layer, way] = values
        below = torch.cat([recorded["hidden", layer, way] for way in ways], dim=1)
    return recorded


def run_cell(
    module: torch.nn.RNNBase, w: list[Tensor], x: Tensor, hold: Hold, place: tuple[int, str], options: dict[str, Any]
) -> dict[str, Tensor]:
    """One layer and direction, every signal by the position in the input."""
    take_step = STEPS[type(module).__name__.lower()]
    state = {"hidden": torch.zeros(w[1].shape[1]).double(), "cell": torch.zeros(module.hidden_size).double()}
    steps: dict[int, dict[str, Tensor]] = {}
    for position in range(len(x)) if place[1] == "forward" else reversed(range(len(x))):
        steps[position] = {}
        take_step(w, x[position], state, _held_at(position, place, hold, steps[position]), options)
    return {name: torch.stack([steps[at][name] for at in range(len(x))]) for name in steps[0]}


def _held_at(position: int, place: tuple[int, str], hold: Hold, computed: dict[str, Tensor]) -> Any:
    """Hold a signal, and remember what the step has computed so far."""

    def held(name: str, value: Tensor) -> Tensor:
        computed[name] = hold(name, *place, position, value, computed)
        return computed[name]

    return held


def _weights(weights: dict[str, Tensor], suffix: str) -> list[Tensor]:
    """W_ih, W_hh, b_ih, b_hh and a projection where there is one."""
    rows = len(weights["weight_ih" + suffix])
    zeros = torch.zeros(rows).double()
    found = [weights["weight_ih" + suffix], weights["weight_hh" + suffix]]
    found += [weights.get(name + suffix, zeros) for name in ("bias_ih", "bias_hh")]
    return found + ([weights["weight_hr" + suffix]] if "weight_hr" + suffix in weights else [])
