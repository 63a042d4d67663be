"""What record() gives equals PyTorch's own run, the paper's lines, and itself run the other way."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from numpy.typing import NDArray

from explorer import Clamp, ClampError, EncodingError, ShapeError, Trace, from_torch, load_model, random_model, record
from explorer.cells import GRUCell
from tests.models.configurations import Configuration, configurations, given_states
from tests.models.reference import Start, distance, run_model


def _torch_run(config: Configuration, layers: int) -> tuple[NDArray[Any], list[NDArray[Any]]]:
    """The output of the lower ``layers`` layers, (direction, time, unit), and the last states."""
    start = config.start()
    ways = 1 + config.bidirectional
    states: Any = None
    if start is not None:
        given = [torch.from_numpy(one[: layers * ways]) for one in start if one is not None]
        states = tuple(given) if len(given) > 1 else given[0]
    with torch.no_grad():
        output, last = config.module(layers)(torch.from_numpy(config.x()), states)
    last = last if isinstance(last, tuple) else (last,)
    by_way = output.reshape(config.steps, ways, -1).permute(1, 0, 2)
    return by_way.numpy(), [one.numpy() for one in last]


def _record(config: Configuration, method: str) -> Trace:
    return record(config.model(), config.x(), method=method, **given_states(config.start()))


def _last_distance(ours: NDArray[Any], theirs: NDArray[Any], states: NDArray[Any]) -> float:
    """Of last states, (layers*directions, unit), relative as the trace they end."""
    size = np.maximum(1.0, np.abs(states).max(axis=2)).reshape(theirs.shape)
    return float((np.abs(ours - theirs) / size).max())


@settings(max_examples=150)
@given(config=configurations())
def test_states_equal_torch_in_every_layer(config: Configuration) -> None:
    if not config.reset_after:
        return  # PyTorch has no such cell; the next test holds it to the equations
    for method in ("step", "replay"):
        trace, tolerance = _record(config, method), config.drift if method == "step" else config.tolerance
        for layer in range(config.num_layers):
            output, last = _torch_run(config, layer + 1)
            assert distance(trace["hidden"][layer], output) <= tolerance
        assert trace.h_n is not None
        assert _last_distance(trace.h_n, last[0], trace["hidden"]) <= tolerance
        if config.kind == "lstm":
            assert trace.c_n is not None
            assert _last_distance(trace.c_n, last[1], trace["cell"]) <= tolerance
        assert trace.max_error is not None
        assert 0 <= trace.max_error <= tolerance


@settings(max_examples=150)
@given(config=configurations())
def test_every_signal_equals_the_equations(config: Configuration) -> None:
    expected = run_model(config.model(), config.x(), config.start(), reset_after=config.reset_after, relu=config.relu)
    for method in ("step", "auto"):
        trace = _record(config, method)
        assert trace.signals == tuple(expected)
        for name, values in expected.items():
            assert distance(trace[name], values) <= config.drift, name


@settings(max_examples=60)
@given(config=configurations())
def test_step_equals_replay_in_every_signal(config: Configuration) -> None:
    if not config.reset_after:
        return
    stepped, replayed = _record(config, "step"), _record(config, "replay")
    assert (stepped.method, replayed.method) == ("step", "replay")
    for name in stepped.signals:
        assert distance(replayed[name], stepped[name]) <= config.drift, name


@pytest.mark.parametrize("steps", [255, 256, 257, 512, 1100])
@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_long_sequences_are_replayed_whole(kind: str, steps: int) -> None:
    """However many pieces the replay works in, memory goes on from one to the next."""
    rng = np.random.default_rng(6)
    model = random_model(kind, 2, 5, num_layers=2, bidirectional=True, seed=3)
    states = {"h_0": rng.normal(size=(4, 5))} | ({"c_0": rng.normal(size=(4, 5))} if kind == "lstm" else {})
    x = rng.normal(size=(steps, 2))
    stepped, replayed = (record(model, x, method=method, **states) for method in ("step", "replay"))
    for name in stepped.signals:
        assert distance(replayed[name], stepped[name]) <= 1e-6, name


@settings(max_examples=60)
@given(config=configurations())
def test_signals_keep_their_bounds_and_precision(config: Configuration) -> None:
    trace = _record(config, "auto")
    for name in trace.signals:
        values = trace[name]
        assert values.dtype == (np.float64 if config.double else np.float32)
        assert np.isfinite(values).all()
        if name in ("input", "forget", "output", "reset", "update"):
            assert values.min() >= 0
            assert values.max() <= 1
        elif name in ("candidate", "new") or (name == "hidden" and config.kind == "rnn" and not config.relu):
            assert np.abs(values).max() <= 1
    if config.kind == "lstm" and not config.proj_size:
        assert np.abs(trace["hidden"]).max() <= 1


def test_a_gru_that_starts_within_one_stays_within_one() -> None:
    model = random_model("gru", 3, 8, seed=4, bidirectional=True)
    rng = np.random.default_rng(0)
    trace = record(model, 30 * rng.normal(size=(150, 3)), h_0=rng.uniform(-1, 1, size=(2, 8)))
    assert np.abs(trace["hidden"]).max() <= 1


def test_a_state_given_to_the_reverse_direction_enters_at_the_last_position() -> None:
    model = random_model("lstm", 2, 4, bidirectional=True, seed=1)
    x = np.random.default_rng(1).normal(size=(9, 2))
    h_0 = np.stack([np.zeros(4), np.full(4, 0.9)])
    plain, given_one = record(model, x, method="step"), record(model, x, h_0=h_0, method="step")
    assert np.array_equal(plain.select("hidden"), given_one.select("hidden"))
    moved = np.abs(plain.select("hidden", direction="reverse") - given_one.select("hidden", direction="reverse"))
    assert moved[-1].max() > moved[0].max() > 0


@pytest.mark.parametrize("method", ["step", "replay"])
def test_the_largest_difference_notices_a_wrong_gate(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It compares what our gates give with PyTorch's states, in both ways of running."""
    model = from_torch(torch.nn.GRU(3, 5))
    x = np.random.default_rng(2).normal(size=(20, 3))
    right: Callable[..., Any] = GRUCell.gates

    def swapped(cell: GRUCell, *given: Any) -> Any:
        gates = right(cell, *given)
        return gates._replace(reset=gates.update, update=gates.reset)

    monkeypatch.setattr(GRUCell, "gates", swapped)
    error = record(model, x, method=method).max_error
    assert error is not None
    assert error > 1e-3


