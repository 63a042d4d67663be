"""Files with one matrix a gate, and TensorFlow's and Flax's: read as their equations say, or refused by name."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import explorer
from explorer.models import inspect_checkpoint, open_group
from tests.models.checkpoint_writers import saved
from tests.models.gate_loops import Array, Gate, draw, run
from tests.models.reference import distance

INPUTS, UNITS, STEPS = 3, 5, 40
SINGLE = 1e-6
X = np.random.default_rng(7).normal(size=(STEPS, INPUTS)).astype(np.float32)
Gates = dict[str, Gate]
Tensors = dict[str, Array]


def npz(tensors: Tensors) -> bytes:
    file = io.BytesIO()
    np.savez(file, **tensors)  # type: ignore[arg-type]
    return file.getvalue()


def pt(tensors: Tensors) -> bytes:
    return saved({name: torch.tensor(value) for name, value in tensors.items()})


def check(data: bytes, expected: Array, kind: str, **options: Any) -> explorer.Model:
    model = explorer.load_checkpoint(data, **options)
    assert model.kind == kind
    assert distance(explorer.record(model, X).select("hidden"), expected) <= SINGLE
    return model


def spelt(names: tuple[str, str, str], letters: str, prefix: str = "", turned: bool = False) -> Any:
    """Writes W, U and one bias of each gate under names in which * is the gate."""

    def write(kind: str, gates: Gates) -> Tensors:
        tensors = {}
        for gate, letter in zip(gates, letters.split(), strict=True):
            for name, value in zip(names, gates[gate][:3], strict=True):
                tensors[prefix + name.replace("*", letter)] = value.T.copy() if turned else value
        return tensors

    return write


def spelt_twice(names: tuple[str, str, str, str], letters: str) -> Any:
    """Writes W, U and both biases of each gate."""

    def write(kind: str, gates: Gates) -> Tensors:
        return {
            name.replace("*", letter): value
            for gate, letter in zip(gates, letters.split(), strict=True)
            for name, value in zip(names, gates[gate], strict=True)
        }

    return write


LSTM: dict[str, Callable[[str, Gates], Tensors]] = {
    "W_f U_f b_f": spelt(("W_*", "U_*", "b_*"), "i f c o"),
    "Wf Uf bf": spelt(("W*", "U*", "b*"), "i f c o", "cell."),
    "W_if W_hf b_f": spelt(("W_i*", "W_h*", "b_*"), "i f g o", "net.rnn."),
    "w_xi": spelt(("w_x*", "w_h*", "b_*"), "i f c o", turned=True),
    "Wxi Whi bi": spelt(("Wx*", "Wh*", "b*"), "i f c o", "lstm/"),
    "weight_xi": spelt(("weight_x*", "weight_h*", "bias_*"), "i f g o"),
    "gate first": spelt(("W_*x", "W_*h", "b_*"), "i f c o"),
    "enc_W_f": spelt(("W_*", "U_*", "b_*"), "i f c o", "enc_"),
    "words": spelt(("W_*", "U_*", "b_*"), "input forget cell output"),
    "layers x2f": spelt(("x2*.weight", "h2*.weight", "x2*.bias"), "i f g o", "rnn."),
    "layers W_f": spelt(("W_*.weight", "U_*.weight", "W_*.bias"), "i f c o", "rnn."),
    "layers of words": spelt(("*_gate_x.weight", "*_gate_h.weight", "*_gate_x.bias"), "input forget cell output"),
}
TWICE: dict[str, Callable[[str, Gates], Tensors]] = {
    "b_if b_hf": spelt_twice(("W_i*", "W_h*", "b_i*", "b_h*"), "i f g o"),
    "layers": spelt_twice(("lstm.W_i*.weight", "lstm.W_h*.weight", "lstm.W_i*.bias", "lstm.W_h*.bias"), "i f g o"),
    "both layers": spelt_twice(("x2*.weight", "h2*.weight", "x2*.bias", "h2*.bias"), "i f g o"),
}
GRU: dict[str, Callable[[str, Gates], Tensors]] = {
    "W_z U_z b_z": spelt(("W_*", "U_*", "b_*"), "r z h"),
    "W_xz W_hz b_z": spelt(("W_x*", "W_h*", "b_*"), "r z h", turned=True),
    "W_ir W_hr b_r": spelt(("W_i*", "W_h*", "b_*"), "r z n"),
    "weight_xr": spelt(("weight_x*", "weight_h*", "bias_*"), "r z n", "model.gru."),
    "layers": spelt(("x2*.weight", "h2*.weight", "x2*.bias"), "r z n", "cell."),
    "words": spelt(("W_*", "U_*", "b_*"), "reset update candidate"),
}


@pytest.mark.parametrize("write", [npz, pt])
@pytest.mark.parametrize("spelling", LSTM)
def test_an_lstm_of_single_gates(spelling: str, write: Any) -> None:
    gates = draw("lstm", INPUTS, UNITS, single=True)
    check(write(LSTM[spelling]("lstm", gates)), run("lstm", gates, X), "lstm")


@pytest.mark.parametrize("spelling", TWICE)
def test_an_lstm_of_single_gates_with_both_biases(spelling: str) -> None:
    gates = draw("lstm", INPUTS, UNITS)
    model = check(pt(TWICE[spelling]("lstm", gates)), run("lstm", gates, X), "lstm")
    assert "one matrix a gate" in " ".join(model.card["notes"])


@pytest.mark.parametrize("after", [True, False])
@pytest.mark.parametrize("spelling", GRU)
def test_a_gru_of_single_gates(spelling: str, after: bool) -> None:
    gates = draw("gru", INPUTS, UNITS, single=True)
    data = pt(GRU[spelling]("gru", gates))
    model = check(data, run("gru", gates, X, reset_after=after), "gru", reset_after=after)
    assert any("z of 1" in note for note in model.card["notes"])
    group = inspect_checkpoint(data).groups[0]
    assert group.asks == ("reset_after",)
    assert any("after it is assumed" in note for note in explorer.load_checkpoint(data).card["notes"])


def test_an_rnn_of_single_matrices() -> None:
    gates = draw("rnn", INPUTS, UNITS, single=True)
    w, u, b, _ = gates["h"]
    check(npz({"W_x": w, "W_h": u, "b": b}), run("rnn", gates, X), "rnn")


def without(tensors: Tensors, *names: str) -> Tensors:
    return {name: value for name, value in tensors.items() if name not in names}


def test_w_and_u_the_other_way_round_are_told_by_their_shapes() -> None:
    gates = draw("lstm", INPUTS, UNITS, single=True)
    check(npz(spelt(("U_*", "W_*", "b_*"), "i f c o")("lstm", gates)), run("lstm", gates, X), "lstm")


def test_no_biases_at_all() -> None:
    gates = {gate: (w, u, 0 * b, 0 * d) for gate, (w, u, b, d) in draw("lstm", INPUTS, UNITS).items()}
    tensors = spelt(("W_*", "U_*", "b_*"), "i f c o")("lstm", gates)
    check(npz(without(tensors, "b_i", "b_f", "b_c", "b_o")), run("lstm", gates, X), "lstm")


@pytest.mark.parametrize("double", [("W_f",), ("b_c",), ("W_i", "U_i")])
def test_weights_of_two_precisions_are_computed_in_the_wider(double: tuple[str, ...]) -> None:
    gates = draw("lstm", INPUTS, UNITS, single=True)
    tensors = spelt(("W_*", "U_*", "b_*"), "i f c o")("lstm", gates)
    tensors |= {name: tensors[name].astype(np.float64) for name in double}
    model = check(npz(tensors), run("lstm", gates, X), "lstm")
    assert model.weights()["weight_hh"].dtype == np.float64


SQUARE = draw("lstm", UNITS, UNITS, single=True)
WHOLE = draw("lstm", INPUTS, UNITS, single=True)
WORDS = dict(zip("ifgo", ("input", "forget", "cell", "output"), strict=True))
LAYERS = {f"{WORDS[gate]}_gate.weight": np.hstack([w, u]) for gate, (w, u, _, _) in WHOLE.items()}
LAYERS |= {f"{WORDS[gate]}_gate.bias": b for gate, (_, _, b, _) in WHOLE.items()}
MINIMAL = {
    name: value
    for gate, spelt_so in (("r", "f"), ("n", "o"))
    for name, value in zip(
        (f"W_x{spelt_so}", f"W_h{spelt_so}", f"b_{spelt_so}"), draw("gru", UNITS, UNITS)[gate], strict=False
    )
}
UNTOLD: dict[str, tuple[Tensors, str]] = {
    "square": (spelt(("W_x*", "W_h*", "b_*"), "i f c o")("lstm", SQUARE), "all matrices are square"),
    "side by side": (LAYERS, "side by side"),
    "weight_f": ({f"lstm.weight_{gate}": np.hstack(WHOLE[gate][:2]) for gate in "ifgo"}, "'lstm'.*side by side"),
    "a bias missing": (without(LSTM["W_f U_f b_f"]("lstm", WHOLE), "b_c"), "biases of 3 gates stand beside 4"),
    "a gate of another size": (LSTM["W_f U_f b_f"]("lstm", WHOLE) | {"W_o": np.ones((UNITS, 9), np.float32)},
                               "their shapes differ"),
    "a gate missing": (without(LSTM["W_f U_f b_f"]("lstm", WHOLE), "U_o"), "No recurrent layer"),
    "one gate of none": (without(GRU["W_xz W_hz b_z"]("gru", draw("gru", INPUTS, UNITS)), "W_xz"),
                         "h, r are the gates of no cell"),
    "gates of another cell": (MINIMAL, "f, o are the gates of no cell"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNTOLD)
def test_what_leaves_two_readings_is_not_opened(case: str) -> None:
    tensors, said = UNTOLD[case]
    with pytest.raises(explorer.CheckpointError, match=said) as caught:
        explorer.load_checkpoint(npz(tensors))
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("beside_it", ["w_ci", "V_o", "norm_gain"])
def test_gates_with_more_beside_them_are_refused(beside_it: str) -> None:
    tensors = LSTM["w_xi"]("lstm", WHOLE) | {beside_it: np.ones(UNITS, np.float32)}
    with pytest.raises(explorer.CheckpointError, match=beside_it):
        explorer.load_checkpoint(npz(tensors))


FLAX = {"OptimizedLSTMCell": "params/RNN_0/cell/", "LSTMCell": "params.lstm."}


@pytest.mark.parametrize("cell", FLAX)
def test_flax_lstm(cell: str) -> None:
    gates = {gate: (w, u, 0 * b, d) for gate, (w, u, b, d) in draw("lstm", INPUTS, UNITS).items()}
    mark = FLAX[cell][-1]
    tensors: Tensors = {}
    for gate, (w, u, _, d) in gates.items():
        tensors[f"{FLAX[cell]}i{gate}{mark}kernel"] = w.T
        tensors |= {f"{FLAX[cell]}h{gate}{mark}kernel": u.T, f"{FLAX[cell]}h{gate}{mark}bias": d}
    check(npz(tensors), run("lstm", gates, X), "lstm")


def test_flax_lstm_with_as_many_inputs_as_units() -> None:
    gates = {gate: (w, u, 0 * b, d) for gate, (w, u, b, d) in draw("lstm", INPUTS, INPUTS).items()}
    tensors = {f"cell/i{gate}/kernel": w.T for gate, (w, _, _, _) in gates.items()}
    tensors |= {f"cell/h{gate}/kernel": u.T for gate, (_, u, _, _) in gates.items()}
    tensors |= {f"cell/h{gate}/bias": d for gate, (_, _, _, d) in gates.items()}
    check(npz(tensors), run("lstm", gates, X), "lstm")


def test_flax_gru() -> None:
    """Biases of the input's products, and of the hidden state's only where it makes the new values."""
    drawn = draw("gru", INPUTS, UNITS)
    gates = {gate: (w, u, b, d if gate == "n" else 0 * d) for gate, (w, u, b, d) in drawn.items()}
    tensors: Tensors = {"GRUCell_0/hn/bias": gates["n"][3]}
    for gate, (w, u, b, _) in gates.items():
        tensors |= {f"GRUCell_0/i{gate}/kernel": w.T, f"GRUCell_0/i{gate}/bias": b, f"GRUCell_0/h{gate}/kernel": u.T}
    model = check(npz(tensors), run("gru", gates, X), "gru")
    assert not any("assumed" in note for note in model.card["notes"])


def test_flax_simple_cell() -> None:
    gates = {"h": (*draw("rnn", INPUTS, UNITS)["h"][:3], np.zeros(UNITS))}
    w, u, b, _ = gates["h"]
    check(npz({"SimpleCell_0/i/kernel": w.T, "SimpleCell_0/i/bias": b, "SimpleCell_0/h/kernel": u.T}),
          run("rnn", gates, X), "rnn")  # fmt: skip


def beside(gates: Gates, order: str) -> tuple[Array, Array]:
    """TensorFlow's kernel ([x, h], gates) and bias."""
    kernel = np.hstack([np.vstack([gates[gate][0].T, gates[gate][1].T]) for gate in order])
    return kernel, np.concatenate([gates[gate][2] for gate in order])


