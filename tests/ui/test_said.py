"""What a file says, or leaves open, about the uploaded model is said on every page that draws it."""

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

import explorer
from explorer.models import Model
from explorer.ui.session.own import Own
from tests.ui.screen import Screen
from tests.ui.test_upload import saved, upload

PAGES = ("gates", "step", "memory", "compare", "models")
UNUSED = ("ln_ih.weight", "ln_hh.weight", "ln_ho.weight", "ln_ho.bias")


def numbers(**known: Any) -> Model:
    """A network of the user's own that reads one number a step, with what its file says beside the weights."""
    model = explorer.random_model("lstm", 1, 4, seed=8)
    return replace(model, name="mine", learned=True, card={"recurrent": "LSTM", "notes": ()}, **known)


def shown(model: Model, page: str = "gates", **link: str) -> Screen:
    """A session in which the model was uploaded, on one page."""
    screen = Screen(f"pages/{page}.py", **({"model": "uploaded", "text": "0 1 2 3 2 1 0 1 2"} | link))
    screen.app.session_state["own"] = Own(model, "mine.pt", "explorer.load_checkpoint('mine.pt')")
    return screen.run()


def go(screen: Screen, page: str) -> Screen:
    screen.app.switch_page(f"pages/{page}.py")
    return screen.run()


@pytest.mark.parametrize("presenter", ["0", "1"])
def test_unused_tensors_are_named_on_every_page_and_the_proof_claims_nothing_of_them(presenter: str) -> None:
    screen = shown(numbers(unused=UNUSED), presenter=presenter)
    assert screen.proof == "equals PyTorch's LSTM on the tensors used; 4 tensors were not used"
    for page in PAGES:
        go(screen, page)
        said = [one.replace("\\", "") for one in screen.warnings]
        assert len(said) == 1, page
        assert all(name in said[0] for name in UNUSED[:3])
        assert "these are not its gates" in said[0]
        assert len(said[0]) < 300


def test_the_other_model_of_compare_is_warned_of_too() -> None:
    screen = Screen("pages/compare.py", model="random", text="0 1 2 3", compare="both", against="model")
    screen.app.session_state["own"] = Own(numbers(unused=("ln.weight",)), "mine.pt", "")
    screen.run()
    screen.app.selectbox(key="rival-menu").set_value("uploaded")
    screen.run()
    assert len(screen.warnings) == 1
    assert screen.warnings[0].startswith("B: 1 tensor")


def test_a_model_of_which_everything_was_used_has_its_tick_and_no_warning() -> None:
    screen = shown(numbers())
    assert screen.warnings == []
    assert screen.proof.startswith("✓ equals PyTorch")


def test_exports_say_it_too() -> None:
    model = numbers(unused=UNUSED)
    trace = explorer.record(model, [0.0, 1.0, 2.0])
    file = io.BytesIO()
    explorer.trace.write_csv(trace, file)
    table = pd.read_csv(io.BytesIO(file.getvalue()))
    assert list(table.columns[:7]) == ["signal", "layer", "direction", "time", "label", "unit", "value"]
    assert "ln_ih.weight" in table["warning"].iloc[0]
    assert table["warning"].iloc[1:].isna().all()
    np.testing.assert_allclose(table["value"].to_numpy()[:4], trace["input"][0, 0, 0], rtol=1e-5)
    file = io.BytesIO()
    explorer.trace.write_parquet(trace, file)
    from pyarrow import parquet

    assert b"ln_ih.weight" in parquet.read_schema(io.BytesIO(file.getvalue())).metadata[b"warning"]
    file = io.BytesIO()
    trace.save(file)
    file.seek(0)
    assert explorer.Trace.load(file).unused == UNUSED


