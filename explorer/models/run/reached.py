"""What reaches the recurrent module of a network, whatever stands before it."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from explorer.cells import CELLS
from explorer.errors import ArgumentError
from explorer.models.run.given import as_array

_KNOWN = tuple(cell.modules[0] for cell in CELLS.values() if cell.modules)


def recurrent_module(net: Any) -> nn.Module:
    """The first ``torch.nn`` module over time in a network, the network itself included.

    Raises:
        ArgumentError: there is none.
    """
    found = (
        next((one for one in net.modules() if isinstance(one, _KNOWN)), None) if isinstance(net, nn.Module) else None
    )
    if found is None:
        names = ", ".join(f"torch.nn.{one.__name__}" for one in _KNOWN)
        raise ArgumentError(f"A {type(net).__name__} holds no recurrent module: give a network with one of {names}.")
    return found


def reaching(net: nn.Module, sequence: Any) -> NDArray[Any]:
    """The first sequence that reaches a network's recurrent module, (time, features).

    The network is run once in evaluation mode without gradients, and then left as it was.

    Args:
        net: the network.
        sequence: what it is called with; where it is the recurrent module itself, also (time, features) or (time,).

    Raises:
        ArgumentError: what reaches the module is no plain tensor.
    """
    module = recurrent_module(net)
    given = sequence if isinstance(sequence, Tensor) else torch.as_tensor(np.asarray(as_array(sequence)))
    if net is module:
        return _first(module, given[:, None] if given.ndim == 1 else given)
    if given.is_floating_point():
        given = given.to(next(module.parameters()).dtype)
    seen: list[Any] = []
    hook = module.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    was_training = {one: one.training for one in net.modules()}
    try:
        net.eval()
        with torch.no_grad():
            net(given)
    finally:
        hook.remove()
        for one, training in was_training.items():
            one.training = training
    if not seen or not isinstance(seen[0], Tensor):
        raise ArgumentError("No plain tensor reached the recurrent module: give a sequence that the network can read.")
    return _first(module, seen[0])


def _first(module: nn.Module, x: Tensor) -> NDArray[Any]:
    """Of a batch the first sequence."""
    one = x if x.ndim == 2 else x[0] if getattr(module, "batch_first", False) else x[:, 0]
    return np.array(one.detach().cpu().numpy())
