"""Every number that the declared lines of a step name, and the lines as a reader wants them written."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.cells import Block, Cell, Line, Norm, Projection, Sum
from explorer.cells.declared import AnyLine, Factor
from explorer.models import Model
from explorer.signals import Signal
from explorer.trace import Trace

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Normed:
    """A layer normalisation's numbers: ``weight ∘ (values − mean) / spread + bias``.

    Attributes:
        values: (time, units).
        mean, spread: (time, 1).
        weight, bias: (units,), or None.
    """

    values: Floats
    mean: Floats
    spread: Floats
    weight: Floats | None
    bias: Floats | None

    @property
    def result(self) -> Floats:
        """(time, units)."""
        scaled = (self.values - self.mean) / self.spread
        return scaled * (1.0 if self.weight is None else self.weight) + (0.0 if self.bias is None else self.bias)


@dataclass(frozen=True)
class Lines:
    """The lines of one layer and direction, and their numbers at some steps.

    Attributes:
        model, trace: the run.
        layer, direction: where.
        steps: which positions in the input.
        turned: whether the gate that some write the other way round is written so.
    """

    model: Model
    trace: Trace
    layer: int
    direction: str
    steps: slice
    turned: bool = False

    @property
    def cell(self) -> Cell:
        """Whose they are."""
        return self.model.cell(self.layer, self.direction)

    @property
    def turned_gate(self) -> str:
        """The gate that is written as 1 minus its recorded value, or ``""``."""
        return self.cell.turned.name if self.turned and self.cell.turned is not None else ""

    @cached_property
    def all(self) -> tuple[AnyLine, ...]:
        """In the order in which they are computed."""
        return tuple(_turned(line, self.turned_gate) for line in self.cell.lines)

    def word(self, signal: str) -> Signal:
        """The words of a signal, or of a number on the way to one."""
        if signal == self.turned_gate and self.cell.turned is not None:
            return self.cell.turned
        named = {line.signal: line.word for line in self.cell.lines if isinstance(line, Line | Norm)}
        return named.get(signal) or self.cell.word(signal)

    def numbers(self, factor: Factor) -> Floats:
        """The value that a factor names, before what is done to it: (time, units)."""
        if factor.of == "own":
            values = np.asarray(self._own(factor.name), dtype=np.float64)
            shape = (len(self.trace.labels[self.steps]), self.cell.hidden_size)
            return np.broadcast_to(values, shape)
        if factor.of == "old":
            return self._of(self.trace.before(factor.name, self.layer, self.direction))
        if factor.name not in self.trace.signals:
            return self.on_the_way(factor.name)
        values = self._of(self.trace.select(factor.name, self.layer, self.direction))
        return 1 - values if factor.name == self.turned_gate else values

    def on_the_way(self, name: str) -> Floats:
        """The value of a line that no trace keeps."""
        line = next(line for line in self.all if line.signal == name)
        if isinstance(line, Norm):
            return self.normed(line).result
        if isinstance(line, Projection):
            return self.numbers(Factor(line.of, "now")) @ self.matrix(line.weight).T
        assert isinstance(line, Line)
        return self.value(line.value)

    def value(self, one: Sum) -> Floats:
        """What a sum of products comes to, (time, units)."""
        return np.asarray(one.of(self.numbers))

    def normed(self, line: Norm) -> Normed:
        """The numbers of a layer normalisation."""
        values = self.numbers(Factor(line.of, "now"))
        spread = np.sqrt(values.var(axis=-1, keepdims=True) + line.epsilon)
        weight, bias = self._own(line.weight), self._own(line.bias)
        return Normed(values, values.mean(axis=-1, keepdims=True), spread, weight, bias)

    def matrix(self, field: str) -> Floats:
        """A matrix of the cell."""
        return np.asarray(self._own(field))

    def _of(self, values: NDArray[Any]) -> Floats:
        return values[self.steps].astype(np.float64)

    def _own(self, field: str) -> Any:
        value = getattr(self.cell, field)
        return value.double().numpy() if hasattr(value, "double") else value


def _turned(line: AnyLine, gate: str) -> AnyLine:
    """The line with 1 minus a gate for the gate, and what was 1 minus it written first."""
    if not gate or not isinstance(line, Line | Block):
        return line
    if isinstance(line, Line):
        terms = _exchanged(line.value, gate).terms
        return replace(line, value=Sum(tuple(sorted(terms, key=lambda term: not any(one.rest for one in term)))))
    times, direct = (part and _exchanged(part, gate) for part in (line.times, line.direct))
    return replace(line, past=_exchanged(line.past, gate), times=times, direct=direct)


def _exchanged(one: Sum, gate: str) -> Sum:
    def swap(factor: Factor) -> Factor:
        return replace(factor, rest=not factor.rest) if (factor.name, factor.of) == (gate, "now") else factor

    return Sum(tuple(tuple(map(swap, term)) for term in one.terms))
