"""A module's gates by the equations alone: its own tensors, one sequence at a time."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from explorer import Trace
from tests.models.reference import Start, distance, run_model

Array = NDArray[Any]


class Alone:
    """A recurrent module's weights, read from its own state_dict."""

    def __init__(self, module: nn.Module) -> None:
        self._tensors = {key: value.detach().double().numpy() for key, value in module.state_dict().items()}
        self.kind = type(module).__name__.lower().removesuffix("cell")
        self.num_layers = getattr(module, "num_layers", 1)
        self.num_directions = 2 if getattr(module, "bidirectional", False) else 1
        self.relu = getattr(module, "nonlinearity", "tanh") == "relu"

    def weights(self, layer: int, way: str) -> dict[str, Array]:
        end = f"_l{layer}" + ("_reverse" if way == "reverse" else "")
        layered = {key.removesuffix(end): value for key, value in self._tensors.items() if key.endswith(end)}
        return layered or self._tensors


def gates(module: nn.Module, x: Any, h: Any = None, c: Any = None) -> dict[str, Array]:
    """Every signal, (layer, direction, time, unit), of one sequence (time, features) from states (rows, units)."""
    alone = Alone(module)
    values = np.asarray(torch.as_tensor(x).detach().double())
    start = None
    if h is not None:
        start = Start(
            np.asarray(torch.as_tensor(h).detach()), None if c is None else np.asarray(torch.as_tensor(c).detach())
        )
    return run_model(alone, values, start, relu=alone.relu)


def assert_equal(trace: Trace, expected: dict[str, Array], bound: float = 1e-6) -> None:
    """Every signal of every step, unit, layer and direction; and no step more."""
    assert set(trace.signals) == set(expected)
    for name, values in expected.items():
        assert trace[name].shape == values.shape
        assert distance(trace[name], values) <= bound, name


def assert_all_equal(traces: Sequence[Trace], expected: Sequence[dict[str, Array]], bound: float = 1e-6) -> None:
    assert len(traces) == len(expected)
    for trace, one in zip(traces, expected, strict=True):
        assert_equal(trace, one, bound)
        assert trace.max_error is not None
        assert trace.max_error <= bound
