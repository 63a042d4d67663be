"""What the Step page prints: equal to torch's own numbers, and a reader who computes with it comes out there."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
import torch

import explorer
from explorer.cells import CELLS, word
from explorer.measures import arithmetic, contributions, preactivation
from explorer.measures.rounding import agreeing, significant

KINDS = tuple(CELLS)
RULES = {"σ": lambda a: 1 / (1 + math.exp(-a)), "tanh": math.tanh, "max": max}


def evaluated(text: str) -> float:
    """A printed right side, computed by someone who has only the print."""
    return float(eval(re.sub("[−]", "-", text).replace("×", "*"), {"__builtins__": {}}, RULES))


def unit_of(text: str) -> float:
    """One unit of the last digit of a printed number."""
    mantissa, _, power = text.replace("−", "-").partition("e")
    return 10.0 ** (int(power or 0) - len(mantissa.partition(".")[2]))


def draw(seed: int, kinds: tuple[str, ...] = KINDS):
    """A random model and sequence, and a place in it."""
    random = np.random.default_rng(seed)
    kind = kinds[seed % len(kinds)]
    options = {"num_layers": int(random.integers(1, 3)), "bidirectional": bool(random.integers(2))}
    options["bias"] = bool(random.integers(4))
    if kind == "rnn":
        options["nonlinearity"] = str(random.choice(["tanh", "relu"]))
    if kind == "gru":
        options["reset_after"] = bool(random.integers(2))
    if kind == "lstm" and random.integers(3) == 0:
        options["proj_size"] = 3
    inputs, units, steps = (int(random.integers(*bounds)) for bounds in ((1, 6), (4, 9), (1, 12)))
    model = explorer.random_model(kind, inputs, units, seed=seed, **options)
    cells = model.num_layers * model.num_directions
    states = {"h_0": random.standard_normal((cells, model.proj_size or units))} if seed % 2 else {}
    if states and "cell" in CELLS[kind].state_signals:
        states["c_0"] = random.standard_normal((cells, units))
    trace = explorer.record(model, random.standard_normal((steps, inputs)) * 2, **states)
    step = 0 if seed % 5 == 0 else int(random.integers(steps))
    direction = str(random.choice(trace.directions))
    return model, trace, step, int(random.integers(units)), int(random.integers(model.num_layers)), direction


@pytest.mark.parametrize("seed", range(180))
def test_every_equation_evaluates_to_what_is_printed_and_to_the_recorded_value(seed):
    model, trace, step, unit, layer, direction = draw(seed)
    for notation, update in (("torch", "keep"), ("joined", "renew")):
        for one in arithmetic(model, trace, step, unit, layer, direction, notation, update):
            assert abs(evaluated(one.numbers) - evaluated(one.result.text)) <= unit_of(one.result.text) * 1.000001
            if one.squashed:
                assert abs(evaluated(one.squashed) - evaluated(one.result.text)) <= unit_of(one.result.text) * 1.000001
                assert one.inner is not None
                inside = evaluated(replace(one, squash=None).numbers)
                assert abs(one.inner.value - inside) < 1e-4 * max(1, abs(inside))
            if one.signal in trace.signals:
                recorded = float(trace.select(one.signal, layer, direction)[step, unit])
                shown = 1 - recorded if one.signal == "update" and update == "renew" else recorded
                assert abs(evaluated(one.result.text) - shown) <= unit_of(one.result.text)


@pytest.mark.parametrize("seed", range(60))
def test_parts_sum_to_what_the_gate_is_squashed_from(seed):
    model, trace, step, unit, layer, direction = draw(seed)
    cell = model.cell(layer, direction)
    for signal in cell.blocks:
        parts = contributions(model, trace, signal, step, unit, layer, direction)
        whole = preactivation(model, trace, signal, None, layer, direction)
        assert whole.total[step, unit] == pytest.approx(parts.total, abs=1e-9)
        assert whole.input[step, unit] == pytest.approx(parts.input.sum(), abs=1e-9)
        assert whole.recurrent[step, unit] == pytest.approx(parts.recurrent.sum(), abs=1e-9)
        squash = torch.sigmoid if word(model.kind, signal).role == "gate" else torch.tanh
        if getattr(cell, "nonlinearity", "tanh") == "relu":
            squash = torch.relu
        expected = float(squash(torch.tensor(parts.total)))
        assert float(trace.select(signal, layer, direction)[step, unit]) == pytest.approx(expected, abs=1e-5)


def test_lstm_step_equals_torchs_cell():
    module = torch.nn.LSTM(3, 5)
    x = torch.randn(6, 3)
    with torch.no_grad():
        out, (_, _) = module(x)
    model = explorer.from_torch(module)
    equations = arithmetic(model, explorer.record(model, x.numpy()), 4, 2)
    assert [one.signal for one in equations] == ["forget", "input", "candidate", "output", "cell", "hidden"]
    assert equations[-1].result.value == pytest.approx(float(out[4, 2]), abs=1e-6)


def test_z_the_other_way_round_is_a_relabelling():
    model = explorer.random_model("gru", 2, 4)
    trace = explorer.record(model, np.ones((3, 2)))
    ours = {one.signal: one for one in arithmetic(model, trace, 1, 0)}
    theirs = {one.signal: one for one in arithmetic(model, trace, 1, 0, update="renew")}
    assert ours["update"].result.value + theirs["update"].result.value == pytest.approx(1)
    assert ours["hidden"].result == theirs["hidden"].result
    assert theirs["hidden"].operands[1].label == "h_{t-1}"


def test_joined_notation_writes_one_matrix_but_keeps_two_products_where_reset_comes_after():
    model = explorer.random_model("gru", 2, 4)
    trace = explorer.record(model, np.ones((3, 2)))
    symbols = {one.signal: one.symbols for one in arithmetic(model, trace, 1, 0, notation="joined")}
    assert "[h_{t-1},\\, x_t]" in symbols["reset"]
    assert symbols["new"].count("W_") == 2


@pytest.mark.parametrize(
    ("kind", "options", "signal", "torch_way", "joined"),
    [
        ("gru", {"reset_after": False}, "new", r"W_{hn} (r_t \circ h_{t-1})", r"W_{h} [r_t \circ h_{t-1},\, x_t]"),
        ("mgu", {}, "candidate", r"(f_t \circ h_{t-1})", r"W_{h} [f_t \circ h_{t-1},\, x_t]"),
        ("mgu", {}, "hidden", r"(1 - f_t) \circ h_{t-1} + f_t \circ \tilde{h}_t", r"f_t \circ \tilde{h}_t"),
        ("peephole", {}, "forget", r" + w_{cf} \circ c_{t-1}", r"x_t] + w_{cf} \circ c_{t-1}"),
        ("peephole", {}, "output", r" + w_{co} \circ c_t", r"x_t] + w_{co} \circ c_t"),
        ("layernorm", {}, "input", r"\text{LN}(W_{hi} h_{t-1} + b_{hi})", r"\text{LN}(W_{hi} h_{t-1} + b_{hi})"),
        ("layernorm", {}, "hidden", r"o_t \circ \tanh(\hat{c}_t)", r"o_t \circ \tanh(\hat{c}_t)"),
        ("lstm", {"proj_size": 3}, "hidden", r"W_{hr}\,m_t", r"W_{hr}\,m_t"),
    ],
)
def test_each_cell_is_written_as_it_is_published(kind, options, signal, torch_way, joined):
    model = explorer.random_model(kind, 2, 4, **options)
    trace = explorer.record(model, np.ones((3, 2)))
    for notation, expected in (("torch", torch_way), ("joined", joined)):
        symbols = {one.signal: one.symbols for one in arithmetic(model, trace, 1, 0, notation=notation)}
        assert expected in symbols[signal]


@pytest.mark.parametrize("kind", CELLS)
def test_lines_are_in_the_order_in_which_they_are_computed(kind):
    model = explorer.random_model(kind, 2, 4)
    known: set[str] = set()
    for line in model.cell().lines:
        parts = (getattr(line, name, None) for name in ("value", "past", "times", "direct"))
        read = {one.name for part in parts if part for one in part.factors if one.of == "now"}
        assert read | ({line.of} if hasattr(line, "of") else set()) <= known
        known.add(line.signal)
    assert set(model.cell().signals) <= known


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.5, 6, "0.500000"),
        (-12.5, 6, "−12.5000"),
        (0.0, 6, "0"),
        (4.5402e-12, 4, "4.540e−12"),
        (123456.7, 4, "123500"),
    ],
)
def test_numbers_are_printed_with_their_significant_digits(value, digits, text):
    assert significant(value, digits).text == text


def test_a_result_loses_the_digits_its_operands_cannot_confirm():
    assert agreeing(0.12346, 4, 0.12346).text == "0.1235"
    assert agreeing(1e-7, 4, 6e-7).unit == pytest.approx(1e-6)


def test_an_unknown_step_is_refused():
    model = explorer.random_model("rnn", 1, 2)
    with pytest.raises(explorer.UnknownSignalError, match="no step 9"):
        arithmetic(model, explorer.record(model, [0.0, 1.0]), 9, 0)


@pytest.mark.parametrize("slope", [0.2, 1 / 6])
@pytest.mark.parametrize("seed", range(24))
def test_hard_gates_are_printed_with_their_own_squash_and_numbers(seed, slope):
    model, _, step, unit, layer, direction = draw(seed, ("lstm", "gru"))
    stack = tuple(
        tuple(
            replace(cell, hard_sigmoid=slope, **{name: 3 * values for name, values in cell.weights().items()})
            for cell in level
        )
        for level in model.stack
    )
    model = replace(model, stack=stack)
    trace = explorer.record(model, np.random.default_rng(seed).standard_normal((step + 1, model.input_size)))
    rules = RULES | {"hardσ": lambda a: min(1.0, max(0.0, slope * a + 0.5))}
    for notation, update in (("torch", "keep"), ("joined", "renew")):
        for one in arithmetic(model, trace, step, unit, layer, direction, notation, update):
            for text in filter(None, (one.numbers, one.squashed)):
                value = eval(text.replace("−", "-").replace("×", "*"), {"__builtins__": {}}, rules)
                assert abs(value - evaluated(one.result.text)) <= unit_of(one.result.text) * 1.000001
            if one.signal in trace.signals and word(model.kind, one.signal).role == "gate":
                assert "hardσ" in one.numbers
                assert r"\text{hard}\sigma" in one.symbols
                recorded = float(trace.select(one.signal, layer, direction)[step, unit])
                parts = contributions(model, trace, one.signal, step, unit, layer, direction)
                assert recorded == pytest.approx(rules["hardσ"](parts.total), abs=1e-5)
                shown = 1 - recorded if one.signal == "update" and update == "renew" else recorded
                assert abs(evaluated(one.result.text) - shown) <= unit_of(one.result.text)
