"""What an ONNX graph puts before, between and after its recurrent layers is followed edge by edge."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import explorer
from explorer.models import inspect_checkpoint, open_group
from tests.models.onnx_writers import GraphWriter, reference, states
from tests.models.reference import distance

INPUTS, UNITS, TOKENS, STEPS = 3, 5, 9, 12
X = np.random.default_rng(3).normal(size=(STEPS, INPUTS)).astype(np.float32)
IDS = np.random.default_rng(4).integers(0, TOKENS, STEPS)
SINGLE = 1e-6


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(5)


def hidden(model: explorer.Model, x: Any, **given: Any) -> Any:
    """The last layer's states, (time, directions·units)."""
    trace = explorer.record(model, x, **given)
    return np.concatenate([trace.select("hidden", trace.num_layers - 1, way) for way in trace.directions], axis=1)


def groups_of(data: bytes) -> dict[str, Any]:
    return {group.name: group for group in inspect_checkpoint(data).groups}


def opened(data: bytes, name: str) -> explorer.Model:
    found = inspect_checkpoint(data)
    return open_group(found, found.find(name))


@pytest.mark.parametrize("product", ["MatMul", "Gemm"])
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU, nn.RNN])
def test_embedding_stack_and_head_that_the_graph_joins(kind: Any, product: str) -> None:
    net, rnn = GraphWriter(), kind(INPUTS, UNITS, 2, bidirectional=True)
    emb, fc = nn.Embedding(TOKENS, INPUTS), nn.Linear(2 * UNITS, 4)
    x = net.turned(net.embedded(emb, net.input("ids", "batch", "time", whole=True)), 1, 0, 2)
    steps, _ = net.recurrent(rnn, x)
    rows = net.turned(steps, 1, 0, 2)
    if product == "Gemm":
        rows = net.add("Reshape", rows, net.constant(np.array([-1, 2 * UNITS])))
    data = net.data(net.add("LogSoftmax", net.linear(fc, rows, product=product)))
    group = groups_of(data)["rnn"]
    assert (group.num_layers, group.between, group.after) == (2, (), ())
    model = explorer.load_checkpoint(data)
    trace = explorer.record(model, IDS)
    expected = states(rnn, emb(torch.as_tensor(IDS)).detach())
    assert distance(hidden(model, IDS), expected) <= SINGLE
    assert distance(trace.output, fc(torch.as_tensor(expected)).detach().numpy()) <= SINGLE
    assert any("LogSoftmax" in note for note in group.notes)


def between(make: Callable[[GraphWriter, str], str]) -> Any:
    """The group of an LSTM that reads an embedding through what ``make`` adds."""
    net = GraphWriter()
    rows = net.embedded(nn.Embedding(TOKENS, INPUTS), net.input("ids", "batch", "time", whole=True))
    steps, _ = net.recurrent(nn.LSTM(INPUTS, UNITS), make(net, rows))
    return groups_of(net.data(net.linear(nn.Linear(UNITS, 2), steps)))["rnn"]


def _convolution(net: GraphWriter, rows: str) -> str:
    kernel = net.constant(nn.Conv1d(INPUTS, INPUTS, 3).weight)
    return net.turned(net.add("Conv", net.turned(rows, 0, 2, 1), kernel, name="/conv/Conv", pads=[1, 1]), 2, 0, 1)


