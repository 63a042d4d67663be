"""A run that starts from a recorded step goes on as the first did, and states survive a file."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import save

import explorer
from explorer import CheckpointError, UnknownSignalError

SIZES: dict[str, Any] = {"input_size": 2, "hidden_size": 5}
X = np.random.default_rng(0).normal(size=(40, 2))


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn", "peephole"])
@pytest.mark.parametrize("step", [0, 11, 38])
def test_the_rest_from_a_step_is_the_rest_of_the_whole(kind: str, step: int) -> None:
    model = explorer.random_model(kind, num_layers=2, **SIZES)
    whole = explorer.record(model, X)
    state = whole.state_at(step)
    rest = explorer.record(model, X[step + 1 :], **state)
    for name in whole.signals:
        assert np.abs(rest[name] - whole[name][:, :, step + 1 :]).max() < 1e-6
    assert np.array_equal(rest.h_0, state["h_0"])
    assert np.abs(explorer.record(model, X[: step + 1]).h_n - state["h_0"]).max() < 1e-6
    assert all(np.array_equal(whole.state_at(step - 40)[one], state[one]) for one in state)


def test_the_state_is_torchs_own() -> None:
    module = torch.nn.LSTM(2, 5, num_layers=2, proj_size=3)
    state = explorer.record(explorer.from_torch(module), X).state_at(17)
    _, (h, c) = module(torch.tensor(X[:18], dtype=torch.float32))
    assert np.abs(state["h_0"] - h.detach().numpy()).max() < 1e-6
    assert np.abs(state["c_0"] - c.detach().numpy()).max() < 1e-6


@pytest.mark.parametrize("step", [0, 12, 39, -1, -40])
def test_a_long_run_has_the_same_states(step: int) -> None:
    model = explorer.random_model("lstm", **SIZES)
    one, other = explorer.record(model, X).state_at(step), explorer.record_chunks(model, X, 7).state_at(step)
    assert one.keys() == other.keys()
    assert all(np.abs(one[name] - other[name]).max() < 1e-6 for name in one)


@pytest.mark.parametrize("step", [40, -41, 1.5, None, "3", True])
def test_a_step_that_there_is_not(step: Any) -> None:
    model = explorer.random_model("gru", **SIZES)
    for run in (explorer.record(model, X), explorer.record_chunks(model, X, 7)):
        with pytest.raises(UnknownSignalError, match=r"no steps?"):
            run.state_at(step)


def test_both_ways_have_no_state_in_between() -> None:
    trace = explorer.record(explorer.random_model("gru", bidirectional=True, **SIZES), X)
    with pytest.raises(UnknownSignalError, match="both ways"):
        trace.state_at(3)


@pytest.mark.parametrize("ending", [".npz", ".safetensors"])
@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_states_on_disk(kind: str, ending: str, tmp_path: Path) -> None:
    model = explorer.random_model(kind, **SIZES)
    states = explorer.record(model, X).state_at(20)
    path = tmp_path / f"warm{ending}"
    explorer.save_states(path, **states)
    found = explorer.load_states(path)
    assert found.keys() == states.keys()
    assert all(np.array_equal(found[name], states[name]) for name in states)
    assert explorer.record(model, X, **found).h_0.tobytes() == states["h_0"].tobytes()


def test_the_states_that_torch_gave_at_the_end() -> None:
    h, c = np.ones((2, 5), np.float32), np.zeros((2, 5), np.float32)
    found = explorer.load_states(save({"h_n": h, "c_n": c}))
    assert np.array_equal(found["h_0"], h)
    assert np.array_equal(found["c_0"], c)


def test_what_holds_no_state_is_said(tmp_path: Path) -> None:
    file = io.BytesIO()
    np.savez(file, weights=np.zeros(3))
    for source in (file, b"text", tmp_path / "none.npz"):
        with pytest.raises(CheckpointError):
            explorer.load_states(source)
    with pytest.raises(CheckpointError, match="cannot be written"):
        explorer.save_states(tmp_path / "no" / "warm.npz", np.zeros((1, 5)))
