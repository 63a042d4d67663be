"""What the weights alone say of each gate: biases and norms."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.cells import Cell
from explorer.errors import UnknownSignalError
from explorer.models import Model

Floats = NDArray[np.float64]


@checked
def gate_bias(model: Model, signal: str, layer: int = 0, direction: str = "forward") -> Floats:
    """The pre-activation of one gate where nothing comes in and nothing was before; "the forget bias".

    b_ih + b_hh of its rows, but for what the cell does to them (layer normalisation).

    Args:
        model: the model.
        signal: a signal with weights, such as ``"forget"``.
        layer, direction: where.

    Returns:
        (unit,); 0 where the model has no biases.

    Raises:
        UnknownSignalError: the signal has no weights, or the place does not exist.
    """
    cell = model.cell(layer, direction)
    if signal not in cell.blocks:
        raise UnknownSignalError(f"{signal!r} has no bias of its own: choose one of {', '.join(cell.blocks)}.")
    resting: Floats = cell.resting().numpy()[_rows(cell, signal)]
    return resting


@checked
def weight_norms(model: Model, layer: int = 0, direction: str = "forward") -> dict[str, dict[str, float]]:
    """How large the weights of each gate are, as Frobenius norms.

    Args:
        model: the model.
        layer, direction: where.

    Returns:
        By signal: ``"input"`` ‖W_ih‖, ``"recurrent"`` ‖W_hh‖, ``"bias"`` ‖b_ih + b_hh‖ of its rows.

    Raises:
        UnknownSignalError: the place does not exist.
    """
    cell, weights = model.cell(layer, direction), model.weights(layer, direction)
    return {
        name: {
            "input": _norm(weights["weight_ih"][_rows(cell, name)]),
            "recurrent": _norm(weights["weight_hh"][_rows(cell, name)]),
            "bias": _norm(gate_bias(model, name, layer, direction)),
        }
        for name in cell.blocks
    }


def _rows(cell: Cell, signal: str) -> slice:
    start = cell.blocks.index(signal) * cell.hidden_size
    return slice(start, start + cell.hidden_size)


def _norm(values: NDArray[Any]) -> float:
    return float(np.sqrt(np.square(values.astype(np.float64)).sum()))
