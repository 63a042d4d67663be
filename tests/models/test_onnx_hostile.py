"""Graphs in circles, without end, or of more numbers than fit: read within bounds, or refused by name."""

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
from tests.models.onnx_writers import GraphWriter, states
from tests.models.reference import distance
from tests.models.test_onnx_graphs import INPUTS, UNITS, X, hidden

SINGLE = 1e-6
Bomb = Callable[[GraphWriter], str]


def numbers(net: GraphWriter, *values: int) -> str:
    return net.constant(np.array(values, np.int64))


def _doubled(net: GraphWriter) -> str:
    whole = net.constant(np.ones((1, 4 * UNITS, INPUTS), np.float32))
    for _ in range(60):
        whole = net.add("Concat", whole, whole, axis=2)
    return whole


def _copied(net: GraphWriter) -> str:
    """A view of one number in 2⁴⁰ places, which turning it would make whole."""
    wide = net.add("Expand", net.constant(np.ones((1, 20, 1), np.float32)), numbers(net, 1, 20, 2**40))
    return str(net.add("Reshape", net.turned(wide, 2, 1, 0), numbers(net, -1)))


def _many_of_the_most(net: GraphWriter) -> str:
    whole = net.add("Tile", net.constant(np.ones((1, 20, 1), np.float32)), numbers(net, 1, 1, 10**6))
    for _ in range(50):
        whole = net.add("Neg", whole)
    return str(whole)


BOMBS: dict[str, Bomb] = {
    "filled": lambda net: net.add("ConstantOfShape", numbers(net, 1, 20, 10**12)),
    "doubled": _doubled,
    "copied": _copied,
    "tiled": lambda net: net.add("Tile", net.constant(np.ones((1, 20, 3), np.float32)), numbers(net, 1, 1, 10**11)),
    "many": _many_of_the_most,
    "counted": lambda net: net.add("Range", *(net.constant(np.float32(one)) for one in (0, 1e12, 1))),
    "looked up": lambda net: net.add(
        "Gather", net.constant(np.ones((20, 3000), np.float32)), net.constant(np.zeros((1, 10**5), np.int64))
    ),
    "spread out": lambda net: net.add(
        "Mul", net.constant(np.ones((10**5, 1), np.float32)), net.constant(np.ones((1, 10**5), np.float32))
    ),
    "divided by zero": lambda net: net.add(
        "Range", net.constant(np.float32(0)), net.constant(np.float32(9)), net.constant(np.float32(0))
    ),
    "turned about axes it lacks": lambda net: net.turned(net.constant(np.ones((1, 20, 3), np.float32)), 0, 7, 1),
    "cut by words": lambda net: net.add("Transpose", net.constant(np.ones((1, 20, 3), np.float32)), perm=["a", "b"]),
}


@pytest.mark.parametrize("what", BOMBS)
def test_constants_that_would_not_fit_are_not_made(what: str) -> None:
    net = GraphWriter()
    net.input("x", "time", 1, INPUTS)
    weights = BOMBS[what](net)
    nodes, tensors = onnx_node("lstm", [weights_of(nn.LSTM(INPUTS, UNITS))], "/rnn/LSTM", "x")
    nodes[0].input[1] = weights
    net.nodes += nodes
    net.tensors += tensors[1:]
    maker = next(node for node in net.nodes if weights in node.output)
    with pytest.raises(explorer.CheckpointError, match=maker.name) as refused:
        explorer.load_checkpoint(net.data("/rnn/LSTMY"))
    assert len(str(refused.value)) < 300


def test_a_graph_in_a_circle_ends() -> None:
    net = GraphWriter()
    for here, there in (("a", "b"), ("b", "a")):
        net.nodes.append(onnx.helper.make_node("Identity", [here], [there]))
    module = nn.LSTM(INPUTS, UNITS)
    steps, _ = net.recurrent(module, "a")
    net.nodes.append(onnx.helper.make_node("Add", [steps, "y"], ["y"], name="/again"))
    data = net.data("y")
    assert "Add '/again'" in inspect_checkpoint(data).groups[0].after
    assert distance(hidden(explorer.load_checkpoint(data), X), states(module, X)) <= SINGLE


def test_a_node_that_reads_itself_is_no_stack() -> None:
    net, module = GraphWriter(), nn.GRU(UNITS, UNITS)
    net.input("x", "time", 1, INPUTS)
    nodes, tensors = onnx_node("gru", [weights_of(module)], "/rnn/GRU", "/rnn/GRUY", linear_before_reset=1)
    net.nodes, net.tensors = nodes, tensors
    (group,) = inspect_checkpoint(net.data("/rnn/GRUY")).groups
    assert (group.num_layers, group.between) == (1, ("GRU '/rnn/GRU'",))


@pytest.mark.parametrize("operator", ["Identity", "Relu"])
def test_long_chains_are_walked(operator: str) -> None:
    """20,000 operators one after the other: no recursion reaches so far."""
    net, before = GraphWriter(), "x"
    net.input("x", "time", 1, INPUTS)
    for turn in range(10_000):
        net.nodes.append(onnx.helper.make_node(operator, [before], [f"t{turn}"]))
        before = f"t{turn}"
    after, _ = net.recurrent(nn.LSTM(INPUTS, UNITS), before)
    for turn in range(10_000):
        net.nodes.append(onnx.helper.make_node(operator, [after], [f"u{turn}"]))
        after = f"u{turn}"
    (group,) = inspect_checkpoint(net.data(after)).groups
    few = () if operator == "Identity" else 7
    assert (group.between and len(group.between), group.after and len(group.after)) == (few, few)


