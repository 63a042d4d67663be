"""Objects beside the weights, and whole modules: read as data, nothing of them called; states are the module's own."""

import argparse
import collections
import datetime
import enum
import functools
import io
import pathlib
import pickle
import types
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import explorer
from explorer.models.checkpoints import inspect_checkpoint
from tests.models.checkpoint_writers import CELLS, MODULES, saved, weights_of
from tests.models.reference import distance

INPUTS, UNITS, STEPS = 3, 5, 30
X = np.random.default_rng(3).normal(size=(STEPS, INPUTS)).astype(np.float32)
CALLED: list[str] = []
"""What code of this file ran while one was opened: always nothing."""


class Colour(enum.Enum):
    """An enum in somebody's settings."""

    RED = 1


class Words:
    """A vocabulary of the kind that people write themselves."""

    def __init__(self, words: list[str]) -> None:
        self.itos = words
        self.stoi = {word: number for number, word in enumerate(words)}

    def __setstate__(self, state: Any) -> None:
        CALLED.append("__setstate__")
        self.__dict__.update(state)


class Odd:
    """Pickles as a call with arguments, a state, items and pairs."""

    def __reduce_ex__(self, _: Any) -> Any:
        return _made, (1, [2]), {"inner": 3}, iter([4, 5]), iter([("six", 7)])


def _made(*_: Any) -> Any:
    CALLED.append("a call")
    return collections.UserDict()


class Slots:
    """Keeps its state in slots."""

    __slots__ = ("left", "right")

    def __init__(self) -> None:
        self.left, self.right = 1, "two"


class Net(nn.Module):
    """Two recurrent layers, and much beside them that is no weight."""

    def __init__(self, kind: str = "lstm", **options: Any) -> None:
        super().__init__()
        torch.manual_seed(5)
        self.encoder = nn.ModuleDict({"core": MODULES[kind](INPUTS, UNITS, **options)})
        self.register_buffer("passing", torch.ones(2), persistent=False)
        self.words = Words(["a", "b", "c"])
        self.activation = functools.partial(torch.relu)
        self.last_states = torch.ones(3)
        self.me = [self]


class Mine(nn.LSTM):
    """A stranger's subclass, which may compute anything."""


def core_of(net: Net) -> Any:
    return net.encoder["core"]


def check(model: explorer.Model, module: Any) -> None:
    """Compare the states with what PyTorch's own module gives."""
    trace = explorer.record(model, X)
    last = [trace.select("hidden", trace.num_layers - 1, direction) for direction in trace.directions]
    with torch.no_grad():
        expected = module(torch.as_tensor(X))[0].numpy()
    assert distance(np.concatenate(last, axis=1), expected) <= 1e-6
    assert CALLED == []


FOREIGN: dict[str, Callable[[], Any]] = {
    "an enum": lambda: Colour.RED,
    "a partial": lambda: functools.partial(torch.optim.Adam, lr=0.1),
    "a namespace": lambda: argparse.Namespace(lr=0.1, device=torch.device("cpu")),
    "a simple namespace": lambda: types.SimpleNamespace(a=1),
    "a path": lambda: pathlib.Path("/tmp/x"),
    "a date": lambda: datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC),
    "sets": lambda: [{1, 2}, frozenset("ab")],
    "a counter": lambda: collections.Counter("abb"),
    "a default dictionary": lambda: collections.defaultdict(list, a=[1]),
    "a deque": lambda: collections.deque([1, 2]),
    "NumPy's scalars": lambda: [np.float64(0.5), np.int32(3), np.bool_(True)],
    "NumPy's arrays": lambda: [np.arange(4.0), np.array(["a", "b"]), np.random.RandomState(1)],
    "a class": lambda: Words,
    "a function": lambda: torch.nn.functional.relu,
    "an optimiser": lambda: torch.optim.SGD(nn.Linear(2, 2).parameters(), 0.1),
    "a loss": lambda: nn.CrossEntropyLoss(torch.ones(3)),
    "a call of everything": Odd,
    "slots": Slots,
    "a seed": lambda: 2**200,
    "a type": lambda: torch.float32,
    "bytes": lambda: [b"x" * 9_000, bytearray(b"ab"), 1 + 2j],
}


