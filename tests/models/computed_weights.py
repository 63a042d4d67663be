"""Modules whose weights are computed from what they keep, and what they compute, without explorer."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize, prune

import explorer

INPUTS, UNITS, STEPS = 3, 5, 40
X = np.random.default_rng(7).normal(size=(STEPS, INPUTS)).astype(np.float32)
KINDS: dict[str, Any] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
CELLS: dict[str, Any] = {"lstm": nn.LSTMCell, "gru": nn.GRUCell, "rnn": nn.RNNCell}


def module_of(kind: str, **options: Any) -> Any:
    torch.manual_seed(11)
    return KINDS[kind](INPUTS, UNITS, **options)


def cell_of(kind: str, **options: Any) -> Any:
    torch.manual_seed(3)
    return CELLS[kind](INPUTS, UNITS, **options)


def moved(module: Any) -> Any:
    """A module after some training: every parameter and vector is somewhere else than where it began."""
    settle(module)
    generator = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for value in module.parameters():
            value.add_(0.2 * torch.rand(value.shape, generator=generator))
    settle(module)
    return module


def settle(module: Any) -> None:
    """Steps of a training that let the vectors of a spectral normalisation find what they look for."""
    if not isinstance(module, nn.RNNCellBase):
        for _ in range(5):
            module(inputs_of(module))


def hidden(module: Any) -> Any:
    """h_t of the last layer, (time, directions·units), by the module's own forward in evaluation."""
    module.eval()
    with torch.no_grad():
        return module(inputs_of(module))[0][:, 0].numpy()


def inputs_of(module: Any) -> torch.Tensor:
    """X as a batch of one, in the module's precision."""
    first = next(module.parameters(), torch.ones(1))
    return torch.from_numpy(X)[:, None].to(first.dtype)


def loop(cell: Any) -> Any:
    """h_t of a cell, (time, units), step by step."""
    state: Any = None
    rows = []
    with torch.no_grad():
        for row in torch.from_numpy(X)[:, None]:
            state = cell(row, state)
            rows.append((state[0] if isinstance(state, tuple) else state)[0].numpy())
    return np.stack(rows)


def ours(model: explorer.Model) -> Any:
    trace = explorer.record(model, X)
    return np.concatenate([trace.select("hidden", trace.num_layers - 1, way) for way in trace.directions], axis=1)


