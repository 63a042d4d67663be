"""What a notebook shows: the numbers that a page carries are the trace's, and it asks nobody for anything."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

import explorer
from explorer.errors import ExplorerError

RNG = np.random.default_rng(0)


def data_of(html: str) -> dict[str, Any]:
    return json.loads(re.search(r"const DATA = (.*);\n", html)[1])  # type: ignore[index]


def values_of(panel: dict[str, Any], exact: bool) -> NDArray[Any]:
    """(unit, time), as the page's script reads them."""
    data = base64.b64decode(panel["values"])
    if exact:
        return np.frombuffer(data, "<f4").reshape(len(panel["own"]), -1)
    levels = np.frombuffer(data, np.uint8).reshape(len(panel["own"]), -1)
    return np.where(levels == 255, np.nan, panel["low"] + levels / 250 * (panel["high"] - panel["low"]))


def assert_shows(trace: explorer.Trace, data: dict[str, Any], place: int, layer: int, direction: str) -> None:
    symbols = {"i": "input", "f": "forget", "g": "candidate", "o": "output", "c": "cell", "h": "hidden"}
    symbols |= {"r": "reset", "z": "update", "n": "new"}
    panels = data["panes"][place]["panels"]
    assert len(panels) == len(trace.signals)
    for panel in panels:
        whole = trace.select(symbols[panel["symbol"]], layer, direction)[:, panel["own"]].T
        shown = values_of(panel, data["exact"])
        if data["exact"]:
            assert np.array_equal(shown, whole)
        else:
            clipped = np.clip(whole, panel["low"], panel["high"])
            assert np.abs(shown - clipped).max() <= (panel["high"] - panel["low"]) / 499