BETWEEN: dict[str, tuple[Callable[[GraphWriter, str], str], str]] = {
    "a convolution": (_convolution, "Conv '/conv/Conv'"),
    "a norm": (
        lambda net, rows: net.turned(
            net.add("LayerNormalization", rows, net.constant(np.ones(INPUTS, np.float32)), name="/n/Norm"), 1, 0, 2
        ),
        "LayerNormalization '/n/Norm'",
    ),
    "a scale": (
        lambda net, rows: net.turned(net.add("Mul", rows, net.constant(np.float32(2)), name="/Mul"), 1, 0, 2),
        "Mul '/Mul'",
    ),
    "a linear layer": (
        lambda net, rows: net.turned(net.linear(nn.Linear(INPUTS, INPUTS), rows, "into"), 1, 0, 2),
        "MatMul '/into/MatMul'",
    ),
    "rows turned round in time": (
        lambda net, rows: net.turned(
            net.add("Slice", rows, *(net.constant(np.array([one])) for one in (-1, -100, 1, -1)), name="/flip/Slice"),
            1, 0, 2,
        ),
        "Slice '/flip/Slice'",
    ),
    "features in another order": (
        lambda net, rows: net.turned(
            net.add("Gather", rows, net.constant(np.array([2, 1, 0])), axis=2, name="/mix/Gather"), 1, 0, 2
        ),
        "Gather '/mix/Gather'",
    ),
    "an operator that nobody knows": (
        lambda net, rows: net.turned(net.add("Mystery", rows, name="/who"), 1, 0, 2), "Mystery '/who'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", BETWEEN)
def test_what_stands_between_embedding_and_network_is_named_and_not_joined_across(what: str) -> None:
    make, named = BETWEEN[what]
    group = between(make)
    assert named in group.between
    assert group.embedding is None


def test_a_dense_layer_between_two_lstms_makes_two_networks() -> None:
    net, lower, upper = GraphWriter(), nn.LSTM(INPUTS, UNITS), nn.LSTM(UNITS, UNITS)
    dense, fc = nn.Linear(UNITS, UNITS), nn.Linear(UNITS, 1)
    first, _ = net.recurrent(lower, net.input("x", "time", 1, INPUTS), "lstm_1")
    middle = net.linear(dense, first, "dense")
    second, _ = net.recurrent(upper, middle, "lstm_2")
    data = net.data(net.linear(fc, second))
    groups = groups_of(data)
    assert set(groups) == {"lstm_1", "lstm_2"}
    assert "MatMul '/dense/MatMul'" in groups["lstm_1"].after
    assert "MatMul '/dense/MatMul'" in groups["lstm_2"].between
    assert (groups["lstm_1"].head, groups["lstm_2"].head) == (None, "fc.weight")
    assert distance(hidden(opened(data, "lstm_1"), X), states(lower, X)) <= SINGLE
    seen = reference(data, middle, x=X[:, None])[:, 0]
    run = explorer.record(opened(data, "lstm_2"), seen)
    assert distance(run["hidden"][0, 0], states(upper, seen)) <= SINGLE
    assert distance(run.output, fc(torch.as_tensor(states(upper, seen))).detach().numpy()) <= SINGLE


def test_layers_that_agree_in_size_and_name_alone_are_no_stack() -> None:
    net, one, other = GraphWriter(), nn.GRU(UNITS, UNITS), nn.GRU(UNITS, UNITS)
    x = net.input("x", "time", 1, UNITS)
    both = net.add("Add", net.recurrent(one, x, "gru")[0], net.recurrent(other, x, "gru_1")[0])
    data = net.data(both)
    assert set(groups_of(data)) == {"gru", "gru_1"}
    seen = np.random.default_rng(1).normal(size=(STEPS, UNITS)).astype(np.float32)
    for name, module in (("gru", one), ("gru_1", other)):
        assert distance(hidden(opened(data, name), seen), states(module, seen)) <= SINGLE


@pytest.mark.parametrize("lower", [nn.LSTM(INPUTS, UNITS), nn.GRU(INPUTS, 2 * UNITS)])
def test_layers_that_follow_each_other_but_differ_stay_apart(lower: Any) -> None:
    net = GraphWriter()
    upper = nn.GRU(lower.hidden_size, UNITS)
    first, _ = net.recurrent(lower, net.input("x", "time", 1, INPUTS), "a")
    groups = groups_of(net.data(net.recurrent(upper, first, "b")[0]))
    assert set(groups) == {"a", "b"}
    assert "'a'" in " ".join(groups["b"].between)
    assert "'b'" in " ".join(groups["a"].after)


def test_encoder_and_decoder_are_two_networks_and_only_the_decoder_has_the_head() -> None:
    net, encoder, decoder = GraphWriter(), nn.GRU(INPUTS, UNITS), nn.GRU(INPUTS, UNITS)
    emb, fc = nn.Embedding(TOKENS, INPUTS), nn.Linear(UNITS, TOKENS)
    asked = net.embedded(emb, net.input("asked", "time", 1, whole=True))
    _, last = net.recurrent(encoder, asked, "encoder")
    said = net.add("Gather", "emb.weight", net.input("said", "steps", 1, whole=True), name="/emb_1/Gather")
    steps, _ = net.recurrent(decoder, said, "decoder", last)
    data = net.data(net.linear(fc, steps))
    groups = groups_of(data)
    assert {name: group.head for name, group in groups.items()} == {"encoder": None, "decoder": "fc.weight"}
    assert {group.embedding for group in groups.values()} == {"emb.weight"}
    assert any("last states of" in note and "encoder" in note for note in groups["decoder"].notes)
    assert not groups["decoder"].initial
    assert "GRU '/decoder/GRU'" in groups["encoder"].after
    for name, module in (("encoder", encoder), ("decoder", decoder)):
        expected = states(module, emb(torch.as_tensor(IDS)).detach())
        assert distance(hidden(opened(data, name), IDS), expected) <= SINGLE


@pytest.mark.parametrize("bridge", [False, True], ids=["its last state", "through a linear layer"])
def test_a_decoder_that_reads_the_encoder_step_by_step_and_starts_from_it_is_no_layer_of_it(bridge: bool) -> None:
    net, encoder, decoder = GraphWriter(), nn.GRU(INPUTS, UNITS), nn.GRU(UNITS, UNITS)
    steps, last = net.recurrent(encoder, net.input("x", "time", 1, INPUTS), "encoder")
    start = net.linear(nn.Linear(UNITS, UNITS), last, "bridge") if bridge else last
    groups = groups_of(net.data(net.recurrent(decoder, steps, "decoder", start)[0]))
    assert set(groups) == {"encoder", "decoder"}
    assert groups["decoder"].between == ("GRU '/encoder/GRU'",)
    assert any("/bridge/" in note if bridge else "encoder" in note for note in groups["decoder"].notes)


Reading = Callable[[GraphWriter, str, str], str]


def _picked(net: GraphWriter, x: str, place: int, axis: int) -> str:
    return str(net.add("Gather", x, net.constant(np.array(place)), axis=axis))


def _ends(net: GraphWriter, last: str, *order: int) -> str:
    return str(net.add("Concat", *(_picked(net, last, side, 0) for side in order), axis=1))


READINGS: dict[str, tuple[Reading, str, Callable[[Any, Any], Any]]] = {
    "both ends, from Y_h": (
        lambda net, steps, last: _ends(net, last, 0, 1), "ends", lambda y, half: torch.cat([y[-1, :half], y[0, half:]]),
    ),
    "the last position": (lambda net, steps, last: _picked(net, steps, -1, 0), "step", lambda y, half: y[-1]),
}  # fmt: skip


@pytest.mark.parametrize("reading", READINGS)
def test_a_head_reads_the_states_that_the_graph_says(reading: str) -> None:
    read, how, expected = READINGS[reading]
    net, rnn, fc = GraphWriter(), nn.LSTM(INPUTS, UNITS, 2, bidirectional=True), nn.Linear(2 * UNITS, 3)
    steps, last = net.recurrent(rnn, net.input("x", "time", 1, INPUTS))
    data = net.data(net.linear(fc, read(net, steps, last), product="Gemm"))
    group = groups_of(data)["rnn"]
    assert (group.head, group.reads) == ("fc.weight", how)
    answer = explorer.record(explorer.load_checkpoint(data), X).output[-1]
    seen = expected(torch.as_tensor(states(rnn, X)), UNITS)
    assert np.abs(answer - fc(seen).detach().numpy()).max() <= SINGLE
    assert how == "ends" or any("last position" in note for note in group.notes)


def test_a_head_on_the_last_state_of_one_direction() -> None:
    net, rnn, fc = GraphWriter(), nn.GRU(INPUTS, UNITS), nn.Linear(UNITS, 2, bias=False)
    _, last = net.recurrent(rnn, net.input("x", "time", 1, INPUTS))
    output = net.linear(fc, net.add("Squeeze", last, net.constant(np.array([0]))), product="Gemm")
    data = net.data(output)
    model = explorer.load_checkpoint(data)
    assert model.head is not None
    assert model.head.bias is None
    answer = explorer.record(model, X).output[-1]
    assert np.abs(answer - reference(data, output, x=X[:, None])[0]).max() <= SINGLE


def _attention(net: GraphWriter, steps: str, last: str) -> str:
    scores = net.add("Softmax", net.linear(nn.Linear(2 * UNITS, 1), steps, "score"), axis=0)
    summed = net.add("ReduceSum", net.add("Mul", scores, steps), net.constant(np.array([0])), keepdims=0)
    return net.linear(nn.Linear(2 * UNITS, 2), summed, "head")


def _two_layers(net: GraphWriter, steps: str, last: str) -> str:
    inner = net.add("Relu", net.linear(nn.Linear(2 * UNITS, 2 * UNITS), steps, "score"))
    return net.linear(nn.Linear(2 * UNITS, 2), inner, "head")


OTHERS: dict[str, tuple[Reading, str]] = {
    "an attention scorer": (_attention, "MatMul '/score/MatMul'"),
    "two layers": (_two_layers, "MatMul '/score/MatMul'"),
    "a mean over time": (
        lambda net, steps, last: net.linear(
            nn.Linear(2 * UNITS, 2),
            net.add("ReduceMean", steps, net.constant(np.array([0])), keepdims=0, name="/Mean"), "head",
        ),
        "ReduceMean '/Mean'",
    ),
    "a norm": (
        lambda net, steps, last: net.linear(
            nn.Linear(2 * UNITS, 2),
            net.add("LayerNormalization", steps, net.constant(np.ones(2 * UNITS, np.float32)), name="/n"),
        ),
        "LayerNormalization '/n'",
    ),
    "both ends, the reverse one first": (
        lambda net, steps, last: net.linear(nn.Linear(2 * UNITS, 2), _ends(net, last, 1, 0), "head"),
        "MatMul '/head/MatMul'",
    ),
    "the first position": (
        lambda net, steps, last: net.linear(nn.Linear(2 * UNITS, 2), _picked(net, steps, 0, 0), "head"),
        "MatMul '/head/MatMul'",
    ),
    "all steps at once": (
        lambda net, steps, last: net.linear(
            nn.Linear(2 * UNITS * STEPS, 2),
            net.add("Reshape", net.turned(steps, 1, 0, 2), net.constant(np.array([1, -1]))), "head",
        ),
        "MatMul '/head/MatMul'",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", OTHERS)
def test_what_is_no_head_is_named_and_not_attached(what: str) -> None:
    read, named = OTHERS[what]
    net, rnn = GraphWriter(), nn.LSTM(INPUTS, UNITS, bidirectional=True)
    data = net.data(read(net, *net.recurrent(rnn, net.input("x", STEPS, 1, INPUTS))))
    group = groups_of(data)["rnn"]
    assert group.head is None
    assert named in group.after
    assert distance(hidden(explorer.load_checkpoint(data), X), states(rnn, X)) <= SINGLE


def test_of_two_heads_none_is_chosen_and_each_can_be() -> None:
    net, rnn = GraphWriter(), nn.LSTM(INPUTS, UNITS)
    tags, words = nn.Linear(UNITS, UNITS), nn.Linear(UNITS, 4)
    steps, _ = net.recurrent(rnn, net.input("x", "time", 1, INPUTS))
    data = net.data(net.linear(tags, steps, "tags"), net.linear(words, steps, "words"))
    found = inspect_checkpoint(data)
    group = found.groups[0]
    assert group.head is None
    assert group.heads[:2] == ("tags.weight", "words.weight")
    assert any("'tags', 'words'" in note for note in group.notes)
    for name, module in (("tags.weight", tags), ("words.weight", words)):
        answer = explorer.record(open_group(found, group, head=name), X).output
        assert distance(answer, module(torch.as_tensor(states(rnn, X))).detach().numpy()) <= SINGLE


class Tagger(nn.Module):
    """What people export: tokens in, both directions of two layers, an answer for each step or for all."""

    def __init__(self, kind: Any, whole: bool) -> None:
        super().__init__()
        self.embedding = nn.Embedding(TOKENS, INPUTS)
        self.rnn = kind(INPUTS, UNITS, 2, bidirectional=True, batch_first=True)
        self.classifier = nn.Linear(2 * UNITS, 3)
        self.whole = whole

    def forward(self, ids: torch.Tensor) -> Any:
        steps, last = self.rnn(self.embedding(ids))
        last = last[0] if isinstance(last, tuple) else last
        return self.classifier(torch.cat([last[-2], last[-1]], 1) if self.whole else steps)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("folded", [True, False], ids=["folded", "as traced"])
@pytest.mark.parametrize("open_sizes", [True, False], ids=["any size", "one size"])
@pytest.mark.parametrize("whole", [True, False], ids=["both ends", "every step"])
@pytest.mark.parametrize("kind", [nn.LSTM, nn.GRU])
def test_what_pytorch_itself_exports(kind: Any, whole: bool, open_sizes: bool, folded: bool) -> None:
    net, file = Tagger(kind, whole).eval(), io.BytesIO()
    axes = {"ids": {0: "batch", 1: "time"}} if open_sizes else None
    example = torch.as_tensor(IDS)[None]
    torch.onnx.export(
        net, (example,), file, dynamo=False, input_names=["ids"], dynamic_axes=axes, do_constant_folding=folded
    )
    (group,) = inspect_checkpoint(file.getvalue()).groups
    assert (group.num_layers, group.between, group.after, dict(group.initial)) == (2, (), (), {})
    model = explorer.load_checkpoint(file.getvalue())
    with torch.no_grad():
        expected, answer = net.rnn(net.embedding(example))[0][0].numpy(), net(example)[0].numpy()
    run = explorer.record(model, IDS)
    assert distance(hidden(model, IDS), expected) <= SINGLE
    assert np.abs(run.output[-1] - answer if whole else run.output - answer).max() <= SINGLE