def test_a_trained_start_is_where_a_run_starts_with_zeros_one_click_away() -> None:
    initial = {"h_0": np.full((1, 4), 0.5, np.float32), "c_0": np.full((1, 4), -2.0, np.float32)}
    model = numbers(initial=initial)
    bare = replace(model, initial={})
    x = [0.0, 1, 2, 3, 2, 1, 0, 1, 2]
    trained, zeros = explorer.record(bare, x, **initial), explorer.record(bare, x)
    screen = shown(model)

    def hidden() -> Any:
        return screen.panels["hidden"][np.argsort(screen.units)]

    np.testing.assert_allclose(hidden(), trained.select("hidden").T, atol=1e-6)
    assert "trained state" in screen.captions
    assert "start" not in screen.link
    screen.press("other-start")
    np.testing.assert_allclose(hidden(), zeros.select("hidden").T, atol=1e-6)
    assert screen.link["start"] == "zeros"
    assert "trained state" in screen.captions
    screen.press("other-start")
    np.testing.assert_allclose(hidden(), trained.select("hidden").T, atol=1e-6)
    screen.choose("start", "random")
    assert screen.has("button", "other-start") is False
    go(screen.choose("start", "zeros"), "memory")
    assert screen.request.initial.start == "zeros"
    assert "start" not in screen.choose("model", "brackets-lstm").run().link


def test_the_usual_models_start_from_zeros_and_say_nothing_of_it(landing: Screen) -> None:
    assert landing.link == {}
    assert "trained state" not in landing.captions
    assert Screen(start="zeros").run().link == {}


def test_the_snippet_starts_where_the_page_starts() -> None:
    from explorer.ui.gates.notebook import notebook_code
    from explorer.ui.session.request import Request
    from explorer.ui.view.view import look

    view = look(Request.of(model="random", source="typed", text="1 2 3", hidden=4), None)
    initial = {"h_0": np.full((1, 4), 0.5, np.float32)}
    model = replace(view.model, initial=initial, unused=("ln.weight",))
    for start, expected in (("trained", 0.5), ("zeros", 0.0)):
        code = notebook_code(replace(view, model=model, request=view.request.but(start=start)), (0, 1))
        names: dict[str, Any] = {}
        runs = code.replace(".show()", "").splitlines()
        given = [line if not line.startswith("model = ") else "model = GIVEN" for line in runs]
        exec("\n".join(given), names | {"GIVEN": model}, names)
        assert (names["trace"].h_0 == expected).all()
        assert "ln.weight" in code.splitlines()[0]


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_hard_gates_are_said_to_be_hard(kind: str) -> None:
    cell = replace(explorer.random_model(kind, 1, 4, seed=1).cell(), hard_sigmoid=0.2)
    model = Model(((cell,),), name="mine", card={"recurrent": kind.upper()})
    screen = shown(model)
    assert screen.proof == "no PyTorch equivalent"
    assert "hard sigmoid" in screen.texts
    assert "resets before" not in screen.texts
    go(screen, "step")
    assert "hardσ(a) = min(1, max(0, 0.2·a + ½))" in screen.captions
    assert any(r"\text{hard}\sigma" in one.value for one in screen.app.latex)
    go(screen, "memory").choose("memory", "long")
    assert "ln hardσ(b)" in screen.captions.replace("\\", "")
    go(screen, "models")
    assert "`nn." not in screen.texts


def test_a_gru_that_resets_before_still_says_so() -> None:
    screen = Screen(model="random", kind="gru", reset="before", text="0 1 2")
    assert "resets before the matrix product" in screen.texts


def masked_model() -> Model:
    model = explorer.random_model("gru", 3, 5, seed=2)
    vocabulary = explorer.sequences.Vocabulary(("<pad>", "a", "b"), unit="character", unknown="<pad>")
    table = torch.randn(3, 3, generator=torch.Generator().manual_seed(0))
    return replace(model, embedding=table, text=vocabulary, mask=0, learned=True, card={"recurrent": "GRU"})


def test_masked_steps_are_blank_and_said_on_every_page() -> None:
    screen = shown(masked_model(), text="ab?ba?")
    trace = explorer.record(masked_model(), "ab?ba?")
    assert trace.masked is not None
    assert list(trace.masked) == [False, False, True, False, False, True]
    assert np.isnan(screen.panels["update"][:, [2, 5]]).all()
    assert np.isfinite(screen.panels["update"][:, [0, 1, 3, 4]]).all()
    for page in PAGES:
        go(screen, page)
        assert "2 steps are masked" in screen.captions, page
        assert screen.warnings == []
    for step in range(6):
        at = shown(masked_model(), "step", text="ab?ba?", step=str(step), unit="1")
        assert any("masked" in one.value for one in at.app.info) == bool(trace.masked[step])
    for question in ("wrote", "long", "say", "forgot"):
        assert shown(masked_model(), "memory", text="ab?ba?", memory=question).errors == []


