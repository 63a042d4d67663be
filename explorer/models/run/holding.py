"""What is held in one cell while it runs, whichever way it runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from numpy.typing import NDArray
from torch import Tensor

from explorer.cells import Hold

Array = NDArray[Any]
Signals = dict[str, Tensor]
"""Every signal of a cell over time, each (time, units)."""


class Holding(Protocol):
    """Values to put in a cell's signals, each the moment it is computed."""

    @property
    def signals(self) -> frozenset[str]:
        """Those that are held at any step; no other is changed."""

    def put(self, signal: str, values: Array, position: int, computed: Mapping[str, Array]) -> None:
        """Change one of `signals` in place where it is held.

        Args:
            signal: which one.
            values: (..., units), as computed.
            position: the step in the input.
            computed: what the step computed before it, as it goes on with it.
        """


@dataclass(frozen=True, eq=False)
class Moved:
    """What is held, for a run whose steps are those positions of the input."""

    holding: Holding
    positions: Sequence[int]

    @property
    def signals(self) -> frozenset[str]:
        """As held."""
        return self.holding.signals

    def put(self, signal: str, values: Array, position: int, computed: Mapping[str, Array]) -> None:
        """As held at that position."""
        self.holding.put(signal, values, self.positions[position], computed)


def hold_at(holding: Holding, position: int) -> Hold:
    """The hold of one step, as a cell takes it."""
    computed: dict[str, Array] = {}

    def hold(signal: str, value: Tensor) -> Tensor:
        if signal in holding.signals:
            value = value.clone()
            holding.put(signal, value.numpy(), position, computed)
        computed[signal] = value.numpy()
        return value

    return hold
