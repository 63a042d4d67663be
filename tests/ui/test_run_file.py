"""A run file in the app: every page shows what the module did, and the bar chooses the sequence."""

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils.rnn import pack_sequence

import explorer
from explorer.places import GIVEN
from tests.ui.screen import Screen

LENGTHS = (5, 9, 2)


@pytest.fixture
def seen() -> Any:
    """Two modules; of the second two calls, weights changed between them and states given."""
    torch.manual_seed(0)
    net = nn.ModuleDict({"encoder": nn.GRU(2, 4, bidirectional=True), "decoder": nn.LSTM(2, 3)})
    x = pack_sequence([torch.randn(steps, 2) for steps in LENGTHS], enforce_sorted=False)
    with explorer.watch(net) as found:
        net["encoder"](x)
        net["decoder"](x)
        with torch.no_grad():
            net["decoder"].weight_hh_l0.mul_(3)
        net["decoder"](x, (torch.rand(1, 3, 3), torch.rand(1, 3, 3)))
    found.label([[f"{row}{step}" for step in range(steps)] for row, steps in enumerate(LENGTHS)])
    return found


@pytest.fixture
def screen(seen: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Screen:
    """A session of a server that was started on the run file."""
    seen.save(tmp_path / "run.gates")
    monkeypatch.setenv(GIVEN, json.dumps({"model": [str(tmp_path / "run.gates")]}))
    return Screen()


def assert_shows(screen: Screen, trace: explorer.Trace) -> None:
    assert screen.warnings == screen.errors == []
    assert set(screen.panels) == set(trace.signals)
    for signal, shown in screen.panels.items():
        np.testing.assert_allclose(shown, trace.select(signal)[:, screen.units].T, atol=1e-6)


def choose(screen: Screen, **widgets: Any) -> Screen:
    """Open the chooser and set its widgets."""
    screen.open("batch")
    for key, value in widgets.items():
        kind = "number_input" if key == "number" else "selectbox"
        getattr(screen.app, kind)(key=f"batch-{key}").set_value(value)
        screen.run()
    return screen


def test_it_opens_on_its_first_module_and_sequence_against_the_modules_own_output(screen: Screen, seen: Any) -> None:
    trace = seen["encoder"][0]
    assert_shows(screen, trace)
    assert "PyTorch" in screen.proof
    assert screen.request.sequence.source == "run"


def test_another_sequence_another_module_another_call_and_undo(screen: Screen, seen: Any) -> None:
    choose(screen, number=2)
    assert_shows(screen, seen["encoder"][1])
    choose(screen, module="uploaded2")
    assert_shows(screen, seen["decoder"].calls[1][0])
    choose(screen, call=0)
    assert_shows(screen, seen["decoder"].calls[0][0])
    for _ in range(2):
        screen.app.button(key="undo").click()
        screen.run()
    assert_shows(screen, seen["encoder"][1])


def test_the_chooser_shows_lengths_all_sequences_and_what_padding_does(screen: Screen, seen: Any) -> None:
    screen.open("batch")
    assert "This sequence has 5 steps; the longest has 9" in screen.captions
    screen.app.toggle(key="batch-padded").set_value(True)
    screen.run()
    assert "reads from the end meets the padding first" in screen.captions


@pytest.mark.parametrize("page", ["step", "memory", "compare", "models"])
def test_every_page_reads_it(screen: Screen, page: str) -> None:
    screen.app.switch_page(f"pages/{page}.py")
    screen.run()
    assert screen.warnings == screen.errors == []


def test_a_link_leaves_it_out_and_a_reload_elsewhere_says_that_it_is_gone(screen: Screen) -> None:
    assert screen.link["source"] == "run"
    assert "source" not in screen.shared
    assert "model" not in screen.shared


def test_a_file_that_is_gone_is_said() -> None:
    gone = Screen(model="brackets-lstm", source="run")
    assert any("run file is gone" in warning for warning in gone.warnings)


def test_outputs_that_are_not_these_weights_are_refused_on_the_page(
    seen: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = io.BytesIO()
    seen.save(file)
    arrays = dict(np.load(io.BytesIO(file.getvalue())))
    arrays["0.0.outputs"] = arrays["0.0.outputs"] + 1
    with open(tmp_path / "run.gates", "wb") as changed:
        np.savez(changed, **{"run": arrays.pop("run")}, **arrays)
    monkeypatch.setenv(GIVEN, json.dumps({"model": [str(tmp_path / "run.gates")]}))
    assert any("would not be its gates" in warning for warning in Screen().warnings)


def test_a_damaged_file_gets_its_sentence(seen: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    seen.save(file)
    (tmp_path / "run.gates").write_bytes(file.getvalue()[:-40])
    monkeypatch.setenv(GIVEN, json.dumps({"model": [str(tmp_path / "run.gates")]}))
    screen = Screen()
    assert any("run.gates" in told for told in screen.warnings + screen.errors)


def test_a_batch_of_arrays_has_the_same_chooser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = np.random.default_rng(0).normal(size=(3, 7, 2))
    np.save(tmp_path / "batch.npy", batch)
    torch.manual_seed(0)
    module = nn.GRU(2, 4)
    torch.save(module.state_dict(), tmp_path / "net.pt")
    told = {"model": [str(tmp_path / "net.pt")], "data": str(tmp_path / "batch.npy")}
    monkeypatch.setenv(GIVEN, json.dumps(told))
    screen = choose(Screen(), number=3)
    assert_shows(screen, explorer.record(explorer.from_torch(module), batch[2]))


@pytest.fixture
def padded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A session on a model and a batch whose sequences end in zeros; with it, the module, the batch and its lengths."""

    def begin(**more: Any) -> tuple[Screen, nn.GRU, np.ndarray[Any, Any]]:
        batch = np.random.default_rng(0).normal(size=(3, 9, 2))
        for row, steps in enumerate(LENGTHS):
            batch[row, steps:] = 0
        np.savez(tmp_path / "batch.npz", **more, x=batch)
        torch.manual_seed(0)
        module = nn.GRU(2, 4)
        torch.save(module.state_dict(), tmp_path / "net.pt")
        told = {"model": [str(tmp_path / "net.pt")], "data": str(tmp_path / "batch.npz")}
        monkeypatch.setenv(GIVEN, json.dumps(told))
        return Screen(), module, batch

    return begin


def test_an_array_whose_lengths_are_stated_is_read_without_its_padding(padded: Any) -> None:
    screen, module, batch = padded(lengths=np.array(LENGTHS))
    model = explorer.from_torch(module)
    assert_shows(screen, explorer.record(model, batch[0, :5]))
    screen.open("batch")
    assert "array 'lengths' says" in screen.captions
    assert "This sequence has 5 steps; the longest has 9" in screen.captions
    screen.app.toggle(key="batch-padded").set_value(True)
    screen.run()
    whole, short = explorer.record(model, batch[0]), explorer.record(model, batch[0, :5])
    assert f"last states differ by up to {np.abs(whole.h_n - short.h_n).max():.2g}" in screen.captions
    screen.app.toggle(key="batch-cut").set_value(False)
    screen.run()
    assert_shows(screen, whole)


def test_rows_that_repeat_may_be_padding_and_the_reader_decides(padded: Any) -> None:
    screen, module, batch = padded()
    assert_shows(screen, explorer.record(explorer.from_torch(module), batch[0]))
    screen.open("batch")
    assert "2 of 3 sequences end in rows that repeat, up to 7" in screen.captions
    screen.app.toggle(key="batch-cut").set_value(True)
    screen.run()
    assert_shows(screen, explorer.record(explorer.from_torch(module), batch[0, :5]))
