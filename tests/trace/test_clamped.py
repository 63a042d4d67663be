"""Held signals: every clamp equals a loop in which all that follows sees the held value."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import Clamp, ClampError, Model, Trace, random_model, record
from tests.models.configurations import Configuration, configurations, given_states
from tests.models.reference import SIGNALS, run_model

RNG = np.random.default_rng(8)
T, UNITS = 7, 4
X = RNG.normal(size=(T, 3))
EVERY = [(kind, signal) for kind, signals in SIGNALS.items() for signal in signals]


def _model(kind: str, double: bool = True, **options: Any) -> Model:
    import torch

    dtype = torch.float64 if double else torch.float32
    return random_model(kind, 3, UNITS, seed=6, num_layers=2, bidirectional=True, dtype=dtype, **options)


def _assert_same(trace: Trace, expected: dict[str, Any], tolerance: float = 1e-12) -> None:
    for name, values in expected.items():
        size = np.maximum(1.0, np.abs(values).max(axis=2, keepdims=True))
        assert (np.abs(trace[name] - values) / size).max() <= tolerance, name


SELECTIONS: list[dict[str, Any]] = [
    {},
    {"units": 2},
    {"units": (3, 0)},
    {"layer": 1},
    {"direction": "reverse"},
    {"layer": 0, "direction": "forward", "units": [1], "start": 2, "stop": 5},
    {"start": 3},
    {"stop": 1},
    {"direction": "reverse", "start": T - 1},
]


@pytest.mark.parametrize("selection", SELECTIONS, ids=str)
@pytest.mark.parametrize("mode", ["set", "scale"])
@pytest.mark.parametrize(("kind", "signal"), EVERY)
def test_a_number_held_anywhere(kind: str, signal: str, mode: Any, selection: dict[str, Any]) -> None:
    model = _model(kind)
    clamp = Clamp(signal, 0.3, mode=mode, **selection)
    trace = record(model, X, clamps=[clamp])
    _assert_same(trace, run_model(model, X, clamps=[clamp]))
    free = record(model, X)
    assert not np.array_equal(trace[signal], free[signal])
    if mode == "set":
        layers = slice(None) if clamp.layer is None else [clamp.layer]
        ways = slice(None) if clamp.direction is None else [["forward", "reverse"].index(clamp.direction)]
        units = slice(None) if clamp.units is None else np.atleast_1d(clamp.units)
        assert (trace[signal][layers][:, ways][:, :, clamp.start : clamp.stop][..., units] == 0.3).all()


@pytest.mark.parametrize("mode", ["set", "scale"])
@pytest.mark.parametrize("shape", [(3, 2), (2,), (3, 1), (1, 2), ()])
@pytest.mark.parametrize(("kind", "signal"), EVERY)
def test_arrays_broadcast_to_steps_and_units(kind: str, signal: str, shape: tuple[int, ...], mode: Any) -> None:
    model = _model(kind)
    clamp = Clamp(signal, RNG.uniform(0.1, 0.9, size=shape), units=[3, 1], start=2, stop=5, mode=mode)
    _assert_same(record(model, X, clamps=[clamp]), run_model(model, X, clamps=[clamp]))


def test_the_gru_that_resets_first_sees_the_held_reset() -> None:
    model = _model("gru", reset_after=False)
    clamp = Clamp("reset", 0.0, start=1)
    trace = record(model, X, clamps=[clamp])
    _assert_same(trace, run_model(model, X, clamps=[clamp], reset_after=False))
    assert np.abs(trace["new"] - record(model, X)["new"]).max() > 1e-3


@st.composite
def _clamps(draw: st.DrawFn, config: Configuration) -> list[Clamp]:
    clamps = []
    for _ in range(draw(st.integers(1, 5))):
        signal = draw(st.sampled_from(SIGNALS[config.kind]))
        count = config.proj_size if signal == "hidden" and config.proj_size else config.hidden_size
        units = draw(st.none() | st.lists(st.integers(0, count - 1), min_size=1, max_size=count, unique=True))
        start = draw(st.integers(0, config.steps - 1))
        stop = draw(st.none() | st.integers(start + 1, config.steps + 2))
        rows = (config.steps if stop is None else min(stop, config.steps)) - start
        columns = count if units is None else len(units)
        shape = draw(st.sampled_from([(), (columns,), (rows, 1), (rows, columns)]))
        value = np.random.default_rng(draw(st.integers(0, 99))).uniform(-1.5, 1.5, size=shape)
        layer = draw(st.none() | st.integers(0, config.num_layers - 1))
        way = draw(st.sampled_from([None, "forward", "reverse"][: 2 + config.bidirectional]))
        clamps.append(Clamp(signal, value, layer, way, units, start, stop, draw(st.sampled_from(["set", "scale"]))))
    return clamps


@settings(max_examples=150)
@given(data=st.data(), config=configurations(most_steps=12, most_layers=2))
def test_overlapping_clamps_act_in_their_order(data: st.DataObject, config: Configuration) -> None:
    # In double precision: held at up to 1.5, a gate may make every step's rounding larger than the step before.
    config = replace(config, double=True)
    clamps = data.draw(_clamps(config))
    trace = record(config.model(), config.x(), clamps=clamps, **given_states(config.start()))
    options = {"reset_after": config.reset_after, "relu": config.relu}
    _assert_same(trace, run_model(config.model(), config.x(), config.start(), clamps, **options), 5 * config.drift)
    assert trace.clamps == tuple(clamps)
    assert trace.method == "step"
    assert trace.max_error is None


def test_the_later_of_two_clamps_wins_and_scaling_multiplies_what_was_set() -> None:
    model = _model("lstm")
    trace = record(model, X, clamps=[Clamp("forget", 0.2), Clamp("forget", 0.5, units=0, stop=2)])
    assert (trace["forget"][:, :, :2, 0] == 0.5).all()
    assert (trace["forget"][:, :, 2:, 0] == 0.2).all()
    trace = record(model, X, clamps=[Clamp("forget", 0.5), Clamp("forget", 0.5, mode="scale")])
    assert (trace["forget"] == 0.25).all()


@pytest.mark.parametrize("seed", range(20))
def test_forget_one_and_input_zero_keep_the_cell_bit_for_bit(seed: int) -> None:
    c_0 = np.random.default_rng(seed).normal(size=(4, UNITS)).astype(np.float32)
    trace = record(_model("lstm", double=False), X, c_0=c_0, clamps=[Clamp("forget", 1), Clamp("input", 0)])
    assert np.array_equal(trace["cell"], np.broadcast_to(c_0.reshape(2, 2, 1, UNITS), (2, 2, T, UNITS)))


@pytest.mark.parametrize("seed", range(20))
def test_update_one_keeps_the_hidden_state_bit_for_bit(seed: int) -> None:
    h_0 = np.random.default_rng(seed).normal(size=(4, UNITS)).astype(np.float32)
    trace = record(_model("gru", double=False), X, h_0=h_0, clamps=[Clamp("update", 1.0)])
    assert np.array_equal(trace["hidden"], np.broadcast_to(h_0.reshape(2, 2, 1, UNITS), (2, 2, T, UNITS)))


def test_update_zero_renews_the_hidden_state_bit_for_bit() -> None:
    trace = record(_model("gru", double=False), X, clamps=[Clamp("update", 0.0)])
    assert np.array_equal(trace["hidden"], trace["new"])


def test_output_zero_hides_a_cell_that_lives() -> None:
    trace = record(_model("lstm", double=False), X, clamps=[Clamp("output", 0)])
    assert not trace["hidden"].any()
    assert np.abs(trace["cell"]).min(axis=(2, 3)).max() > 0


@pytest.mark.parametrize("double", [False, True])
@pytest.mark.parametrize(("kind", "signal"), EVERY)
def test_holding_what_was_recorded_changes_nothing(kind: str, signal: str, double: bool) -> None:
    model = _model(kind, double)
    free = record(model, X, method="step")
    clamps = [
        Clamp(signal, free.select(signal, layer, way), layer, way) for layer in range(2) for way in free.directions
    ]
    held = record(model, X, clamps=clamps, method="step")
    for name in free.signals:
        assert np.array_equal(held[name], free[name]), name


def test_replay_refuses_clamps() -> None:
    with pytest.raises(ClampError, match=r"clamped.*method='step'"):
        record(_model("lstm"), X, clamps=[Clamp("forget", 1.0)], method="replay")


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_a_clamped_run_has_nothing_to_compare_with(kind: str) -> None:
    trace = record(_model(kind), X, clamps=[Clamp("hidden", 0.0)])
    assert (trace.method, trace.max_error) == ("step", None)


@pytest.mark.parametrize(
    ("clamp", "said"),
    [
        (Clamp("forget", 1.0), "'forget'.*reset, update, new, hidden"),
        (Clamp("update", 1.0, layer=2), "layer 2.*has 2"),
        (Clamp("update", 1.0, layer=-1), "layer -1"),
        (Clamp("update", 1.0, direction="backward"), "'backward'.*forward, reverse"),
        (Clamp("update", 1.0, units=[0, 4]), r"\[0, 4\].*0 to 3"),
        (Clamp("update", 1.0, units=-1), "-1.*0 to 3"),
        (Clamp("update", 1.0, units=[]), r"\[\]"),
        (Clamp("update", 1.0, units=np.array([], dtype=int)), r"\[\]"),
        (Clamp("update", 1.0, units=[0.5]), r"\[0.5\]"),
        (Clamp("update", 1.0, units=[True, False, False, False]), "True"),
        (Clamp("update", 1.0, start=7), "step 7.*has 7"),
        (Clamp("update", np.ones(3)), r"\(3,\).*\(7, 4\)"),
        (Clamp("update", np.ones((6, 4))), r"\(6, 4\).*\(7, 4\)"),
        (Clamp("update", 1e200), "1e\\+200"),
    ],
)
def test_what_a_clamp_cannot_hold_is_named(clamp: Clamp, said: str) -> None:
    with pytest.raises(ClampError, match=said):
        record(_model("gru", double=False), X, clamps=[clamp])


def test_a_direction_that_the_model_lacks_is_refused() -> None:
    with pytest.raises(ClampError, match=r"'reverse'.*has forward"):
        record(random_model("gru", 3, 4), X, clamps=[Clamp("update", 1.0, direction="reverse")])


def test_projected_units_are_counted_apart() -> None:
    model = random_model("lstm", 3, 4, proj_size=2)
    trace = record(model, X, clamps=[Clamp("cell", 0.0, units=3), Clamp("hidden", 0.5, units=1)])
    assert not trace["cell"][..., 3].any()
    assert (trace["hidden"][..., 1] == 0.5).all()
    with pytest.raises(ClampError, match=r"hidden has units 0 to 1"):
        record(model, X, clamps=[Clamp("hidden", 0.0, units=3)])
