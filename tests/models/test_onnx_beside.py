"""ONNX models that keep their weights in a second file, and graphs whose recurrence is not read."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from torch import nn

import explorer
from explorer.models import inspect_checkpoint
from tests.models.onnx_writers import GraphWriter, states
from tests.models.reference import distance
from tests.models.test_onnx_graphs import INPUTS, UNITS, X, hidden

SINGLE = 1e-6
DATA = "model.onnx.data"


def model_of(module: Any) -> Any:
    net = GraphWriter()
    return net.model(net.recurrent(module, net.input("x", "time", 1, INPUTS))[0])


@pytest.fixture
def split(tmp_path: Path) -> tuple[Path, Any]:
    """A model beside its weights, and the module."""
    torch.manual_seed(9)
    module = nn.LSTM(INPUTS, UNITS, bidirectional=True)
    path = tmp_path / "inner" / "model.onnx"
    path.parent.mkdir()
    onnx.save_model(model_of(module), path, save_as_external_data=True, location=DATA, size_threshold=0)
    return path, module


def moved(path: Path, **said: str | None) -> bytes:
    """The model with other words about where its first large tensor lies; None takes a word away."""
    model = onnx.load(path, load_external_data=False)
    tensor = next(one for one in model.graph.initializer if one.name.endswith("W"))
    kept = {one.key: one.value for one in tensor.external_data} | said
    del tensor.external_data[:]
    for key, value in kept.items():
        if value is not None:
            tensor.external_data.add(key=key, value=value)
    return bytes(model.SerializeToString())


def test_weights_beside_a_path(split: tuple[Path, Any]) -> None:
    path, module = split
    assert explorer.checkpoint_groups(path) == ("rnn",)
    assert distance(hidden(explorer.load_checkpoint(path), X), states(module, X)) <= SINGLE


def test_weights_given_with_the_bytes(split: tuple[Path, Any]) -> None:
    path, module = split
    beside = {"notes.txt": b"nothing", DATA: (path.parent / DATA).read_bytes()}
    model = explorer.load_checkpoint(path.read_bytes(), beside=beside)
    assert distance(hidden(model, X), states(module, X)) <= SINGLE
    assert inspect_checkpoint(path.read_bytes(), beside=beside).groups[0].name == "rnn"


def test_weights_in_a_folder_inside_its_own(split: tuple[Path, Any]) -> None:
    path, module = split
    (path.parent / "weights").mkdir()
    (path.parent / DATA).rename(path.parent / "weights" / DATA)
    model = onnx.load(path, load_external_data=False)
    for tensor in model.graph.initializer:
        for one in tensor.external_data:
            one.value = f"weights/{DATA}" if one.key == "location" else one.value
    path.write_bytes(model.SerializeToString())
    assert distance(hidden(explorer.load_checkpoint(path), X), states(module, X)) <= SINGLE


def test_a_missing_file_is_asked_for_by_name(split: tuple[Path, Any]) -> None:
    path, _ = split
    for source in (path.read_bytes(), path):
        (path.parent / DATA).unlink(missing_ok=True)
        with pytest.raises(explorer.CheckpointError, match=rf"'{DATA}'"):
            explorer.load_checkpoint(source)


@pytest.mark.parametrize(
    "place", ["../secret.data", "/etc/hostname", "weights/../../secret.data", "..\\secret.data", "C:\\secret.data", ""]
)
def test_nothing_outside_its_folder_is_opened(split: tuple[Path, Any], place: str) -> None:
    path, _ = split
    (path.parent.parent / "secret.data").write_bytes((path.parent / DATA).read_bytes())
    path.write_bytes(moved(path, location=place))
    with pytest.raises(explorer.CheckpointError, match="not inside the model's own folder"):
        explorer.load_checkpoint(path)
    with pytest.raises(explorer.CheckpointError, match="not inside the model's own folder"):
        explorer.load_checkpoint(path.read_bytes(), beside={"secret.data": bytes(10_000), "hostname": bytes(10_000)})


def test_no_link_leads_out_of_its_folder(split: tuple[Path, Any]) -> None:
    path, _ = split
    outside = path.parent.parent / "secret.data"
    (path.parent / DATA).rename(outside)
    (path.parent / DATA).symlink_to(outside)
    with pytest.raises(explorer.CheckpointError, match="not inside the model's own folder"):
        explorer.load_checkpoint(path)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"offset": "9000000"}, "claims bytes"),
        ({"length": "9000000"}, "claims bytes"),
        ({"length": "8"}, "holds 2 numbers"),
        ({"length": "7"}, "in the middle of a number"),
        ({"offset": "-4"}, "does not say where"),
        ({"offset": "9" * 4000}, "does not say where"),
        ({"length": "many"}, "does not say where"),
        ({"length": None}, "holds"),
    ],
)
def test_what_the_second_file_does_not_hold_is_refused(split: tuple[Path, Any], said: Any, why: str) -> None:
    path, _ = split
    with pytest.raises(explorer.CheckpointError, match=why) as refused:
        explorer.load_checkpoint(moved(path, **said), beside={DATA: (path.parent / DATA).read_bytes()})
    assert len(str(refused.value)) < 300


def test_a_folder_or_a_pipe_is_no_file(split: tuple[Path, Any]) -> None:
    path, _ = split
    for make in (Path.mkdir, os.mkfifo):
        (path.parent / DATA).unlink(missing_ok=True)
        make(path.parent / DATA)
        with pytest.raises(explorer.CheckpointError, match=rf"'{DATA}'"):
            explorer.load_checkpoint(path)
        if make is Path.mkdir:
            (path.parent / DATA).rmdir()


def test_a_second_file_that_is_too_large_is_not_read(split: tuple[Path, Any]) -> None:
    path, _ = split
    with (path.parent / DATA).open("r+b") as file:
        file.truncate(200_000_001)
    with pytest.raises(explorer.CheckpointError, match="the most is 200 MB"):
        explorer.load_checkpoint(path)


def inside(operator: str, *inner: str) -> bytes:
    """A graph whose only recurrence stands in the graph of an operator."""
    nodes = [onnx.helper.make_node(one, ["a", "b", "c"], [f"y{turn}"]) for turn, one in enumerate(inner)]
    net = GraphWriter()
    net.add(operator, net.input("x", "time", 1, INPUTS), name="/steps", body=onnx.helper.make_graph(nodes, "g", [], []))
    return net.data("/steps_output_0")


@pytest.mark.parametrize("operator", ["Loop", "Scan"])
def test_a_recurrence_written_as_a_loop_is_refused_by_name(operator: str) -> None:
    with pytest.raises(explorer.CheckpointError, match=rf"{operator} '/steps'"):
        explorer.load_checkpoint(inside(operator, "MatMul", "Sigmoid", "Tanh"))


def test_a_recurrent_operator_inside_a_branch_is_refused_by_name() -> None:
    with pytest.raises(explorer.CheckpointError, match=r"If '/steps' holds the recurrent operator GRU"):
        explorer.load_checkpoint(inside("If", "GRU"))


def test_a_recurrent_operator_inside_a_function_is_refused_by_name() -> None:
    net = GraphWriter()
    node = onnx.helper.make_node("LSTM", ["x", "w", "r"], ["y"], hidden_size=2)
    opset = [onnx.helper.make_opsetid("", 21)]
    net.functions.append(onnx.helper.make_function("own", "Encoder", ["x", "w", "r"], ["y"], [node], opset))
    net.add("Encoder", net.input("x", "time", 1, INPUTS), domain="own")
    with pytest.raises(explorer.CheckpointError, match=r"function 'Encoder'"):
        explorer.load_checkpoint(net.data("y"))


def test_a_cell_whose_steps_are_written_out_is_refused_by_its_operators() -> None:
    net, cell = GraphWriter(), nn.LSTMCell(INPUTS, UNITS)
    h = net.constant(np.zeros((1, UNITS), np.float32))
    for _ in range(4):
        own = net.add("Gemm", net.input("x", 1, INPUTS), net.constant(cell.weight_ih, "c.weight_ih"), transB=1)
        past = net.add("Gemm", h, net.constant(cell.weight_hh, "c.weight_hh"), transB=1)
        i, _, g, o = net.add("Split", net.add("Add", own, past), outputs=4, axis=1, num_outputs=4)
        h = net.add("Mul", net.add("Sigmoid", o), net.add("Tanh", net.add("Mul", net.add("Sigmoid", i), g)))
    with pytest.raises(explorer.CheckpointError, match=r"No LSTM, GRU or RNN.*8 Gemm"):
        explorer.load_checkpoint(net.data(h))


def test_a_network_is_read_beside_one_that_is_not() -> None:
    torch.manual_seed(2)
    net, module = GraphWriter(), nn.GRU(INPUTS, UNITS)
    steps, _ = net.recurrent(module, net.input("x", "time", 1, INPUTS))
    body = onnx.helper.make_graph([onnx.helper.make_node("Tanh", ["a"], ["b"])], "g", [], [])
    net.add("Scan", steps, name="/decode", body=body)
    found = inspect_checkpoint(net.data(steps))
    assert any("/decode" in problem for problem in found.problems)
    assert "Scan '/decode'" in found.groups[0].after
    assert distance(hidden(explorer.load_checkpoint(net.data(steps)), X), states(module, X)) <= SINGLE
