"""How a cell squashes, starts and reads, where the file says it, and what is assumed where it does not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from tests.forms.form import Form, Opens, refused, warns
from tests.forms.given import File
from tests.forms.independent import states_of
from tests.models.checkpoint_writers import keras_arrays, keras_file, saved, weights_of
from tests.models.gate_loops import draw
from tests.models.gate_loops import run as gates_run
from tests.models.onnx_writers import GraphWriter, states
from tests.models.test_gated_files import GRU, npz
from tests.models.test_keras_old_files import (
    RNN,
    UNITS,
    X,
    by_gate,
    cudnn,
    entry,
    file_of,
    functional,
    gru_loop,
    hard,
    logistic,
    lstm_loop,
    placed,
    plain,
)
from tests.models.test_onnx_cells import REFUSED, START, hard_loop, in_form, started
from tests.models.test_onnx_graphs import INPUTS as WIDE
from tests.models.test_onnx_graphs import UNITS as MANY
from tests.models.test_onnx_graphs import X as ROWS

PART = "Settings of a cell"
ASSUMED = "its activations: Keras's own are assumed"
ONE_BIAS = "keeps one bias a gate"
OLD = "hard_sigmoid"
PLACE = "model_weights/lstm_1/lstm_1"


def seeded(build: Callable[..., File]) -> Callable[..., File]:
    """The same modules each time."""

    def make(*given: Any) -> File:
        torch.manual_seed(6)
        return build(*given)

    return make


def _by_version(version: str, settings: dict[str, Any] | None, gate: Any) -> File:
    kernel, recurrent, bias = plain("LSTM")
    layers = None if settings is None else [entry("LSTM", "lstm_1", units=UNITS, activation="tanh", **settings)]
    data = file_of(placed(PLACE, [kernel, recurrent, bias]), layers, version)
    return File(data, lstm_loop(X, kernel.T, recurrent.T, bias, gate), X)


def _chosen() -> File:
    kernel, recurrent, bias = plain("LSTM")
    data = file_of(placed(PLACE, [kernel, recurrent, bias]), None, "2.4.0")
    return File(data, lstm_loop(X, kernel.T, recurrent.T, bias, hard), X, choices={"hard_sigmoid": 0.2})


def _keras_1() -> File:
    kernel, recurrent, bias = plain("LSTM")
    settings = {"output_dim": UNITS, "activation": "tanh", "inner_activation": "hard_sigmoid"}
    data = file_of(by_gate("lstm", "ifco", [kernel, recurrent, bias]), [entry("LSTM", "lstm_1", **settings)], "1.2.2")
    return File(data, lstm_loop(X, kernel.T, recurrent.T, bias, hard), X)


def _nested(name: str) -> File:
    squash = {"left": "tanh", "right": "relu"}
    config = functional(("InputLayer", "x", {}, []), outputs=[["right", 1, 0]])
    weights, states = {}, {}
    x = X
    for seed, (one, source) in enumerate((("left", "x"), ("right", "left"))):
        settings = {"units": UNITS, "activation": squash[one], "return_sequences": True}
        inner = functional(("InputLayer", "x", {}, []), ("SimpleRNN", "rnn", settings, [[["x", 0, 0, {}]]]),
                           outputs=[["rnn", 0, 0]], name=one)  # fmt: skip
        config["config"]["layers"].append(inner | {"name": one, "inbound_nodes": [[[source, 0, 0, {}]]]})
        w, u, b = (0.4 * array for array in plain("SimpleRNN", x.shape[1], seed))
        weights |= placed(f"model_weights/{one}/rnn/simple_rnn_cell", [w, u, b])
        h, steps = np.zeros(UNITS), []
        for row in x:
            h = (np.tanh if one == "left" else lambda a: np.maximum(a, 0))(row @ w + h @ u + b)
            steps.append(h)
        states[one] = (np.array(steps), x)
        x = np.array(steps, dtype=np.float32)
    return File(file_of(weights, [], "2.4.0", config=config), *states[name], group=f"{name}/rnn")


def _two_directions() -> File:
    sides = {"layer": entry("LSTM", "f", **RNN),
             "backward_layer": entry("LSTM", "b", **RNN | {"recurrent_activation": "hard_sigmoid"})}  # fmt: skip
    weights = placed("model_weights/both/both/forward_f/lstm_cell", plain("LSTM"))
    weights |= placed("model_weights/both/both/backward_b/lstm_cell", plain("LSTM", seed=5))
    return File(file_of(weights, [entry("Bidirectional", "both", merge_mode="concat", **sides)], "2.4.0"))


def _cudnn(kind: str) -> File:
    stored, (w, u, one, two) = cudnn(kind, 3)
    data = file_of({f"model_weights/fast/fast/{name}": values for name, values in stored.items()},
                   [entry(f"CuDNN{kind}", "fast", units=UNITS, return_sequences=True)], "2.2.4")  # fmt: skip
    return File(data, lstm_loop(X, w, u, one + two) if kind == "LSTM" else gru_loop(X, w, u, one, two), X)


def _kept_start() -> File:
    kernel, recurrent, bias = plain("LSTM")
    h_0, c_0 = (np.random.default_rng(seed).normal(size=(1, UNITS)).astype(np.float32) for seed in (7, 8))
    weights = placed("model_weights/rnn/rnn/lstm_cell", [kernel, recurrent, bias])
    weights |= {"model_weights/rnn/rnn/h0:0": h_0, "model_weights/rnn/rnn/c0:0": c_0}
    right = lstm_loop(X, kernel.T, recurrent.T, bias, start=(h_0[0], c_0[0]))
    return File(file_of(weights, [entry("LSTM", "rnn", **RNN)], "2.4.0"), right, X)


def _other_sizes() -> File:
    return File(file_of(placed(PLACE, plain("LSTM")), [entry("LSTM", "lstm_1", units=7)], "2.4.0"))


def _more_in_the_layer() -> File:
    kernel, recurrent, bias = plain("LSTM")
    weights = placed("model_weights/rnn/rnn/lstm_cell", [kernel, recurrent, bias])
    weights |= {"model_weights/rnn/rnn/scale:0": np.ones((2, 7), np.float32)}
    return File(file_of(weights, [entry("LSTM", "rnn", **RNN)], "2.4.0"), lstm_loop(X, kernel.T, recurrent.T, bias), X)


def _peephole() -> File:
    weights = placed("model_weights/rnn/rnn/lstm_cell", plain("LSTM"))
    weights |= {"model_weights/rnn/rnn/lstm_cell/peephole": np.ones(UNITS, np.float32)}
    return File(file_of(weights, None, "2.4.0"))


@seeded
def _resets_before(stated_by_bias: bool) -> File:
    gates = draw("gru", 3, 5, single=True)
    if not stated_by_bias:
        gates = {gate: (w, u, 0 * b, 0 * d) for gate, (w, u, b, d) in gates.items()}
    weights = {name: np.concatenate([gates[gate][part] for gate in "rzn"])
               for part, name in enumerate(("weight_ih", "weight_hh", "bias_ih", "bias_hh"))}  # fmt: skip
    if not stated_by_bias:
        weights = {name: value for name, value in weights.items() if name.startswith("weight")}
    data = keras_file("gru", [{"": keras_arrays("gru", weights, reset_after=False)}])
    choices = {} if stated_by_bias else {"reset_after": False}
    return File(data, gates_run("gru", gates, ROWS, reset_after=False), ROWS, choices=choices)


def _gates_of_a_gru(after: bool | None) -> File:
    gates = draw("gru", 3, 5, single=True)
    data = npz(GRU["W_z U_z b_z"]("gru", gates))
    right = gates_run("gru", gates, ROWS, reset_after=after is not False)
    return File(data, right, ROWS, choices={} if after is None else {"reset_after": after})


@seeded
def _rnn(chosen: bool) -> File:
    module = nn.RNN(3, 5, nonlinearity="relu" if chosen else "tanh")
    choices = {"nonlinearity": "relu"} if chosen else {}
    return File(saved(module.state_dict()), states_of(module, ROWS), ROWS, choices=choices)


@seeded
def _onnx_start() -> File:
    net, module = GraphWriter(), nn.LSTM(WIDE, MANY, bidirectional=True)
    given = START[:, :2]
    net.input("x", "time", "batch", WIDE)
    steps, _ = net.recurrent(module, "x", "rnn", *(net.constant(one) for one in given))
    right = states(module, ROWS, *(torch.as_tensor(one[:, 0]) for one in given))
    return File(net.data(steps), right, ROWS)


@seeded
def _onnx_start_from_outside() -> File:
    net, module = GraphWriter(), nn.LSTM(WIDE, MANY)
    given = [net.input(name, 1, 1, MANY) for name in ("h_in", "c_in")]
    return File(started(net, module, *given), states(module, ROWS), ROWS)


@seeded
def _onnx_hard(kind: Any, stated: dict[str, Any], slope: float) -> File:
    module = kind(WIDE, MANY)
    names = ["HardSigmoid", *["Tanh"] * (2 if kind is nn.LSTM else 1)]
    data = started(GraphWriter(), module, activations=names, **stated)
    return File(data, hard_loop(weights_of(module), slope, "lstm" if kind is nn.LSTM else "gru"), ROWS)


@seeded
def _onnx_relu() -> File:
    module = nn.RNN(WIDE, MANY, nonlinearity="relu")
    return File(started(GraphWriter(), module, activations=["Relu"]), states(module, ROWS), ROWS)


@seeded
def _onnx_backward() -> File:
    module = nn.GRU(WIDE, MANY)
    back = ROWS[::-1].copy()
    return File(started(GraphWriter(), module, direction="reverse"), states(module, back), back)


@seeded
def _onnx_refused(what: str) -> File:
    return File(started(GraphWriter(), nn.LSTM(WIDE, MANY), **REFUSED[what][0]))


@seeded
def _onnx_directions() -> File:
    squash = ["Sigmoid", "Tanh", "Tanh", "HardSigmoid", "Tanh", "Tanh"]
    return File(started(GraphWriter(), nn.LSTM(WIDE, MANY, bidirectional=True), activations=squash))


@seeded
def _onnx_hyper() -> File:
    def mixed(net: GraphWriter, name: str, values: Any) -> str:
        return str(net.add("Mul", net.constant(values, name), "x", name="/hyper/Mul"))

    return File(in_form(mixed)[0])


OF_2 = "the own one of Keras 2.2.4, is assumed"
SIGMA = "σ is assumed"
CUDNN = "Stored as cuDNN takes it"
SINGLE = ("one matrix a gate", ONE_BIAS, "taken to keep the state")
VERSIONS: dict[str, tuple[str, dict[str, Any] | None, Any, Opens]] = {
    "2.2.4, nothing stated of the gates": ("2.2.4", {}, hard, Opens((OF_2,), proved=False)),
    "2.3.1, nothing stated of the gates": ("2.3.1", {}, logistic, Opens()),
    "2.2.4, sigmoid stated": ("2.2.4", {"recurrent_activation": "sigmoid"}, logistic, Opens()),
    "2.3.1, hard_sigmoid stated": ("2.3.1", {"recurrent_activation": OLD}, hard, Opens(proved=False)),
    "of no version, hard_sigmoid stated": ("", {"recurrent_activation": OLD, "implementation": 2}, hard,
                                           Opens(("which Keras wrote it",), proved=False)),
    "2.2.4, weights alone": ("2.2.4", None, hard, Opens((OF_2,), proved=False)),
    "2.2.4 of TensorFlow, weights alone": ("2.2.4-tf", None, logistic, Opens(("TensorFlow 1 had hard_sigmoid", SIGMA))),
    "2.4.0, weights alone": ("2.4.0", None, logistic, Opens((ASSUMED, SIGMA))),
}  # fmt: skip
FORMS = (
    *(
        Form(
            PART,
            f"Keras {title}",
            lambda version=version, settings=settings, gate=gate: _by_version(version, settings, gate),
            expect,
        )
        for title, (version, settings, gate, expect) in VERSIONS.items()
    ),
    Form(PART, "Keras 2.4.0, weights alone, a hard sigmoid chosen", _chosen, Opens((ASSUMED,), proved=False)),
    Form(PART, "Keras 1: one array a gate, hard_sigmoid stated", _keras_1, Opens(proved=False)),
    Form(
        PART,
        "Keras 2: nested models of equal inner names, the one of tanh",
        lambda: _nested("left"),
        Opens(networks=("left/rnn", "right/rnn"), after=("SimpleRNN 'right/rnn'",)),
    ),
    Form(
        PART,
        "Keras 2: nested models of equal inner names, the one of relu",
        lambda: _nested("right"),
        Opens(networks=("left/rnn", "right/rnn"), between=("SimpleRNN 'left/rnn'",)),
    ),
    Form(PART, "Keras: directions that squash differently", _two_directions, refused("'both'")),
    *(Form(PART, f"Keras: CuDNN{kind}", lambda kind=kind: _cudnn(kind), Opens((CUDNN,))) for kind in ("LSTM", "GRU")),
    Form(PART, "Keras: a trained start", _kept_start, Opens(("rnn/c0:0",))),
    Form(PART, "Keras: stated and stored sizes that differ", _other_sizes, refused("'lstm_1'")),
    Form(
        PART,
        "Keras: more numbers in the layer",
        _more_in_the_layer,
        warns("model_weights/rnn/rnn/scale:0", says=("scale:0",)),
    ),
    Form(PART, "Keras: a peephole in the cell", _peephole, refused("peephole")),
    Form(
        PART,
        "Keras: a GRU that resets before the product, by its bias",
        lambda: _resets_before(True),
        Opens((ASSUMED, SIGMA), proved=False),
    ),
    Form(
        PART,
        "Keras: a GRU without biases, reset before the product chosen",
        lambda: _resets_before(False),
        Opens((ASSUMED, SIGMA), proved=False),
    ),
    Form(
        PART,
        "a GRU of one matrix a gate",
        lambda: _gates_of_a_gru(None),
        Opens((*SINGLE, "after it is assumed"), doubted=True),
    ),
    Form(
        PART,
        "a GRU of one matrix a gate, reset before the product chosen",
        lambda: _gates_of_a_gru(False),
        Opens(SINGLE, proved=False, doubted=True),
    ),
    Form(PART, "an RNN", lambda: _rnn(False), Opens(("tanh is assumed",))),
    Form(PART, "an RNN, relu chosen", lambda: _rnn(True), Opens()),
    Form(PART, "ONNX: trained start states", _onnx_start, Opens(("own trained state",))),
    Form(PART, "ONNX: start states from outside", _onnx_start_from_outside, Opens(("'h_in'",))),
    *(
        Form(
            PART,
            f"ONNX: HardSigmoid of slope {slope}, {kind.__name__}",
            lambda kind=kind, stated=stated, slope=slope: _onnx_hard(kind, stated, slope),
            Opens(proved=False),
        )
        for kind, stated, slope in ((nn.LSTM, {}, 0.2), (nn.GRU, {"activation_alpha": [0.3]}, 0.3))
    ),
    Form(PART, "ONNX: an RNN with Relu", _onnx_relu, Opens()),
    Form(PART, "ONNX: read from the end", _onnx_backward, Opens(("from the end",))),
    *(
        Form(PART, f"ONNX: an LSTM with {title}", lambda what=what: _onnx_refused(what), refused("/rnn/LSTM", said))
        for title, what, said in (
            ("HardSigmoid of another offset", "another offset", "HardSigmoid"),
            ("an affine squash", "affine", "affine"),
            ("clipped values", "clip", "clips"),
            ("coupled gates", "coupled", "couples"),
        )
    ),
    Form(PART, "ONNX: directions that squash differently", _onnx_directions, refused("rnn", "both directions")),
    Form(PART, "ONNX: weights that depend on the input", _onnx_hyper, refused("/hyper/Mul")),
)
"""Rows of this part."""
