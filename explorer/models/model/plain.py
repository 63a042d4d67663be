"""Plain recurrent modules of `torch.nn`, from named weights."""

from collections.abc import Mapping
from typing import Any

from torch import Tensor

from explorer.cells import CELLS

RECURRENT: tuple[Any, ...] = tuple(module for cell in CELLS.values() for module in cell.modules)
"""`torch.nn`'s recurrent modules."""


def build_plain(kind: Any, weights: Mapping[str, Tensor], nonlinearity: str | None) -> Any:
    """A plain module of given weights; torch's random numbers are left where they were.

    Args:
        kind: one of `RECURRENT`.
        weights: by its own names, ``weight_ih_l0`` or ``weight_ih``.
        nonlinearity: of an RNN.
    """
    layered = "weight_ih_l0" in weights
    first = "_l0" if layered else ""
    projection = weights.get("weight_hr_l0")
    times = next(len(cell.blocks) for cell in CELLS.values() if kind in cell.modules)
    options: dict[str, Any] = {"bias": f"bias_ih{first}" in weights, "device": "meta"}
    options |= {"nonlinearity": nonlinearity} if nonlinearity and times == 1 else {}
    if layered:
        layers = sum(name.startswith("weight_ih") and not name.endswith("reverse") for name in weights)
        options |= {"num_layers": layers, "bidirectional": "weight_ih_l0_reverse" in weights}
    options |= {} if projection is None else {"proj_size": len(projection)}
    rows, inputs = weights[f"weight_ih{first}"].shape
    module = kind(inputs, rows // times, **options)
    module.load_state_dict({name: value.detach() for name, value in weights.items()}, assign=True)
    return module
