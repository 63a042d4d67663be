"""What cells share with PyTorch: its fused kernels, and the squash that they lack."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from explorer.cells.base import Cell, Fused

_MANY = 10_000
HARD = "its gates use a hard sigmoid, which PyTorch's kernel lacks"
"""Why a cell with a hard sigmoid has no kernel."""


def squash(values: Tensor, slope: float) -> Tensor:
    """σ(x), or the hard sigmoid of that slope, clip(slope·x + ½, 0, 1), where the slope is not 0."""
    return (values * slope + 0.5).clamp(0, 1) if slope else torch.sigmoid(values)


def tanh(values: Tensor) -> Tensor:
    """The hyperbolic tangent; of many numbers at once NumPy's, which takes a fifth of PyTorch's time."""
    if values.numel() < _MANY or values.requires_grad:
        return torch.tanh(values)
    return torch.from_numpy(np.tanh(values.numpy()))


def call_kernel(kernel: Callable[..., Any], cell: Cell, x: Tensor, *state: Tensor) -> Fused:
    """Run one of PyTorch's fused kernels for one layer and one direction, of one sequence or a batch of them."""
    alone = x.dim() == 2
    states = [value[None, None] if alone else value[None] for value in state]
    flat = list(cell.weights().values())
    has_biases = cell.bias_ih is not None
    given = states if len(states) > 1 else states[0]
    with torch.no_grad():
        hidden, *last = kernel(x[:, None] if alone else x, given, flat, has_biases, 1, 0.0, False, False, False)
    ends = tuple(value[0, 0] if alone else value[0] for value in last)
    return Fused(hidden[:, 0] if alone else hidden, ends)
