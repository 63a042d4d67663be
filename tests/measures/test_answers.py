"""An answer worked out by hand."""

import numpy as np
import pytest

import explorer
from explorer.measures import arithmetic
from explorer.measures.answers import judge, read_answer


@pytest.fixture
def equations():
    model = explorer.random_model("lstm", 2, 4, seed=3)
    trace = explorer.record(model, np.linspace(-2, 2, 12).reshape(6, 2))
    return {one.signal: one for one in arithmetic(model, trace, 4, 1)}


@pytest.mark.parametrize(("text", "value"), [("0,73", 0.73), (" −1.5 ", -1.5), ("42 %", 0.42), ("1e-3", 0.001)])
def test_numbers_are_read_as_people_type_them(text, value):
    assert read_answer(text) == pytest.approx(value)


@pytest.mark.parametrize("text", ["", "about a half", "nan", "1,2,3", "inf"])
def test_what_is_no_number_is_none(text):
    assert read_answer(text) is None


@pytest.mark.parametrize("signal", ["forget", "candidate", "cell", "hidden"])
def test_two_decimals_are_enough(equations, signal):
    assert judge(equations[signal], round(equations[signal].result.value, 2)).grade == "right"
    assert judge(equations[signal], equations[signal].result.value + 0.4).grade == "wrong"


def test_a_forgotten_squash_is_told(equations):
    asked = equations["forget"]
    assert asked.inner is not None
    verdict = judge(asked, asked.inner.value)
    assert verdict.grade == "wrong"
    assert "σ(·)" in verdict.hint


def test_a_forgotten_keep_is_told(equations):
    _, _, i, g = (operand.number.value for operand in equations["cell"].operands)
    assert "what is kept" in judge(equations["cell"], i * g).hint


def test_each_part_forgotten_is_told_by_its_letter(equations):
    f, c, _, g = (operand.number.value for operand in equations["cell"].operands)
    assert judge(equations["cell"], f * c).hint.endswith("i × g.")
    assert "by i" in judge(equations["cell"], f * c + g).hint
    o, c = (operand.number.value for operand in equations["hidden"].operands)
    assert "tanh(c)" in judge(equations["hidden"], o * c).hint
    assert "by o" in judge(equations["hidden"], np.tanh(c)).hint


@pytest.mark.parametrize(
    ("kind", "update", "letter"), [("gru", "keep", "z"), ("gru", "renew", "z"), ("mgu", "keep", "f")]
)
def test_a_gate_the_wrong_way_round_is_told(kind, update, letter):
    model = explorer.random_model(kind, 2, 4, seed=3)
    trace = explorer.record(model, np.linspace(-20, 20, 12).reshape(6, 2))
    asked = arithmetic(model, trace, 5, 1, update=update)[-1]
    gate, one, _, other = (operand.number.value for operand in asked.operands)
    assert judge(asked, gate * one + (1 - gate) * other).hint == f"{letter} and 1 − {letter} are exchanged."


def test_a_gates_other_squash_is_told_by_what_it_is_squashed_with():
    model = explorer.random_model("gru", 2, 4, seed=3)
    asked = arithmetic(model, explorer.record(model, 5 * np.ones((3, 2))), 2, 0)
    for one, other in zip(asked, (np.tanh, np.tanh, lambda a: 1 / (1 + np.exp(-a))), strict=False):
        assert one.inner is not None
        assert "another squash" in judge(one, float(other(one.inner.value))).hint
