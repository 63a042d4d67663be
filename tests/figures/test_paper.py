"""Figures for papers: the width of a column, the fonts inside, and a sentence where they cannot be drawn."""

import os
import re
import shutil
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

import explorer
from explorer import ArgumentError, CheckpointError
from explorer.figures import PHONE, gate_stack, paper, save_figure


@pytest.fixture(autouse=True)
def _browser(monkeypatch: pytest.MonkeyPatch) -> None:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if found:
        monkeypatch.setenv("BROWSER_PATH", found)


@pytest.fixture
def figure() -> go.Figure:
    trace = explorer.record(explorer.random_model("gru", 1, 4), np.arange(6.0))
    return gate_stack(trace, sizes=PHONE)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_pdf_of_one_column_and_an_svg_of_two_carry_their_fonts(figure: go.Figure, tmp_path: Path) -> None:
    save_figure(figure, tmp_path / "one.pdf", height=60)
    pdf = (tmp_path / "one.pdf").read_bytes()
    width, height = map(float, re.search(rb"MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", pdf).groups())  # type: ignore[union-attr]
    assert (width / 72 * 25.4, height / 72 * 25.4) == pytest.approx((85, 60), abs=0.6)
    names = set(re.findall(rb"/FontName /(\S+)", pdf))
    assert names
    assert len(re.findall(rb"/FontFile\d?", pdf)) >= len(names)
    save_figure(figure, tmp_path / "two.svg", columns=2)
    svg = (tmp_path / "two.svg").read_text("utf-8")
    assert float(re.search(r'<svg[^>]* width="([\d.]+)"', svg)[1]) / 96 * 25.4 == pytest.approx(178, abs=0.3)  # type: ignore[index]
    assert "@font-face{font-family:'Source Sans'" in svg
    assert re.search(r"font-family: '?\"?Source Sans", svg.replace("&quot;", '"'))
    assert "Update gate" in svg


@pytest.mark.parametrize("name", ["figure.png", "figure", "figure.html"])
def test_another_ending_is_refused(figure: go.Figure, name: str, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"neither .svg nor .pdf"):
        save_figure(figure, tmp_path / name)


def test_what_is_missing_is_said(figure: go.Figure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArgumentError, match="height is 5"):
        save_figure(figure, tmp_path / "figure.pdf", height=5)
    monkeypatch.setattr(paper, "_drawn", lambda *_: b"<svg >")
    with pytest.raises(CheckpointError, match="cannot be written"):
        save_figure(figure, tmp_path / "no" / "figure.svg")
    monkeypatch.undo()
    monkeypatch.setattr(paper, "find_spec", lambda _: None)
    with pytest.raises(ArgumentError, match=r"pip install 'gate-explorer\[figures\]'"):
        save_figure(figure, tmp_path / "figure.svg")
