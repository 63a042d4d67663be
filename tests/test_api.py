"""The promise to notebooks: every public name, its arguments in order, its words, and examples that run."""

import doctest
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

import explorer
import explorer.figures
import explorer.measures

SIGNATURES: dict[str, str] = {
    "from_torch": "module",
    "random_model": "kind input_size hidden_size * seed=0 reset_after=True",
    "load_model": "name",
    "load_checkpoint": "source group=None",
    "checkpoint_groups": "source",
    "list_models": "",
    "record": "model x labels=None h_0=None c_0=None clamps=() method='auto'",
    "record_batch": "model sequences labels=None h_0=None c_0=None",
    "record_chunks": "model x",
    "scan": "model corpus what client=None",
    "watch": "net",
    "open_run": "path",
    "gradients": "model x target='last' labels=None h_0=None c_0=None",
    "Clamp": "signal value layer=None direction=None units=None start=0 stop=None mode='set'",
    "Coupling": "signal='input' other='forget' layer=None direction=None units=None start=0 stop=None",
    "Trace.select": "self signal layer=0 direction='forward'",
    "Trace.state_at": "self step",
    "save_states": "path h_0 c_0=None",
    "load_states": "source",
    "Trace.to_frame": "self",
    "Trace.save": "self file",
    "Trace.load": "file",
    "Model.weights": "self layer=0 direction='forward'",
    "measures.saturation": "trace signal layer=0 direction='forward'",
    "measures.time_constants": "trace layer=0 direction='forward'",
    "measures.contributions": "model trace signal step unit layer=0 direction='forward'",
    "measures.ledger": "trace step=-1 layer=0 direction='forward'",
    "figures.gate_heatmap": "trace signal layer=0 direction='forward'",
}


def _find(name: str) -> Any:
    found: Any = explorer
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _arguments(function: Any) -> list[str]:
    """Names with their defaults; a star before those that must be named."""
    words: list[str] = []
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and "*" not in words:
            words.append("*")
        empty = parameter.default is inspect.Parameter.empty
        words.append(parameter.name + ("" if empty else f"={parameter.default!r}"))
    return words


@pytest.mark.parametrize("name", SIGNATURES)
def test_arguments_come_as_promised(name: str) -> None:
    promised = SIGNATURES[name].split()
    given = _arguments(_find(name))
    assert given[: len(promised)] == promised
    # What was added since must not be needed.
    assert all("=" in word or word == "*" for word in given[len(promised) :])


def test_every_name_in_all_exists_and_is_the_public_one() -> None:
    assert sorted(explorer.__all__) == sorted(set(explorer.__all__))
    for name in explorer.__all__:
        assert getattr(explorer, name) is not None
    for name in ("Clamp", "Model", "Trace", "from_torch", "random_model", "load_model", "list_models", "record"):
        assert name in explorer.__all__
    assert {name.split(".")[0] for name in SIGNATURES} <= set(explorer.__all__)


def test_what_a_model_tells() -> None:
    model = explorer.from_torch(torch.nn.LSTM(8, 16, num_layers=2, bidirectional=True))
    told = (model.kind, model.input_size, model.hidden_size, model.proj_size, model.num_layers, model.num_directions)
    assert told == ("lstm", 8, 16, 0, 2, 2)
    assert model.num_parameters == 2 * (64 * (8 + 16) + 128) + 2 * (64 * (32 + 16) + 128)
    assert model.vocabulary is None
    weights = model.weights()
    assert {name: value.shape for name, value in weights.items()} == {
        "weight_ih": (64, 8), "weight_hh": (64, 16), "bias_ih": (64,), "bias_hh": (64,),
    }  # fmt: skip
    assert all(type(value) is np.ndarray for value in weights.values())


def test_what_a_trace_tells() -> None:
    model = explorer.from_torch(torch.nn.LSTM(3, 5, num_layers=2, bidirectional=True))
    trace = explorer.record(model, np.ones((7, 3)), labels=list("abcdefg"))
    assert trace.kind == "lstm"
    assert trace.signals == ("input", "forget", "candidate", "output", "cell", "hidden")
    assert trace.labels == tuple("abcdefg")
    assert trace.method in ("step", "replay")
    assert trace.clamps == ()
    assert trace["forget"].shape == (2, 2, 7, 5)
    assert trace.select("forget", layer=0, direction="reverse").shape == (7, 5)
    for state in (trace.h_0, trace.c_0, trace.h_n, trace.c_n):
        assert state is not None
        assert state.shape == (4, 5)
    assert trace.inputs.shape == (7, 3)
    assert trace.output is None
    assert isinstance(trace.max_error, float)