@pytest.mark.parametrize("protocol", [2, 5])
@pytest.mark.parametrize("foreign", FOREIGN)
def test_what_is_no_weight_does_not_refuse_the_file(foreign: str, protocol: int) -> None:
    net, thing = Net(), FOREIGN[foreign]()
    tree = {
        "epoch": 1, "pytorch-lightning_version": "2.5.0", "state_dict": net.state_dict(), "extra": thing,
        "hyper_parameters": {"anything": thing, "model": nn.GRU(2, 2)}, "callbacks": {"a": thing},
    }  # fmt: skip
    for old in (False, True):
        data = saved(tree, _use_new_zipfile_serialization=not old, pickle_protocol=protocol)
        assert explorer.checkpoint_groups(data) == ("encoder.core",)
        check(explorer.load_checkpoint(data), core_of(net))


OPTIONS: list[tuple[str, dict[str, Any]]] = [
    ("lstm", {"num_layers": 2, "bidirectional": True}),
    ("gru", {"batch_first": True, "bias": False}),
    ("rnn", {"nonlinearity": "relu"}),
    ("rnn", {"nonlinearity": "tanh", "num_layers": 2, "dropout": 0.5}),
]


@pytest.mark.parametrize(("kind", "options"), OPTIONS)
@pytest.mark.parametrize("old", [False, True], ids=["zip", "before zip"])
def test_whole_modules(kind: str, options: dict[str, Any], old: bool) -> None:
    net = Net(kind, **options).eval()
    for tree in (net, {"model": net, "epoch": 3}, nn.DataParallel(net), [net, Colour.RED]):
        data = saved(tree, _use_new_zipfile_serialization=not old)
        checkpoint = inspect_checkpoint(data)
        prefix = "0.encoder.core" if isinstance(tree, list) else "encoder.core"
        assert [group.name for group in checkpoint.groups] == [prefix]
        assert set(checkpoint.tensors) == {f"{prefix}.{name}" for name in core_of(net).state_dict()}
        stated = checkpoint.contents.modules[prefix]
        assert stated.items() >= options.items()
        assert stated["class"] == f"torch.nn.modules.rnn.{kind.upper()}"
        model = explorer.load_checkpoint(data)
        assert not any("is assumed" in note for note in model.card["notes"])
        check(model, core_of(net))


@pytest.mark.parametrize("kind", CELLS)
def test_cells_in_a_plain_list_of_a_whole_module(kind: str) -> None:
    net = nn.Module()
    torch.manual_seed(1)
    net.cells = [CELLS[kind](INPUTS, UNITS), CELLS[kind](UNITS, UNITS)]  # type: ignore[assignment]
    module = MODULES[kind](INPUTS, UNITS)
    module.load_state_dict({f"{role}_l0": value for role, value in net.cells[0].state_dict().items()})
    assert explorer.checkpoint_groups(saved(net)) == ("cells.0", "cells.1")
    check(explorer.load_checkpoint(saved(net), "cells.0"), module)


def test_a_module_of_another_class_is_told_by_its_name() -> None:
    checkpoint = inspect_checkpoint(saved({"net": nn.Sequential(Mine(INPUTS, UNITS))}))
    assert checkpoint.contents.modules["0"]["class"] == f"{__name__}.Mine"
    assert checkpoint.groups == ()
    assert "Mine" in checkpoint.problems[0]


def test_the_vocabulary_of_an_object_is_data() -> None:
    tree = {"state_dict": Net().state_dict(), "hyper_parameters": {"vocab": Words(["a", "b", "c"])}}
    for data in (saved(tree), saved(Net())):
        words = inspect_checkpoint(data).contents.words
        assert {name.rsplit(".", 1)[1]: found.tokens for name, found in words.items()} == {
            "itos": ("a", "b", "c"), "stoi": ("a", "b", "c"),
        }  # fmt: skip
    assert CALLED == []


def test_a_file_that_holds_itself() -> None:
    module = nn.LSTM(INPUTS, UNITS)
    tree: dict[str, Any] = {"state_dict": module.state_dict()}
    tree["state_dict"]["self"] = tree
    check(explorer.load_checkpoint(saved(tree)), module)


def test_only_a_needed_tensor_refuses_the_file() -> None:
    net = nn.ModuleDict({"lstm": nn.LSTM(INPUTS, UNITS), "other": nn.GRU(2, 2)})
    state = net.state_dict() | {"mask": torch.ones(4, 1).expand(4, 6), "graph": torch.eye(3).to_sparse(), "odd": Odd()}
    model = explorer.load_checkpoint(saved(state), "lstm")
    assert [note for note in model.card["notes"] if "'mask'" in note and "left out" in note]
    check(model, net["lstm"])
    inside = explorer.load_checkpoint(saved(state | {"lstm.norm": torch.eye(3).to_sparse()}), "lstm")
    assert inside.unused == ("lstm.norm",)
    lacking = saved(state | {"other.weight_hh_l0": Odd()})
    assert explorer.checkpoint_groups(lacking) == ("lstm",)
    check(explorer.load_checkpoint(lacking), net["lstm"])
    for thing in (Odd(), torch.ones(20, 5).to_sparse(), torch.ones(1).expand(20, 5)):
        with pytest.raises(explorer.CheckpointError, match=r"'lstm\.weight_hh_l0'"):
            explorer.load_checkpoint(saved({"lstm.weight_hh_l0": thing, "lstm.weight_ih_l0": torch.ones(20, 3)}))


