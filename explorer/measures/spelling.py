"""How the numbers of one unit at one step are named, and their places in an equation."""

import re
from dataclasses import dataclass, field
from unicodedata import normalize

from explorer.cells import Sum
from explorer.cells.declared import Factor
from explorer.measures.arithmetic import Notation, Part
from explorer.measures.lines import Lines
from explorer.signals import Signal

Operands = list[tuple[str, float, Part]]
"""Label, value and part of each."""
_ACCENTS = {"\u0303": "tilde", "\u0302": "hat", "\u0304": "bar"}


def letter_of(named: Signal, notation: Notation) -> str:
    """A signal's symbol in a notation, in LaTeX."""
    return in_latex(named.joined or named.symbol if notation == "joined" else named.symbol)


def in_latex(symbol: str) -> str:
    """A symbol whose accents are characters, with LaTeX's."""
    for accent, command in _ACCENTS.items():
        symbol = re.sub(rf"(\w){accent}", rf"\\{command}{{\1}}", normalize("NFD", symbol))
    return symbol


@dataclass(frozen=True)
class Here:
    """One unit at one step, and how its equations are written."""

    lines: Lines
    unit: int
    notation: Notation

    def value(self, factor: Factor) -> float:
        """What a factor names, of this unit."""
        return float(self.lines.numbers(factor)[0, self.unit])

    def at(self, signal: str) -> str:
        """``f_t``."""
        return f"{letter_of(self.lines.word(signal), self.notation)}_t"

    def named(self, factor: Factor) -> str:
        """``f_t``, ``c_{t-1}`` (reverse: ``c_{t+1}``), or the symbol of a field of the cell."""
        if factor.of == "old":
            before = "t+1" if self.lines.direction == "reverse" else "t-1"
            return f"{letter_of(self.lines.word(factor.name), 'torch')}_{{{before}}}"
        return self.at(factor.name) if factor.of == "now" else in_latex(factor.symbol)

    def symbols(self, one: Sum) -> str:
        """A sum of products in LaTeX."""
        products = (r" \circ ".join(around(factor, self.named(factor), "-", r"\tanh") for factor in term)
                    for term in one.terms)  # fmt: skip
        return " + ".join(products)

    def bias(self, name: str) -> str:
        """`` + b_{if}``, where there are biases."""
        return f" + b_{{{name}}}" if self.lines.cell.bias_ih is not None else ""


def around(factor: Factor, inside: str, minus: str, squash: str) -> str:
    """What is done to a factor, written round it."""
    if factor.squashed:
        return f"{squash}(1 {minus} {inside})" if factor.rest else f"{squash}({inside})"
    return f"(1 {minus} {inside})" if factor.rest else inside


@dataclass
class Sheet:
    """Operands as they are written, each given its place in the template."""

    here: Here
    operands: Operands = field(default_factory=list)

    def put(self, label: str, value: float, part: Part = "") -> str:
        """Add an operand; gives its place."""
        self.operands.append((label, value, part))
        return f"{{{len(self.operands) - 1}}}"

    def sum(self, one: Sum, part: Part = "") -> str:
        """Add the factors of a sum of products; gives its template."""
        return " + ".join(" × ".join(self._factor(factor, part) for factor in term) for term in one.terms)

    def _factor(self, factor: Factor, part: Part) -> str:
        place = self.put(self.here.named(factor), self.here.value(factor), part)
        return around(factor, place, "−", "tanh")
