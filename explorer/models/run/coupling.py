"""Coupled gates: one gate held at what another one leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from explorer.cells import Cell
from explorer.errors import ClampError
from explorer.fitting import Misfit, fitted, is_index, said
from explorer.models.run.holding import Array


@dataclass(frozen=True, eq=False)
class Coupling:
    """Hold one gate at one minus another, step by step and unit by unit::

        i = 1 − f    (an LSTM with coupled input and forget gates: what is forgotten is what is written)

    The other gate is taken as it is at that step, held itself or not.

    Args:
        signal: the gate that follows.
        other: the gate that it follows; it must be computed before it (in an LSTM the forget gate is
            first, then input and output; in a GRU reset, then update).
        layer, direction, units, start, stop: where and when, as in `Clamp`.

    Raises:
        ClampError: a gate that should follow itself, or an empty range.

    Source: Greff et al. 2017, arXiv 1503.04069 (CIFG).
    """

    signal: str = "input"
    other: str = "forget"
    layer: int | None = None
    direction: str | None = None
    units: int | Sequence[int] | None = None
    start: int = 0
    stop: int | None = None

    def __post_init__(self) -> None:
        check_place_and_time(self)
        names = isinstance(self.signal, str) and isinstance(self.other, str)
        if names and self.signal == self.other:
            raise ClampError(f"{said(self.signal)} cannot be one minus itself: name another gate.")
        if not names:
            raise ClampError(f"{said(self.signal)} cannot be one minus {said(self.other)}: name another gate.")

    def value_from(self, computed: Mapping[str, Array], units: Array | slice) -> Array:
        """One minus the other gate, of some units, given what the step has computed so far."""
        if self.other not in computed:
            raise ClampError(
                f"{self.signal} cannot be 1 − {self.other}: {self.other} is computed later in the step. "
                f"Hold {self.other} at 1 − {self.signal} instead."
            )
        rest: Array = 1 - computed[self.other][..., units]
        return rest

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON; told from a `Clamp` by its key ``other``."""
        units = None if self.units is None else np.asarray(self.units).tolist()
        return dict(vars(self)) | {"units": units}

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> "Coupling":
        """The inverse of `to_dict`."""
        return cls(**saved)


def gates_before(cell: Cell, signal: str) -> tuple[str, ...]:
    """The gates that a step computes before another one, so that it can follow them; none where it is no gate."""
    order: list[str] = []

    def noting(name: str, value: Tensor) -> Tensor:
        order.append(name)
        return value

    state = cell.state(*cell.zeros())
    cell.gates(cell.project(cell.weight_ih.new_zeros(cell.input_size)), state, noting)
    gates = [name for name in order if cell.word(name).role == "gate"]
    return tuple(gates[: gates.index(signal)]) if signal in gates else ()


def check_place_and_time(held: Any) -> None:
    """Refuse a `Clamp` or `Coupling` whose place or steps can be none, whatever the model.

    Raises:
        ClampError: with what came.
    """
    wanted = {"signal": str, "layer": int | None, "direction": str | None}
    for name, hint in wanted.items():
        try:
            fitted(getattr(held, name), hint)
        except Misfit as misfit:
            raise ClampError(f"{name} is {said(getattr(held, name))}: give {misfit}.") from None
    whole = is_index(held.start) and (held.stop is None or is_index(held.stop))
    if not whole or held.start < 0 or (held.stop is not None and held.stop <= held.start):
        raise ClampError(
            f"Steps {said(held.start)} to {said(held.stop)} hold nothing: start at 0 or later, stop after it."
        )
