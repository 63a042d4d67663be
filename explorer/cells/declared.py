"""What a step computes, said line by line in symbols: equations, contributions and the diagram are made from it.

A line reads like the equation it stands for::

    f, i, g, o = map(now, ("forget", "input", "candidate", "output"))
    Line("cell", f * old("cell") + i * g)
    Line("hidden", o * tanh(now("cell")))
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np

from explorer.signals import Signal


class Reads(NamedTuple):
    """What one block's pre-activation is made of::

        a = in_gain ∘ C(W_ih x + b_ih) + gain ∘ C(W_hh source + b_hh) + shift + direct

    Attributes:
        gain: what the past's product is multiplied by.
        source: what W_hh reads.
        in_gain: what the input's product is multiplied by.
        shift: a bias beside both products.
        direct: what the unit's own memory adds, past the matrices.
        centred: whether C takes off the mean over all rows, as layer normalisation does; else C changes nothing.
    """

    gain: Any
    source: Any
    in_gain: Any = 1.0
    shift: Any = 0.0
    direct: Any = 0.0
    centred: bool = False


@dataclass(frozen=True)
class Factor:
    """One number of a product.

    Attributes:
        name: a signal, the name of an earlier line, or a field of the cell.
        of: ``"now"`` for this step's, ``"old"`` for the state before it, ``"own"`` for a field of the cell.
        symbol: of a field, as plain text but for ``_{…}``; signals have theirs.
        rest: whether 1 minus it is meant.
        squashed: whether its tanh is meant.
    """

    name: str
    of: Literal["now", "old", "own"]
    symbol: str = ""
    rest: bool = False
    squashed: bool = False

    def value(self, plain: Any) -> Any:
        """What goes into the product, from the named value: a number, an array or a tensor."""
        value = 1 - plain if self.rest else plain
        if not self.squashed:
            return value
        return value.tanh() if hasattr(value, "tanh") else np.tanh(value)


@dataclass(frozen=True)
class Sum:
    """A sum of products, made with ``+``, ``*`` and ``1 - one``."""

    terms: tuple[tuple[Factor, ...], ...]

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.terms + other.terms)

    def __mul__(self, other: "Sum") -> "Sum":
        return Sum(tuple(one + another for one in self.terms for another in other.terms))

    def __rsub__(self, one: int) -> "Sum":
        return Sum(((replace(self.only, rest=True),),))

    @property
    def only(self) -> Factor:
        """The one factor that this is (ValueError where there are more)."""
        ((factor,),) = self.terms
        return factor

    @property
    def factors(self) -> tuple[Factor, ...]:
        """All of them, in the order in which they are written."""
        return tuple(factor for term in self.terms for factor in term)

    def of(self, look: Callable[[Factor], Any]) -> Any:
        """Its value, where ``look`` gives each factor's named value: numbers or arrays."""
        total: Any = 0
        for term in self.terms:
            product: Any = 1
            for factor in term:
                product = product * factor.value(look(factor))
            total = total + product
        return total


def now(signal: str) -> Sum:
    """A signal of this step, or an earlier line's value."""
    return Sum(((Factor(signal, "now"),),))


def old(state: str) -> Sum:
    """A state as it was before the step."""
    return Sum(((Factor(state, "old"),),))


def own(field: str, symbol: str) -> Sum:
    """A field of the cell, a number or one (hidden_size,) a unit, with its symbol, ``"α"`` or ``"w_{cf}"``."""
    return Sum(((Factor(field, "own", symbol),),))


def tanh(one: Sum) -> Sum:
    """The tanh of one signal."""
    return Sum(((replace(one.only, squashed=True),),))


_PAST = old("hidden")


@dataclass(frozen=True)
class Block:
    """A signal with weights: its two products and biases, added and squashed.

    Attributes:
        signal: one of the cell's `blocks`.
        squash: ``"gate"`` for σ (or the cell's hard sigmoid), ``"tanh"``, ``"relu"``, or ``""`` for nothing.
        past: the product that W_hh reads.
        times: what W_hh's product and its bias are multiplied by afterwards, if anything.
        direct: what is added past the matrices: each unit's own weight times its own memory.
        normed: whether each matrix product is layer-normalised before the two are added.
    """

    signal: str
    squash: Literal["gate", "tanh", "relu", ""] = "gate"
    past: Sum = _PAST
    times: Sum | None = None
    direct: Sum | None = None
    normed: bool = False

    def reads(self, look: Callable[[Factor], Any]) -> Reads:
        """The same in numbers, where ``look`` gives each factor's named value."""
        gain = 1.0 if self.times is None else self.times.of(look)
        return Reads(gain, self.past.of(look), direct=0.0 if self.direct is None else self.direct.of(look))


@dataclass(frozen=True)
class Line:
    """A signal, or a number on the way to one, that is a sum of products.

    Attributes:
        signal: a signal without weights; or what later lines call the number by.
        value: what it is.
        word: the words of a number that is no signal, so that no trace keeps it.
    """

    signal: str
    value: Sum
    word: Signal | None = None


@dataclass(frozen=True)
class Norm:
    """A layer normalisation over all units, LN(v) = γ∘(v − mean v) / √(var v + ε) + β.

    Attributes:
        signal: what later lines call it by.
        of: the signal that is normalised.
        weight, bias: the cell's fields that hold γ and β, each a tensor or None.
        epsilon: ε.
        word: its words.
    """

    signal: str
    of: str
    weight: str
    bias: str
    epsilon: float
    word: Signal


@dataclass(frozen=True)
class Projection:
    """A matrix over all units of an earlier line.

    Attributes:
        signal: what it gives.
        of: the earlier line.
        weight: the cell's field that holds the matrix, (units, units of the earlier line).
        symbol: of the matrix, ``"W_{hr}"``.
    """

    signal: str
    of: str
    weight: str
    symbol: str


AnyLine = Block | Line | Norm | Projection
"""One line of a step."""


def on_the_way(name: str, symbol: str, title: str, meaning: str) -> Signal:
    """The words of a number that a line names and no trace keeps."""
    return Signal(name, symbol, title, "state", -np.inf, np.inf, "", "", meaning)


def blocks_of(lines: tuple[AnyLine, ...]) -> Iterator[Block]:
    """The lines with weights."""
    return (line for line in lines if isinstance(line, Block))