def test_a_short_trace_is_shown_exactly_in_every_layer_and_direction() -> None:
    trace = explorer.record(
        explorer.random_model("gru", 2, 7, num_layers=2, bidirectional=True), RNG.normal(size=(9, 2))
    )
    data = data_of(trace.show().html)
    assert [pane["name"] for pane in data["panes"]] == [
        f"layer {layer}, {way}" for layer in (1, 2) for way in ("read from the end", "forward")
    ]
    for place, pane in enumerate(data["panes"]):
        assert sorted(pane["units"]) == list(range(7))
        assert_shows(trace, data, place, place // 2, ("reverse", "forward")[place % 2])
    assert data["tokens"] == [str(number) for number in range(1, 10)]
    assert data["proof"].startswith("✓ equals PyTorch")


def test_a_large_trace_stays_within_two_megabytes() -> None:
    trace = explorer.record(explorer.random_model("lstm", 2, 128), RNG.normal(size=(1_000, 2)))
    html = trace.show().html
    assert len(html.encode()) <= 2_000_000
    data = data_of(html)
    assert not data["exact"]
    assert (len(data["tokens"]), len(data["panes"][0]["units"])) == (1_000, 128)
    assert_shows(trace, data, 0, 0, "forward")


@pytest.mark.parametrize(("steps", "units"), [(1, 1), (30_000, 8), (300, 1_500), (60_000, 200)])
def test_what_is_too_large_is_cut_and_says_so(steps: int, units: int) -> None:
    values = {name: np.zeros((1, 1, steps, units), np.float32) for name in ("reset", "update", "new", "hidden")}
    state = np.zeros((1, units), np.float32)
    trace = explorer.Trace("gru", values, tuple(map(str, range(steps))), np.zeros((steps, 1)), state, state)
    html = trace.show().html
    data = data_of(html)
    assert len(html) < 2_000_000
    shown = (len(data["tokens"]), len(data["panes"][0]["units"]))
    assert (shown == (steps, units)) == (not any("others" in note for note in data["notes"]))
    assert shown[1] >= min(units, 24)


def test_projected_and_clipped_and_masked_values() -> None:
    trace = explorer.record(explorer.from_torch(torch.nn.LSTM(2, 6, proj_size=3)), 40 * RNG.normal(size=(9, 2)))
    data = data_of(trace.show().html)
    assert [len(panel["own"]) for panel in data["panes"][0]["panels"]] == [6, 6, 6, 6, 6, 3]
    assert_shows(trace, data, 0, 0, "forward")
    assert any("largest" in panel["clipped"] for panel in data["panes"][0]["panels"])


def test_what_was_asked_for_is_shown() -> None:
    trace = explorer.record(explorer.random_model("lstm", 2, 7, num_layers=2), RNG.normal(size=(9, 2)))
    data = data_of(trace.show(layer=0, signals=["cell"], units=[5, 2], start=3, stop=8).html)
    (panel,) = data["panes"][0]["panels"]
    assert np.array_equal(values_of(panel, True), trace.select("cell", 0)[3:8, [5, 2]].T)
    assert (data["first"], len(data["tokens"])) == (4, 5)


@pytest.mark.parametrize(
    "options",
    [{"layer": 5}, {"direction": "up"}, {"signals": ["reset"]}, {"units": [99]}, {"start": 9}, {"start": "a"}],
    ids=str,
)
def test_what_there_is_not_gets_a_sentence(options: dict[str, Any]) -> None:
    trace = explorer.record(explorer.random_model("lstm", 2, 7), RNG.normal(size=(9, 2)))
    with pytest.raises(ExplorerError):
        trace.show(**options)


def test_words_of_strangers_stay_words() -> None:
    bad = "</script><img src=x onerror=alert(1)>"
    model = explorer.random_model("lstm", 1, 3)
    page = explorer.record(model, np.zeros(2), labels=[bad, "\u2028<!--"]).show()
    assert page.html.count("</script>") == 1
    assert "<img" not in page.html
    named = explorer.from_torch(torch.nn.LSTM(1, 3), bad)
    assert "<img" not in named.show().html
    net = torch.nn.ModuleDict({"<img src=x>": torch.nn.GRU(1, 3)})
    with explorer.watch(net) as seen:
        net["<img src=x>"](torch.zeros(4, 2, 1))
    assert "<img" not in seen.show().html


def test_everything_that_shows_itself_has_words_for_whoever_cannot_see_it() -> None:
    model = explorer.random_model("lstm", 1, 3)
    net = torch.nn.GRU(1, 3)
    with explorer.watch(net) as seen:
        net(torch.zeros(4, 2, 1))
    for one in (model, explorer.record(model, np.zeros(5)), seen, seen["GRU"]):
        bundle = one._repr_mimebundle_()
        assert bundle["text/plain"] == repr(one)
        assert not re.search(r"https?://|@import|src=", bundle["text/html"])
    assert "✓" in seen.show().html
    assert "Random weights" in model.show().html


def test_a_picture_that_fails_leaves_the_words() -> None:
    values = {"hidden": np.zeros((1, 1, 0, 0))}
    empty = explorer.Trace("rnn", values, (), np.zeros((0, 1)), np.zeros((1, 0)), np.zeros((1, 0)))
    assert set(empty._repr_mimebundle_()) == {"text/plain"}


def test_tensors_that_were_not_used_are_named_and_nothing_is_claimed() -> None:
    from dataclasses import replace

    trace = replace(explorer.record(explorer.random_model("lstm", 1, 3), np.zeros(5)), unused=("norm.weight",))
    data = data_of(trace.show().html)
    assert "✓" not in data["proof"]
    assert "norm.weight" in data["proof"]


def test_a_page_is_saved_as_one_file(tmp_path: Path) -> None:
    page = explorer.record(explorer.random_model("lstm", 1, 3), np.zeros(5)).show()
    page.save(tmp_path / "trace.html")
    text = (tmp_path / "trace.html").read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert page.html in text
    with pytest.raises(explorer.CheckpointError, match="cannot be written"):
        page.save(tmp_path / "no" / "trace.html")
