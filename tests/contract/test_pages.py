"""Every page, in each of its parts, of a cell that is one file and one line."""

from typing import Any

import numpy as np
import pytest

import explorer
from tests.contract.sieve import by_hand, logistic
from tests.ui.screen import Screen

pytestmark = pytest.mark.usefixtures("sieve")
NUMBERS = "0 1 2 1 0 -1 -2 -1 0 1 2 1"
TYPED = {"model": "random", "kind": "sieve", "hidden": "5", "seed": "4", "text": NUMBERS}
DEEP = {**TYPED, "layers": "2", "both": "1"}


def shown(screen: Screen) -> str:
    """Everything that is said on a page, in one text."""
    parts = [screen.texts, screen.captions, *(str(one.value) for one in screen.app.code)]
    parts += [str(one.value) for one in (*screen.app.text, *screen.app.latex)]
    parts += [one.value.to_string() for one in screen.app.table]
    parts += [str(chart) for chart in screen.charts]
    return "\n".join(parts)


def opened(page: str, **link: str) -> Screen:
    """A page that shows the sieve, and nothing that it had to put right."""
    screen = Screen(page, **link)
    assert screen.warnings == []
    assert screen.errors == []
    assert screen.request.build.kind == "sieve"
    assert screen.link["kind"] == "sieve"
    return screen


PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "gates": ("", TYPED),
    "gates, deep": ("", DEEP),
    "gates, one signal": ("", DEEP | {"view": "layers", "signal": "grain"}),
    "gates, text": ("", TYPED | {"text": "f(x[0])"}),
    "gates, a stage": ("", TYPED | {"presenter": "1"}),
    "gates, by time constant": ("", TYPED | {"order": "constant"}),
    "gates, random start": ("", TYPED | {"start": "random"}),
    "gates, typed start": ("", TYPED | {"start": "typed", "h_0": "0.5"}),
    "gates, a generator": ("", {**TYPED, "text": "", "source": "generator"}),
    "gates, an option": ("", TYPED | {"options": "sifts=no"}),
    "step": ("pages/step.py", TYPED),
    "step, a gate": ("pages/step.py", DEEP | {"step": "5", "unit": "2", "gate": "draft"}),
    "step, joined": ("pages/step.py", TYPED | {"notation": "joined", "update": "renew"}),
    "step, a hidden number": ("pages/step.py", TYPED | {"hide": "valve"}),
    "memory, wrote": ("pages/memory.py", TYPED),
    "memory, wrote, from the end": ("pages/memory.py", DEEP | {"direction": "reverse", "layer": "1"}),
    "memory, long": ("pages/memory.py", TYPED | {"memory": "long"}),
    "memory, say": ("pages/memory.py", TYPED | {"memory": "say"}),
    "memory, say, tokens": ("pages/memory.py", TYPED | {"memory": "say", "past": "tokens"}),
    "memory, lab": ("pages/memory.py", TYPED | {"memory": "say", "past": "lab", "cell": "sieve"}),
    "memory, chrono": ("pages/memory.py", TYPED | {"memory": "say", "past": "lab", "cell": "sieve", "lab": "chrono"}),
    "memory, forgot": ("pages/memory.py", TYPED | {"memory": "forgot", "every": "3"}),
    **{
        f"compare, {what}, {against}": ("pages/compare.py", TYPED | {"compare": what, "against": against})
        for what in ("difference", "both", "answers", "facts")
        for against in ("held", "model", "sequence")
    },
    "compare, sweep": ("pages/compare.py", TYPED | {"compare": "sweep"}),
    "compare, sweep of gates": ("pages/compare.py", TYPED | {"compare": "sweep", "knock": "gates"}),
    "compare, groups": ("pages/compare.py", TYPED | {"compare": "groups"}),
    "compare, text": ("pages/compare.py", TYPED | {"text": "f(x[0])"}),
    **{
        f"models, {part}": ("pages/models.py", TYPED | {"about": part})
        for part in ("shapes", "code", "card", "upload")
    },
    **{
        f"units, {picture}": ("pages/units.py", TYPED | {"picture": picture, "corpus": "screen"})
        for picture in ("text", "here", "concept", "saturation", "alike", "matter", "statistics")
    },
    "units, here, deep": ("pages/units.py", DEEP | {"picture": "here", "direction": "reverse", "layer": "1"}),
    "units, text of text": ("pages/units.py", TYPED | {"text": "f(x[0])", "corpus": "screen"}),
    "models, deep": ("pages/models.py", DEEP),
    **{
        f"models, {trial}": ("pages/models.py", DEEP | {"about": "trials", "trial": trial})
        for trial in ("count", "mirror", "padding")
    },
    "learn, handouts": ("pages/learn.py", {"learn": "teach", "teach": "handouts", "kind": "sieve", "students": "2"}),
    "units, knows": ("pages/units.py", TYPED | {"picture": "concept"}),
    "units, saturation": ("pages/units.py", DEEP | {"picture": "saturation", "unit": "2", "signal": "grain"}),
    "units, statistics": ("pages/units.py", TYPED | {"picture": "statistics"}),
    "units, statistics by position": ("pages/units.py", DEEP | {"picture": "statistics", "grouped": "position"}),
    "units, matter": ("pages/units.py", TYPED | {"picture": "matter"}),
    "units, alike": ("pages/units.py", TYPED | {"picture": "alike"}),
}  # fmt: skip


