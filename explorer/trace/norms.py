"""Gradients of one number, as their sizes at every place and step."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.trace.read_only import ReadOnly

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Gradients(ReadOnly):
    """Gradients of one number, L, with respect to what came before it.

    Attributes:
        value: L itself.
        labels: one word a step.
        hidden: ‖∂L/∂h_t‖, (layer, direction, time): through all that reads h_t, the next step, the layer
            above and L itself.
        cell: ‖∂L/∂c_t‖ likewise, through the next step alone; None where there is no cell state.
        state: ‖∂L/∂s_t‖ of the whole state, √(hidden² + cell²).
        input: ∂L/∂x_t, (time, input_size), with x_t as it reaches layer 0, after any embedding and scaling.
    """

    value: float
    labels: tuple[str, ...]
    hidden: Floats
    cell: Floats | None
    state: Floats
    input: Floats

    def __repr__(self) -> str:
        layers, directions, steps = self.state.shape
        return f"Gradients(L = {self.value:.4g}: {layers} layers, {directions} directions, {steps} steps)"
