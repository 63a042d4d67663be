"""Units: which unit knows what, saturation, likeness, and what is said where there is nothing to find."""

import numpy as np
import pytest

from explorer import load_model
from explorer.concepts import concept_of
from explorer.measures import probe
from tests.ui.screen import Screen

PAGE = "pages/units.py"
LINE = "f(x[0]) + g(a, (b)) - h[i + (j * k)] + max([len(w) for w in names[2:]])"


@pytest.fixture(scope="module")
def depth() -> Screen:
    """Depth over the line on screen."""
    return Screen(PAGE, picture="concept", concept="depth", corpus="screen", text=LINE)


def test_the_unit_that_is_named_is_the_probes(depth: Screen) -> None:
    import explorer

    trace = explorer.record(load_model("brackets-lstm"), LINE)
    found = probe(trace.select("cell"), concept_of("depth", LINE))
    best = (found.passing or (found.unit,))[0]
    assert f"nit {best}" in depth.texts
    assert f"{found.judged[best]:.2f} on held-out steps" in depth.texts
    assert f"{found.band:.2f}" in depth.texts


def test_another_concept_is_asked_and_a_bad_expression_loses_nothing() -> None:
    screen = Screen(PAGE, picture="concept", concept="expression", corpus="screen", text=LINE, expression="(x")
    assert "no regular expression" in screen.warnings[0]
    assert screen.app.text_input(key="choice-expression").value == "(x"
    screen.app.text_input(key="choice-expression").set_value("[a-z]+").run()
    assert screen.warnings == []
    assert "[a-z]+" in screen.texts.replace("\\", "")


def test_what_stands_nowhere_is_said() -> None:
    screen = Screen(PAGE, picture="concept", concept="comment", corpus="screen", text=LINE)
    assert "All" in screen.warnings[0]
    assert "labels are False" in screen.warnings[0]


def test_numbers_are_asked_after_the_range_on_the_ribbon() -> None:
    numbers = " ".join(str(value) for value in np.round(np.sin(np.arange(60) / 3), 2))
    link = {"model": "random", "hidden": "6", "text": numbers, "picture": "concept", "first": "20", "last": "29"}
    screen = Screen(PAGE, **link, concept="range", corpus="screen")
    assert "the range on the ribbon" in screen.texts
    one = Screen(PAGE, **(link | {"last": "20"}), concept="range", corpus="screen")
    assert "too few steps" in one.warnings[0]


def test_saturation_and_likeness_of_a_counting_network() -> None:
    screen = Screen(PAGE, model="anbn-lstm", picture="saturation", unit="1", signal="forget")
    assert "is shut or open at" in screen.texts
    assert "Forget gate of unit 1" in screen.texts
    alike = Screen(PAGE, model="anbn-lstm", picture="alike")
    assert "go against each other most" in alike.texts
    assert "count, up or down by equal steps" in alike.captions


def test_a_cell_without_gates_has_no_saturation() -> None:
    assert "no gates" in Screen(PAGE, model="brackets-rnn", picture="saturation").captions


def test_the_users_own_columns_are_asked_after_each_word_against_the_rest() -> None:
    rows = [f"{np.sin(step / 5):.3f},{'up' if np.cos(step / 5) > 0 else 'down'},{step % 3}" for step in range(150)]
    screen = Screen(PAGE, model="random", hidden="8", text="0 1 0", picture="concept", corpus="file")
    content = "\n".join(["value,way,third", *rows]).encode()
    screen.app.file_uploader(key="corpus-upload").set_value(("own.csv", content, "text/csv"))
    screen.run()
    assert "column way = “" in screen.texts
    menu = screen.app.selectbox(key="choice-concept_label")
    assert set(menu.options) == {"up", "down"}
    menu.set_value("down").run()
    assert "column way = “down”" in screen.texts
    screen.app.selectbox(key="choice-concept").set_value("column:third").run()
    assert "column third" in screen.texts
    assert "R²" in screen.texts
