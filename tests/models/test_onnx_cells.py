"""Cells as ONNX states them: start states, squashings, layouts, and weights in every form in which they are stored."""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from torch import nn

import explorer
from explorer.models import inspect_checkpoint
from tests.models.checkpoint_writers import onnx_node, weights_of
from tests.models.onnx_writers import GraphWriter, reference, states
from tests.models.reference import distance
from tests.models.test_onnx_graphs import INPUTS, UNITS, X, groups_of, hidden

SINGLE = 1e-6
START = np.random.default_rng(8).normal(size=(2, 4, 1, UNITS)).astype(np.float32)


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(6)


def started(net: GraphWriter, module: Any, *starts: str, **stated: Any) -> bytes:
    return net.data(net.recurrent(module, net.input("x", "time", "batch", INPUTS), "rnn", *starts, **stated)[0])


def _constant(net: GraphWriter, values: Any) -> str:
    return net.constant(values)


def _expanded(net: GraphWriter, values: Any) -> str:
    """One trained state for each member of a batch whose size is open."""
    batch = net.add("Gather", net.add("Shape", "x"), net.constant(np.array([1])))
    sizes = net.add("Concat", net.constant(np.array([len(values)])), batch, net.constant(np.array([UNITS])), axis=0)
    return str(net.add("Expand", net.constant(values), sizes))


def _sliced(net: GraphWriter, values: Any) -> str:
    both = net.constant(np.concatenate([values * 0 + 7, values]))
    cuts = (net.constant(np.array([one])) for one in (len(values), 2 * len(values), 0))
    return str(net.add("Slice", both, *cuts))


@pytest.mark.parametrize("make", [_constant, _expanded, _sliced])
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_trained_start_states_are_the_ones_to_start_from(kind: Any, make: Callable[[GraphWriter, Any], str]) -> None:
    net, module = GraphWriter(), kind(INPUTS, UNITS, bidirectional=True)
    net.input("x", "time", "batch", INPUTS)
    given = START[: 2 if kind is nn.LSTM else 1, :2]
    steps, _ = net.recurrent(module, "x", "rnn", *(make(net, one) for one in given))
    group = groups_of(net.data(steps))["rnn"]
    assert list(group.initial) == ["h_0", "c_0"][: len(given)]
    assert any("own trained state" in note for note in group.notes)
    assert all(np.array_equal(group.initial[state], one[:, 0]) for state, one in zip(group.initial, given, strict=True))
    model = explorer.load_checkpoint(net.data(steps))
    assert {state: values.tolist() for state, values in model.initial.items()} == {
        state: values.tolist() for state, values in group.initial.items()
    }
    expected = states(module, X, *(torch.as_tensor(one[:, 0]) for one in given))
    assert distance(hidden(model, X, **group.initial), expected) <= SINGLE


def test_start_states_of_a_stack_stand_layer_by_layer() -> None:
    net, lower, upper = GraphWriter(), nn.LSTM(INPUTS, UNITS), nn.LSTM(UNITS, UNITS)
    first, _ = net.recurrent(lower, net.input("x", "time", 1, INPUTS), "rnn")
    names = [net.constant(START[state, :1]) for state in (0, 1)]
    data = net.data(net.recurrent(upper, first, "rnn_1", *names)[0])
    initial = groups_of(data)["rnn"].initial
    assert not initial["h_0"][0].any()
    assert np.array_equal(initial["h_0"][1], START[0, 0, 0])
    lows = states(lower, X)
    expected = states(upper, lows, *(torch.as_tensor(START[state, :1, 0]) for state in (0, 1)))
    assert distance(hidden(explorer.load_checkpoint(data), X, **initial), expected) <= SINGLE


def test_start_states_of_zeros_say_nothing() -> None:
    net, module = GraphWriter(), nn.LSTM(INPUTS, UNITS)
    net.input("x", "time", "batch", INPUTS)
    sizes = net.add("Shape", net.add("Mystery", "x"))
    zeros = net.add("ConstantOfShape", sizes)
    group = groups_of(net.data(net.recurrent(module, "x", "rnn", zeros, zeros)[0]))["rnn"]
    assert not group.initial
    assert not group.notes


