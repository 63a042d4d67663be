"""The measures of a model card, by independent paths."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer.errors import UnknownSignalError
from explorer.measures import effective_memory, gate_bias, unit_health, verdict, weight_norms
from explorer.models import Model, from_torch, load_model, random_model
from explorer.trace import Trace, record


def noise(model: Model, steps: int = 50) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(steps, model.input_size))


def with_bias(rows: slice, value: float) -> Model:
    """An LSTM of 4 units whose rows have a huge bias."""
    torch.manual_seed(0)
    module = torch.nn.LSTM(3, 4)
    with torch.no_grad():
        module.bias_ih_l0[rows] += value
    return from_torch(module)


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_norms_and_biases_are_those_of_torchs_rows(kind: str) -> None:
    module = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[kind](
        3, 4, num_layers=2, bidirectional=True
    )
    model = from_torch(module)
    state = module.state_dict()
    for name, norms in weight_norms(model, 1, "reverse").items():
        place = model.cell().blocks.index(name)
        parts = {part: state[f"{part}_l1_reverse"].chunk(len(model.cell().blocks))[place] for part in
                 ("weight_ih", "weight_hh", "bias_ih", "bias_hh")}  # fmt: skip
        bias = parts["bias_ih"] + parts["bias_hh"]
        assert norms == pytest.approx(
            {
                "input": float(parts["weight_ih"].norm()),
                "recurrent": float(parts["weight_hh"].norm()),
                "bias": float(bias.norm()),
            },
            rel=1e-6,
        )
        np.testing.assert_allclose(gate_bias(model, name, 1, "reverse"), bias, rtol=1e-6)


def test_without_biases_the_bias_is_zero_and_a_state_has_none() -> None:
    model = random_model("lstm", 3, 4, bias=False)
    assert not gate_bias(model, "forget").any()
    with pytest.raises(UnknownSignalError, match="has no bias of its own"):
        gate_bias(model, "cell")


def test_a_gate_held_open_is_open_and_one_held_shut_is_shut() -> None:
    trace = record(with_bias(slice(4, 8), 20), noise(with_bias(slice(4, 8), 20)))
    found = unit_health(trace)
    assert found.open["forget"] == (0, 1, 2, 3)
    assert found.dead == found.broken == ()
    assert "4 of 4 forget gates are open nearly always: they keep at every step." in verdict(trace)
    shut = record(with_bias(slice(12, 16), -20), noise(with_bias(slice(0, 4), 0)))
    assert unit_health(shut).shut["output"] == unit_health(shut).dead == (0, 1, 2, 3)
    assert verdict(shut)[0].startswith("Dead here: 4 of 4 units")


def test_a_value_that_is_not_finite_is_found() -> None:
    model = with_bias(slice(4, 5), float("nan"))
    found = unit_health(record(model, noise(model)))
    assert 0 in found.broken
    assert "NaN or infinity" in verdict(record(model, noise(model)))[0]


def test_a_healthy_network_is_said_to_be_one() -> None:
    model = random_model("gru", 3, 8, seed=1)
    assert verdict(record(model, noise(model)))[0] == "All 8 units are alive and finite."


def test_effective_memory_is_that_of_a_constant_gate() -> None:
    trace = record(load_model("brackets-lstm"), "f(x)")
    held = np.full_like(trace["forget"], 0.5)
    held[..., -2:] = np.float32(0.9)
    median, high = effective_memory(replaced(trace, held))
    assert median == pytest.approx(-1 / np.log(0.5))
    assert high == pytest.approx(-1 / np.log(0.9), rel=1e-5)
    held[..., -2:] = 1
    assert effective_memory(replaced(trace, held))[1] == np.inf
    with pytest.raises(UnknownSignalError):
        effective_memory(record(random_model("rnn", 1, 2), [0.0]))


def replaced(trace: Trace, gate: np.ndarray) -> Trace:
    return replace(trace, values={**trace.values, "forget": gate.copy()})
