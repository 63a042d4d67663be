"""One step of one unit, written out: every equation with symbols, with numbers, and its result."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, tanh
from typing import Literal

from explorer.cells import Sum
from explorer.measures.rounding import Printed, agreeing, significant

Notation = Literal["torch", "joined"]
"""PyTorch's two products, or one matrix on ``[h, x]``."""
Part = Literal["input", "recurrent", "bias", ""]

OPERAND_DIGITS, RESULT_DIGITS = 6, 4


@dataclass(frozen=True)
class Operand:
    """A number that goes into an equation.

    Attributes:
        label: its symbol or word, in LaTeX.
        number: as printed.
        part: which part of a pre-activation it is, if any.
    """

    label: str
    number: Printed
    part: Part = ""


@dataclass(frozen=True)
class Squash:
    """What a sum goes through: how it is written round ``{}``, and its value."""

    written: str
    of: Callable[[float], float]
    turned: bool = False
    """Whether it gives 1 minus the gate."""


@dataclass(frozen=True)
class Equation:
    """One equation of a step, filled in.

    Attributes:
        signal: what it computes, as the trace calls it.
        symbol: the left side, in LaTeX.
        symbols: the right side, in LaTeX.
        template: the right side inside the squash, with ``{0}``, ``{1}``, … for the operands.
        operands: in the order of the template's numbers.
        squash: round the template, or None.
        inner: what is squashed, as printed; None without a squash.
        result: as printed.
        title: what it computes, as a reader calls it.
        made_of: the sum of products that the template stands for; None of other right sides.
    """

    signal: str
    symbol: str
    symbols: str
    template: str
    operands: tuple[Operand, ...]
    squash: Squash | None
    inner: Printed | None
    result: Printed
    title: str = ""
    made_of: Sum | None = None

    @property
    def numbers(self) -> str:
        """The right side with its numbers: ``"σ(−1.20000 + 0.500000 × (0.250000 + 1.00000))"``."""
        return self.write(lambda operand, text: text)

    @property
    def squashed(self) -> str:
        """The last line before the result, ``"σ(−0.575000)"``; empty without a squash."""
        return "" if self.squash is None or self.inner is None else self.squash.written.format(self.inner.text)

    def write(self, spell: Callable[[Operand, str], str]) -> str:
        """The right side with its operands spelt as you like; signs and parentheses are set here.

        Args:
            spell: from an operand and its printed number (without a sign that the sum before it takes over).
        """
        inside = ""
        for piece in re.split(r"(\{\d+\})", self.template):
            if not piece.startswith("{"):
                inside += piece
                continue
            operand = self.operands[int(piece[1:-1])]
            text = operand.number.text
            if text.startswith("−") and inside.endswith(" + "):
                inside, text = inside.removesuffix("+ ") + "− ", text[1:]
            elif text.startswith("−") and inside and not inside.endswith("("):
                text = f"({text})"
            inside += spell(operand, text)
        return inside if self.squash is None else self.squash.written.format(inside)


def sigmoid(value: float) -> float:
    """σ(a) = 1 / (1 + exp(−a)), without overflow."""
    return 1 / (1 + exp(-value)) if value >= 0 else exp(value) / (1 + exp(value))


SQUASHES = {
    "sigmoid": Squash("σ({})", sigmoid),
    "tanh": Squash("tanh({})", tanh),
    "relu": Squash("max(0, {})", lambda value: max(0.0, value)),
}


def gate_squash(slope: float = 0.0, turned: bool = False) -> Squash:
    """What a gate is squashed with: σ, or hardσ(a) = min(1, max(0, slope·a + ½)) where the slope is not 0.

    Args:
        slope: of the hard sigmoid, `LSTMCell.hard_sigmoid`.
        turned: whether 1 minus it is meant.
    """
    name = "hardσ" if slope else "σ"

    def of(value: float) -> float:
        gate = min(1.0, max(0.0, slope * value + 0.5)) if slope else sigmoid(value)
        return 1 - gate if turned else gate

    return Squash(f"1 − {name}({{}})" if turned else f"{name}({{}})", of, turned)


def fill_in(
    signal: str,
    symbol: str,
    symbols: str,
    template: str,
    operands: Sequence[tuple[str, float, Part]],
    rule: Callable[..., float],
    value: float,
    squash: Squash | None = None,
    title: str = "",
    made_of: Sum | None = None,
) -> Equation:
    """An equation with its numbers rounded: operands to six significant digits, the result to four or fewer.

    Args:
        signal, symbol, symbols, template, squash, title, made_of: as in `Equation`.
        operands: (label, value, part) of each.
        rule: what the template computes, of the operands in order.
        value: the recorded result.
    """
    printed = tuple(Operand(label, significant(one, OPERAND_DIGITS), part) for label, one, part in operands)
    evaluated = rule(*(operand.number.shown for operand in printed))
    if squash is None:
        return Equation(signal, symbol, symbols, template, printed, None, None,
                        agreeing(value, RESULT_DIGITS, evaluated), title, made_of)  # fmt: skip
    inner = agreeing(rule(*(one for _, one, _ in operands)), OPERAND_DIGITS, evaluated)
    result = agreeing(value, RESULT_DIGITS, squash.of(evaluated), squash.of(inner.shown))
    return Equation(signal, symbol, symbols, template, printed, squash, inner, result, title)
