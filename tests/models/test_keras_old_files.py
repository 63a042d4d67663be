"""Files as Keras 1 and 2 wrote them, made by hand: the states are those of a loop over the equations."""

import io
import json
from typing import Any

import h5py
import numpy as np
import pytest
from numpy.typing import NDArray

import explorer
from explorer.models.checkpoints import inspect_checkpoint, open_group
from tests.models.reference import distance

Array = NDArray[Any]
INPUTS, UNITS, STEPS = 3, 4, 15
CLOSE = 2e-6
X = np.random.default_rng(1).normal(size=(STEPS, INPUTS)).astype(np.float32)
GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}


def drawn(*shape: int, seed: int = 0) -> Array:
    return (np.random.default_rng([seed, *shape]).normal(size=shape) * 0.7).astype(np.float32)


def logistic(a: Array) -> Array:
    return 1 / (1 + np.exp(-a))


def hard(a: Array) -> Array:
    return np.clip(0.2 * a + 0.5, 0, 1)


def lstm_loop(x: Array, w: Array, u: Array, b: Array, gate: Any = logistic, start: Any = None) -> Array:
    """h of an LSTM whose matrices are (gates·units, …) in the order i, f, c, o."""
    h, c = start or [np.zeros(len(w) // 4)] * 2
    steps = []
    for one in x:
        i, f, g, o = np.split(w @ one + u @ h + b, 4)
        c = gate(f) * c + gate(i) * np.tanh(g)
        h = gate(o) * np.tanh(c)
        steps.append(h)
    return np.array(steps)


def gru_loop(x: Array, w: Array, u: Array, b: Array, r_b: Array) -> Array:
    """h of cuDNN's GRU: the reset gate acts on the recurrent product with its bias; order z, r, h."""
    h = np.zeros(len(w) // 3)
    steps = []
    for one in x:
        (z, r, n), (z_h, r_h, n_h) = np.split(w @ one + b, 3), np.split(u @ h + r_b, 3)
        z, r = logistic(z + z_h), logistic(r + r_h)
        h = z * h + (1 - z) * np.tanh(n + r * n_h)
        steps.append(h)
    return np.array(steps)


def file_of(
    weights: dict[str, Array], layers: list[dict[str, Any]] | None = None, version: str = "", **more: Any
) -> bytes:
    """An HDF5 file with a Sequential model, or with the model given, or with weights alone."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        for name, values in weights.items():
            file[name] = values
        if version:
            file.attrs["keras_version"] = np.bytes_(version)
        if layers is not None:
            config = more.get("config", {"class_name": "Sequential", "config": layers})
            file.attrs["model_config"] = np.bytes_(json.dumps(config))
    return buffer.getvalue()


def entry(kind: str, name: str, **settings: Any) -> dict[str, Any]:
    return {"class_name": kind, "config": {"name": name} | settings}


def hidden(data: bytes, name: str | None = None, x: Array = X) -> Array:
    trace = explorer.record(explorer.load_checkpoint(data, name), x)
    return np.concatenate([trace.select("hidden", 0, one) for one in trace.directions], axis=1)


def cudnn(kind: str, inputs: int, seed: int = 0) -> tuple[dict[str, Array], list[Array]]:
    """A layer as it is stored, and its matrices as cuDNN reads them: row by row, (units, inputs) a gate."""
    times = GATES[kind]
    stored = {
        "kernel:0": drawn(inputs, times * UNITS, seed=seed),
        "recurrent_kernel:0": drawn(UNITS, times * UNITS, seed=seed + 1),
        "bias:0": drawn(2 * times * UNITS, seed=seed + 2),
    }
    w, u = (
        np.concatenate(
            [np.array(list(gate.flat)).reshape(UNITS, size) for gate in np.split(stored[name], times, axis=1)]
        )
        for name, size in (("kernel:0", inputs), ("recurrent_kernel:0", UNITS))
    )
    first, second = np.split(stored["bias:0"], 2)
    return stored, [w, u, first, second]


@pytest.mark.parametrize("stated", [True, False])
@pytest.mark.parametrize("inputs", [INPUTS, UNITS, 1])
def test_cudnn_lstm(inputs: int, stated: bool) -> None:
    stored, (w, u, one, two) = cudnn("LSTM", inputs)
    layers = [entry("CuDNNLSTM", "fast", units=UNITS, return_sequences=True)]
    data = file_of({f"model_weights/fast/fast/{name}": values for name, values in stored.items()},
                   layers if stated else None, "2.2.4")  # fmt: skip
    x = np.random.default_rng(2).normal(size=(STEPS, inputs)).astype(np.float32)
    assert distance(hidden(data, x=x), lstm_loop(x, w, u, one + two)) <= CLOSE


@pytest.mark.parametrize("stated", [True, False])
def test_cudnn_gru(stated: bool) -> None:
    stored, weights = cudnn("GRU", INPUTS)
    data = file_of({f"fast/fast/{name}": values for name, values in stored.items()},
                   [entry("CuDNNGRU", "fast", units=UNITS)] if stated else None, "2.1.6")  # fmt: skip
    assert distance(hidden(data), gru_loop(X, *weights)) <= CLOSE


def test_cudnn_both_directions() -> None:
    halves = {side: cudnn("LSTM", INPUTS, seed) for seed, side in ((10, "forward"), (20, "backward"))}
    wrapped = entry("CuDNNLSTM", "fast", units=UNITS, return_sequences=True)
    weights = {f"model_weights/both/both/{side}_fast/{name}": values for side, (stored, _) in halves.items()
               for name, values in stored.items()}  # fmt: skip
    data = file_of(weights, [entry("Bidirectional", "both", merge_mode="concat", layer=wrapped)], "2.2.4")
    one, two = (
        lstm_loop(x, w, u, b + more) for x, (_, (w, u, b, more)) in zip((X, X[::-1]), halves.values(), strict=True)
    )
    assert distance(hidden(data), np.concatenate([one, two[::-1]], axis=1)) <= CLOSE


def plain(kind: str, inputs: int = INPUTS, seed: int = 0) -> list[Array]:
    times = GATES[kind]
    return [
        drawn(inputs, times * UNITS, seed=seed),
        drawn(UNITS, times * UNITS, seed=seed + 1),
        drawn(times * UNITS, seed=seed + 2),
    ]


def placed(folder: str, arrays: list[Array]) -> dict[str, Array]:
    return {
        f"{folder}/{name}:0": one for name, one in zip(("kernel", "recurrent_kernel", "bias"), arrays, strict=False)
    }


@pytest.mark.parametrize(
    ("version", "settings", "gate", "assumed"),
    [
        ("2.2.4", {}, hard, True),
        ("2.3.1", {}, logistic, False),
        ("2.2.4", {"recurrent_activation": "sigmoid"}, logistic, False),
        ("2.3.1", {"recurrent_activation": "hard_sigmoid"}, hard, False),
        ("2.15.0", {"recurrent_activation": {"class_name": "function", "config": "hard_sigmoid"}}, hard, False),
        ("", {"recurrent_activation": "hard_sigmoid", "implementation": 2}, hard, True),
        ("2.2.4", None, hard, True),
        ("2.4.0", None, logistic, True),
    ],
)
def test_gates_by_the_version_that_wrote_them(
    version: str, settings: dict[str, Any] | None, gate: Any, assumed: bool
) -> None:
    kernel, recurrent, bias = plain("LSTM")
    layers = None if settings is None else [entry("LSTM", "lstm_1", units=UNITS, activation="tanh", **settings)]
    data = file_of(placed("model_weights/lstm_1/lstm_1", [kernel, recurrent, bias]), layers, version)
    assert distance(hidden(data), lstm_loop(X, kernel.T, recurrent.T, bias, gate)) <= CLOSE
    assert any("assumed" in note for note in explorer.load_checkpoint(data).card["notes"]) == assumed
    asks = inspect_checkpoint(data).groups[0].asks
    assert ("hard_sigmoid" in asks) == (settings is None and gate is logistic)


def test_tensorflow_s_own_keras_says_what_it_assumes() -> None:
    data = file_of(placed("lstm/lstm", plain("LSTM")), None, "2.2.4-tf")
    assert "TensorFlow 1" in " ".join(explorer.load_checkpoint(data).card["notes"])


def by_gate(kind: str, gates: str, arrays: list[Array]) -> dict[str, Array]:
    """A layer as Keras 1 keeps it: three arrays a gate."""
    blocks = [np.split(one, len(gates), axis=-1) for one in arrays]
    return {
        f"{kind}_1/{kind}_1_{what}_{gate}:0": values[place]
        for place, gate in enumerate(gates)
        for what, values in zip("WUb", blocks, strict=True)
    }


@pytest.mark.parametrize("stated", [True, False])
def test_keras_1_keeps_gates_apart(stated: bool) -> None:
    kernel, recurrent, bias = plain("LSTM")
    settings = {"output_dim": UNITS, "activation": "tanh", "inner_activation": "sigmoid", "return_sequences": True}
    weights = by_gate("lstm", "ifco", [kernel, recurrent, bias])
    data = file_of(weights, [entry("LSTM", "lstm_1", **settings)] if stated else None, "1.2.2")
    gate = logistic if stated else hard
    assert distance(hidden(data), lstm_loop(X, kernel.T, recurrent.T, bias, gate)) <= CLOSE
    assert set(inspect_checkpoint(data).groups[0].sources) == set(weights)
    del weights["lstm_1/lstm_1_U_f:0"]
    with pytest.raises(explorer.CheckpointError):
        explorer.load_checkpoint(file_of(weights, None, "1.2.2"))


def functional(
    *layers: tuple[str, str, dict[str, Any], list[Any]], outputs: list[Any], name: str = "model"
) -> dict[str, Any]:
    """A functional model as Keras 2 writes it."""
    entries = [
        {"class_name": kind, "name": own, "config": {"name": own} | settings, "inbound_nodes": nodes}
        for kind, own, settings, nodes in layers
    ]
    inputs = [[own, 0, 0] for kind, own, _, _ in layers if kind == "InputLayer"]
    config = {"name": name, "layers": entries, "input_layers": inputs, "output_layers": outputs}
    return {"class_name": "Model", "config": config}


RNN = {"units": UNITS, "return_sequences": True, "activation": "tanh", "recurrent_activation": "sigmoid"}


def test_keras_2_writes_its_graph_otherwise() -> None:
    config = functional(
        ("InputLayer", "x", {}, []),
        ("Embedding", "table", {"mask_zero": True}, [[["x", 0, 0, {}]]]),
        ("LSTM", "encoder", RNN | {"return_state": True}, [[["table", 0, 0, {}]]]),
        ("LSTM", "decoder", RNN, [[["table", 0, 0, {}], ["encoder", 0, 1, {}], ["encoder", 0, 2, {}]]]),
        ("LSTM", "kwargs", RNN, [["table", 0, 0, {"initial_state": [["encoder", 0, 1], ["encoder", 0, 2]]}]]),
        ("Concatenate", "join", {}, [[["decoder", 0, 0, {}], ["kwargs", 0, 0, {}]]]),
        ("TimeDistributed", "out", {"layer": entry("Dense", "inner", activation="softmax")}, [[["join", 0, 0, {}]]]),
        outputs=[["out", 0, 0]],
    )
    weights = {"model_weights/table/table/embeddings:0": drawn(9, INPUTS)}
    for seed, name in enumerate(("encoder", "decoder", "kwargs")):
        weights |= placed(f"model_weights/{name}/{name}/lstm_cell_{seed}", plain("LSTM", seed=seed))
    weights |= {"model_weights/out/out/kernel:0": drawn(2 * UNITS, 3), "model_weights/out/out/bias:0": drawn(3)}
    checkpoint = inspect_checkpoint(file_of(weights, [], "2.3.1", config=config))
    assert [group.name for group in checkpoint.groups] == ["encoder", "decoder", "kwargs"]
    for group in checkpoint.groups:
        assert (group.embedding, group.mask, group.head) == ("model_weights/table/table/embeddings:0", 0, None)
    for group in checkpoint.groups[1:]:
        assert group.after == ("Concatenate 'join'", "TimeDistributed 'out'")
        assert any("LSTM 'encoder'" in note for note in group.notes)


def test_nested_models_of_keras_2_with_equal_names() -> None:
    part = {}
    for name, squash in (("left", "tanh"), ("right", "relu")):
        part[name] = functional(
            ("InputLayer", "x", {}, []),
            ("SimpleRNN", "rnn", {"units": UNITS, "activation": squash, "return_sequences": True}, [[["x", 0, 0, {}]]]),
            outputs=[["rnn", 0, 0]], name=name,
        )  # fmt: skip
    config = functional(("InputLayer", "x", {}, []), outputs=[["right", 1, 0]])
    for name, source in (("left", "x"), ("right", "left")):
        config["config"]["layers"].append(part[name] | {"name": name, "inbound_nodes": [[[source, 0, 0, {}]]]})
    arrays = {name: plain("SimpleRNN", INPUTS if name == "left" else UNITS, seed) for seed, name in enumerate(part)}
    weights = {key: 0.4 * value for name, one in arrays.items()
               for key, value in placed(f"model_weights/{name}/rnn/simple_rnn_cell", one).items()}  # fmt: skip
    data = file_of(weights, [], "2.4.0", config=config)
    x = X
    for name, squash in (("left", np.tanh), ("right", lambda a: np.maximum(a, 0))):
        w, u, b = (0.4 * one for one in arrays[name])
        h, steps = np.zeros(UNITS), []
        for one in x:
            h = squash(one @ w + h @ u + b)
            steps.append(h)
        assert distance(hidden(data, f"{name}/rnn", x.astype(np.float32)), np.array(steps)) <= CLOSE
        x = np.array(steps)


@pytest.mark.parametrize("turns", [("", "_1"), ("", "_2"), ("_1", "_3")])
def test_turns_of_a_class_are_counted_in_several_ways(turns: tuple[str, str]) -> None:
    """Versions of Keras 2 count a layer with weights twice; the order of the layers stays."""
    layers = [entry("GRU", "first", **RNN, reset_after=False), entry("Dense", "mid", units=UNITS),
              entry("GRU", "second", **RNN | {"recurrent_activation": "hard_sigmoid"}, reset_after=False)]  # fmt: skip
    weights = {
        f"_layer_checkpoint_dependencies/gru{turn}/cell/vars/{place}": one
        for turn, inputs in zip(turns, (INPUTS, UNITS), strict=True)
        for place, one in enumerate(plain("GRU", inputs))
    }
    data = file_of(weights, layers, "2.12.0")
    assert explorer.checkpoint_groups(data) == ("first", "second")
    first, second = (explorer.load_checkpoint(data, name).cell() for name in ("first", "second"))
    assert (first.hard_sigmoid, second.hard_sigmoid, first.input_size) == (0, 0.2, INPUTS)  # type: ignore[attr-defined]


def test_the_optimiser_s_copies_are_no_layers() -> None:
    arrays = plain("LSTM")
    weights = placed("model_weights/lstm/lstm/lstm_cell", arrays) | placed(
        "optimizer_weights/Adam/m/lstm/lstm_cell", arrays
    )
    assert explorer.checkpoint_groups(file_of(weights, None, "2.11.0")) == ("lstm",)


@pytest.mark.parametrize("extra", ["peephole", "gamma:0"])
def test_numbers_of_another_cell_are_refused_by_name(extra: str) -> None:
    weights = placed("model_weights/rnn/rnn/lstm_cell", plain("LSTM"))
    weights |= {f"model_weights/rnn/rnn/lstm_cell/{extra}": drawn(UNITS)}
    with pytest.raises(explorer.CheckpointError, match=extra):
        explorer.load_checkpoint(file_of(weights, None, "2.4.0"))
    layers = [entry("RNN", "rnn", cell=entry("Addons>PeepholeLSTMCell", "lstm_cell", units=UNITS))]
    with pytest.raises(explorer.CheckpointError, match=f"PeepholeLSTMCell.*{extra}"):
        explorer.load_checkpoint(file_of(weights, layers, "2.4.0"))
    own = [entry("RNN", "rnn", cell=entry("LSTMCell", "lstm_cell", **RNN))]
    with pytest.raises(explorer.CheckpointError, match=extra):
        explorer.load_checkpoint(file_of(weights, own, "2.4.0"))


def test_other_numbers_in_a_layer_are_named() -> None:
    weights = placed("model_weights/rnn/rnn/lstm_cell", plain("LSTM"))
    extra = {"model_weights/rnn/rnn/scale:0": drawn(2, 7), "model_weights/rnn/rnn/seed_generator_state:0": np.arange(2)}
    for layers in (None, [entry("LSTM", "rnn", **RNN)]):
        model = explorer.load_checkpoint(file_of(weights | extra, layers, "2.4.0"))
        assert model.unused == ("model_weights/rnn/rnn/scale:0",)


def test_a_trained_start_is_kept() -> None:
    kernel, recurrent, bias = plain("LSTM")
    h_0, c_0 = drawn(1, UNITS, seed=7), drawn(1, UNITS, seed=8)
    weights = placed("model_weights/rnn/rnn/lstm_cell", [kernel, recurrent, bias])
    weights |= {"model_weights/rnn/rnn/h0:0": h_0, "model_weights/rnn/rnn/c0:0": c_0}
    for layers in (None, [entry("LSTM", "rnn", **RNN)]):
        data = file_of(weights, layers, "2.4.0")
        model = explorer.load_checkpoint(data)
        expected = lstm_loop(X, kernel.T, recurrent.T, bias, start=(h_0[0], c_0[0]))
        assert distance(explorer.record(model, X, **model.initial).select("hidden", 0, "forward"), expected) <= CLOSE


def test_a_layer_of_its_own_name_that_reads_backward_is_no_half() -> None:
    weights = placed("model_weights/backward_lstm/backward_lstm/lstm_cell", plain("LSTM"))
    for layers in (None, [entry("LSTM", "backward_lstm", **RNN, go_backwards=True)]):
        model = explorer.load_checkpoint(file_of(weights, layers, "2.4.0"))
        assert model.num_directions == 1


def test_stated_and_stored_sizes_must_agree() -> None:
    data = file_of(placed("model_weights/lstm/lstm", plain("LSTM")), [entry("LSTM", "lstm", units=7)], "2.4.0")
    with pytest.raises(explorer.CheckpointError, match="'lstm'"):
        explorer.load_checkpoint(data)
    data = file_of(placed("model_weights/lstm/lstm", plain("LSTM")), [entry("GRU", "lstm", units=UNITS)], "2.4.0")
    with pytest.raises(explorer.CheckpointError, match="'lstm'"):
        explorer.load_checkpoint(data)


def test_directions_that_squash_differently_are_refused() -> None:
    sides = {"layer": entry("LSTM", "f", **RNN),
             "backward_layer": entry("LSTM", "b", **RNN | {"recurrent_activation": "hard_sigmoid"})}  # fmt: skip
    weights = placed("model_weights/both/both/forward_f/lstm_cell", plain("LSTM"))
    weights |= placed("model_weights/both/both/backward_b/lstm_cell", plain("LSTM", seed=5))
    with pytest.raises(explorer.CheckpointError, match="'both'"):
        explorer.load_checkpoint(
            file_of(weights, [entry("Bidirectional", "both", merge_mode="concat", **sides)], "2.4.0")
        )


@pytest.mark.parametrize("kind", ["Dense", "Flatten", "Bidirectional", "Sequential", "Nobody knows this one"])
def test_hostile_graphs_end(kind: str) -> None:
    """Cycles, layers that read themselves or nobody, and models inside each other, to no end."""
    looped = functional(
        ("LSTM", "a", RNN, [[["b", 0, 0, {}]]]), (kind, "b", {}, [[["a", 0, 0, {}], ["b", 0, 0, {}]]]),
        ("LSTM", "c", RNN, [[["c", 0, 0, {}]]]), outputs=[["nobody", 0, 0], ["b", -1, 5]],
    )  # fmt: skip
    weights = {}
    for seed, name in enumerate("ac"):
        weights |= placed(f"model_weights/{name}/{name}", plain("LSTM", UNITS, seed))
    checkpoint = inspect_checkpoint(file_of(weights, [], "2.4.0", config=looped))
    assert [group.name for group in checkpoint.groups] == ["a", "c"]
    assert all(open_group(checkpoint, group) for group in checkpoint.groups)
