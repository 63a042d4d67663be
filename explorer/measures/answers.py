"""Whether an answer worked out by hand is right, and if not, what may have been forgotten."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import isfinite, prod, tanh
from typing import Literal, NamedTuple

from explorer.cells import Sum
from explorer.cells.declared import Factor
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
    elif equation.made_of is not None:
        yield from _product_mistakes(_terms(equation, equation.made_of))


class _Factor(NamedTuple):
    """One operand of a sum of products: what is done to it, its number, its letter without time."""

    factor: Factor
    number: float
    letter: str

    @property
    def value(self) -> float:
        return float(self.factor.value(self.number))

    @property
    def spelt(self) -> str:
        inside = f"1 − {self.letter}" if self.factor.rest else self.letter
        if self.factor.squashed:
            return f"tanh({inside})"
        return f"({inside})" if self.factor.rest else inside

    def swapped(self) -> "_Factor":
        return self._replace(factor=replace(self.factor, rest=not self.factor.rest))

    def unsquashed(self) -> "_Factor":
        return self._replace(factor=replace(self.factor, squashed=False))


_Terms = list[list[_Factor]]


def _terms(equation: Equation, made_of: Sum) -> _Terms:
    left = iter(equation.operands)
    return [
        [_Factor(one, (told := next(left)).number.value, _bare(told.label)) for one in term] for term in made_of.terms
    ]


def _value(terms: _Terms) -> float:
    return sum(prod(one.value for one in term) for term in terms)


def _product_mistakes(terms: _Terms) -> Iterator[tuple[float, str]]:
    """1 − taken of the wrong one; a term, a factor, a squash forgotten."""
    turned = {one.factor.name: one.letter for term in terms for one in term if one.factor.rest}
    swapped = [[one.swapped() if one.factor.name in turned else one for one in term] for term in terms]
    for letter in turned.values():
        yield _value(swapped), f"{letter} and 1 − {letter} are exchanged."
    for at, term in enumerate(terms):
        rest = terms[:at] + terms[at + 1 :]
        if rest:
            yield _value(rest), f"That is only {_named(rest)}: add {_named([term])}, {_spelt(term)}."
        for place, one in enumerate(term):
            before, after = term[:place], term[place + 1 :]
            if one.factor.squashed:
                yield _value([*rest, [*before, one.unsquashed(), *after]]), f"Squash {one.letter} first: {one.spelt}."
            if others := before + after:
                yield _value([*rest, others]), f"{_spelt(others)} is to be multiplied by {one.spelt}."


def _spelt(term: list[_Factor]) -> str:
    return " × ".join(one.spelt for one in term)


def _named(terms: _Terms) -> str:
    kept = {any(one.factor.of == "old" for one in term) for term in terms}
    return "what is kept" if kept == {True} else "what is written" if kept == {False} else "a part"


def _bare(label: str) -> str:
    """A symbol without its time, as plain text."""
    letter = re.sub(r"_\{?t[^}]*\}?$", "", label)
    return re.sub(r"\\\w+\{(\w)\}", "\\1\u0303", letter).replace("\\", "")


def _squash_mistakes(equation: Equation, inner: float) -> Iterator[tuple[float, str]]:
    assert equation.squash is not None
    yield inner, f"That is the sum itself: put it through {equation.squash.written.format('·')}."
    bias = sum(operand.number.value for operand in equation.operands if operand.part == "bias")
    yield equation.squash.of(inner - bias), "The bias is missing."
    another = f"That is another squash: here it is {equation.squash.written.format('·')}."
    gate = "σ" in equation.squash.written
    yield (tanh(inner) if gate else sigmoid(inner)), another
    if "hardσ" in equation.squash.written:
        yield (1 - sigmoid(inner) if equation.squash.turned else sigmoid(inner)), another
    yield equation.squash.of(-inner), "Look at the signs of the sum again."


def _within(answer: float, value: float, tolerance: tuple[float, float]) -> bool:
    absolute, relative = tolerance
    return abs(answer - value) <= max(absolute, relative * abs(value))
