"""A cell that only its own file knows has its equations and its split from what it says of itself."""

import re

import numpy as np
import pytest

import explorer
from explorer.cells import CELLS
from explorer.measures import arithmetic, contributions
from tests.measures.from_lines import SHAPES
from tests.measures.made_up import MadeUpCell
from tests.measures.test_equations import evaluated, unit_of


@pytest.fixture
def model(monkeypatch):
    monkeypatch.setitem(CELLS, "madeup", MadeUpCell)
    return explorer.random_model("madeup", 3, 5, seed=4)


@pytest.mark.parametrize("notation", ["torch", "joined"])
def test_its_equations_come_to_what_was_recorded(model, notation):
    trace = explorer.record(model, np.random.default_rng(1).standard_normal((7, 3)) * 3)
    for step in range(7):
        for unit in range(5):
            for one in arithmetic(model, trace, step, unit, notation=notation):
                recorded = float(trace.select(one.signal)[step, unit])
                assert abs(evaluated(one.numbers) - recorded) <= 2 * unit_of(one.result.text)
                assert abs(evaluated(one.result.text) - recorded) <= unit_of(one.result.text)


def test_its_equations_read_as_it_says(model):
    trace = explorer.record(model, np.ones((3, 3)))
    symbols = {one.signal: one.symbols for one in arithmetic(model, trace, 1, 0)}
    assert symbols == {
        "mix": r"\sigma(W_{ig} x_t + b_{ig} + W_{hg} h_{t-1} + b_{hg} + v \circ s_{t-1})",
        "draft": r"\max(0, W_{in} x_t + b_{in} + (1 - g_t) \circ (W_{hn} h_{t-1} + b_{hn}))",
        "cell": r"(1 - α) \circ s_{t-1} + α \circ g_t \circ n_t",
        "hidden": r"g_t \circ \tanh(s_t) + (1 - g_t) \circ h_{t-1}",
    }
    numbers = {one.signal: one.numbers for one in arithmetic(model, trace, 1, 0)}
    assert re.match(r"\(1 − 0\.300000\) × ", numbers["cell"])


def test_its_split_is_what_its_gates_were_squashed_from(model):
    trace = explorer.record(model, np.random.default_rng(2).standard_normal((6, 3)) * 3)
    for unit in range(5):
        total = contributions(model, trace, "mix", 4, unit).total
        assert trace.select("mix")[4, unit] == pytest.approx(1 / (1 + np.exp(-total)), abs=1e-5)
        total = contributions(model, trace, "draft", 4, unit).total
        assert trace.select("draft")[4, unit] == pytest.approx(max(0.0, total), abs=1e-5)


@pytest.mark.parametrize("kind", SHAPES)
@pytest.mark.parametrize(("notation", "bias"), [("torch", True), ("joined", False)])
def test_a_cell_of_any_shape_has_equations(monkeypatch, kind, notation, bias):
    monkeypatch.setitem(CELLS, kind, SHAPES[kind])
    model = explorer.random_model(kind, 3, 4, seed=5, bias=bias)
    trace = explorer.record(model, np.random.default_rng(3).standard_normal((5, 3)) * 3)
    for step, unit in ((0, 1), (4, 3)):
        known = arithmetic(model, trace, step, unit, notation=notation)
        assert {one.signal for one in known} == set(trace.signals)
        for one in known:
            recorded = float(trace.select(one.signal)[step, unit])
            assert abs(evaluated(one.numbers) - recorded) <= 2 * unit_of(one.result.text)
