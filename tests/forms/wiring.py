"""What a file puts around its networks: followed where it states a graph, offered where it does not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from tests.forms.form import Form, Opens, refused
from tests.forms.given import File
from tests.forms.independent import module_of, states_of
from tests.models.checkpoint_writers import saved
from tests.models.onnx_writers import GraphWriter, reference, states
from tests.models.test_onnx_beside import inside
from tests.models.test_onnx_graphs import BETWEEN, IDS, INPUTS, OTHERS, READINGS, STEPS, TOKENS, UNITS, X

PART = "What stands around a network"


def seeded(build: Callable[..., File]) -> Callable[..., File]:
    """The same modules each time."""

    def make(*given: Any) -> File:
        torch.manual_seed(5)
        return build(*given)

    return make


def _answer(module: Any, rows: Any) -> Any:
    with torch.no_grad():
        return module(torch.as_tensor(np.array(rows))).numpy()


@seeded
def _joined(product: str) -> File:
    net, rnn = GraphWriter(), nn.GRU(INPUTS, UNITS, 2, bidirectional=True)
    emb, fc = nn.Embedding(TOKENS, INPUTS), nn.Linear(2 * UNITS, 4)
    x = net.turned(net.embedded(emb, net.input("ids", "batch", "time", whole=True)), 1, 0, 2)
    rows = net.turned(net.recurrent(rnn, x)[0], 1, 0, 2)
    if product == "Gemm":
        rows = net.add("Reshape", rows, net.constant(np.array([-1, 2 * UNITS])))
    data = net.data(net.add("LogSoftmax", net.linear(fc, rows, product=product)))
    right = states(rnn, emb(torch.as_tensor(IDS)).detach())
    return File(data, right, IDS, _answer(fc, right))


@seeded
def _between(what: str) -> File:
    net, rnn = GraphWriter(), nn.LSTM(INPUTS, UNITS)
    rows = net.embedded(nn.Embedding(TOKENS, INPUTS), net.input("ids", "batch", "time", whole=True))
    steps, _ = net.recurrent(rnn, BETWEEN[what][0](net, rows))
    return File(net.data(net.linear(nn.Linear(UNITS, 2), steps)), states(rnn, X), X)


@seeded
def _dense_between(group: str) -> File:
    net, lower, upper = GraphWriter(), nn.LSTM(INPUTS, UNITS), nn.LSTM(UNITS, UNITS)
    first, _ = net.recurrent(lower, net.input("x", "time", 1, INPUTS), "lstm_1")
    middle = net.linear(nn.Linear(UNITS, UNITS), first, "dense")
    data = net.data(net.linear(nn.Linear(UNITS, 1), net.recurrent(upper, middle, "lstm_2")[0]))
    seen = X if group == "lstm_1" else reference(data, middle, x=X[:, None])[:, 0]
    return File(data, states(lower if group == "lstm_1" else upper, seen), seen, group=group)


@seeded
def _side_by_side() -> File:
    net, one, other = GraphWriter(), nn.GRU(UNITS, UNITS), nn.GRU(UNITS, UNITS)
    x = net.input("x", "time", 1, UNITS)
    data = net.data(net.add("Add", net.recurrent(one, x, "gru")[0], net.recurrent(other, x, "gru_1")[0], name="/Add"))
    seen = np.random.default_rng(1).normal(size=(STEPS, UNITS)).astype(np.float32)
    return File(data, states(other, seen), seen, group="gru_1")


@seeded
def _unlike() -> File:
    net, lower, upper = GraphWriter(), nn.LSTM(INPUTS, UNITS), nn.GRU(UNITS, UNITS)
    first, _ = net.recurrent(lower, net.input("x", "time", 1, INPUTS), "a")
    seen = states(lower, X)
    return File(net.data(net.recurrent(upper, first, "b")[0]), states(upper, seen), seen, group="b")


@seeded
def _translator(group: str) -> File:
    net, encoder, decoder = GraphWriter(), nn.GRU(INPUTS, UNITS), nn.GRU(INPUTS, UNITS)
    emb, fc = nn.Embedding(TOKENS, INPUTS), nn.Linear(UNITS, TOKENS)
    _, last = net.recurrent(encoder, net.embedded(emb, net.input("asked", "time", 1, whole=True)), "encoder")
    said = net.add("Gather", "emb.weight", net.input("said", "steps", 1, whole=True), name="/emb_1/Gather")
    data = net.data(net.linear(fc, net.recurrent(decoder, said, "decoder", last)[0]))
    right = states(encoder if group == "encoder" else decoder, emb(torch.as_tensor(IDS)).detach())
    return File(data, right, IDS, None if group == "encoder" else _answer(fc, right), group=group)


@seeded
def _from_its_steps() -> File:
    net, encoder, decoder = GraphWriter(), nn.GRU(INPUTS, UNITS), nn.GRU(UNITS, UNITS)
    steps, last = net.recurrent(encoder, net.input("x", "time", 1, INPUTS), "encoder")
    seen = states(encoder, X)
    return File(net.data(net.recurrent(decoder, steps, "decoder", last)[0]), states(decoder, seen), seen,
                group="decoder")  # fmt: skip


@seeded
def _reading(what: str) -> File:
    read, _, expected = READINGS[what]
    net, rnn, fc = GraphWriter(), nn.LSTM(INPUTS, UNITS, 2, bidirectional=True), nn.Linear(2 * UNITS, 3)
    steps, last = net.recurrent(rnn, net.input("x", "time", 1, INPUTS))
    data = net.data(net.linear(fc, read(net, steps, last), product="Gemm"))
    right = states(rnn, X)
    return File(data, right, X, _answer(fc, expected(torch.as_tensor(right), UNITS))[None])


@seeded
def _no_head(what: str) -> File:
    net, rnn = GraphWriter(), nn.LSTM(INPUTS, UNITS, bidirectional=True)
    data = net.data(OTHERS[what][0](net, *net.recurrent(rnn, net.input("x", STEPS, 1, INPUTS))))
    return File(data, states(rnn, X), X)


@seeded
def _two_heads() -> File:
    net, rnn = GraphWriter(), nn.LSTM(INPUTS, UNITS)
    tags, words = nn.Linear(UNITS, UNITS), nn.Linear(UNITS, 4)
    steps, _ = net.recurrent(rnn, net.input("x", "time", 1, INPUTS))
    return File(net.data(net.linear(tags, steps, "tags"), net.linear(words, steps, "words")), states(rnn, X), X)


@seeded
def _two_modules(units: int, group: str) -> File:
    layers = nn.ModuleDict({"lstm_1": nn.LSTM(3, 8), "lstm_2": nn.LSTM(8, units), "fc": nn.Linear(units, 2)})
    lower, upper = layers["lstm_1"], layers["lstm_2"]
    right = states_of(lower, X)
    right = states_of(upper, right) if group == "lstm" else right
    return File(saved(layers.state_dict()), right, X, group=group)


@seeded
def _numbered() -> File:
    module = nn.LSTM(INPUTS, UNITS, 2, bidirectional=True)
    return File(saved({f"rnn.{name}": value for name, value in module.state_dict().items()}), states(module, X), X)


@seeded
def _cells(group: str) -> File:
    cells = nn.ModuleList([nn.GRUCell(INPUTS, UNITS), nn.GRUCell(UNITS, UNITS)])
    right = X
    for cell in cells if group == "cells" else cells[:1]:
        right = states_of(module_of({f"{name}_l0": value for name, value in cell.state_dict().items()}), right)
    return File(saved({f"cells.{name}": value for name, value in cells.state_dict().items()}), right, X, group=group)


@seeded
def _translator_in_pytorch() -> File:
    encoder, decoder = nn.GRU(INPUTS, UNITS), nn.GRU(INPUTS, UNITS)
    tree = {"encoder": {f"gru.{name}": value for name, value in encoder.state_dict().items()},
            "decoder": {f"gru.{name}": value for name, value in decoder.state_dict().items()}}  # fmt: skip
    return File(saved(tree), states(decoder, X), X, group="decoder.gru")


@seeded
def _not_chosen() -> File:
    return File(saved(nn.ModuleDict({"lstm_1": nn.LSTM(3, 8), "lstm_2": nn.LSTM(8, 8)}).state_dict()))


STARTED = "starts this network from the last states of '/encoder/GRU'"
TRANSLATED: dict[str, Opens] = {
    "encoder": Opens(networks=("encoder", "decoder"), after=("GRU '/decoder/GRU'",), head=None),
    "decoder": Opens((STARTED,), networks=("encoder", "decoder"), head="fc.weight"),
}
DENSE = ("MatMul '/dense/MatMul'", "Add '/dense/Add'")
AROUND: dict[str, Opens] = {
    "lstm_1": Opens(networks=("lstm_1", "lstm_2"), after=(*DENSE, "LSTM '/lstm_2/LSTM'"), head=None),
    "lstm_2": Opens(networks=("lstm_1", "lstm_2"), between=("LSTM '/lstm_1/LSTM'", *DENSE), head="fc.weight"),
}

FORMS = (
    *(
        Form(
            PART,
            f"ONNX: embedding, two layers and a head joined by {product}",
            lambda product=product: _joined(product),
            Opens(("LogSoftmax",), networks=("rnn",), between=(), after=(), embedding="emb.weight", head="fc.weight"),
        )
        for product in ("MatMul", "Gemm")
    ),
    *(
        Form(
            PART,
            f"ONNX: {what} between embedding and LSTM",
            lambda what=what: _between(what),
            Opens(between=(named,), embedding=None, head="fc.weight"),
        )
        for what, (_, named) in BETWEEN.items()
    ),
    *(
        Form(PART, f"ONNX: a dense layer between two LSTMs, {group}", lambda group=group: _dense_between(group), expect)
        for group, expect in AROUND.items()
    ),
    Form(
        PART,
        "ONNX: two GRUs of equal sizes side by side",
        _side_by_side,
        Opens(networks=("gru", "gru_1"), offers=(), after=("Add '/Add'",)),
    ),
    Form(PART, "ONNX: a GRU on an LSTM", _unlike, Opens(networks=("a", "b"), offers=(), between=("the network 'a'",))),
    *(
        Form(PART, f"ONNX: encoder and decoder, the {group}", lambda group=group: _translator(group), expect)
        for group, expect in TRANSLATED.items()
    ),
    Form(
        PART,
        "ONNX: a decoder that reads the encoder's steps and starts from its last state",
        _from_its_steps,
        Opens((STARTED,), networks=("encoder", "decoder"), between=("GRU '/encoder/GRU'",)),
    ),
    *(
        Form(
            PART,
            f"ONNX: a head that reads {what}",
            lambda what=what: _reading(what),
            Opens(("last position alone",) if how == "step" else (), head="fc.weight"),
        )
        for what, (_, how, _) in READINGS.items()
    ),
    *(
        Form(PART, f"ONNX, no head: {what}", lambda what=what: _no_head(what), Opens(after=(named,), head=None))
        for what, (_, named) in OTHERS.items()
    ),
    Form(PART, "ONNX: two heads", _two_heads, Opens(("'tags', 'words'",), after=("MatMul '/tags/MatMul'",), head=None)),
    *(
        Form(
            PART,
            f"ONNX: a cell written out in a {operator}",
            lambda operator=operator: File(inside(operator, "MatMul", "Sigmoid", "Tanh")),
            refused(operator, "/steps"),
        )
        for operator in ("Loop", "Scan")
    ),
    Form(PART, "ONNX: a GRU in a branch", lambda: File(inside("If", "GRU")), refused("If", "/steps", "GRU")),
    Form(PART, "layers l0 and l1 of one module", _numbered, Opens(networks=("rnn",))),
    Form(
        PART,
        "two modules whose sizes agree",
        lambda: _two_modules(8, "lstm_1"),
        Opens(networks=("lstm_1", "lstm_2"), offers=("lstm",), head=None),
    ),
    Form(
        PART,
        "two modules whose sizes agree, read as one stack",
        lambda: _two_modules(8, "lstm"),
        Opens(("Your choice",), head="fc.weight"),
    ),
    Form(
        PART,
        "two modules whose units differ",
        lambda: _two_modules(4, "lstm_1"),
        Opens(networks=("lstm_1", "lstm_2"), offers=()),
    ),
    Form(
        PART,
        "two cells in a list",
        lambda: _cells("cells.0"),
        Opens(networks=("cells.0", "cells.1"), offers=("cells",)),
    ),
    Form(PART, "two cells in a list, read as one stack", lambda: _cells("cells"), Opens(("Your choice",))),
    Form(
        PART,
        "encoder and decoder in dictionaries",
        _translator_in_pytorch,
        Opens(networks=("encoder.gru", "decoder.gru"), offers=()),
    ),
    Form(PART, "several networks, none of them chosen", _not_chosen, refused("'lstm_1'", "'lstm_2'", "'lstm'")),
)
"""Rows of this part."""
