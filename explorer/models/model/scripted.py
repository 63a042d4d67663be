"""Modules of `torch.jit`, scripted or traced, whose original class is one of PyTorch's recurrent ones."""

import re
from typing import Any

import torch

from explorer.models.model.plain import build_plain

_QUALIFIED = re.compile(r"^__torch__\.torch\.nn\.modules\.rnn\.(?:___torch_mangle_\d+\.)?(LSTM|GRU|RNN)(Cell)?$")


def is_scripted(module: Any) -> bool:
    """Whether a module is a script of `torch.nn`'s own LSTM, GRU, RNN or one of their cells."""
    return isinstance(module, torch.jit.ScriptModule) and _QUALIFIED.match(_path(module)) is not None


def plain_of_script(module: Any) -> Any:
    """The plain module that was scripted or traced, its weights the script's.

    Args:
        module: one for which `is_scripted` holds.
    """
    name = "".join(part or "" for part in _QUALIFIED.match(_path(module)).groups())  # type: ignore[union-attr]
    return build_plain(getattr(torch.nn, name), module.state_dict(), _nonlinearity(module))


def _path(module: Any) -> str:
    return str(module._c._type().qualified_name())


def _nonlinearity(module: Any) -> str:
    """What an RNN squashes with: a script says it, a trace shows it in what it computes."""
    stated = getattr(module, "nonlinearity", None)
    return stated or ("relu" if "relu" in str(getattr(module, "inlined_graph", "")) else "tanh")