def prefixed(state: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {f"{prefix}{name}": value for name, value in state.items()}


def quantised(module: Any, dtype: torch.dtype, **more: Any) -> tuple[Any, Any]:
    """A network that quantises a module, its "rnn", while it runs; and a plain module with the numbers used there."""
    kinds = {*KINDS.values(), *CELLS.values(), nn.Linear}
    net = torch.ao.quantization.quantize_dynamic(nn.ModuleDict({"rnn": module} | more), kinds, dtype=dtype)
    exact = copy.deepcopy(module)
    packed = net["rnn"].get_weight() | net["rnn"].get_bias()
    numbers = {key: value.dequantize() if value.is_quantized else value for key, value in packed.items()}
    exact.load_state_dict(numbers)
    return net, exact


class Half(nn.Module):
    """Anyone's own parametrization."""

    def forward(self, value: torch.Tensor) -> torch.Tensor:
        return value / 2 + 0.1


class WeightDrop(nn.Module):
    """The recurrent weights are dropped at each step of a training; the raw ones are kept on the wrapper."""

    def __init__(self, module: Any) -> None:
        super().__init__()
        self.module = module
        self.weight_hh_l0_raw = nn.Parameter(module.weight_hh_l0.data.clone())
        del module._parameters["weight_hh_l0"]
        self.forward(torch.ones(2, INPUTS))

    def forward(self, x: Any) -> Any:
        self.module.weight_hh_l0 = nn.functional.dropout(self.weight_hh_l0_raw, 0.5, self.training)
        return self.module(x)


class InnerWeightDrop(nn.Module):
    """The same, with the raw weights on the module itself."""

    def __init__(self, module: Any) -> None:
        super().__init__()
        self.module = module
        module.register_parameter("weight_hh_l0_raw", nn.Parameter(module._parameters.pop("weight_hh_l0").data))

    def forward(self, x: Any) -> Any:
        raw = self.module.weight_hh_l0_raw
        self.module.weight_hh_l0 = nn.functional.dropout(raw, 0.5, self.training)
        return self.module(x)


def old_weight_norm(module: Any, dim: int | None = 0) -> Any:
    with pytest.warns(FutureWarning):
        return nn.utils.weight_norm(module, "weight_hh_l0", dim)


def chained(module: Any) -> Any:
    parametrizations.spectral_norm(module, "weight_hh_l0")
    return parametrizations.spectral_norm(module, "weight_hh_l0")


def pruned_twice(module: Any) -> Any:
    prune.l1_unstructured(module, "weight_hh_l0", 0.4)
    return prune.random_unstructured(module, "weight_hh_l0", 0.2)


DERIVED: dict[str, Callable[[Any], Any]] = {
    "weight norm": lambda m: parametrizations.weight_norm(m, "weight_hh_l0"),
    "weight norm of columns": lambda m: parametrizations.weight_norm(m, "weight_ih_l0", 1),
    "weight norm of all": lambda m: parametrizations.weight_norm(m, "weight_hh_l0", None),
    "weight norm of a bias": lambda m: parametrizations.weight_norm(m, "bias_hh_l0", 0),
    "old weight norm": old_weight_norm,
    "old weight norm of columns": lambda m: old_weight_norm(m, 1),
    "old weight norm of all": lambda m: old_weight_norm(m, None),
    "spectral norm": lambda m: parametrizations.spectral_norm(m, "weight_hh_l0"),
    "old spectral norm": lambda m: nn.utils.spectral_norm(m, "weight_hh_l0"),
    "pruned": lambda m: prune.l1_unstructured(m, "weight_hh_l0", 0.4),
    "pruned twice": pruned_twice,
    "dropped": WeightDrop,
    "dropped inside": InnerWeightDrop,
}  # fmt: skip
ONLY_LIVE: dict[str, Callable[[Any], Any]] = {
    "orthogonal": lambda m: parametrizations.orthogonal(m, "weight_hh_l0"),
    "orthogonal by Cayley": lambda m: parametrizations.orthogonal(m, "weight_hh_l0", "cayley"),
    "orthogonal by exponential": lambda m: parametrizations.orthogonal(m, "weight_ih_l0", "matrix_exp"),
    "anyone's own": lambda m: parametrize.register_parametrization(m, "weight_hh_l0", Half()),
    "anyone's own, of a bias": lambda m: parametrize.register_parametrization(m, "bias_ih_l0", Half()),
    "a chain": chained,
}
QUANTISED: dict[str, torch.dtype] = {"8 bits": torch.qint8, "half": torch.float16}
WRAPPERS: dict[str, Callable[[Any], Any]] = {
    "DataParallel": nn.DataParallel,
    "compiled": torch.compile,
    "averaged": torch.optim.swa_utils.AveragedModel,
    "both": lambda m: torch.compile(nn.DataParallel(m)),
    "scripted": torch.jit.script,
    "traced": lambda m: torch.jit.trace(m, torch.from_numpy(X)),
    "compiled, of a script": lambda m: nn.DataParallel(torch.jit.script(m)),
}
"""What may stand around a module and computes as it does."""


class LSTM(nn.Module):
    """Of the same name and weights as PyTorch's, and another function."""

    def __init__(self) -> None:
        super().__init__()
        for name, value in module_of("lstm").named_parameters():
            self.register_parameter(name, nn.Parameter(value.detach()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(x @ self.weight_ih_l0.t())


def pruned_head() -> Any:
    """An LSTM under a linear layer that is pruned."""
    net = nn.ModuleDict({"lstm": module_of("lstm"), "head": nn.Linear(UNITS, 2)})
    prune.l1_unstructured(net["head"], "weight", 0.5)
    return net


def more_than_weights() -> Any:
    """A normed LSTM with a parameter more."""
    module = parametrizations.weight_norm(module_of("lstm"), "weight_hh_l0")
    module.register_parameter("gain", nn.Parameter(torch.ones(UNITS)))
    return module
