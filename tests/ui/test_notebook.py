"""The code for a notebook is executed: it must make the run and the picture of the page."""

import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from tests.ui.screen import Screen
from tests.ui.test_upload import numbers_model, saved, upload

LINKS = {
    "a bundled model of text": {"text": "f(x[0])\n\"'\\"},
    "a bundled model of numbers": {"model": "sst-lstm"},
    "random weights over text": {
        "model": "random",
        "kind": "gru",
        "reset": "before",
        "seed": "7",
        "both": "1",
        "bias": "0",
    },
    "random weights over columns": {"model": "random", "text": "1 0.1\n2 0.3\n3 -1", "proj": "3", "layers": "2"},
    "seeded states": {"model": "random", "kind": "rnn", "squash": "relu", "text": "1 2 3", "start": "random"},
    "typed states": {"text": "f(x)", "start": "typed", "h_0": "0.5", "c_0": "-1"},
    "one unit in two layers": {
        "model": "random",
        "hidden": "1",
        "layers": "2",
        "text": "1 2",
        "start": "typed",
        "h_0": "1",
    },
    "one signal of all layers": {"model": "sentiment-lstm", "view": "layers", "signal": "forget"},
    "another layer": {"model": "sentiment-lstm", "layer": "1", "direction": "reverse", "units": "5"},
}


def assert_same(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """The heatmaps of the code and of the page."""
    drawn: list[go.Figure] = []
    monkeypatch.setattr(go.Figure, "show", lambda figure: drawn.append(figure))
    exec(screen.open("notebook").app.code[0].value, {})
    panels = [one for one in json.loads(drawn[0].to_json())["data"] if one["type"] == "heatmap"]
    assert len(panels) == len(screen.panels)
    values = {str(one.meta["signal"]): np.asarray(one.z) for one in drawn[0].data if one.type == "heatmap"}
    shown = screen.panels
    for name, drawn_values in values.items():
        if name in shown:
            np.testing.assert_allclose(drawn_values, shown[name], atol=1e-6)


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_the_code_makes_the_view(link: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert_same(Screen(**link), monkeypatch)


def test_an_uploaded_model_is_opened_again(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = upload(Screen("pages/models.py", about="upload"), saved(numbers_model(2)))
    (tmp_path / "mine.pt").write_bytes(saved(numbers_model(2)))
    screen.app.switch_page("pages/gates.py")
    screen.run()
    monkeypatch.chdir(tmp_path)
    assert_same(screen, monkeypatch)
