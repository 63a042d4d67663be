"""The page Train without a browser: what is chosen, trained, said, kept and handed on."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import explorer
from explorer.training.script import script_of, table_of, weights_file
from explorer.ui.session.link import from_link
from explorer.ui.train import jobs
from explorer.ui.train.recipe import Recipe, read, same_training, spelt
from tests.ui.screen import ROOT, Screen

SMALL = "hidden=6&steps=20&cells=gru+rnn"


@pytest.fixture(scope="module", autouse=True)
def no_worker_is_left() -> Iterator[None]:
    yield
    jobs.queue().close()


def opened(train: str = SMALL, **link: str) -> Screen:
    return Screen("pages/train.py", train=train, **link)


def job_of(screen: Screen) -> Any:
    return screen.app.session_state["training"].job


def trained(screen: Screen) -> Screen:
    screen.press("train-begin")
    end = time.monotonic() + 120
    while "training" in screen.app.session_state and job_of(screen).active:
        assert time.monotonic() < end
        time.sleep(0.1)
    return screen.run()


def see(screen: Screen, name: str, value: str) -> Screen:
    screen.app.button_group(key=f"came-{name}").set_value(value)
    return screen.run()


@pytest.fixture(scope="module")
def done() -> Screen:
    return trained(opened())


def rows(screen: Screen) -> list[str]:
    return list(screen.app.table[0].value.index)


def test_by_default_three_twins_are_offered_the_sea() -> None:
    screen = Screen("pages/train.py")
    assert "Sea surface temperature" in screen.texts
    assert screen.app.button_group(key="recipe-cells").value == ["lstm", "gru", "rnn"]
    assert screen.link == {}


def test_the_table_is_what_the_script_prints(done: Screen, tmp_path: Path) -> None:
    assert rows(done)[:3] == ["GRU", "RNN", "the last value"]
    outcome = job_of(done).outcome
    shown = done.app.table[0].value
    assert list(shown["MAE, °C"])[:2] == [row["mae"] for row in outcome.rows()][:2]
    file = tmp_path / "train.py"
    file.write_text(script_of(job_of(done).plan.twins()), "utf-8")
    printed = subprocess.run(
        [sys.executable, str(file)], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT)}
    ).stdout
    assert printed == table_of(outcome)
    assert "One seed proves nothing" in done.texts


def test_every_part_and_every_picture_is_drawn(done: Screen) -> None:
    for picture, words in (("on", "never the truth"), ("lags", ""), ("ahead", "one step before it came")):
        assert words in see(done, "picture", picture).captions
        assert done.drawn
    assert "prints this table" in see(done, "part", "take").captions
    for part in ("losses", "film", "take", "table"):
        assert see(done, "part", part).has("button_group", "came-part")
    assert done.link["train"] == f"{spelt(read(SMALL))}&began=1"


def test_a_twin_is_a_model_on_every_page() -> None:
    screen = see(trained(opened()), "part", "take").press("take-gru-gates")
    twin = job_of(screen).outcome.twins[0]
    go(screen, "gates")
    assert screen.link["model"] == "uploaded"
    assert f"step {twin.best_step}" in "".join(str(one.proto.popover.label) for one in screen.app.get("popover"))
    trace = explorer.record(twin.model(), screen_values(screen))
    units = screen.units
    assert np.allclose(screen.panels["update"], trace.select("update")[:, units].T, atol=1e-6)
    for page in ("step", "memory", "models", "compare"):
        screen.app.switch_page(f"pages/{page}.py")
        assert screen.run().warnings == []
    assert "load_trained('my-gru-step-" in code(screen)


def go(screen: Screen, page: str) -> Screen:
    """What a browser does by itself after the button."""
    del screen.app.session_state["detour"]
    screen.app.switch_page(f"pages/{page}.py")
    return screen.run()


def code(screen: Screen) -> str:
    screen.app.switch_page("pages/models.py")
    screen.run()
    return str(screen.choose("about", "code").app.code[0].value)


def screen_values(screen: Screen) -> Any:
    from explorer.training.tasks.sst import read_months

    return read_months()[-120:, None]


def test_a_twins_file_opens_again_as_it_was(done: Screen) -> None:
    twin = job_of(done).outcome.twins[0]
    again = explorer.models.load_trained(weights_file(twin))
    x = screen_values(done)
    assert (explorer.record(again, x).output == explorer.record(twin.model(), x).output).all()
    with pytest.raises(explorer.CheckpointError, match="no file of a network that was trained here"):
        explorer.models.load_trained(b"something else")
    nested = b"[" * 100_000
    with pytest.raises(explorer.CheckpointError):
        explorer.models.load_trained(len(nested).to_bytes(8, "little") + nested)


def test_twin_stands_against_twin_on_compare() -> None:
    screen = see(trained(opened()), "part", "take").press("take-compare")
    go(screen, "compare")
    assert (screen.link["model"], screen.link["rival"], screen.link["against"]) == ("uploaded", "uploaded2", "model")
    assert screen.warnings == []


def test_a_frame_of_the_film_is_a_model_too() -> None:
    screen = see(trained(opened()), "part", "film")
    screen.app.selectbox(key="film-frame").set_value(1)
    go(screen.run().press("film-open"), "gates")
    assert "my GRU, step 1" in "".join(str(one.proto.popover.label) for one in screen.app.get("popover"))


def test_numbers_of_ones_own_are_learned() -> None:
    wave = " ".join(f"{one:.3f}" for one in np.sin(np.arange(80) / 3) + 3)
    screen = trained(opened(f"data=mine&{SMALL}", source="typed", text=wave))
    assert rows(screen)[:2] == ["GRU", "RNN"]
    assert "Your series" in str(screen.app.table[0].value.index.name)


def test_lines_and_classes_of_ones_own_are_learned() -> None:
    text = "\n".join(f"{'ab'[number % 2]}: line {number}" for number in range(20))
    lines = trained(opened(f"data=mine&{SMALL}", source="typed", text=text))
    assert "nats" in lines.app.table[0].value.columns
    classes = trained(opened(f"data=mine&learn=class&{SMALL}", source="typed", text=f"{text}\nc: alone"))
    assert "accuracy" in classes.app.table[0].value.columns
    assert "class 'c' has 1 line" in " ".join(classes.warnings).replace("\\", "")


def test_a_task_is_learned() -> None:
    screen = trained(opened(f"data=task&task=anbn&{SMALL}"))
    assert rows(screen)[0] == "GRU"


@pytest.mark.parametrize(
    ("train", "link", "sentence"),
    [
        ("data=mine", {"source": "typed", "text": "1 2 3 4 5"}, "The series has 5 values"),
        ("data=mine", {}, "Bring what is to be learned"),
        ("data=mine", {"source": "typed", "text": "one line"}, "it takes 5"),
        ("data=mine&learn=class", {"source": "typed", "text": "one line\nanother"}, "no condition"),
        ("held=400", {}, "need at least"),
        ("hidden=256&layers=4", {}, "parameters and the most is"),
    ],
)
def test_what_cannot_be_trained_is_said_and_nothing_is_lost(train: str, link: dict[str, str], sentence: str) -> None:
    screen = opened(train, **link).press("train-begin")
    assert sentence in " ".join(screen.warnings).replace("\\", "")
    assert screen.link == {**link, "train": spelt(read(train))}
    assert "training" not in screen.app.session_state


def test_missing_values_are_refused_or_filled() -> None:
    values = np.sin(np.arange(80) / 3) + 3
    table = "when,wave\n" + "\n".join(f"at {at}," + ("" if at == 40 else f"{one:.3f}") for at, one in enumerate(values))
    screen = opened(f"data=mine&{SMALL}")
    screen.app.button_group(key="own-section").set_value("File")
    screen.run().app.file_uploader(key="csv").set_value(("wave.csv", table.encode(), "text/csv"))
    assert "missing" in " ".join(screen.run().press("train-begin").warnings)
    screen.app.toggle(key="csv-missing").set_value(True)
    assert rows(trained(screen.run()))[0] == "GRU"


def test_cancel_keeps_what_was_learned_and_pause_goes_on() -> None:
    screen = opened("hidden=6&steps=20000&cells=rnn").press("train-begin")
    until_begun(screen)
    screen.press("going-pause")
    rest(screen)
    assert "Paused at step" in screen.captions
    assert rows(screen)[0] == "RNN"
    before = job_of(screen).share
    screen.press("train-on")
    until_begun(screen, before)
    screen.press("going-cancel")
    rest(screen)
    assert "Stopped at step" in screen.captions
    assert "so its table is another" in see(screen, "part", "take").captions


def until_begun(screen: Screen, share: float = 0.0) -> None:
    end = time.monotonic() + 120
    while job_of(screen).share <= share:
        assert time.monotonic() < end
        time.sleep(0.05)
    screen.run()


def rest(screen: Screen) -> None:
    end = time.monotonic() + 60
    while job_of(screen).active:
        assert time.monotonic() < end
        time.sleep(0.05)
    screen.run()


def test_choices_that_changed_are_said_and_undone(done: Screen) -> None:
    screen = trained(opened())
    screen.app.number_input(key="recipe-steps").set_value(30)
    assert "The choices have changed" in screen.run().captions
    screen.press("undo")
    assert "The choices have changed" not in screen.captions


def test_a_training_that_went_with_its_session_is_said() -> None:
    screen = opened(f"{SMALL}&began=1")
    assert "The training went with its session" in " ".join(one.value for one in screen.app.info)
    assert screen.app.number_input(key="recipe-steps").value == 20


def test_a_column_that_only_counts_is_not_forecast_unless_it_is_chosen() -> None:
    table = "\n".join(f"{at} {at % 5}" for at in range(60))
    (menu,) = opened("data=mine", source="typed", text=table).app.selectbox
    assert (menu.options, menu.value) == (["column 2", "column 1"], "column 2")
    (menu,) = opened("data=mine&column=column+1", source="typed", text=table).app.selectbox
    assert menu.value == "column 1"


def test_a_diverging_training_ends_with_a_sentence() -> None:
    screen = trained(opened("cells=rnn&steps=40&rate=100"))
    assert "lower learning rate" in " ".join(screen.warnings)
    assert rows(screen)[0] == "RNN"


def test_choices_are_spelt_and_read_back() -> None:
    choices = Recipe(data="mine", column="a, b & c", cells="rnn peephole", rate=0.5, hidden=7)
    assert read(spelt(choices)) == choices
    assert spelt(Recipe()) == ""
    assert read("hidden=-3&rate=x&data=nothing&cells=none&steps=99999999") == Recipe()
    assert not same_training(choices, Recipe())
    assert same_training(Recipe(part="film", began=1), Recipe())
    assert from_link({"train": spelt(choices)}).train_page.train == spelt(choices)


def test_a_file_with_a_column_of_classes_is_learned() -> None:
    table = "label,text\n" + "\n".join(f"{'ab'[at % 2]},line number {at}" for at in range(20))
    screen = opened(f"data=mine&{SMALL}")
    screen.app.file_uploader(key="recipe-lines").set_value(("said.csv", table.encode(), "text/csv"))
    assert "their classes the column" in screen.run().captions
    assert read(screen.link["train"]).learn == "class"
    assert "accuracy" in trained(screen).app.table[0].value.columns
    screen.app.file_uploader(key="recipe-lines").set_value(("said.csv", b"\xff\xfe", "text/csv"))
    assert "no UTF-8" in " ".join(screen.run().errors)
