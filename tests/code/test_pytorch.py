"""The copied code is executed, and must give the numbers of the record."""

import contextlib
import io
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from explorer.code.pytorch import MOST_NUMBERS, Recipe, as_pytorch, constructor
from explorer.models import Model, list_models, load_card, load_model, random_model, with_embedding
from explorer.sequences import Vocabulary
from explorer.trace import Trace, record

TEXT = 'f(a[0])\t# \'x\'\n\u2028\u202e"""\\'


def executed(code: str) -> dict[str, Any]:
    """What the code leaves, and ``printed``."""
    names: dict[str, Any] = {}
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "copied", "exec"), names)
    return names | {"printed": printed.getvalue()}


def assert_same(code: str, trace: Trace) -> None:
    """Output, last states and the head's values, whatever batch axis the code has."""
    names = executed(code)
    output = np.concatenate([trace.select("hidden", -1 % trace.num_layers, way) for way in trace.directions], axis=1)
    expected = {"output": output, "h_n": trace.h_n, "c_n": trace.c_n}
    for name, values in expected.items():
        if values is not None:
            _close(names[name], values)
            assert name in names["printed"]
    if trace.output is not None:
        answer = names["answer"].numpy()
        values = trace.output if answer.size == trace.output.size else trace.output[-1]
        _close(names["answer"], values)


def _close(ours: torch.Tensor, theirs: NDArray[Any]) -> None:
    scale = max(1.0, float(np.abs(theirs).max()))
    np.testing.assert_allclose(ours.reshape(theirs.shape).numpy() / scale, theirs / scale, atol=1e-5)


@st.composite
def builds(draw: st.DrawFn) -> tuple[Model, Recipe, dict[str, Any]]:
    """Any model of the builder with its recipe and the states that `record` takes."""
    kind = draw(st.sampled_from(("lstm", "gru", "rnn")))
    hidden, seed = draw(st.integers(1, 9)), draw(st.integers(0, 999_999))
    columns, steps = draw(st.integers(1, 4)), draw(st.integers(1, 40))
    is_text = draw(st.booleans())
    model = random_model(
        kind, 8 if is_text else columns, hidden, seed=seed,
        num_layers=draw(st.integers(1, 3)), bias=draw(st.booleans()),
        bidirectional=draw(st.booleans()), reset_after=kind != "gru" or draw(st.booleans()),
        proj_size=draw(st.integers(0, hidden - 1)) if kind == "lstm" else 0,
        nonlinearity=draw(st.sampled_from(("tanh", "relu"))) if kind == "rnn" else "tanh",
    )  # fmt: skip
    vocabulary = Vocabulary.printable_ascii()
    model = with_embedding(model, vocabulary, seed) if is_text else model
    numbers = np.random.default_rng(seed).normal(size=(steps, columns))
    values = vocabulary.encode(TEXT).values if is_text else numbers
    start = draw(st.sampled_from(("zeros", "random", "typed")))
    states = _states(model, start, seed, draw(st.booleans()))
    recipe = Recipe(
        values, TEXT if is_text else "", seed, start=start, start_seed=seed, batch_first=draw(st.booleans()),
        dropout=draw(st.sampled_from((0.0, 0.3))), **(states if start == "typed" else {}),
    )  # fmt: skip
    return model, recipe, states


def _states(model: Model, start: str, seed: int, alike: bool) -> dict[str, NDArray[Any]]:
    if start == "zeros":
        return {}
    generator = np.random.default_rng(seed)
    cells = model.num_layers * model.num_directions
    shapes = {"h_0": (cells, model.proj_size or model.hidden_size)}
    shapes |= {"c_0": (cells, model.hidden_size)} if model.kind == "lstm" else {}
    if start == "typed" and alike:
        return {name: np.full(shape, 0.25) for name, shape in shapes.items()}
    return {name: generator.standard_normal(shape) for name, shape in shapes.items()}


@settings(max_examples=120, deadline=None)
@given(builds())
def test_random_weights_of_every_option(build: tuple[Model, Recipe, dict[str, Any]]) -> None:
    model, recipe, states = build
    given_values = recipe.values
    assert_same(as_pytorch(model, recipe), record(model, given_values, **states))


@pytest.mark.parametrize("batch_first", [False, True])
@pytest.mark.parametrize("name", list_models())
def test_bundled_models(name: str, batch_first: bool) -> None:
    model, text = load_model(name), str(load_card(name)["examples"][0].get("text", ""))
    values = np.linspace(18, 28, 40)[:, None] if model.text is None and not text else None
    if model.text is not None:
        values = model.text.encode(text).values
    elif values is None:
        values = np.random.default_rng(0).normal(size=(30, model.input_size))
    assert values is not None
    recipe = Recipe(values, text, batch_first=batch_first)
    assert_same(as_pytorch(model, recipe), record(model, values))


def test_a_long_sequence_is_read_from_the_downloaded_trace(tmp_path: Any) -> None:
    model = random_model("gru", 1, 2, seed=3)
    values = np.random.default_rng(0).normal(size=(MOST_NUMBERS + 1, 1))
    trace = record(model, values)
    trace.save(tmp_path / "trace.npz")
    code = as_pytorch(model, Recipe(values, seed=3, trace_file=str(tmp_path / "trace.npz")))
    assert len(code) < 2_000
    assert_same(code, trace)


def test_what_was_typed_is_a_comment_of_one_line() -> None:
    model = with_embedding(random_model("rnn", 8, 2), Vocabulary.printable_ascii())
    text = "x\nimport os\r\u2028os.system('x')\u202e"
    code = as_pytorch(model, Recipe(model.text.encode(text).values if model.text else np.zeros(1), text, seed=0))
    said = [line for line in code.splitlines() if "os.system" in line]
    assert len(said) == 1
    assert said[0].startswith("# The sequence: ")
    assert said[0].isprintable()


def test_the_constructor_leaves_defaults_out() -> None:
    assert constructor(random_model("gru", 8, 16)) == "nn.GRU(input_size=8, hidden_size=16)"
    deep = random_model("rnn", 1, 4, num_layers=2, bias=False, bidirectional=True, nonlinearity="relu")
    assert constructor(deep, True, 0.2) == (
        "nn.RNN(input_size=1, hidden_size=4, num_layers=2, nonlinearity='relu', bias=False, batch_first=True, "
        "dropout=0.2, bidirectional=True)"
    )
