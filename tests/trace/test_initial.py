"""A model with a trained state starts from it wherever none is given, and from zeros where zeros are."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

import explorer
from explorer.models.run.generate import generate
from explorer.models.run.sweep import held_batch, held_outputs
from explorer.trace import Clamp

X = np.random.default_rng(0).normal(size=(12, 2))


def trained(kind: str) -> tuple[explorer.Model, explorer.Model, dict[str, Any]]:
    """A model of two layers and both directions, the same with a trained state, and that state."""
    bare = explorer.random_model(kind, 2, 3, num_layers=2, bidirectional=True, seed=7)
    generator = np.random.default_rng(3)
    initial = {"h_0": generator.normal(size=(4, 3)).astype(np.float32)}
    if kind == "lstm":
        initial["c_0"] = generator.normal(size=(4, 3)).astype(np.float32)
    return bare, replace(bare, initial=initial), initial


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("steps", [3, 12])
def test_every_way_of_running_starts_there(kind: str, steps: int) -> None:
    bare, model, initial = trained(kind)
    x = X[:steps]
    expected, zeros = explorer.record(bare, x, **initial), explorer.record(bare, x)
    assert np.abs(expected["hidden"] - zeros["hidden"]).max() > 0.01
    module = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[kind](2, 3, 2, bidirectional=True)
    module.load_state_dict({
        f"{name}_l{layer}{suffix}": torch.from_numpy(values)
        for layer in range(2) for way, suffix in (("forward", ""), ("reverse", "_reverse"))
        for name, values in bare.weights(layer, way).items()
    })  # fmt: skip
    states = tuple(map(torch.from_numpy, initial.values()))
    with torch.no_grad():
        output, _ = module(torch.from_numpy(x).float(), states if kind == "lstm" else states[0])
    for trace in (explorer.record(model, x), explorer.record_chunks(model, x, 2).window(0, steps)):
        ours = np.concatenate([trace.select("hidden", 1, way) for way in trace.directions], axis=1)
        np.testing.assert_allclose(ours, output.numpy(), atol=1e-5)
    clamped = explorer.record(model, x, clamps=[Clamp("hidden", 1.0, mode="scale")])
    np.testing.assert_allclose(clamped["hidden"], expected["hidden"], atol=1e-6)
    np.testing.assert_array_equal(explorer.record(model, x).h_0, initial["h_0"])


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_gradients_are_those_at_that_start(kind: str) -> None:
    bare, model, initial = trained(kind)
    ours, theirs = explorer.gradients(model, X), explorer.gradients(bare, X, **initial)
    np.testing.assert_array_equal(ours.input, theirs.input)
    assert np.abs(ours.input - explorer.gradients(bare, X).input).max() > 1e-4


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_zeros_and_a_half_given_start(kind: str) -> None:
    bare, model, initial = trained(kind)
    zeros = {name: np.zeros_like(values) for name, values in initial.items()}
    np.testing.assert_array_equal(explorer.record(model, X, **zeros)["hidden"], explorer.record(bare, X)["hidden"])
    half = explorer.record(model, X, h_0=zeros["h_0"])
    assert not half.h_0.any()
    if kind == "lstm":
        np.testing.assert_array_equal(half.c_0, initial["c_0"])


def test_sweeps_and_writing_start_there_too() -> None:
    bare = explorer.load_model("python-chars-lstm")
    generator = np.random.default_rng(1)
    shape = (bare.num_layers, bare.hidden_size)
    initial = {name: generator.normal(size=shape).astype(np.float32) * 3 for name in ("h_0", "c_0")}
    model = replace(bare, initial=initial)
    nothing = [Clamp("hidden", 1.0, mode="scale")]
    expected = explorer.record(bare, "def f", **initial)
    (swept,) = held_outputs(model, "def f", nothing)
    np.testing.assert_allclose(swept[0], expected.output, atol=1e-4)
    ids = torch.from_numpy(expected.inputs.copy())[:, None]
    np.testing.assert_allclose(held_batch(model, ids, ())[:, 0], expected.output, atol=1e-4)
    assert expected.output is not None
    first = generate(model, "def f", length=1, temperature=0)
    best = expected.output[-1].copy()
    if model.text is not None and model.text.unknown is not None:
        best[model.text.tokens.index(model.text.unknown)] = -np.inf
    assert model.text is not None
    assert first == model.text.decode([int(best.argmax())])
