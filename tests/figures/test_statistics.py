"""Statistics of a corpus and what a unit is good for: the numbers that the figures draw."""

from dataclasses import replace

import numpy as np
import pytest

import explorer
from explorer import figures, measures
from explorer.scanning import Histograms, Moments

X = np.random.default_rng(0).normal(size=(400, 2))


@pytest.fixture(scope="module")
def model() -> explorer.Model:
    """Two layers."""
    return explorer.random_model("lstm", 2, 7, num_layers=2)


@pytest.mark.parametrize("signal", ["forget", "cell"])
def test_a_column_is_the_units_own_histogram(model: explorer.Model, signal: str) -> None:
    found = explorer.scan(model, 3 * X, Histograms(bins=512))[signal]
    said = figures.histogram_map(found, model.cell().word(signal), layer=1, unit=3)
    heat, line = said.data
    values = explorer.record(model, 3 * X).select(signal, 1)
    order = np.argsort(found.quantiles([0.5])[0, 0, 1, 0], kind="stable")
    edges = np.asarray(heat.y, float)
    half = (edges[1] - edges[0]) / 2
    for place, unit in enumerate(order):
        counts, _ = np.histogram(values[:, unit], np.append(edges - half, edges[-1] + half))
        assert np.abs(heat.customdata[:, place] - counts / 400).max() < 0.02
    assert np.abs(np.asarray(line.y) - np.median(values, axis=0)[order]).max() < 0.02
    assert said.layout.annotations[0].x == list(order).index(3)


def test_what_lies_far_out_is_squashed_and_named_by_its_value(model: explorer.Model) -> None:
    histogram = explorer.scan(model, X, Histograms(("cell",)))["cell"]
    far = np.zeros_like(histogram.counts)
    at = np.searchsorted(histogram.edges, [-60.0, 0.0, 12.0]) - 1
    far[..., at] = 10
    said = figures.histogram_map(replace(histogram, counts=far), model.cell().word("cell"))
    assert "−10" in said.layout.yaxis.ticktext
    heat = said.data[0]
    rows = np.flatnonzero(heat.customdata[:, 0] > 0.05)
    told = [float(heat.text[row][0].split("about ")[1]) for row in rows]
    assert min(told) < -20
    assert any(9 < value < 15 for value in told)


@pytest.mark.parametrize("signal", ["forget", "cell"])
def test_groups_are_coloured_by_their_means(model: explorer.Model, signal: str) -> None:
    label = np.where(X[:, 0] > 1, "high", "low")
    found = explorer.scan(model, X, Moments(by="y"), labels={"y": label})[signal]
    heat = figures.group_map(found, model.cell().word(signal), unit=2).data[0]
    values = explorer.record(model, X).select(signal).astype(float)
    columns = [int(one.split("unit ")[1].split(":")[0]) for one in heat.text[0]]
    for row, name in enumerate(("high", "low")):
        mean = values[label == name].mean(0)
        wanted = mean if signal == "forget" else (mean - values.mean(0)) / values.std(0)
        assert np.abs(heat.z[row] - wanted[columns]).max() < 1e-4
        assert heat.text[row][0].startswith(f"{name} ({(label == name).sum()} steps)")


def test_the_unit_is_a_bar_and_the_others_are_rings() -> None:
    model = explorer.load_model("brackets-lstm")
    ids = model.text.encode("f(x[0]) " * 8).values
    found = measures.matter(model, ids, 2, ids == ids[1], others=4)
    bar, rings = figures.matter_bars(found, "at (").data
    assert np.allclose(bar.y, [found.there[0], found.elsewhere[0], found.overall[0]])
    assert np.allclose(rings.y, np.concatenate([found.there[1:], found.elsewhere[1:], found.overall[1:]]))
    alone = figures.matter_bars(measures.matter(model, ids, 2, others=1))
    assert list(alone.layout.xaxis.ticktext) == ["everywhere"]


def test_the_map_frames_the_answer_and_names_both_tokens() -> None:
    model = explorer.load_model("brackets-lstm")
    found = measures.patch_map(model, "f(x[0", "f[x[0", 2)
    said = figures.patch_picture(found, {"cell": "Cell state"})
    assert np.allclose(said.data[0].z, found.shares, atol=1e-6)
    assert said.layout.xaxis.ticktext[1] == "<b>(<br>[</b>"
    assert "Cell state" in said.layout.yaxis.ticktext
    assert (said.layout.shapes[0].x0, said.layout.shapes[0].x1) == (1.5, 2.5)