def test_auto_replays_long_sequences_and_steps_short_ones() -> None:
    model = random_model("gru", 2, 3)
    assert record(model, np.ones((1, 2))).method == "step"
    assert record(model, np.ones((400, 2))).method == "replay"
    before = random_model("gru", 2, 3, reset_after=False)
    assert record(before, np.ones((400, 2))).method == "step"
    assert record(before, np.ones((400, 2))).max_error is None


def test_replay_is_refused_where_torch_has_no_kernel() -> None:
    with pytest.raises(ClampError, match=r"resets before the matrix product"):
        record(random_model("gru", 2, 3, reset_after=False), np.ones((4, 2)), method="replay")


def test_an_unknown_method_is_named() -> None:
    with pytest.raises(ShapeError, match=r"'fast'.*'step'"):
        record(random_model("gru", 2, 3), np.ones((4, 2)), method="fast")


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_recording_leaves_no_mark_on_the_model(kind: str) -> None:
    model = random_model(kind, 3, 4, num_layers=2, seed=7)
    weights = [model.weights(layer) for layer in range(2)]
    x = np.random.default_rng(3).normal(size=(30, 3)).astype(np.float32)
    given_x = x.copy()
    first, second = record(model, x), record(model, x)
    assert np.array_equal(x, given_x)
    for name in first.signals:
        assert np.array_equal(first[name], second[name])
    for before, layer in zip(weights, range(2), strict=True):
        assert all(np.array_equal(before[name], value) for name, value in model.weights(layer).items())


def test_dropout_never_acts() -> None:
    torch.manual_seed(5)
    module = torch.nn.LSTM(3, 4, num_layers=2, dropout=0.9)
    assert module.training
    x = np.random.default_rng(4).normal(size=(20, 3)).astype(np.float32)
    trace = record(from_torch(module), x)
    module.eval()
    output, _ = module(torch.from_numpy(x))
    assert distance(trace["hidden"][1], output.detach().numpy()[None]) <= 1e-6


def test_the_reference_starts_from_given_states() -> None:
    """The comparison above would pass on zeros if the reference forgot the states too."""
    model = random_model("lstm", 2, 3)
    x = np.zeros((1, 2))
    start = Start(np.zeros((1, 3)), np.full((1, 3), 2.0))
    assert np.abs(run_model(model, x, start)["cell"] - run_model(model, x)["cell"]).min() > 0.5


@pytest.mark.parametrize("x", [np.zeros(100_001), np.zeros(60_000)], ids=["steps", "numbers"])
def test_what_is_too_long_for_one_run_is_sent_to_chunks(x: NDArray[np.float64]) -> None:
    model = random_model("lstm", 1, 160 if len(x) < 100_001 else 1)
    with pytest.raises(EncodingError, match="record_chunks"):
        record(model, x)
    with pytest.raises(EncodingError) as held:  # chunks hold nothing
        record(model, x, clamps=[Clamp("forget", 1.0)])
    assert "record_chunks" not in str(held.value)


def test_a_text_too_long_for_one_run_is_sent_to_chunks() -> None:
    with pytest.raises(EncodingError, match="record_chunks"):
        record(load_model("brackets-lstm"), "f(x) " * 20_001)
