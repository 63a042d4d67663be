"""The Compare page without a browser: what B is, what is drawn of it, and that the link restores it."""

import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from explorer import Clamp, load_model, random_model, record
from explorer.archives import pack
from explorer.models import with_embedding
from explorer.sequences import Vocabulary
from explorer.training import task_of
from explorer.ui.compare.change import minimal_pair, one_more
from explorer.ui.session.own import Own
from tests.ui.screen import ROOT, Screen
from tests.ui.test_upload import upload


class Compare(Screen):
    """A session that began on the Compare page."""

    def __init__(self, **link: str) -> None:
        self.app = AppTest.from_file(ROOT / "app.py", default_timeout=120)
        self.app.query_params.update(link)
        self.app.switch_page("pages/compare.py")
        self.run()

    @property
    def drawn_panels(self) -> dict[str, Any]:
        """What the stack draws: ``"B − A forget"`` → (unit, time)."""
        chart = next(one for one in self.charts if one["data"][0]["type"] == "heatmap")
        return {trace["meta"]["signal"]: trace["z"] for trace in chart["data"]}


def test_the_first_view_holds_a_gate_of_the_landing_view() -> None:
    screen = Compare()
    free, held = (
        record(load_model("brackets-lstm"), screen.line, clamps=clamps) for clamps in ((), [Clamp("forget", 0.0)])
    )
    panels = screen.drawn_panels
    assert list(panels) == [f"B − A {name}" for name in ("forget", "input", "candidate", "output", "cell", "hidden")]
    expected = np.sort((held["hidden"] - free["hidden"])[0, 0].T, axis=0)
    assert np.allclose(np.sort(panels["B − A hidden"], axis=0), expected, atol=1e-5)
    assert "B is A with forget = 0" in screen.captions
    assert "24 of 39 predictions differ" in screen.captions


VIEWS = [
    {},
    {"holds": "none"},
    {"holds": "forget=1;!input=0,u3-5,t4-9;output=mean;cell=x0.5;input=1-forget"},
    {"holds": "forget=other", "other": "best = max([len(w) for w in rows])"},
    {"compare": "both", "layer": "1", "model": "sine-lstm", "holds": "forget=0.5"},
    {"against": "model"},
    {"against": "model", "rival": "brackets-lstm@0"},
    {"against": "model", "rival": "random@3"},
    {"against": "model", "model": "random", "text": "1 2 3 1"},
    {"against": "model", "model": "sst-lstm", "compare": "answers"},
    {"against": "model", "model": "adding-gru", "compare": "facts"},
    {"against": "sequence", "other": "f(x)"},
    {"against": "sequence", "model": "sentiment-lstm", "compare": "answers", "wanted": "0"},
    {"against": "sequence", "model": "adding-lstm"},
    {"against": "sequence", "model": "sst-gru", "compare": "answers"},
    {"compare": "sweep", "knock": "gates", "effect": "loss"},
    {"compare": "sweep", "model": "sine-lstm", "knocked": "forget", "held_at": "average", "layer": "1"},
    {"compare": "sweep", "effect": "class", "wanted": "2", "step": "12"},
    {"compare": "groups"},
    {"compare": "groups", "model": "sst-lstm", "lines": pack("warm: 24 25 26\ncold: 19, 18, 17, 18"), "signal": "cell"},
]


@pytest.mark.parametrize("link", VIEWS, ids=str)
def test_every_view_opens_and_its_link_restores_it(link: dict[str, str]) -> None:
    screen = Compare(**link)
    assert screen.warnings == []
    again = Compare(**screen.link)
    assert again.warnings == []
    assert again.request == screen.request
    assert str(again.charts) == str(screen.charts)
    assert bool(screen.charts) == (link.get("compare") != "facts")


def test_links_that_make_no_sense_open_something() -> None:
    screen = Compare(holds="x;forget=9e99;input=1-input;update=1", rival="nobody", against="model", step="999999")
    assert screen.warnings == []
    screen = Compare(against="sequence", model="recall-lstm", other="A unknown!")
    assert "unknown" in screen.warnings[0]
    screen = Compare(compare="groups", lines="nonsense")
    assert "No sequences came" in screen.warnings[0]


def test_a_second_sequence_is_aligned_and_gaps_stay_empty() -> None:
    screen = Compare(text="f(ab)", against="sequence", other="f[(ab)")
    panels = screen.drawn_panels
    assert panels["B − A forget"].shape == (20, 6)
    assert np.isnan(panels["B − A forget"]).all(axis=0).tolist() == [False, True, False, False, False, False]
    assert "by 1 change of a step" in screen.captions


def test_presets_are_chosen_and_undone() -> None:
    screen = Compare(model="brackets-gru")
    assert screen.app.selectbox(key="preset").value == "update = 0: the state is renewed"
    screen.app.selectbox(key="preset").select("reset = 0: the new content sees no past")
    screen.run()
    assert screen.request.compare_page.holds == "reset=0"
    screen.press("undo")
    assert screen.request.compare_page.holds == ""