TENSORFLOW = {"rnn/basic_lstm_cell/": 1.0, "lstm_cell/": 1.0, "a/b/lstm_cell_1/": 1.0, "rnn/BasicLSTMCell/": 1.0,
              "rnn/cudnn_compatible_lstm_cell/": 0.0}  # fmt: skip


@pytest.mark.parametrize("names", [("kernel", "bias"), ("kernel:0", "bias:0"), ("weights", "biases")])
@pytest.mark.parametrize("folder", TENSORFLOW)
def test_tensorflow_lstm(folder: str, names: tuple[str, str]) -> None:
    gates = draw("lstm", INPUTS, UNITS, single=True)
    kernel, bias = beside(gates, "igfo")
    w, u, b, d = gates["f"]
    added = gates | {"f": (w, u, b + np.float32(TENSORFLOW[folder]), d)}
    data = npz({folder + names[0]: kernel, folder + names[1]: bias})
    model = check(data, run("lstm", added, X), "lstm")
    assert any("forget_bias" in note for note in model.card["notes"]) == bool(TENSORFLOW[folder])


def test_tensorflow_lstm_with_a_projection() -> None:
    torch.manual_seed(0)
    module = torch.nn.LSTM(INPUTS, UNITS, proj_size=2)
    state = {name: value.detach().numpy() for name, value in module.state_dict().items()}
    rows = np.hstack([state["weight_ih_l0"], state["weight_hh_l0"]]).reshape(4, UNITS, INPUTS + 2)[[0, 2, 1, 3]]
    bias = (state["bias_ih_l0"] + state["bias_hh_l0"]).reshape(4, UNITS)
    bias[1] -= 1
    data = npz({"lstm_cell/kernel": rows.reshape(4 * UNITS, -1).T, "lstm_cell/bias": bias[[0, 2, 1, 3]].reshape(-1),
                "lstm_cell/projection/kernel": state["weight_hr_l0"].T})  # fmt: skip
    with torch.no_grad():
        check(data, module(torch.from_numpy(X))[0].numpy(), "lstm")


