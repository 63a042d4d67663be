"""The Models page without a browser: builder, shapes, code, initial states."""

import contextlib
import io
from typing import Any

import numpy as np
import pytest

import explorer
from tests.ui.screen import Screen


def models(**link: str) -> Screen:
    """A session on the Models page."""
    return Screen("pages/models.py", **link)


def table(screen: Screen, at: int) -> dict[str, list[str]]:
    """A table of the page: its first column → the others."""
    frame = screen.app.table[at].value
    return {str(name): [str(cell) for cell in row] for name, row in zip(frame.index, frame.to_numpy(), strict=True)}


def run(screen: Screen) -> dict[str, Any]:
    """What the copied code leaves when it is run."""
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(screen.choose("about", "code").app.code[0].value, names)
    return names


def test_the_landing_model() -> None:
    screen = models()
    assert "`nn.LSTM(input_size=10, hidden_size=20)`" in screen.texts
    shapes = table(screen, 0)
    assert shapes["`output`"] == ["`(39, 20)` time, units", "`(39, 1, 20)` time, batch, units"]
    weights = table(screen, 1)
    assert weights["`weight_ih_l0`"][:2] == ["`(80, 10)`", "*i* input, *f* forget, *g* candidate, *o* output: 20 each"]
    assert not screen.has("number_input", "choice-hidden")


def test_the_landing_models_sizes_with_random_weights() -> None:
    screen = models().press("build-from")
    assert screen.request.model == "random"
    assert (screen.request.build.kind, screen.request.build.hidden) == ("lstm", 20)
    assert screen.line == "best = max([len(w) for w in names[2:]])"
    assert screen.choose("kind", "gru").choose("layers", 2).choose("both", True).choose("bias", False).warnings == []
    assert "bias=False, bidirectional=True" in screen.texts
    assert table(screen, 0)["`h_n`"][0].startswith("`(4, 20)`")
    assert screen.press("undo").press("undo").press("undo").press("undo").press("undo").link == {}


def test_batch_first_moves_axes_and_no_number() -> None:
    screen = models(model="random", text="0 1 2", hidden="4").choose("batch_first", True)
    assert table(screen, 0)["`input`"][1] == "`(1, 3, 1)` batch, time, input\\_size"
    assert table(screen, 0)["`h_n`"][1] == "`(1, 1, 4)` layers, batch, hidden\\_size"
    trace = explorer.record(explorer.random_model("lstm", 1, 4), [0.0, 1.0, 2.0])
    np.testing.assert_allclose(run(screen)["output"][0], trace.select("hidden"), atol=1e-6)


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_typed_states_are_used_on_every_page_and_in_the_code(kind: str) -> None:
    link = {"model": "random", "text": "0 1 2", "hidden": "2", "kind": kind, "start": "typed", "h_0": "0.5 -1"}
    cell = {"c_0": [[2.0, 2.0]]} if kind == "lstm" else {}
    trace = explorer.record(explorer.random_model(kind, 1, 2), [0.0, 1.0, 2.0], h_0=[[0.5, -1.0]], **cell)
    screen = models(**link)
    if kind == "lstm":
        screen.choose("c_0", "2")
    np.testing.assert_allclose(run(screen)["h_n"], trace.h_n, atol=1e-6)
    gates = Screen(**screen.link)
    np.testing.assert_allclose(gates.panels["hidden"][np.argsort(gates.units)], trace.select("hidden").T, atol=1e-6)
    assert gates.request.initial.start == "typed"


def test_states_of_another_shape_are_one_sentence_and_can_be_mended_there() -> None:
    screen = models(model="random", text="0 1 2", hidden="2", start="typed", h_0="1 2 3")
    assert screen.warnings[0].replace("\\", "") == (
        "h_0 was given 3 numbers: type one line of 2, or one number for all units."
    )
    assert screen.choose("h_0", "1 2").warnings == []
    assert screen.choose("h_0", "x").warnings[0].replace("\\", "").startswith("h_0: 'x'")


def test_a_projection_and_a_reset_before_the_product() -> None:
    screen = models(model="random", text="f(x)", hidden="5", proj="2", layers="2")
    assert "`(10, 5)`" not in screen.texts
    assert table(screen, 1)["`weight_hr_l0`"][:2] == ["`(2, 5)`", "projection"]
    before = models(model="random", text="f(x)", hidden="5", kind="gru", reset="before", start="random", seed="4")
    model = explorer.random_model("gru", 8, 5, seed=4, reset_after=False)
    assert run(before)["h_n"].shape == (1, model.hidden_size)


def test_a_request_that_makes_no_model_keeps_the_builder() -> None:
    screen = models(model="random", hidden="512", layers="6", both="1")
    assert "the most is" in screen.warnings[0]
    assert screen.choose("layers", 1).warnings == []


def test_the_card_says_what_is_measured_on_this_sequence() -> None:
    screen = models(about="card")
    assert "All 20 units are alive and finite" in screen.texts
    facts, memory = table(screen, 2), table(screen, 0)
    assert facts["Network"] == ["LSTM · 1 layer × 20 units"]
    trace = explorer.record(explorer.load_model("brackets-lstm"), screen.line)
    median, high = explorer.measures.effective_memory(trace)
    assert memory["layer 1"][:2] == [f"{median:.1f} steps", f"{high:.1f} steps"]
    assert screen.type("f(x)").app.table[2].value.loc["On this sequence"].iloc[0].startswith("4 steps")


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_every_kind_has_a_card(kind: str) -> None:
    screen = models(model="random", kind=kind, layers="2", both="1", about="card", text="0 1 2 1")
    assert screen.warnings == []
    norms = next(one.value for one in screen.app.table if one.value.index.name == "Norm of the weights")
    assert len(norms) == 4 * {"lstm": 4, "gru": 3, "rnn": 1}[kind]
