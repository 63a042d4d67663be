"""Gate names, pinned by what the gate of that name does: its bias at ±20 makes it 1 or 0."""

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from explorer import Trace, record
from explorer.models import Model
from explorer.models.model.build import stack_from

UNITS, STEPS = 5, 12
ROWS = {"lstm": ("input", "forget", "candidate", "output"), "gru": ("reset", "update", "new"), "rnn": ("hidden",)}
"""PyTorch's order of the row blocks."""
MODULES = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
SHUT, OPEN = -20.0, 20.0
NEAR = 1e-7

RNG = np.random.default_rng(0)
X = RNG.normal(size=(STEPS, 3))
H_0 = RNG.uniform(-0.9, 0.9, size=(1, UNITS))
OTHER_H_0 = RNG.uniform(-0.9, 0.9, size=(1, UNITS))
C_0 = RNG.uniform(-2, 2, size=(1, UNITS))


def _module(kind: str, places: tuple[str, ...] = ("l0",), **biases: float) -> Any:
    """A random float64 module in which the input bias of the named gates is set."""
    torch.manual_seed(3)
    layers, ways = max(int(place[1]) for place in places) + 1, any("reverse" in place for place in places)
    module = MODULES[kind](3, UNITS, num_layers=layers, bidirectional=ways, dtype=torch.float64)
    _set_biases(module, kind, places[-1], biases)
    return module


def _set_biases(module: Any, kind: str, place: str, biases: dict[str, float]) -> None:
    for gate, bias in biases.items():
        first = ROWS[kind].index(gate) * UNITS
        getattr(module, f"bias_ih_{place}").data[first : first + UNITS] = bias


def _trace(kind: str, method: str = "step", h_0: Any = H_0, c_0: Any = None, **biases: float) -> Trace:
    model = Model(stack_from(kind, _module(kind, **biases).state_dict()))
    return record(model, X, h_0=h_0, c_0=c_0, method=method)