def test_tensorflow_gru_and_rnn() -> None:
    gates = draw("gru", INPUTS, UNITS, single=True)
    kernel, bias = beside(gates, "rz")
    candidate, own = beside(gates, "n")
    tensors = {"rnn/gru_cell/gates/kernel": kernel, "rnn/gru_cell/gates/bias": bias,
               "rnn/gru_cell/candidate/kernel": candidate, "rnn/gru_cell/candidate/bias": own}  # fmt: skip
    model = check(npz(tensors), run("gru", gates, X, reset_after=False), "gru")
    assert not any("assumed" in note for note in model.card["notes"])
    simple = draw("rnn", INPUTS, UNITS, single=True)
    kernel, bias = beside(simple, "h")
    data = npz({"rnn/basic_rnn_cell/kernel": kernel, "rnn/basic_rnn_cell/bias": bias})
    check(data, run("rnn", simple, X), "rnn")


def test_tensorflow_stacks_and_directions() -> None:
    lower, upper = draw("lstm", INPUTS, UNITS, single=True), draw("lstm", UNITS, UNITS, 1, single=True)
    both = {}
    for layer, gates in enumerate((lower, upper)):
        kernel, bias = beside(gates, "igfo")
        bias = bias - np.repeat(np.float32([0, 0, 1, 0]), UNITS)
        folder = f"rnn/multi_rnn_cell/cell_{layer}/basic_lstm_cell/"
        both |= {f"{folder}kernel": kernel, f"{folder}bias": bias}
    model = explorer.load_checkpoint(npz(both))
    assert model.num_layers == 2
    expected = run("lstm", upper, run("lstm", lower, X))
    assert distance(explorer.record(model, X).select("hidden", 1), expected) <= SINGLE
    sides = {name.replace("multi_rnn_cell/cell_0", "fw").replace("multi_rnn_cell/cell_1", "bw"): value
             for name, value in both.items()}  # fmt: skip
    for leaf in ("kernel", "bias"):
        sides[f"rnn/bw/basic_lstm_cell/{leaf}"] = sides[f"rnn/fw/basic_lstm_cell/{leaf}"]
    trace = explorer.record(explorer.load_checkpoint(npz(sides)), X)
    assert distance(trace.select("hidden"), run("lstm", lower, X)) <= SINGLE
    assert distance(trace.select("hidden", 0, "reverse"), run("lstm", lower, X[::-1])[::-1]) <= SINGLE


