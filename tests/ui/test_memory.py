"""The Memory page without a browser: every picture of every kind of model, its sentence, and its link."""

from typing import Any

import pytest

from tests.ui.screen import Screen

PAGE = "pages/memory.py"
PICTURES: dict[str, dict[str, str]] = {
    "ledger": {"memory": "wrote"},
    "timescales": {"memory": "long"},
    "gradient": {"memory": "say"},
    "triangle": {"memory": "say", "past": "tokens"},
    "lab": {"memory": "say", "past": "lab"},
    "chrono": {"memory": "say", "past": "lab", "lab": "chrono", "cell": "gru"},
    "resets": {"memory": "forgot"},
}
MODELS: dict[str, dict[str, str]] = {
    "landing": {},
    "rnn": {"model": "brackets-rnn"},
    "both ways": {"model": "sentiment-lstm", "layer": "1", "direction": "reverse", "outcome": "answer"},
    "values": {"model": "sst-gru", "outcome": "loss", "step": "50"},
    "one step": {"model": "random", "text": "1"},
    "projected": {"model": "random", "proj": "5", "text": "a_b*c<d", "start": "random"},
    "long": {"model": "random", "source": "generator", "length": "1300", "kind": "gru"},
}


def charts(screen: Screen) -> int:
    return len(screen.charts)


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("model", ["landing", "one step"])
def test_every_picture_is_drawn(model: str, picture: str) -> None:
    screen = Screen(PAGE, **MODELS[model], **PICTURES[picture])
    assert charts(screen) >= 1
    assert screen.warnings == []


@pytest.mark.parametrize("model", ["both ways", "values", "projected", "long"])
@pytest.mark.parametrize("picture", ["ledger", "gradient", "triangle", "resets"])
def test_every_kind_of_model_has_its_pictures(model: str, picture: str) -> None:
    screen = Screen(PAGE, **(MODELS[model] | PICTURES[picture]))
    assert charts(screen) >= 1
    assert screen.warnings == []


@pytest.mark.parametrize("picture", PICTURES)
def test_a_link_restores_the_picture(picture: str) -> None:
    link = PICTURES[picture] | {"step": "12", "unit": "3"}
    screen = Screen(PAGE, **link)
    known = {name: value for name, value in link.items() if (name, value) != ("memory", "wrote")}
    assert screen.link == known


@pytest.mark.parametrize("picture", ["ledger", "timescales"])
def test_an_rnn_says_why_not_and_offers_its_twin(picture: str) -> None:
    screen = Screen(PAGE, **MODELS["rnn"], **PICTURES[picture])
    assert charts(screen) == 0
    assert "nothing is carried on linearly" in screen.texts
    screen.press("twin")
    assert screen.request.model == "brackets-lstm"
    assert charts(screen) >= 1


def test_an_rnn_has_a_gradient_beside_its_twins() -> None:
    screen = Screen(PAGE, **MODELS["rnn"], **PICTURES["gradient"])
    assert "left in the RNN" in screen.texts
    assert "in the LSTM and" in screen.texts


def test_the_sentence_names_the_writer_of_the_user_s_own_token() -> None:
    screen = Screen(PAGE, text="f(*a*[b", step="6", unit="19")
    assert "wrote the most" in screen.texts
    assert "*a*" not in screen.texts


def test_a_question_is_chosen_and_undone() -> None:
    screen = Screen(PAGE)
    screen.choose("memory", "forgot")
    assert screen.link == {"memory": "forgot"}
    screen.choose("every", 5)
    assert "every 5 steps changes" in screen.texts
    screen.press("undo")
    assert "every 10 steps changes" in screen.texts
    screen.press("undo")
    assert screen.link == {}


def test_a_reset_beyond_the_end_says_so() -> None:
    assert "reset after fewer" in Screen(PAGE, memory="forgot", every="40").texts


def test_the_lab_follows_its_slider() -> None:
    screen = Screen(PAGE, **PICTURES["lab"])
    assert "forget bias + 1" in screen.texts
    screen.app.slider(key="lab-bias").set_value(3.0)
    screen.run()
    assert screen.link["bias_tenths"] == "30"
    assert "forget bias + 3" in screen.texts


def test_what_came_next_can_be_the_loss() -> None:
    screen = Screen(PAGE, model="python-chars-lstm", memory="say", outcome="loss", step="9")
    options: Any = next(one for one in screen.app.get("button_group") if one.key == "choice-outcome").options
    assert len(options) == 3
    assert screen.request.memory_page.outcome == "loss"


def test_the_order_by_time_constant_is_offered_to_those_who_have_one() -> None:
    orders = [
        Screen(PAGE, **MODELS[name], order="constant").app.selectbox(key="choice-order") for name in ("landing", "rnn")
    ]
    assert "time constant" in orders[0].options
    assert "time constant" not in orders[1].options