def test_what_stands_between_and_what_was_guessed_is_named() -> None:
    card = {
        "recurrent": "LSTM", "notes": (), "group": "lstm", "between": ("Conv1D 'conv'",), "after": ("Dense 'mix'",),
        "guessed": ("head fc.weight",),
    }  # fmt: skip
    model = replace(numbers(), card=card)
    screen = shown(model)
    assert "Conv1D 'conv' gives" in screen.captions.replace("\\", "")
    assert screen.has("button", "guessed")
    screen.press("guessed")
    assert screen.request.build.about == "upload"
    card_page = shown(model, "models", about="card")
    facts = next(one.value for one in card_page.app.table if one.value.index.name == "Model card")
    assert facts.loc["Wiring"].iloc[0].replace("\\", "") == "Conv1D 'conv' → LSTM 'lstm' → Dense 'mix'"
    assert "fc.weight" in facts.loc["Guessed"].iloc[0].replace("\\", "")


class Normed(torch.nn.Module):
    """An LSTM cell with norms of its products alone: no cell that is shown here."""

    def __init__(self) -> None:
        super().__init__()
        self.weight_ih = torch.nn.Parameter(torch.randn(16, 2))
        self.weight_hh = torch.nn.Parameter(torch.randn(16, 4))
        self.ln_ih, self.ln_hh = torch.nn.LayerNorm(16), torch.nn.LayerNorm(16)


def test_a_refused_file_is_said_on_every_page_until_the_reader_goes_on() -> None:
    screen = upload(Screen("pages/models.py", about="upload"), saved(Normed()), "normed.pt")
    assert "ln_" in screen.errors[0].replace("\\", "")
    for page in ("gates", "step", "memory", "compare"):
        said = go(screen, page).warnings
        assert len(said) == 1
        assert "normed.pt was not opened" in said[0].replace("\\", "")
        assert "ln_" in said[0].replace("\\", "")
    screen.press("refused-close")
    assert screen.warnings == []
    again = upload(Screen("pages/models.py", about="upload"), saved(Normed()), "normed.pt")
    assert go(again, "gates").choose("model", "brackets-gru").warnings == []


class Two(torch.nn.Module):
    """Two modules of agreeing sizes, which the file does not say are a stack."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.lstm0, self.lstm1 = torch.nn.LSTM(2, 4), torch.nn.LSTM(4, 4)


def test_reading_networks_as_one_stack_is_the_users_choice() -> None:
    screen = upload(Screen("pages/models.py", about="upload"), saved(Two()))
    network = screen.app.selectbox(key="checkpoint-choice-group")
    assert len(network.options) == 3
    assert "your choice" in network.options[2]
    assert screen.app.session_state["own"].model.num_layers == 1
    network.set_value("stack: lstm")
    screen.run()
    kept = screen.app.session_state["own"]
    assert kept.model.num_layers == 2
    assert "Your choice" in screen.captions
    first, second = Two().lstm0, Two().lstm1
    x = torch.from_numpy(screen.noise(2)).float()
    expected = second(first(x)[0])[0].detach().numpy()
    np.testing.assert_allclose(explorer.record(kept.model, x.numpy()).select("hidden", 1), expected, atol=1e-6)
    assert "stacks[0]" in kept.source


def test_what_the_file_does_not_say_of_its_gates_is_asked_and_changes_them() -> None:
    screen = upload(Screen("pages/models.py", about="upload"), saved(torch.nn.LSTM(2, 4)))
    found = screen.app.session_state["checkpoint"]
    asking = replace(found, groups=(replace(found.groups[0], asks=("hard_sigmoid",)),))
    screen.app.session_state["checkpoint"] = asking
    screen.run()
    screen.app.selectbox(key="checkpoint-choice-gates").set_value("hard 1/6")
    screen.run()
    kept = screen.app.session_state["own"]
    assert kept.model.cell().hard_sigmoid == pytest.approx(1 / 6)
    assert "hard_sigmoid=0.1666" in kept.source
    x = screen.noise(2)[:3]
    gate = explorer.record(kept.model, x)["forget"][0, 0, 0]
    weights = kept.model.weights()
    sums = weights["weight_ih"][4:8] @ x[0] + weights["bias_ih"][4:8] + weights["bias_hh"][4:8]
    np.testing.assert_allclose(gate, np.clip(sums / 6 + 0.5, 0, 1), atol=1e-6)