def test_a_hundred_thousand_operators_are_refused() -> None:
    net = GraphWriter()
    net.nodes = [onnx.helper.make_node("Relu", ["x"], [f"t{turn}"]) for turn in range(100_000)]
    with pytest.raises(explorer.CheckpointError, match="200,000 parts"):
        inspect_checkpoint(net.data("t0"))


def test_a_graph_in_which_everything_reads_everything_is_given_up() -> None:
    net = GraphWriter()
    net.input("x", "time", 1, INPUTS)
    nodes, net.tensors = onnx_node("lstm", [weights_of(nn.LSTM(INPUTS, UNITS))], "/rnn/LSTM", "x")
    for turn in range(150):
        net.nodes.append(onnx.helper.make_node("LSTM", ["x", *nodes[0].input[1:]], [f"y{turn}"], hidden_size=UNITS))
    net.nodes.append(onnx.helper.make_node("Sum", [f"y{turn}" for turn in range(150)], ["s"]))
    last = "s"
    for turn in range(18_000):
        net.nodes.append(onnx.helper.make_node("Relu", [last], [f"z{turn}"]))
        last = f"z{turn}"
    found = inspect_checkpoint(net.data(last))
    assert any("too entangled" in problem for problem in found.problems)


def test_of_very_many_recurrent_operators_the_first_are_read_and_it_is_said() -> None:
    net = GraphWriter()
    net.input("x", "time", 1, INPUTS)
    nodes, net.tensors = onnx_node("lstm", [weights_of(nn.LSTM(INPUTS, UNITS))], "/rnn/LSTM", "x")
    for turn in range(1_000):
        net.nodes.append(onnx.helper.make_node("LSTM", ["x", *nodes[0].input[1:]], [f"y{turn}"], hidden_size=UNITS))
    found = inspect_checkpoint(net.data("y0"))
    assert len(found.groups) == 64
    assert any("1,000 recurrent operators" in problem for problem in found.problems)


def test_inputs_of_any_size_are_followed_within_bounds() -> None:
    for sizes in ((10**6, 50, 40), (10**12, 10**12, 40), (0, -5, 40), (2000, 50, 40)):
        net, module = GraphWriter(), nn.LSTM(40, UNITS)
        x = net.input("x", *sizes)
        for _ in range(200):
            x = net.add("Reshape", net.turned(x, 1, 0, 2), net.constant(np.array(sizes)))
        data = net.data(net.recurrent(module, x)[0])
        seen = np.random.default_rng(1).normal(size=(9, 40)).astype(np.float32)
        assert distance(hidden(explorer.load_checkpoint(data), seen), states(module, seen)) <= SINGLE


def test_sentences_stay_short_whatever_the_names() -> None:
    torch.manual_seed(1)
    long = "x" * 5_000
    net = GraphWriter()
    module = nn.LSTM(INPUTS, UNITS)
    starts = (net.input(f"h{long}", 1, 1, UNITS), net.input(f"c{long}", 1, 1, UNITS))
    first, _ = net.recurrent(module, net.input("x", "time", 1, INPUTS), long, *starts)
    for turn in range(9):
        first = net.add(f"Op{long}", first, name=f"{turn}{long}")
    group = inspect_checkpoint(net.data(first)).groups[0]
    assert all(len(note) < 300 for note in group.notes)
    assert all(len(name) < 130 for name in group.after)


def _named(change: Callable[[Any, str], Any]) -> bytes:
    """A file of one node whose every name is long, changed."""
    long = "n" * 400
    net = GraphWriter()
    net.input("x", "time", 1, INPUTS)
    nodes, tensors = onnx_node("lstm", [weights_of(nn.LSTM(INPUTS, UNITS))], long, "x")
    net.nodes, net.tensors = nodes, tensors
    change(net, long)
    return net.data(f"{long}Y")


def _outside(net: GraphWriter, long: str) -> None:
    onnx.external_data_helper.set_external_data(net.tensors[0], f"/{long}")
    net.tensors[0].data_location = onnx.TensorProto.EXTERNAL


def _missing(net: GraphWriter, long: str) -> None:
    onnx.external_data_helper.set_external_data(net.tensors[0], long)
    net.tensors[0].data_location = onnx.TensorProto.EXTERNAL


def _squashed(net: GraphWriter, long: str) -> None:
    net.nodes[0].attribute.append(onnx.helper.make_attribute("activations", [long] * 30))


def _looped(net: GraphWriter, long: str) -> None:
    net.nodes[0].op_type = long
    body = onnx.helper.make_graph([], "g", [], [])
    net.add("Loop", "x", name=long, body=body)
    net.nodes[-1].attribute[0].g.node.add(op_type="Tanh")


@pytest.mark.parametrize(
    "change",
    [_outside, _missing, _squashed, _looped, lambda net, long: net.tensors.clear(),
     lambda net, long: setattr(net.nodes[0], "op_type", long)],
)  # fmt: skip
def test_refusals_stay_short_whatever_the_names(change: Callable[[Any, str], Any]) -> None:
    with pytest.raises(explorer.CheckpointError) as refused:
        explorer.load_checkpoint(_named(change))
    assert len(str(refused.value)) < 300