def _before(states: NDArray[Any], start: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate([start, states[:-1]])


both_ways = pytest.mark.parametrize("method", ["step", "replay"])


@both_ways
@pytest.mark.parametrize(("kind", "gate"), [(kind, gate) for kind, gates in ROWS.items() for gate in gates])
def test_a_large_bias_saturates_the_signal_of_that_name_and_no_other(kind: str, gate: str, method: str) -> None:
    low = -1.0 if gate in ("candidate", "new", "hidden") else 0.0
    for bias, end in ((OPEN, 1.0), (SHUT, low)):
        trace = _trace(kind, method, **{gate: bias})
        assert np.abs(trace[gate] - end).max() < NEAR
        for other in set(ROWS[kind]) - {gate}:
            assert np.abs(trace[other] - low).min() > 1e-3
            assert np.abs(trace[other] - 1).min() > 1e-3


@both_ways
@pytest.mark.parametrize("place", ["l0", "l0_reverse", "l1", "l1_reverse", "l2", "l2_reverse"])
@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_a_bias_acts_in_its_own_layer_and_direction(kind: str, place: str, method: str) -> None:
    gate = ROWS[kind][0]
    trace = record(Model(stack_from(kind, _deep(kind, place, gate).state_dict())), X, method=method)
    layer, direction = int(place[1]), "reverse" if "reverse" in place else "forward"
    assert trace[gate].shape[:2] == (3, 2)
    for one in range(3):
        for way in ("forward", "reverse"):
            saturated = np.abs(trace.select(gate, one, way) - 1).max() < NEAR
            assert saturated == ((one, way) == (layer, direction))


def _deep(kind: str, place: str, gate: str) -> Any:
    return _module(kind, ("l2_reverse", place), **{gate: OPEN})


@both_ways
def test_lstm_forget_open_and_input_shut_keep_the_cell(method: str) -> None:
    trace = _trace("lstm", method, c_0=C_0, forget=OPEN, input=SHUT)
    assert np.abs(trace.select("cell") - C_0).max() < NEAR


@both_ways
def test_lstm_forget_shut_erases_the_cell(method: str) -> None:
    trace = _trace("lstm", method, c_0=C_0, forget=SHUT)
    assert np.abs(trace["cell"] - trace["input"] * trace["candidate"]).max() < NEAR
    unlike = _trace("lstm", method, c_0=-C_0, forget=SHUT)
    assert np.abs(trace.select("cell")[0] - unlike.select("cell")[0]).max() < NEAR


@both_ways
def test_lstm_input_shut_writes_nothing(method: str) -> None:
    trace = _trace("lstm", method, c_0=C_0, input=SHUT)
    assert np.abs(trace.select("cell") - C_0 * np.cumprod(trace.select("forget"), axis=0)).max() < NEAR
    assert np.abs(_trace("lstm", method, input=SHUT)["cell"]).max() < NEAR


@both_ways
def test_lstm_input_open_writes_the_candidate_whole(method: str) -> None:
    trace = _trace("lstm", method, c_0=C_0, input=OPEN)
    cell = trace.select("cell")
    kept = trace.select("forget") * _before(cell, C_0)
    assert np.abs(cell - kept - trace.select("candidate")).max() < NEAR


@both_ways
def test_lstm_output_shut_hides_a_cell_that_lives(method: str) -> None:
    trace = _trace("lstm", method, c_0=C_0, output=SHUT)
    assert np.abs(trace["hidden"]).max() < NEAR
    assert np.abs(trace["cell"]).max() > 0.1


@both_ways
def test_lstm_output_open_shows_the_squashed_cell(method: str) -> None:
    trace = _trace("lstm", method, c_0=C_0, output=OPEN)
    assert np.abs(trace["hidden"] - np.tanh(trace["cell"])).max() < NEAR


@both_ways
@pytest.mark.parametrize(("bias", "sign"), [(OPEN, 1.0), (SHUT, -1.0)])
def test_lstm_candidate_is_what_is_written(bias: float, sign: float, method: str) -> None:
    trace = _trace("lstm", method, c_0=C_0, candidate=bias, forget=SHUT, input=OPEN)
    assert np.abs(trace["cell"] - sign).max() < NEAR


@pytest.mark.parametrize("reset_after", [True, False])
def test_gru_reset_shut_hides_the_past_from_the_new_content(reset_after: bool) -> None:
    def first_new(start: Any, bias: float) -> Any:
        tensors = _module("gru", reset=bias).state_dict()
        model = Model(stack_from("gru", tensors, reset_after=reset_after))
        return record(model, X, h_0=start).select("new")[0]

    assert np.abs(first_new(H_0, SHUT) - first_new(OTHER_H_0, SHUT)).max() < NEAR
    assert np.abs(first_new(H_0, OPEN) - first_new(OTHER_H_0, OPEN)).max() > 1e-2


def test_gru_reset_after_the_product_also_gates_the_recurrent_bias_and_before_it_does_not() -> None:
    """Shut, only the reset before the product leaves b_hn standing."""
    tensors = _module("gru", reset=SHUT).state_dict()
    own = tensors["weight_ih_l0"][-UNITS:].numpy() @ X[0] + tensors["bias_ih_l0"][-UNITS:].numpy()
    bias = tensors["bias_hh_l0"][-UNITS:].numpy()
    for reset_after, expected in ((True, np.tanh(own)), (False, np.tanh(own + bias))):
        new = record(Model(stack_from("gru", tensors, reset_after=reset_after)), X, h_0=H_0).select("new")[0]
        assert np.abs(new - expected).max() < NEAR
    assert np.abs(bias).min() > 1e-3


@both_ways
def test_gru_update_open_keeps_the_hidden_state(method: str) -> None:
    trace = _trace("gru", method, update=OPEN)
    assert np.abs(trace.select("hidden") - H_0).max() < NEAR


@both_ways
def test_gru_update_shut_renews_the_hidden_state(method: str) -> None:
    trace = _trace("gru", method, update=SHUT)
    assert np.abs(trace["hidden"] - trace["new"]).max() < NEAR


@both_ways
@pytest.mark.parametrize(("bias", "sign"), [(OPEN, 1.0), (SHUT, -1.0)])
def test_gru_new_is_what_replaces_the_state(bias: float, sign: float, method: str) -> None:
    trace = _trace("gru", method, new=bias, update=SHUT)
    assert np.abs(trace["hidden"] - sign).max() < NEAR


@both_ways
def test_relu_rnn_is_cut_at_zero_and_open_above(method: str) -> None:
    def hidden(bias: float) -> Any:
        tensors = _module("rnn", hidden=bias).state_dict()
        return record(Model(stack_from("rnn", tensors, nonlinearity="relu")), X, method=method)["hidden"]

    assert np.array_equal(hidden(SHUT), np.zeros((1, 1, STEPS, UNITS)))
    assert hidden(OPEN)[0, 0, 0].min() > 10
