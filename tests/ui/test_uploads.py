"""Several checkpoints of one's own in a session: each with a name, side by side in Compare, let go of one by one."""

from typing import Any

import numpy as np
import pytest
import torch

import explorer
from explorer.ui.session.request import MOST_UPLOADED
from tests.ui.screen import Screen
from tests.ui.test_compare import Compare
from tests.ui.test_upload import saved


def epoch(seed: int, inputs: int = 1) -> torch.nn.GRU:
    torch.manual_seed(seed)
    return torch.nn.GRU(inputs, 5)


def drop(screen: Screen, *files: tuple[str, bytes]) -> Screen:
    """Drop files one after the other on the Models page."""
    for name, content in files:
        place = next(one.key for one in screen.app.file_uploader if str(one.key).startswith("dropped-"))
        screen.app.file_uploader(key=place).set_value((name, content, "application/octet-stream"))
        screen.run()
    return screen


@pytest.fixture
def two() -> Compare:
    """Two epochs of one network, the second on screen, with a typed sequence."""
    screen = Compare()
    screen.app.switch_page("pages/models.py")
    screen.run().choose("about", "upload")
    drop(screen, ("epoch1.pt", saved(epoch(1))), ("epoch20.pt", saved(epoch(20))))
    screen.type("1 2 3 -1 0.5")
    return screen


def kept(screen: Screen) -> list[str]:
    return [name for name in ("own", "own2", "own3") if name in screen.app.session_state]


X = [1.0, 2.0, 3.0, -1.0, 0.5]


def test_epoch_1_beside_epoch_20(two: Compare) -> None:
    assert two.request.model == "uploaded2"
    two.app.switch_page("pages/compare.py")
    two.run().choose("against", "model")
    menu = two.app.selectbox(key="rival-menu")
    assert (menu.value, menu.options[0]) == ("uploaded", "epoch1.pt")
    runs = [explorer.record(explorer.from_torch(epoch(seed)), X) for seed in (20, 1)]
    for signal in ("update", "new", "hidden"):
        drawn = two.drawn_panels[f"B − A {signal}"]
        expected = (runs[1].select(signal) - runs[0].select(signal)).T
        np.testing.assert_allclose(np.sort(drawn, axis=0), np.sort(expected, axis=0), atol=1e-6)
    assert any("only if both are of one training" in one for one in two.captions.splitlines())


def test_either_is_in_the_menu_and_draws_its_own_gates(two: Compare) -> None:
    two.app.switch_page("pages/gates.py")
    two.run()
    for name, seed in (("uploaded", 1), ("uploaded2", 20)):
        two.open("models").press(f"models-{name}")
        trace = explorer.record(explorer.from_torch(epoch(seed)), X)
        np.testing.assert_allclose(two.panels["update"], trace.select("update")[:, two.units].T, atol=1e-6)
        assert two.line == "1 2 3 -1 0.5"


def test_links_name_neither_and_a_reload_says_that_b_is_gone(two: Compare) -> None:
    two.app.session_state["request"] = two.request.but(against="model", rival="uploaded")
    two.run()
    assert not {"model", "rival"} & two.shared.keys()
    address = two.link
    assert (address["model"], address["rival"]) == ("uploaded2", "uploaded")
    again = Compare(**address)
    assert kept(again) == []
    assert "is gone" in again.warnings[0]
    of_a_bundled_one = Compare(**{**address, "model": "random"})
    assert "is gone" in of_a_bundled_one.warnings[0]
    assert of_a_bundled_one.drawn is False


def test_each_is_let_go_of_by_itself(two: Compare) -> None:
    two.press("checkpoint-forget")
    assert kept(two) == ["own2"]
    assert two.request.model == "uploaded2"
    two.press("checkpoint-forget2")
    assert kept(two) == []
    assert two.request.model == "brackets-lstm"


def test_a_choice_about_one_file_leaves_the_other_as_it_is(two: Compare) -> None:
    first = two.app.session_state["own"]
    both = torch.nn.ModuleDict({"a": epoch(3), "b": torch.nn.RNN(1, 4)})
    drop(two, ("both.pt", saved(both)))
    two.app.selectbox(key="checkpoint-choice-group").set_value("b")
    two.run()
    assert two.app.session_state["own3"].model.kind == "rnn"
    assert two.app.session_state["own"] is first
    two.press("checkpoint-look")
    assert two.request.model == "uploaded"
    assert not two.has("selectbox", "checkpoint-choice-group")


def test_two_files_of_one_name_are_told_apart_and_there_is_a_bound(two: Compare) -> None:
    drop(two, *(("epoch1.pt", saved(epoch(seed))) for seed in range(MOST_UPLOADED - 2)))
    assert two.errors == []
    two.app.switch_page("pages/gates.py")
    two.run().open("models")
    labels = [button.label for button in two.app.button]
    assert {"epoch1.pt (1)", "epoch20.pt"} <= {str(label).removeprefix(":material/check: ") for label in labels}
    two.app.switch_page("pages/models.py")
    drop(two.run(), ("one-more.pt", saved(epoch(9))))
    assert "let go of one" in two.errors[0]


def test_bytes_are_given_back_for_each(two: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    import gc

    from explorer.ui.session.held_bytes import held

    before: Any = held()
    two.press("checkpoint-forget")
    gc.collect()
    assert held() < before
