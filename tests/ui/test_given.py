"""A server that was started on files: every session begins with them, and nothing from a reader names a path."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

import explorer
from explorer.places import GIVEN
from explorer.ui.first import first_paint
from tests.ui.screen import Screen
from tests.ui.test_upload import saved

FLOW, ROWS = [3.5, 1.25, -2.0, 0.5], "day,flow\n2024-01-05,3.5\n2024-02-05,1.25\n2024-03-05,-2\n2024-04-05,0.5\n"


def gru() -> torch.nn.GRU:
    torch.manual_seed(7)
    return torch.nn.GRU(1, 4)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model and a table on which the server was started."""
    (tmp_path / "flow.pt").write_bytes(saved(gru()))
    (tmp_path / "flow.csv").write_text(ROWS)
    begin(monkeypatch, tmp_path / "flow.pt", data=tmp_path / "flow.csv")
    return tmp_path


def begin(monkeypatch: pytest.MonkeyPatch, *model: Path, data: Path | None = None) -> None:
    told = {"model": list(map(str, model))} | ({} if data is None else {"data": str(data)})
    monkeypatch.setenv(GIVEN, json.dumps(told))


def test_the_first_page_shows_the_gates_of_that_model_on_that_data(files: Path) -> None:
    screen = Screen()
    assert screen.warnings == screen.errors == []
    trace = explorer.record(explorer.from_torch(gru()), FLOW)
    for signal in trace.signals:
        np.testing.assert_allclose(screen.panels[signal], trace.select(signal)[:, screen.units].T, atol=1e-6)
    assert screen.app.button(key="undo").disabled
    assert first_paint("") == ""  # no other network's sentence before it


def test_every_session_and_a_reload_begin_with_them_and_a_link_wins(files: Path) -> None:
    screen = Screen()
    assert screen.link == {"model": "uploaded", "source": "upload"}
    again = Screen(**screen.link)
    assert np.allclose(again.panels["update"], screen.panels["update"])
    typed = Screen(model="brackets-lstm", text="f(x)")
    assert (typed.request.model, typed.line) == ("brackets-lstm", "f(x)")
    assert typed.open("models").has("button", "models-uploaded")
    kept = Screen(model="uploaded", source="typed", text="1 2")
    assert np.allclose(kept.panels["update"].shape, (4, 2))


def test_they_wait_behind_a_page_that_is_asked_for_first(files: Path) -> None:
    assert Screen("pages/memory.py").request.model == "uploaded"


@pytest.mark.parametrize("broken", ["model", "data", "both", "gone"])
def test_a_file_that_cannot_be_read_is_a_sentence_on_the_page(
    files: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if broken in ("model", "both"):
        (files / "flow.pt").write_bytes(b"hello")
    if broken in ("data", "both"):
        (files / "flow.csv").write_text("\0\0")
    if broken == "gone":
        (files / "flow.pt").unlink()
    screen = Screen()
    assert len(screen.warnings) == 1
    names = {"model": ["flow.pt"], "data": ["flow.csv"], "both": ["flow.pt", "flow.csv"], "gone": ["flow.pt"]}[broken]
    assert all(name in screen.warnings[0] for name in names)
    assert str(files) not in screen.warnings[0]
    assert screen.drawn
    assert screen.request.model == {"data": "uploaded", "both": "brackets-lstm"}.get(broken, "random")


def test_data_alone_are_read_with_random_weights(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(monkeypatch, data=files / "flow.csv")
    screen = Screen()
    assert screen.request.model == "random"
    assert screen.panels["hidden"].shape[1] == len(FLOW)


def test_no_address_names_a_file(tmp_path: Path) -> None:
    (tmp_path / "flow.pt").write_bytes(saved(gru()))
    screen = Screen(model=str(tmp_path / "flow.pt"), data=str(tmp_path / "flow.pt"), given=str(tmp_path / "flow.pt"))
    assert screen.request.model == "brackets-lstm"
    assert "own" not in screen.app.session_state