def test_no_tensor_is_passed_over_for_its_name() -> None:
    module = nn.LSTM(INPUTS, UNITS)
    for name in ("amplifier", "optimus.lstm", "scaler", "loops_rnn", "config", "module.callbacks"):
        state = {f"{name}.{role}": value for role, value in module.state_dict().items()}
        for tree in (state, {"state_dict": state}, {key: value.numpy() for key, value in state.items()}):
            data = saved(tree)
            assert explorer.checkpoint_groups(data) == (name.removeprefix("module."),)
            check(explorer.load_checkpoint(data), module)


def _arrays(module: Any) -> dict[str, Any]:
    return {f"rnn.{role}_l0": value for role, value in weights_of(module).items()}


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize("kind", MODULES)
def test_pickles_that_torch_did_not_write(kind: str, protocol: int) -> None:
    torch.manual_seed(2)
    module = MODULES[kind](INPUTS, UNITS)
    arrays = _arrays(module)
    in_columns = {name: np.asfortranarray(value) for name, value in arrays.items()}
    for tree in (
        arrays, collections.OrderedDict(arrays), {"params": in_columns, "lr": np.float32(1)}, [Colour.RED, arrays],
        {name: value.astype(">f4") for name, value in arrays.items()}, {"rnn": module}, {"rnn": module.state_dict()},
    ):  # fmt: skip
        check(explorer.load_checkpoint(pickle.dumps(tree, protocol)), module)


def test_arrays_in_a_file_of_torch() -> None:
    module = nn.LSTM(INPUTS, UNITS)
    for protocol in (2, 4):
        check(explorer.load_checkpoint(saved({"weights": _arrays(module)}, pickle_protocol=protocol)), module)


def scripted(net: nn.Module, traced: bool) -> bytes:
    file = io.BytesIO()
    program = torch.jit.trace(net, torch.ones(4, 1, INPUTS)) if traced else torch.jit.script(net)
    torch.jit.save(program, file)
    return file.getvalue()


class Program(nn.Module):
    """What can be scripted."""

    def __init__(self, kind: str, **options: Any) -> None:
        super().__init__()
        self.core = MODULES[kind](INPUTS, UNITS, **options)
        self.other = MODULES[kind](INPUTS, UNITS)
        self.head = nn.Linear(UNITS * (2 if options.get("bidirectional") else 1), 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(self.core(x)[0]) + self.other(x)[0].sum()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("traced", [False, True])
@pytest.mark.parametrize(("kind", "options"), OPTIONS[:3])
def test_programs_are_weights_too(kind: str, options: dict[str, Any], traced: bool) -> None:
    net = Program(kind, **options).eval()
    data = scripted(net, traced)
    assert explorer.checkpoint_groups(data) == ("core", "other")
    model = explorer.load_checkpoint(data, "core")
    assert any("its code was not" in note for note in model.card["notes"])
    assert not any("is assumed" in note for note in model.card["notes"])
    check(model, net.core)
    stated = inspect_checkpoint(data).contents.modules["core"]
    assert stated["class"] == f"torch.nn.modules.rnn.{kind.upper()}"
    if not traced:
        assert (stated["num_layers"], stated["bidirectional"]) == (net.core.num_layers, net.core.bidirectional)
    check(explorer.load_checkpoint(data, "other"), net.other)


def test_quantised_row_by_row() -> None:
    module = nn.LSTM(INPUTS, UNITS)
    state = dict(module.state_dict())
    scales, zeros = torch.linspace(0.003, 0.006, 4 * UNITS), torch.arange(4 * UNITS) % 3
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch warns of it once a process
        rows = torch.quantize_per_channel(state["weight_hh_l0"], scales, zeros, 0, torch.qint8)
    model = explorer.load_checkpoint(saved(state | {"weight_hh_l0": rows}))
    assert "quantised" in " ".join(model.card["notes"])
    module.load_state_dict(state | {"weight_hh_l0": rows.dequantize()})
    check(model, module)