@pytest.mark.parametrize("extra", ["w_f_diag", "LayerNorm/gamma"])
def test_tensorflow_cells_with_more_are_refused(extra: str) -> None:
    kernel, bias = beside(WHOLE, "igfo")
    tensors = {"lstm_cell/kernel": kernel, "lstm_cell/bias": bias, f"lstm_cell/{extra}": np.ones(UNITS, np.float32)}
    with pytest.raises(explorer.CheckpointError, match=extra):
        explorer.load_checkpoint(npz(tensors))


BROKEN: dict[str, Callable[[Array], Array]] = {
    "one number": lambda values: np.float32(3) * np.ones((), np.float32),
    "one axis": lambda values: values.reshape(-1),
    "one axis more": lambda values: values[..., None],
    "turned": lambda values: values.T.copy(),
    "empty": lambda values: values[:0],
    "whole numbers": lambda values: values.astype(np.int32),
}


@pytest.mark.parametrize("damage", BROKEN)
def test_a_part_of_another_form_is_never_a_raw_error(damage: str) -> None:
    kernel, bias = beside(WHOLE, "igfo")
    gates, own = beside(draw("gru", INPUTS, UNITS, single=True), "rz")
    whole = [LSTM["W_f U_f b_f"]("lstm", WHOLE), GRU["layers"]("gru", draw("gru", INPUTS, UNITS)),
             {"lstm_cell/kernel": kernel, "lstm_cell/bias": bias, "lstm_cell/projection/kernel": kernel[:UNITS, :2]},
             {"gru_cell/gates/kernel": gates, "gru_cell/gates/bias": own, "gru_cell/candidate/kernel": gates[:, :UNITS],
              "gru_cell/candidate/bias": own[:UNITS]}]  # fmt: skip
    for tensors in whole:
        for name in tensors:
            checkpoint = inspect_checkpoint(npz(tensors | {name: BROKEN[damage](tensors[name])}))
            assert all(len(problem) < 300 for problem in checkpoint.problems)
            for group in checkpoint.groups:
                x = np.ones((4, group.input_size))
                assert len(explorer.record(open_group(checkpoint, group), x)) == 4