def test_start_states_from_outside_are_said() -> None:
    net, module = GraphWriter(), nn.LSTM(INPUTS, UNITS, 2)
    given = [net.input(name, 1, 1, UNITS) for name in ("h_in", "c_in")]
    data = started(net, module, *given)
    group = groups_of(data)["rnn"]
    assert group.num_layers == 2
    assert any("'h_in'" in note and "'c_in'" in note for note in group.notes)
    assert distance(hidden(explorer.load_checkpoint(data), X), states(module, X)) <= SINGLE


def test_lengths_are_said() -> None:
    net = GraphWriter()
    steps, _ = net.recurrent(nn.LSTM(INPUTS, UNITS), net.input("x", "time", "batch", INPUTS))
    lstm = next(node for node in net.nodes if node.op_type == "LSTM")
    lstm.input.append(net.input("lengths", "batch"))
    assert any("'lengths'" in note for note in groups_of(net.data(steps))["rnn"].notes)


def hard_loop(weights: dict[str, Any], slope: float, kind: str) -> Any:
    """The cell with clip(slope·x + ½, 0, 1) for σ, in a loop and float64."""
    w = {name: value.astype(np.float64) for name, value in weights.items()}
    h, c, found = np.zeros(UNITS), np.zeros(UNITS), []

    def hard(values: Any) -> Any:
        return np.clip(slope * values + 0.5, 0, 1)

    for x in X:
        own, past = w["weight_ih"] @ x + w["bias_ih"], w["weight_hh"] @ h + w["bias_hh"]
        if kind == "lstm":
            i, f, g, o = np.split(own + past, 4)
            c = hard(f) * c + hard(i) * np.tanh(g)
            h = hard(o) * np.tanh(c)
        else:
            r, z = (hard(own[block] + past[block]) for block in (slice(0, UNITS), slice(UNITS, 2 * UNITS)))
            n = np.tanh(own[2 * UNITS :] + r * past[2 * UNITS :])
            h = (1 - z) * n + z * h
        found.append(h)
    return np.array(found)