@pytest.mark.parametrize("view", PAGES)
def test_it_opens(view: str) -> None:
    page, link = PAGES[view]
    said = shown(opened(page, **link))
    assert view in BESIDE_OTHERS or not [word for word in ("Forget gate", "forget f", "Update gate") if word in said]


BESIDE_OTHERS = {"compare, difference, model", "compare, both, model", "models, shapes", "models, deep"}
"""Views that show another cell too, because they were asked to."""


@pytest.mark.parametrize("view", ["gates", "memory, wrote", "models, card", "models, shapes"])
def test_it_is_called_by_its_name(view: str) -> None:
    page, link = PAGES[view]
    assert "Sieve" in shown(opened(page, **link))


def test_the_panels_are_its_signals() -> None:
    screen = opened("", **TYPED)
    model = explorer.random_model("sieve", 1, 5, seed=4)
    values = np.array([float(one) for one in NUMBERS.split()])[:, None]
    wanted = by_hand(model.weights(), values, np.zeros(5))
    assert set(screen.panels) == {"valve", "grain", "draft", "hidden"}
    for name, panel in screen.panels.items():
        assert np.abs(panel - wanted[name].T[screen.units]).max() < 1e-5


def test_the_time_constants_are_those_of_what_it_keeps() -> None:
    screen = opened("pages/memory.py", **TYPED, memory="long")
    model = explorer.random_model("sieve", 1, 5, seed=4)
    values = np.array([float(one) for one in NUMBERS.split()])[:, None]
    valve = by_hand(model.weights(), values, np.zeros(5))["valve"]
    taus = -1 / np.log(1 - valve).mean(axis=0)
    weights = model.weights()
    bias = np.split(weights["bias_ih"] + weights["bias_hh"], 3)[2]
    longest = int(taus.argmax())
    assert f"the longest (unit {longest}) for {taus[longest]:.1f} steps" in shown(screen)
    unit = int(shown(screen).split("; unit ")[1].split(" ")[0])
    assert f"bias alone would give {-1 / np.log(1 - logistic(bias[unit])):.1f} steps" in shown(screen)
    assert "(1 − v)" in screen.captions


def test_the_builder_lists_it_beside_every_other_and_offers_what_it_declares() -> None:
    screen = opened("pages/models.py", **TYPED)
    menu = screen.app.selectbox(key="choice-kind")
    assert menu.options == ["nn.LSTM", "nn.GRU", "nn.RNN", "MGU", "Peephole LSTM", "Layer-norm LSTM", "Sieve"]
    assert not screen.has("number_input", "choice-proj")
    assert not screen.has("button_group", "choice-reset")
    screen.app.button_group(key="option-sifts").set_value("no")
    screen.run()
    assert screen.link["options"] == "sifts=no"
    plain, sifted = (Screen(**TYPED, **more) for more in ({"options": "sifts=no"}, {}))
    assert not np.allclose(plain.panels["draft"], sifted.panels["draft"])
    assert screen.choose("kind", "gru").has("button_group", "choice-reset")


def test_a_link_to_it_opens_it_again() -> None:
    screen = Screen("pages/models.py", model="random", text=NUMBERS).choose("kind", "sieve")
    again = opened("", **screen.link)
    assert set(again.panels) == {"valve", "grain", "draft", "hidden"}


def test_its_valve_may_be_held_and_its_grain_may_follow() -> None:
    screen = opened("pages/compare.py", **TYPED)
    presets = screen.app.selectbox(key="preset").options
    assert presets[:4] == ["valve = 1: let in", "valve = 0: hold on", "grain = 1: fine", "grain = 0: coarse"]
    assert "valve = 1" in shown(screen)


def test_a_bias_that_lets_in_is_drawn_with_the_shorter_memory() -> None:
    """Its valve renews: the tick of bias −1 remembers longer than that of bias 1."""
    screen = opened("pages/models.py", **TYPED, about="card")
    specs = [chart["layout"].get("xaxis", {}) for chart in screen.charts]
    ticks = next(axis["ticktext"] for axis in specs if "bias of" in str(axis.get("title")))
    for bias in (-1, 1):
        assert f"{bias}<br>τ {-1 / np.log(logistic(-bias)):.1f}" in ticks


def test_a_kernel_that_pytorch_lacks_is_not_timed() -> None:
    screen = opened("pages/compare.py", **TYPED, compare="facts", against="sequence")
    assert "PyTorch has none" in shown(screen)
