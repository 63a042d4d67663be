"""Units: statistics of a corpus, a unit held at its mean, and pieces of another run."""

import io

import numpy as np
import pandas as pd
import pytest

import explorer
from explorer.measures import matter, patch_map
from explorer.scanning import Moments
from explorer.ui.session.turns import TURNS
from explorer.ui.units.statistics import table_of
from tests.ui.screen import Screen

PAGE = "pages/units.py"
LINE = "f(x[0]) + g(a, (b)) - h[i + (j * k)] + max([len(w) for w in names[2:]])"


def test_a_pass_takes_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    entered: list[str] = []
    enter = TURNS.enter
    monkeypatch.setattr(TURNS, "enter", lambda owner, meanwhile: entered.append(owner) or enter(owner, meanwhile))
    screen = Screen(PAGE, picture="statistics", corpus="screen", text="f(x)")
    assert screen.warnings == []
    assert len(entered) == 1
    assert TURNS.counts == (0, 0)


def test_statistics_are_those_of_the_scan() -> None:
    screen = Screen(PAGE, picture="statistics", corpus="screen", text=LINE, grouped="token", signal="forget")
    model = explorer.load_model("brackets-lstm")
    found = explorer.scan(model, LINE, Moments(by="token"))["forget"]
    chart = screen.charts[0]["data"][0]
    assert screen.warnings == []
    assert len(chart["text"]) == min(30, len(found.groups))
    assert "the group explains most of unit" in screen.texts
    screen.app.selectbox(key="choice-grouped").set_value("brackets").run()
    assert "not: inside brackets" in str(screen.charts[0])
    assert screen.link["grouped"] == "brackets"


def test_the_file_has_every_signal_and_its_quantiles() -> None:
    from explorer.scanning import Histograms, scan
    from explorer.trace import csv_bytes
    from explorer.ui.units.statistics import Statistics

    model = explorer.load_model("brackets-lstm")
    table = table_of(Statistics(*scan(model, LINE, [Moments(), Histograms(bins=2_048)])))
    read = pd.read_csv(io.BytesIO(csv_bytes(table)))
    cell = explorer.record(model, LINE).select("cell")
    row = read[(read.signal == "cell") & (read.unit == 4)].iloc[0]
    assert set(read.signal) == set(model.signals)
    assert abs(row["mean"] - cell[:, 4].mean()) < 1e-5
    assert abs(row["q0.50"] - np.quantile(cell[:, 4], 0.5)) < 0.1


def test_a_held_unit_costs_what_the_measure_says() -> None:
    screen = Screen(PAGE, picture="matter", corpus="screen", text=LINE, concept="brackets", unit="7")
    model = explorer.load_model("brackets-lstm")
    bar = screen.charts[0]["data"][0]
    from explorer.concepts import concept_of
    from explorer.training.tasks import right_answers

    encoded = model.text.encode(LINE)
    answers = right_answers(model.card, encoded)
    found = matter(model, encoded.values, 7, concept_of("brackets", LINE), answers, signal="cell")
    assert np.allclose(bar["y"], [found.there[0], found.elsewhere[0], found.overall[0]], atol=1e-6)
    assert "unit 7 held at its mean" in screen.texts
    assert f"{found.rank} of 12 other units" in screen.texts


def test_pieces_of_another_run() -> None:
    link = {"picture": "matter", "cause": "patch", "text": "f(x[0]"}
    screen = Screen(PAGE, **link, patched="f[x(0]", patch_step="2")
    found = patch_map(explorer.load_model("brackets-lstm"), "f(x[0]", "f[x(0]", 2)
    assert "After step 3 A says “)” and B “" in screen.texts.replace("\\", "")
    assert f"{found.shares[:, :2].max():.0%}" in screen.texts
    screen.app.text_input(key="choice-patched").set_value("f[x").run()
    assert "A has 6 steps and B 3" in screen.warnings[0]
    assert screen.app.text_input(key="choice-patched").value == "f[x"


def test_what_cannot_be_asked_is_said() -> None:
    numbers = " ".join(map(str, range(12)))
    assert "predicts nothing" in Screen(PAGE, picture="matter", model="random", text=numbers).captions
