"""The Gates page without a browser: what is asked for is drawn exactly, and every choice is in the link."""

from typing import Any

import numpy as np
import pytest

import explorer
from explorer.models import list_models, load_card
from tests.ui.screen import Screen

LANDING = "best = max([len(w) for w in names[2:]])"
SENTENCE = (
    "This network learned which bracket must close next: its gates rewrite memory at brackets and hold it in "
    "between; type a line of your own."
)


def draws(screen: Screen, trace: explorer.Trace, layer: int = 0, direction: str = "forward") -> bool:
    """Whether the panels are the trace's values, but for the last bits, which depend on where memory lies."""
    expected = {name: trace.select(name, layer, direction)[:, screen.units].T for name in trace.signals}
    shown = screen.panels
    return shown.keys() == expected.keys() and all(
        np.allclose(shown[name], expected[name], rtol=0, atol=1e-6) for name in expected
    )


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two stacks show the same panels."""
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_the_landing_view_is_a_trained_model_on_a_line_of_code(landing: Screen) -> None:
    assert landing.request.model == "brackets-lstm"
    assert landing.line == LANDING
    assert SENTENCE in landing.texts
    assert next(iter(landing.panels)) == "forget"
    assert "✓ equals PyTorch" in landing.proof
    assert landing.link == {}


def test_the_heatmaps_are_the_values_of_the_record(landing: Screen) -> None:
    trace = explorer.record(explorer.load_model("brackets-lstm"), LANDING)
    assert sorted(landing.units) == list(range(20))
    assert draws(landing, trace)


def test_typed_text_is_recorded_and_stands_in_the_link(landing: Screen) -> None:
    landing.type("f(x[0])")
    assert draws(landing, explorer.record(explorer.load_model("brackets-lstm"), "f(x[0])"))
    assert landing.link == {"source": "typed", "text": "f(x[0])"}


def test_typed_numbers_are_recorded() -> None:
    screen = Screen(model="sst-lstm").type("20, 21.5, 24, 26")
    assert draws(screen, explorer.record(explorer.load_model("sst-lstm"), [20, 21.5, 24, 26]))


def test_several_lines_are_kept_and_shown_in_one(landing: Screen) -> None:
    landing.paste("if x:\n\treturn (1)\n")
    assert landing.request.sequence.text == "if x:\n\treturn (1)\n"
    assert landing.line == "if x:⏎⇥return (1)⏎"
    landing.type(landing.line + "y")
    assert landing.request.sequence.text == "if x:\n\treturn (1)\ny"


def test_several_columns_of_numbers(random: Screen) -> None:
    random.paste("1 0\n0 1\n1 1")
    assert {panel.shape for panel in random.panels.values()} == {(6, 3)}


@pytest.mark.parametrize("name", list_models())
def test_every_bundled_model_opens_on_each_of_its_examples(name: str) -> None:
    for index in range(len(load_card(name)["examples"])):
        screen = Screen(model=name, example=str(index))
        assert screen.drawn
        assert screen.warnings == []


def test_every_chip_of_the_examples_draws_something() -> None:
    for model in ("brackets-lstm", "sst-lstm", "random"):
        screen = Screen(model=model).open("examples")
        chips = {group.key: group.options for group in screen.app.get("button_group") if "chips" in (group.key or "")}
        assert chips
        for key, options in chips.items():
            for option in options:
                screen.open("examples").app.button_group(key=key).set_value(option)
                screen.run()
                assert screen.drawn, f"{model}: {option}"


VIEWS: list[dict[str, Any]] = [
    {"order": "index"},
    {"order": "spread", "similar": False},
    {"order": "openness", "units": 3},
    {"start": "random"},
    {"layer": 1},
    {"direction": "reverse", "layer": 1},
    {"view": "layers"},
    {"view": "layers", "signal": "cell"},
]


@pytest.mark.parametrize("choices", VIEWS, ids=str)
def test_a_choice_of_view_is_in_the_link_and_the_link_restores_it(choices: dict[str, Any]) -> None:
    screen = Screen(model="random", text="f(x)[0]", layers="2", both="1", hidden="6")
    before = screen.panels
    for name, value in choices.items():
        screen.choose(name, value)
        assert screen.request.value(name) == value
    assert not same(screen.panels, before)
    again = Screen(**screen.shared)
    assert again.request == screen.request
    assert again.units == screen.units
    assert same(again.panels, screen.panels)


def test_layers_and_directions_are_those_of_the_trace() -> None:
    screen = Screen(model="random", source="generator", layers="2", both="1", hidden="6")
    series = np.sin(2 * np.pi * np.arange(120) / 25)
    trace = explorer.record(explorer.random_model("lstm", 1, 6, num_layers=2, bidirectional=True), series)
    for layer in (0, 1):
        for direction in ("forward", "reverse"):
            screen.choose("layer", layer).choose("direction", direction)
            assert draws(screen, trace, layer, direction)


def test_panels_can_be_chosen_and_never_all_be_gone(landing: Screen) -> None:
    landing.choose("panels", ["cell", "forget"])
    assert list(landing.panels) == ["forget", "cell"]
    assert list(Screen(**landing.shared).panels) == ["forget", "cell"]
    landing.choose("panels", [])
    assert landing.panels


def test_more_units_than_fit_are_chosen_and_all_are_one_click_away() -> None:
    screen = Screen(model="random", text="f(x)", hidden="40")
    assert len(screen.units) == 24
    assert "24 of 40 units" in screen.captions
    screen.press("all-units")
    assert len(screen.units) == 40
    assert "all 40 units" in screen.captions


def test_the_page_names_the_cursor_of_the_link() -> None:
    screen = Screen(text="f(x)[0]", step="4", unit="7")
    assert (screen.request.cursor.step, screen.request.cursor.unit) == (4, 7)
    assert screen.link["step"] == "4"
    assert screen.link["unit"] == "7"


def test_beyond_the_training_is_said(landing: Screen) -> None:
    assert "this model was trained on 64" in landing.type("(" + "x" * 99).captions
    assert "nests deeper than the 6 levels" in landing.type("(" * 7).captions
    assert "trained" not in landing.type("(((").captions


def test_random_weights_say_so(random: Screen) -> None:
    assert "Random weights: nothing learned yet, so do not look for meaning." in random.texts


def test_unknown_characters_are_shown_and_counted(landing: Screen) -> None:
    assert "2 characters are unknown to this model" in landing.type("(é, é)").captions


def test_presenter_mode_shows_few_panels_and_can_be_left(landing: Screen) -> None:
    landing.press("present")
    assert landing.link == {"presenter": "1"}
    assert list(landing.panels) == ["forget", "cell", "hidden"]
    landing.type("f(x)").press("present")
    assert len(landing.panels) == 6
    assert landing.line == "f(x)"


def test_step_asks_why_the_gate_is_as_it_is_there() -> None:
    """By the recorded value: shut, half open and open are three questions."""
    text = "print(a[0], {b})"
    trace = explorer.record(explorer.load_model("brackets-lstm"), text)
    forget = trace.select("forget")
    asked = {}
    for words, low, high in (("shut", 0, 0.2), ("half open", 0.4, 0.6), ("open", 0.9, 1)):
        step, unit = np.argwhere((forget >= low) & (forget <= high))[0]
        asked[words] = Screen("pages/step.py", text=text, step=str(step), unit=str(unit)).texts
    assert all(f"Why is this gate {words}?" in texts for words, texts in asked.items())
