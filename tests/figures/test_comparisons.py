"""Lines of two runs, bars of a sweep, lines of conditions."""

from typing import Any

import numpy as np

from explorer.figures.groups import condition_lines
from explorer.figures.sweep import MOST_BARS, sweep_bars
from explorer.figures.together import Curves, curves_together
from explorer.measures import profile


def test_lines_are_told_apart_by_more_than_colour_and_labels_are_no_markup() -> None:
    values = np.array([0.1, np.nan, 0.3])
    pictures = [
        Curves("Probability of “<b>”", (("A", values), ("B", values)), 0.0, 1.0),
        Curves("Loss", (("B", values),)),
    ]
    figure: Any = curves_together(["<", "&", "x"], pictures)
    assert [line.name for line in figure.data] == ["A", "B", "B"]
    assert figure.data[0].line.dash != figure.data[1].line.dash
    assert figure.data[0].marker.symbol != figure.data[1].marker.symbol
    assert list(figure.layout.xaxis.ticktext) == ["&lt;", "&amp;", "x"]
    assert "&lt;b&gt;" in figure.layout.annotations[0].text
    assert not figure.data[0].connectgaps


def test_bars_stand_in_the_order_given() -> None:
    changes = np.array([0.9, -0.5, 0.1])
    figure: Any = sweep_bars(["7", "2", "<3>"], changes, "Change")
    assert list(figure.data[0].y) == [0.9, -0.5, 0.1]
    assert list(figure.layout.xaxis.ticktext) == ["7", "2", "&lt;3&gt;"]
    assert list(figure.data[0].marker.pattern.shape) == ["", "/", ""]
    many: Any = sweep_bars([str(unit) for unit in range(200)], np.ones(200), "Change")
    assert len(many.data[0].x) == MOST_BARS


def test_conditions_are_bands_and_lines() -> None:
    profiles = {name: profile([np.arange(4.0) * scale], [1], 1, 2) for name, scale in (("<one>", 1.0), ("two", 2.0))}
    figure: Any = condition_lines(profiles, "Forget gate", "“b”", gate=True)
    assert [trace.name for trace in figure.data if trace.name] == ["&lt;one&gt; (n = 1)", "two (n = 1)"]
    assert list(figure.data[3].y) == [0.0, 2.0, 4.0, 6.0]
    assert list(figure.data[3].x) == [-1, 0, 1, 2]
    assert figure.data[1].line.dash != figure.data[3].line.dash