def test_what_the_measures_tell() -> None:
    model = explorer.random_model("lstm", 3, 5)
    trace = explorer.record(model, np.ones((7, 3)))
    assert explorer.measures.saturation(trace, "forget").shape == (5, 2)
    assert explorer.measures.time_constants(trace).shape == (5,)
    parts = explorer.measures.contributions(model, trace, "forget", step=3, unit=2)
    assert (parts.input.shape, parts.recurrent.shape) == ((3,), (5,))
    assert isinstance(parts.bias, float)
    book = explorer.measures.ledger(trace)
    assert (book.written.shape, book.initial.shape, book.residual.shape) == ((7, 5), (5,), (5,))


ERRORS = ["CheckpointError", "ClampError", "EncodingError", "ShapeError", "UnknownSignalError"]


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_children_of_one_that_is_a_value_error(name: str) -> None:
    error = getattr(explorer, name)
    assert issubclass(error, explorer.ExplorerError)
    assert issubclass(error, ValueError)
    assert not any(issubclass(error, getattr(explorer, other)) for other in ERRORS if other != name)


def test_an_unknown_bundled_model_is_named_with_those_there_are() -> None:
    with pytest.raises(explorer.CheckpointError, match=rf"'no-such'.*{explorer.list_models()[0]}"):
        explorer.load_model("no-such")


@pytest.mark.parametrize("name", explorer.list_models())
def test_bundled_models_load_once_and_run(name: str) -> None:
    model = explorer.load_model(name)
    assert explorer.load_model(name) is model
    assert model.learned
    if model.vocabulary is None:
        x: Any = np.random.default_rng(0).normal(size=(30, model.input_size))
    else:
        x = np.random.default_rng(0).integers(0, len(model.vocabulary), size=30)
    trace = explorer.record(model, x)
    assert trace.max_error is not None
    assert trace.max_error <= 1e-5


def _modules() -> Iterator[str]:
    yield "explorer"
    for module in pkgutil.walk_packages(explorer.__path__, "explorer."):
        if not module.name.endswith("__main__"):
            yield module.name


MODULES = list(_modules())


def _documented(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """The module's own public classes and functions, and the classes' methods."""
    for name, value in vars(module).items():
        own = getattr(value, "__module__", None) == module.__name__
        if name.startswith("_") or not own or not (inspect.isclass(value) or inspect.isfunction(value)):
            continue
        yield name, value
        if inspect.isclass(value):
            for method, inner in vars(value).items():
                if not method.startswith("_") and (inspect.isfunction(inner) or isinstance(inner, classmethod)):
                    yield f"{name}.{method}", getattr(value, method)


@pytest.mark.parametrize("name", MODULES)
def test_every_public_name_has_words(name: str) -> None:
    module = importlib.import_module(name)
    assert (module.__doc__ or "").strip()
    assert [which for which, value in _documented(module) if not (inspect.getdoc(value) or "").strip()] == []


def test_a_missing_docstring_would_be_noticed() -> None:
    module = ModuleType("bare")
    exec("def public():\n    pass\nclass Word:\n    '''Said.'''\n    def method(self):\n        pass\n", vars(module))
    vars(module)["public"].__module__ = vars(module)["Word"].__module__ = "bare"
    assert [name for name, value in _documented(module) if not inspect.getdoc(value)] == ["public", "Word.method"]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    known: dict[str, Any] = {"torch": torch, "np": np}
    for room in ("explorer", ".".join(name.split(".")[:2])):
        module = importlib.import_module(room)
        known |= {word: getattr(module, word) for word in getattr(module, "__all__", ())}
    outcome = doctest.testmod(importlib.import_module(name), extraglobs=known)
    assert outcome.failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    assert sum(bool(one.examples) for name in MODULES for one in finder.find(importlib.import_module(name))) >= 10