@pytest.mark.parametrize(("stated", "slope"), [({}, 0.2), ({"activation_alpha": [0.3]}, 0.3)])
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_hard_sigmoid_of_any_slope(kind: Any, stated: dict[str, Any], slope: float) -> None:
    module = kind(INPUTS, UNITS)
    tanhs = ["Tanh"] * (2 if kind is nn.LSTM else 1)
    data = started(GraphWriter(), module, activations=["HardSigmoid", *tanhs], **stated)
    assert groups_of(data)["rnn"].options["hard_sigmoid"] == slope
    expected = hard_loop(weights_of(module), slope, "lstm" if kind is nn.LSTM else "gru")
    assert distance(hidden(explorer.load_checkpoint(data), X), expected) <= SINGLE


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "another offset": ({"activations": ["HardSigmoid", "Tanh", "Tanh"], "activation_beta": [0.4]}, "HardSigmoid"),
    "affine": ({"activations": ["Sigmoid", "Affine", "Tanh"]}, "affine"),
    "clip": ({"clip": 2.0}, "clips"),
    "coupled": ({"input_forget": 1}, "couples"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_no_cell_here_does_is_refused(what: str) -> None:
    stated, said = REFUSED[what]
    with pytest.raises(explorer.CheckpointError, match=rf"(?=.*'rnn|/rnn/LSTM).*{said}"):
        explorer.load_checkpoint(started(GraphWriter(), nn.LSTM(INPUTS, UNITS), **stated))


def test_both_directions_that_squash_differently_are_refused() -> None:
    activations = ["Sigmoid", "Tanh", "Tanh", "HardSigmoid", "Tanh", "Tanh"]
    with pytest.raises(explorer.CheckpointError, match="not alike in both directions"):
        explorer.load_checkpoint(started(GraphWriter(), nn.LSTM(INPUTS, UNITS, bidirectional=True),
                                         activations=activations))  # fmt: skip


@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_a_node_that_reads_from_the_end_says_so(kind: Any) -> None:
    module = kind(INPUTS, UNITS)
    data = started(GraphWriter(), module, direction="reverse")
    group = groups_of(data)["rnn"]
    assert any("from the end" in note for note in group.notes)
    model = explorer.load_checkpoint(data)
    assert distance(hidden(model, X[::-1]), states(module, X[::-1].copy())) <= SINGLE


def test_batch_first_layout_with_start_head_and_stack() -> None:
    net, lower, upper, fc = GraphWriter(), nn.GRU(INPUTS, UNITS), nn.GRU(UNITS, UNITS), nn.Linear(UNITS, 2)
    x, width = net.input("x", "batch", "time", INPUTS), net.constant(np.array([0, 0, UNITS]))
    start = net.constant(START[0, :1].transpose(1, 0, 2))
    for turn, module in enumerate((lower, upper)):
        nodes, tensors = onnx_node("gru", [weights_of(module)], f"/rnn/GRU_{turn}", x, linear_before_reset=1, layout=1)
        nodes[0].input.extend(["", start] if turn == 0 else [])
        net.nodes += nodes
        net.tensors += tensors
        x = net.add("Reshape", f"/rnn/GRU_{turn}Y", width)
    data = net.data(net.linear(fc, x))
    (group,) = groups_of(data).values()
    assert (group.num_layers, group.head) == (2, "fc.weight")
    lows = states(lower, X, torch.as_tensor(START[0, :1, 0]))
    run = explorer.record(explorer.load_checkpoint(data), X, **group.initial)
    expected = states(upper, lows)
    assert distance(run["hidden"][1, 0], expected) <= SINGLE
    assert distance(run.output, fc(torch.as_tensor(expected)).detach().numpy()) <= SINGLE


def in_form(form: Callable[[GraphWriter, str, Any], str], kind: str = "lstm", **options: Any) -> tuple[bytes, Any]:
    """A file whose weights are written by ``form``, and the module."""
    module = getattr(nn, kind.upper())(INPUTS, UNITS, **options)
    sides = [weights_of(module, 0, reverse) for reverse in (False, True)[: 1 + module.bidirectional]]
    nodes, tensors = onnx_node(kind, sides, "/rnn/LSTM", "x")
    net = GraphWriter()
    net.input("x", "time", 1, INPUTS)
    for place, tensor in enumerate(tensors):
        nodes[0].input[1 + place] = form(net, tensor.name, onnx.numpy_helper.to_array(tensor))
    net.nodes += nodes
    return net.data("/rnn/LSTMY"), module


def _as_constant(net: GraphWriter, name: str, values: Any) -> str:
    net.nodes.append(onnx.helper.make_node("Constant", [], [name], value=onnx.numpy_helper.from_array(values, name)))
    return name


def _put_together(net: GraphWriter, name: str, values: Any) -> str:
    """As older exporters write them: cut by gates, put together in another order, one direction at a time."""
    sides = []
    for side, one in enumerate(values):
        whole, parts = net.constant(one, f"{name}.{side}"), []
        for start in range(0, len(one), UNITS):
            cuts = (net.constant(np.array([at])) for at in (start, start + UNITS, 0))
            parts.append(net.add("Slice", whole, *cuts))
        sides.append(net.add("Unsqueeze", net.add("Concat", *parts, axis=0), net.constant(np.array([0]))))
    return str(net.add("Concat", *sides, axis=0))


def _turned(net: GraphWriter, name: str, values: Any) -> str:
    axes = list(range(values.ndim))[::-1]
    return net.turned(net.add("Identity", net.constant(values.T, name)), *axes)


def _split(net: GraphWriter, name: str, values: Any) -> str:
    both = net.constant(np.concatenate([values * 2, values], axis=-1), name)
    sizes = net.constant(np.array([values.shape[-1]] * 2))
    return str(net.add("Split", both, sizes, outputs=2, axis=-1)[1])


def _half(net: GraphWriter, name: str, values: Any) -> str:
    return str(net.add("Cast", net.constant(values.astype(np.float16), name), to=onnx.TensorProto.FLOAT))


def _double(net: GraphWriter, name: str, values: Any) -> str:
    return net.constant(values.astype(np.float64), name)


def _normed(net: GraphWriter, name: str, values: Any) -> str:
    """g v / ‖v‖, the norm of each row, left in the graph."""
    direction = net.constant(values * 3, name)
    length = net.constant(np.sqrt(np.square(values.astype(np.float64)).sum(-1, keepdims=True)).astype(np.float32))
    unit = net.add("Div", direction, net.add("ReduceL2", direction, axes=[-1], keepdims=1))
    return str(net.add("Mul", length, unit))


FORMS = {
    "constants": (_as_constant, SINGLE), "put together": (_put_together, SINGLE), "turned": (_turned, SINGLE),
    "split": (_split, SINGLE), "half": (_half, 2e-3), "double": (_double, SINGLE), "normed": (_normed, SINGLE),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("both", [False, True], ids=["forward", "both directions"])
def test_weights_that_constants_make(form: str, both: bool) -> None:
    make, tolerance = FORMS[form]
    data, module = in_form(make, bidirectional=both)
    model = explorer.load_checkpoint(data)
    assert distance(hidden(model, X), states(module, X)) <= tolerance
    (group,) = inspect_checkpoint(data).groups
    assert {name.split(".")[0] for name in group.sources} >= {"/rnn/LSTMW", "/rnn/LSTMR", "/rnn/LSTMB"}


def quantised(values: Any, axes: tuple[int, ...], signed: bool = True) -> tuple[Any, Any, Any]:
    """Whole numbers, scales and zero points that stand for values: x = (q − zero) · scale."""
    low, high = values.min(axes, keepdims=True, initial=0), values.max(axes, keepdims=True, initial=0)
    scale = ((high - low) / 255).astype(np.float32)
    offset = -128 if signed else 0
    zero = np.round(offset - low / scale)
    numbers = np.clip(np.round(values / scale + zero), offset, offset + 255)
    kind = np.int8 if signed else np.uint8
    return numbers.astype(kind), scale, np.clip(zero, offset, offset + 255).astype(kind)


def _quantised_by_graph(net: GraphWriter, name: str, values: Any) -> str:
    axes = tuple(axis for axis in range(values.ndim) if axis != 1)
    numbers, scale, zero = quantised(values, axes)
    parts = (net.constant(numbers, name), net.constant(scale.reshape(-1)), net.constant(zero.reshape(-1)))
    return str(net.add("DequantizeLinear", *parts, axis=1))


def test_weights_that_the_graph_scales_back() -> None:
    data, _ = in_form(_quantised_by_graph, bidirectional=False)
    model = explorer.load_checkpoint(data)
    expected = reference(data, "/rnn/LSTMY", x=X[:, None])[:, 0, 0]
    assert distance(hidden(model, X), expected) <= SINGLE
    assert any("whole numbers" in note for note in model.card["notes"])


@pytest.mark.parametrize("signed", [True, False], ids=["int8", "uint8"])
@pytest.mark.parametrize("columns", [True, False], ids=["a scale a column", "one scale"])
def test_the_quantised_lstm_of_onnx_runtime(columns: bool, signed: bool) -> None:
    module = nn.LSTM(INPUTS, UNITS, bidirectional=True)
    _, tensors = onnx_node("lstm", [weights_of(module, 0, reverse) for reverse in (False, True)], "/rnn/LSTM", "x")
    net, w, r, b = GraphWriter(), *(onnx.numpy_helper.to_array(one) for one in tensors)
    axes = (1,) if columns else (1, 2)
    stored = [quantised(one.transpose(0, 2, 1), axes, signed) for one in (w, r)]
    shape = (2, -1) if columns else (2,)
    more = [net.constant(part.reshape(shape)) for _, *parts in stored for part in parts]
    names = [net.constant(numbers) for numbers, *_ in stored]
    net.nodes.append(
        onnx.helper.make_node(
            "DynamicQuantizeLSTM", ["x", *names, net.constant(b), "", "", "", "", *more], ["y"],
            name="/rnn/LSTM_quant", domain="com.microsoft", hidden_size=UNITS, direction="bidirectional",
        )
    )  # fmt: skip
    net.input("x", "time", 1, INPUTS)
    model = explorer.load_checkpoint(net.data("y"))
    whole = [(numbers.astype(np.float32) - zero) * scale for numbers, scale, zero in stored]
    twin = nn.LSTM(INPUTS, UNITS, bidirectional=True)
    for side, ending in enumerate(("", "_reverse")):
        for name, values in zip(("weight_ih", "weight_hh"), whole, strict=True):
            i, o, f, c = np.split(values[side].T, 4)
            getattr(twin, f"{name}_l0{ending}").data = torch.as_tensor(np.concatenate([i, f, c, o]))
        for name in ("bias_ih", "bias_hh"):
            setattr(twin, f"{name}_l0{ending}", getattr(module, f"{name}_l0{ending}"))
    assert distance(hidden(model, X), states(twin, X)) <= SINGLE
    assert distance(hidden(model, X), states(module, X)) <= 0.05
    assert any("8-bit" in note and "ONNX Runtime" in note for note in model.card["notes"])


def test_an_embedding_of_whole_numbers_is_scaled_back() -> None:
    net, module = GraphWriter(), nn.GRU(INPUTS, UNITS)
    numbers, scale, zero = quantised(np.random.default_rng(2).normal(size=(9, INPUTS)), (0, 1), signed=False)
    table = net.constant(numbers, "emb.weight_quantized")
    rows = net.add("Gather", table, net.input("ids", "batch", "time", whole=True))
    scaling = (net.constant(one.reshape(())) for one in (scale, zero))
    read = net.add("DequantizeLinear", net.turned(rows, 1, 0, 2), *scaling)
    model = explorer.load_checkpoint(net.data(net.recurrent(module, read)[0]))
    ids = np.arange(9)
    expected = states(module, (numbers[ids].astype(np.float32) - zero[0]) * scale[0])
    assert distance(hidden(model, ids), expected) <= SINGLE


def test_bfloat16_is_widened_and_said() -> None:
    module = nn.GRU(INPUTS, UNITS)
    nodes, tensors = onnx_node("gru", [weights_of(module)], "/rnn/GRU", "x", linear_before_reset=1)
    net = GraphWriter()
    net.input("x", "time", 1, INPUTS)
    net.nodes += nodes
    for tensor in tensors:
        bits = torch.as_tensor(onnx.numpy_helper.to_array(tensor).copy()).bfloat16().view(torch.int16).numpy()
        net.tensors.append(
            onnx.helper.make_tensor(tensor.name, onnx.TensorProto.BFLOAT16, tensor.dims, bits.tobytes(), raw=True)
        )
    model = explorer.load_checkpoint(net.data("/rnn/GRUY"))
    assert any("bfloat16" in note for note in model.card["notes"])
    assert distance(hidden(model, X), states(module.bfloat16().float(), X)) <= SINGLE


def test_weights_that_depend_on_what_goes_in_are_refused_by_name() -> None:
    def mixed(net: GraphWriter, name: str, values: Any) -> str:
        return str(net.add("Mul", net.constant(values, name), "x", name="/hyper/Mul"))

    with pytest.raises(explorer.CheckpointError, match=r"/hyper/Mul"):
        explorer.load_checkpoint(in_form(mixed)[0])
