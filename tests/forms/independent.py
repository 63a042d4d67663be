"""States by PyTorch's own modules, made from named tensors: nothing here is from explorer."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from tests.forms.form import Array

KINDS: dict[int, Any] = {4: nn.LSTM, 3: nn.GRU, 1: nn.RNN}


def under(tensors: Mapping[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    """The tensors of one module, by their own names."""
    start = f"{prefix}." if prefix else ""
    return {name.removeprefix(start): value for name, value in tensors.items() if name.startswith(start)}


def module_of(tensors: Mapping[str, torch.Tensor], prefix: str = "") -> Any:
    """One layer, forward or both directions, with these weights."""
    own = {name: value for name, value in under(tensors, prefix).items() if "_l0" in name}
    rows, units = own["weight_hh_l0"].shape
    both = "weight_hh_l0_reverse" in own
    module = KINDS[rows // units](own["weight_ih_l0"].shape[1], units, bidirectional=both)
    module.load_state_dict(own)
    return module


def states_of(module: Any, x: Any) -> Array:
    """h_t of the last layer, (time, directions·units)."""
    with torch.no_grad():
        first = next(module.parameters())
        return np.asarray(module(torch.as_tensor(np.asarray(x)).to(first.dtype))[0].numpy())


def rows_of(tensors: Mapping[str, torch.Tensor], name: str, ids: Any) -> Array:
    """Rows of an embedding."""
    return np.asarray(tensors[name].detach().numpy()[np.asarray(ids)])


def linear(tensors: Mapping[str, torch.Tensor], name: str, states: Array) -> Array:
    """W h + b of a linear layer, by the name of its weight."""
    bias = tensors.get(name.replace("weight", "bias"))
    found = states @ tensors[name].detach().numpy().T
    return np.asarray(found if bias is None else found + bias.detach().numpy())
