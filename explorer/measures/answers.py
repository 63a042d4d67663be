"""Whether an answer worked out by hand is right, and if not, what may have been forgotten."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite, tanh
from typing import Literal

from explorer.measures.arithmetic import Equation, sigmoid

_RIGHT, _NEAR = (0.0055, 0.01), (0.03, 0.05)
"""Absolute and relative tolerance: two decimals or one per cent; and what looks like rounding on the way."""


@dataclass(frozen=True)
class Verdict:
    """What to say to an answer.

    Attributes:
        grade: ``"right"``, ``"near"`` or ``"wrong"``.
        hint: what was probably forgotten, or ``""``.
    """

    grade: Literal["right", "near", "wrong"]
    hint: str = ""


def judge(equation: Equation, answer: float) -> Verdict:
    """Compare an answer with an equation's result.

    Right is within 0.0055 or 1 % of the result, whichever is more; near within 0.03 or 5 %. A wrong answer
    that equals the result of a known mistake is told which.
    """
    if _within(answer, equation.result.value, _RIGHT):
        return Verdict("right")
    hint = next((hint for value, hint in mistakes(equation) if _within(answer, value, _RIGHT)), "")
    near = not hint and _within(answer, equation.result.value, _NEAR)
    return Verdict("near" if near else "wrong", hint)


def read_answer(text: str) -> float | None:
    """A number as people type it: a decimal comma, any minus, a per cent sign; None where it is none."""
    plain = text.strip().replace("−", "-").replace("–", "-").replace(",", ".").replace(" ", "")
    try:
        value = float(plain.removesuffix("%")) / (100 if plain.endswith("%") else 1)
    except ValueError:
        return None
    return value if isfinite(value) else None


def mistakes(equation: Equation) -> Iterator[tuple[float, str]]:
    """What comes out when something is forgotten, and what to say then."""
    if equation.inner is not None:
        yield from _squash_mistakes(equation, equation.inner.value)
    elif equation.signal == "cell":
        f, c, i, g = (operand.number.value for operand in equation.operands)
        yield i * g, "That is only what is written: add what is kept, f × c."
        yield f * c, "That is only what is kept: add what is written, i × g."
        yield f * c + g, "The candidate is written through the input gate: multiply it by i first."
    elif equation.template == "{0} × tanh({1})":
        o, c = (operand.number.value for operand in equation.operands)
        yield o * c, "Squash the cell state first: tanh(c)."
        yield tanh(c), "That is tanh(c): multiply it by the output gate."
    elif len(equation.operands) == 4:
        z, one, _, other = (operand.number.value for operand in equation.operands)
        yield z * one + (1 - z) * other, "z and 1 − z are exchanged."


def _squash_mistakes(equation: Equation, inner: float) -> Iterator[tuple[float, str]]:
    assert equation.squash is not None
    yield inner, f"That is the sum itself: put it through {equation.squash.written.format('·')}."
    bias = sum(operand.number.value for operand in equation.operands if operand.part == "bias")
    yield equation.squash.of(inner - bias), "The bias is missing."
    another = f"That is another squash: here it is {equation.squash.written.format('·')}."
    gate = equation.signal in ("input", "forget", "output", "reset", "update")
    yield (tanh(inner) if gate else sigmoid(inner)), another
    if "hardσ" in equation.squash.written:
        yield (1 - sigmoid(inner) if equation.squash.turned else sigmoid(inner)), another
    yield equation.squash.of(-inner), "Look at the signs of the sum again."


def _within(answer: float, value: float, tolerance: tuple[float, float]) -> bool:
    absolute, relative = tolerance
    return abs(answer - value) <= max(absolute, relative * abs(value))