def minimal(joined: bool) -> tuple[bytes, Array]:
    """A file of a minimal gated unit, and its states by the equations."""
    drawn = draw("gru", INPUTS, UNITS)
    (w_f, u_f, b_f, _), (w_h, u_h, b_h, _) = drawn["r"], drawn["n"]
    tensors = {"W_f": w_f, "U_f": u_f, "b_f": b_f, "W_h": w_h, "U_h": u_h, "b_h": b_h}
    if joined:
        tensors = {"cell.weight_ih": np.vstack([w_f, w_h]), "cell.weight_hh": np.vstack([u_f, u_h]),
                   "cell.bias_ih": np.concatenate([b_f, b_h])}  # fmt: skip
    h, states = np.zeros(UNITS), []
    for x in X:
        f = 1 / (1 + np.exp(-(w_f @ x + u_f @ h + b_f)))
        h = (1 - f) * h + f * np.tanh(w_h @ x + u_h @ (f * h) + b_h)
        states.append(h)
    return npz(tensors), np.array(states)


@pytest.mark.parametrize("joined", [False, True], ids=["one a gate", "in blocks"])
def test_a_minimal_gated_unit_opens_with_what_is_not_known_on_every_page(joined: bool) -> None:
    data, states = minimal(joined)
    model = explorer.load_checkpoint(data)
    assert model.kind == "mgu"
    assert np.abs(explorer.record(model, X)["hidden"][0, 0] - states).max() <= 1e-6
    assert "MGU" in model.card["doubts"][0]