def test_a_hold_that_cannot_be_read_is_answered_in_words() -> None:
    screen = Compare()
    screen.app.session_state["hold-form"] = True
    screen.run()
    screen.app.text_input(key="hold-units").set_value("many")
    screen.press("hold-it")
    assert "is no list of places" in screen.errors[0]
    assert screen.request.compare_page.holds == ""
    screen.app.text_input(key="hold-units").set_value("1, 4")
    screen.press("hold-it")
    assert screen.errors == []
    assert screen.request.compare_page.holds == "input=0,u1.4"
    screen.press("remove-0")
    assert screen.request.compare_page.holds == "none"
    assert "nothing is held" in screen.captions


def test_a_sweep_can_be_stopped_and_goes_on() -> None:
    screen = Compare(compare="sweep")
    screen.app.session_state["sweep"] = {**screen.app.session_state["sweep"], "changes": [], "stopped": True}
    screen.run()
    assert "Stopped after 0 of 20" in screen.captions
    screen.press("sweep-on")
    assert "Stopped" not in screen.captions
    assert len(screen.charts) == 1


def test_many_lines_fit_a_link_whatever_their_letters() -> None:
    lines = "one: ü€𝄞\n" * 2_200
    screen = Screen("pages/compare.py", compare="groups", lines=pack(lines), align="ü")
    assert screen.app.text_area(key="group-lines").value == lines


@pytest.mark.parametrize(
    ("text", "task", "changed"),
    [
        ("f(x)", "brackets", "f[x)"),
        ("a good film", "sentiment", "a bad film"),
        ("aabb", "anbn", "abb"),
        ("Cab?", "recall", "Fab?"),
        ("xyz", "", "xy"),
        ("10110010", "", "1011001"),
    ],
)
def test_a_minimal_pair_differs_in_one_place(text: str, task: str, changed: str) -> None:
    assert minimal_pair(text, task_of({"task": task}).pairs) == changed


@pytest.mark.parametrize(
    ("text", "ids", "changed"),
    [
        ("1, 2, 3", 0, "1, 3, 3"),
        ("0.50 0.25 0.125", 0, "0.50 1.25 0.125"),
        ("7, 123456789, 7", 0, "7, 123456790, 7"),
        ("1, -2.5, 1e-05", 0, "1, -1.5, 1e-05"),
        ("1 2 1e-05 4", 0, "1 2 1.00001 4"),
        ("0, 4, 0", 5, "0, 3, 0"),
    ],
)
def test_of_numbers_the_middle_one_is_changed_and_the_others_stay(text: str, ids: int, changed: str) -> None:
    assert one_more(text, ids) == changed


def test_digits_that_are_a_models_letters_stay_text() -> None:
    """A line of them is no number, which would be one more in seven figures."""
    file = io.BytesIO()
    weights = {f"rnn.{name}": value for name, value in torch.nn.GRU(3, 4).state_dict().items()}
    torch.save({"state_dict": {**weights, "embedding.weight": torch.randn(2, 3)}, "vocab": {"0": 0, "1": 1}}, file)
    screen = upload(Screen("pages/models.py", about="upload"), file.getvalue()).type("10110010")
    screen.app.switch_page("pages/compare.py")
    screen.run().choose("compare", "both").choose("against", "sequence")
    assert screen.app.text_input(key="other-line").value == "1011001"
    assert screen.warnings == []


@pytest.mark.parametrize("against", ["held", "model", "sequence"])
@pytest.mark.parametrize("kind", ["numbers", "ids", "text"])
def test_an_uploaded_model_is_compared_too(kind: str, against: str) -> None:
    model = random_model("gru", 8 if kind == "text" else 1, 5)
    if kind == "text":
        model = with_embedding(model, Vocabulary.printable_ascii())
    elif kind == "ids":
        model = replace(model, embedding=torch.ones(30, 1))
    screen = Compare(against=against)
    screen.app.session_state["own"] = Own(model, "model.pt", "")
    text = {"numbers": "1, 2, 3", "ids": "3, 5, 7", "text": "f(x)"}[kind]
    changed = {"model": "uploaded", "source": "typed", "text": text}
    screen.app.session_state["request"] = screen.request.but(**changed)
    screen.run()
    if (kind, against) == ("ids", "model"):
        return  # nothing else reads its ids; what the page says of it is a sentence
    assert screen.warnings == []
    assert screen.charts


def test_an_uploaded_model_is_a_rival_of_those_that_read_alike() -> None:
    screen = Compare(model="sst-lstm", against="model")
    screen.app.session_state["own"] = Own(random_model("lstm", 1, 32), "model.pt", "")
    screen.app.session_state["request"] = screen.request.but(rival="uploaded")
    screen.run()
    assert screen.warnings == []
    assert screen.app.selectbox(key="rival-menu").value == "uploaded"
    assert "Your model" in screen.captions
