"""Time constants and the ledger, against their sums written out."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from explorer import Clamp, Trace, UnknownSignalError, from_torch, list_models, load_model, random_model, record
from explorer.measures import Ledger, bias_time_constants, ledger, time_constants
from tests.models.configurations import Configuration, configurations, given_states

MEMORY = {"lstm": "cell", "gru": "hidden"}
KEEP = {"lstm": "forget", "gru": "update"}


@pytest.mark.parametrize(("bias", "tau"), [(0, 1.44), (1, 3.19), (2, 7.88), (3, 20.6), (5, 149)])
@pytest.mark.parametrize(("module", "row"), [(torch.nn.LSTM(2, 4), 1), (torch.nn.GRU(2, 4), 1)])
def test_the_bias_of_the_keep_gate_sets_the_time_constant(module: Any, row: int, bias: float, tau: float) -> None:
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.zero_()
        module.bias_ih_l0[4 * row : 4 * row + 4] = bias
    found = time_constants(record(from_torch(module), np.ones((50, 2))))
    assert found == pytest.approx(np.full(4, tau), rel=0.005)


@settings(max_examples=40)
@given(config=configurations(kinds=("lstm", "gru"), most_steps=40, most_layers=2))
def test_time_constants_are_the_geometric_mean_of_the_gate(config: Configuration) -> None:
    trace = record(config.model(), config.x())
    for layer in range(config.num_layers):
        for way in trace.directions:
            gate = trace.select(KEEP[config.kind], layer, way).astype(np.float64)
            mean = np.prod(gate, axis=0) ** (1 / len(gate))
            assert time_constants(trace, layer, way) == pytest.approx(-1 / np.log(mean), rel=1e-9)


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_a_gate_that_was_ever_shut_keeps_nothing_and_one_always_open_for_ever(kind: str) -> None:
    clamps = [Clamp(KEEP[kind], 0.5), Clamp(KEEP[kind], 0.0, units=0, start=3, stop=4), Clamp(KEEP[kind], 1.0, units=1)]
    found = time_constants(record(random_model(kind, 2, 3), np.ones((9, 2)), clamps=clamps))
    assert found.tolist() == [0.0, np.inf, pytest.approx(1 / np.log(2))]


def test_a_gate_held_below_zero_has_no_time_constant() -> None:
    trace = record(random_model("gru", 2, 3), np.ones((9, 2)), clamps=[Clamp("update", -0.5, units=1)])
    assert np.isnan(time_constants(trace)).tolist() == [False, True, False]


@pytest.mark.parametrize("measure", [time_constants, ledger])
def test_an_rnn_carries_nothing_linearly(measure: Any) -> None:
    with pytest.raises(UnknownSignalError, match="RNN"):
        measure(record(random_model("rnn", 2, 3), np.ones((5, 2))))


def _expected(trace: Trace, step: int, layer: int, way: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """written (time, unit) and initial (unit,), by two loops over the steps as they were read."""
    gates = {name: trace.select(name, layer, way).astype(np.float64) for name in trace.signals}
    state = gates[MEMORY[trace.kind]]
    keep = gates[KEEP[trace.kind]]
    lstm = trace.kind == "lstm"
    write = gates["input"] * gates["candidate"] if lstm else (1 - gates["update"]) * gates["new"]
    order = list(range(len(trace)))[:: -1 if way == "reverse" else 1]
    read = order[: order.index(step) + 1]
    held = _held(trace, layer, way)
    written = np.zeros_like(state)
    initial = trace.initial(MEMORY[trace.kind], layer, way).astype(np.float64)
    for unit in range(state.shape[1]):
        left = initial[unit]
        for place, t in enumerate(read):
            left = 0.0 if held[t, unit] else left * keep[t, unit]
            share = state[t, unit] if held[t, unit] else write[t, unit]
            for later in read[place + 1 :]:
                share = 0.0 if held[later, unit] else share * keep[later, unit]
            written[t, unit] = share
        initial[unit] = left
    return written, initial


def _held(trace: Trace, layer: int, way: str) -> NDArray[np.bool_]:
    memory = MEMORY[trace.kind]
    held = np.zeros(trace.select(memory, layer, way).shape, dtype=bool)
    for clamp in trace.clamps:
        if clamp.signal == memory and clamp.layer in (None, layer) and clamp.direction in (None, way):
            for t in range(clamp.start, len(trace) if clamp.stop is None else min(clamp.stop, len(trace))):
                held[t, slice(None) if clamp.units is None else clamp.units] = True
    return held


def _assert_balances(found: Ledger, trace: Trace, step: int, layer: int, way: str, tolerance: float) -> None:
    states = trace.select(MEMORY[trace.kind], layer, way).astype(np.float64)
    size = np.maximum(1.0, np.abs(states).max(axis=0))
    sum_of_parts = found.initial + found.written.sum(axis=0)
    assert np.abs(sum_of_parts + found.residual - states[step]).max() <= 1e-14 * size.max() * len(trace)
    assert (np.abs(found.residual) / size).max() <= tolerance
    written, initial = _expected(trace, step, layer, way)
    assert (np.abs(found.written - written) / size).max() <= 1e-12
    assert (np.abs(found.initial - initial) / size).max() <= 1e-12


@settings(max_examples=100)
@given(
    config=configurations(kinds=("lstm", "gru"), most_steps=40, most_layers=2),
    place=st.integers(0, 39),
    held=st.booleans(),
    data=st.data(),
)
def test_the_ledger_balances(config: Configuration, place: int, held: bool, data: st.DataObject) -> None:
    step = place % config.steps
    memory = MEMORY[config.kind]
    count = config.proj_size if memory == "hidden" and config.proj_size else config.hidden_size
    clamps = []
    if held:
        start = data.draw(st.integers(0, config.steps - 1))
        stop = data.draw(st.none() | st.integers(start + 1, config.steps))
        units = data.draw(st.none() | st.lists(st.integers(0, count - 1), min_size=1, unique=True))
        way = data.draw(st.sampled_from([None, "forward", "reverse"][: 2 + config.bidirectional]))
        clamps = [Clamp(memory, 0.7, None, way, units, start, stop, data.draw(st.sampled_from(["set", "scale"])))]
        clamps.append(Clamp(KEEP[config.kind], 1.0, start=0, stop=2))
    trace = record(config.model(), config.x(), clamps=clamps, **given_states(config.start()))
    for layer in range(config.num_layers):
        for way in trace.directions:
            tolerance = 1e-12 if config.double else 1e-5
            _assert_balances(ledger(trace, step, layer, way), trace, step, layer, way, tolerance)


def test_steps_count_from_the_end_of_the_sequence_in_both_directions() -> None:
    trace = record(random_model("lstm", 2, 3, bidirectional=True), np.ones((8, 2)))
    for way in trace.directions:
        assert np.array_equal(ledger(trace, -2, 0, way).written, ledger(trace, 6, 0, way).written)
    there, back = ledger(trace, 3), ledger(trace, 3, 0, "reverse")
    assert there.written[:4].all()
    assert not there.written[4:].any()
    assert not back.written[:3].any()
    assert back.written[3:].all()


@pytest.mark.parametrize("step", [8, -9])
def test_a_step_that_is_not_there_is_named(step: int) -> None:
    with pytest.raises(UnknownSignalError, match=f"step {step}.*has 8"):
        ledger(record(random_model("lstm", 2, 3), np.ones((8, 2))), step)


def test_an_untouched_memory_is_all_initial() -> None:
    c_0 = np.array([[0.5, -2.0, 3.0]])
    model = random_model("lstm", 2, 3)
    found = ledger(record(model, np.ones((8, 2)), c_0=c_0, clamps=[Clamp("forget", 1), Clamp("input", 0)]))
    assert found.initial.tolist() == c_0[0].tolist()
    assert not found.written.any()
    assert not found.residual.any()


def test_a_thousand_steps_with_shut_gates_stay_finite() -> None:
    """Dividing by a product of gates would not."""
    trace = record(random_model("lstm", 2, 3), np.random.default_rng(0).normal(size=(1000, 2)) * 40)
    found = ledger(trace)
    assert np.isfinite(found.written).all()
    assert np.abs(found.residual).max() <= 1e-5 * max(1, np.abs(trace["cell"]).max())


@pytest.mark.parametrize("name", [name for name in list_models() if not name.endswith("-rnn")])
def test_the_ledger_of_every_bundled_model_balances(name: str) -> None:
    model = load_model(name)
    random = np.random.default_rng(5)
    tokens = 0 if model.vocabulary is None else len(model.vocabulary)
    x: Any = random.integers(0, tokens, size=120) if tokens else random.normal(size=(120, model.input_size))
    rows = model.num_layers * model.num_directions
    start = {"h_0": random.normal(size=(rows, model.hidden_size))}
    if model.kind == "lstm":
        start["c_0"] = random.normal(size=(rows, model.hidden_size))
    held = [Clamp(KEEP[model.kind], 0.97, start=5, stop=60, units=0), Clamp(MEMORY[model.kind], 0.3, start=40, stop=42)]
    for clamps in ([], held):
        trace = record(model, x, clamps=clamps, **start)
        for layer in range(model.num_layers):
            for way in trace.directions:
                states = trace.select(MEMORY[model.kind], layer, way)
                size = np.maximum(1.0, np.abs(states).max(axis=0))
                for step in (0, 41, 119):
                    found = ledger(trace, step, layer, way)
                    missing = states[step] - found.initial - found.written.sum(axis=0)
                    assert missing == pytest.approx(found.residual, abs=1e-12)
                    assert (np.abs(found.residual) <= 1e-5 * size).all()


@settings(max_examples=40)
@given(config=configurations(kinds=("lstm", "gru"), most_steps=30, most_layers=1), place=st.integers(0, 29))
def test_what_survives_and_the_half_life(config: Configuration, place: int) -> None:
    trace = record(config.model(), config.x())
    step, way = place % config.steps, trace.directions[-1]
    found = ledger(trace, step, 0, way)
    keep = trace.select(KEEP[config.kind], 0, way).astype(np.float64)
    past = range(step, -1, -1) if way == "forward" else range(step, len(trace))
    for unit in range(keep.shape[1]):
        left, lag, half = 1.0, 0, np.inf
        for t in past:
            assert found.survives[t, unit] == pytest.approx(left, rel=1e-9)
            after = left * keep[t, unit]
            if after < 0.5 and half == np.inf:
                # The gate of this step, taken as even: keep ** share of the step.
                half = lag + np.log(0.5 / left) / np.log(keep[t, unit])
            left, lag = after, lag + 1
        assert found.half_life[unit] == pytest.approx(half, rel=1e-9, abs=1e-9)
        assert all(found.survives[t, unit] == 0 for t in range(len(trace)) if t not in past)


def test_a_gate_that_has_just_shut_leaves_a_half_life_of_nothing() -> None:
    clamps = [Clamp("forget", 1.0), Clamp("forget", 0.0, units=0, start=8), Clamp("forget", 0.5, units=1)]
    found = ledger(record(random_model("lstm", 2, 3), np.ones((9, 2)), clamps=clamps))
    assert found.half_life.tolist() == [0.0, 1.0, np.inf]


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_the_time_constant_of_a_bias_is_that_of_a_network_that_has_nothing_else(kind: str) -> None:
    module = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[kind](2, 5, num_layers=2, bidirectional=True)
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            if name.startswith("weight"):
                parameter.zero_()
    model = from_torch(module)
    trace = record(model, np.ones((30, 2)))
    for layer in range(2):
        for way in trace.directions:
            assert bias_time_constants(model, layer, way) == pytest.approx(time_constants(trace, layer, way), rel=1e-4)


def test_without_a_bias_or_a_gate() -> None:
    assert bias_time_constants(random_model("lstm", 2, 3, bias=False)) == pytest.approx(np.full(3, 1.4427), rel=1e-4)
    with pytest.raises(UnknownSignalError, match="RNN"):
        bias_time_constants(random_model("rnn", 2, 3))
