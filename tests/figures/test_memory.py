"""The pictures of the Memory page: the drawn values are the counted ones, and nothing is drawn that is not there."""

from typing import Any

import numpy as np
import pytest

from explorer import gradients, load_model, random_model, record
from explorer.figures import (
    DESK,
    PHONE,
    STAGE,
    STYLES,
    Curve,
    Sizes,
    gate_histogram,
    gradient_curves,
    lag_curves,
    ledger_bars,
    ledger_map,
    reset_stack,
    saliency_triangle,
    spread,
    timescale_atlas,
    unit_check,
)
from explorer.figures.canvas import log_axis, power_of_ten
from explorer.figures.gradient import FLOOR
from explorer.figures.triangle import shares
from explorer.measures import (
    autocorrelation,
    bias_time_constants,
    ledger,
    record_with_resets,
    remaining,
    spectrum,
    time_constants,
)
from explorer.trace import saliency

LINE = "f(<b>[0])"
WINDOWS = [DESK, PHONE, STAGE]
MODEL = load_model("brackets-lstm")
TRACE = record(MODEL, LINE)


def words(figure: Any) -> str:
    """Everything that Plotly would read as markup: names, ticks, annotations."""
    layout = figure.to_dict()["layout"]
    ticks = [str(text) for name in layout if "axis" in name for text in layout[name].get("ticktext") or ()]
    return " ".join([*ticks, *(str(one["text"]) for one in layout.get("annotations", ()))])


@pytest.mark.parametrize("sizes", WINDOWS)
def test_the_bars_are_the_ledger_and_say_what_is_left_of_the_start(sizes: Sizes) -> None:
    trace = record(MODEL, LINE, c_0=np.full((1, 20), 0.5))
    book = ledger(trace, 6)
    figure = ledger_bars(trace, book, 3, 6, sizes=sizes)
    assert figure.data[0].y == pytest.approx(book.written[:, 3])
    assert list(figure.layout.xaxis.range) == [-0.5, len(trace) - 0.5]
    assert (figure.data[0].y[7:] == 0).all()
    if sizes is not PHONE:
        assert f"initial {book.initial[3]:+.3f}".replace("-", "−") in words(figure)
        assert "residual" in words(figure)
    bars = zip(book.written[:, 3], figure.data[0].marker.color, strict=True)
    colours = {value >= 0: colour for value, colour in bars}
    assert len(set(colours.values())) == len(colours)


def test_the_map_shows_the_units_asked_for_on_a_symmetric_scale() -> None:
    book = ledger(TRACE, 5)
    figure = ledger_map(TRACE, book, (7, 2, 9))
    heat = figure.data[0]
    assert heat.z == pytest.approx(book.written[:, [7, 2, 9]].T, abs=1e-6)
    assert heat.zmin == -heat.zmax
    assert list(heat.y) == ["unit 7", "unit 2", "unit 9"]
    assert heat.meta == {"signal": "written", "layer": 0, "direction": "forward"}


def test_a_long_map_is_pooled_and_small() -> None:
    trace = record(random_model("gru", 1, 40), np.sin(np.arange(3_000)))
    heat = ledger_map(trace, ledger(trace), range(40)).data[0]
    assert np.asarray(heat.z).shape == (40, 1_000)
    assert heat.x0 + 999 * heat.dx == pytest.approx(2_999, abs=3)


@pytest.mark.parametrize("sizes", WINDOWS)
def test_the_atlas_ranks_units_and_shows_both_time_constants(sizes: Sizes) -> None:
    taus, biases = time_constants(TRACE), bias_time_constants(MODEL)
    figure = timescale_atlas(taus, biases, 4, sizes=sizes)
    rings, dots = figure.data[1], figure.data[2]
    assert list(dots.y) == sorted(dots.y, reverse=True)
    assert dots.y == pytest.approx(taus[list(dots.customdata)])
    assert rings.y == pytest.approx(biases[list(dots.customdata)])
    assert "unit 4" in words(figure)
    assert sum(figure.data[3].x) == 20


def test_memories_of_nothing_and_for_ever_stand_at_the_edges_as_triangles() -> None:
    taus = np.array([np.inf, 3.0, 0.0, np.nan])
    figure = timescale_atlas(taus, np.array([5.0, 5.0, 5.0, 5.0]))
    dots = figure.data[2]
    low, high = (10**end for end in figure.layout.yaxis.range)
    assert all(low < value < high for value in dots.y)
    assert list(dots.marker.symbol) == ["triangle-up", "circle", "triangle-down", "triangle-down"]


@pytest.mark.parametrize("sizes", WINDOWS)
@pytest.mark.parametrize("tau", [4.0, 0.0, np.inf])
def test_the_check_lays_the_leak_beside_the_record(tau: float, sizes: Sizes) -> None:
    values = TRACE["cell"][0, 0, :, 3]
    found, slow = autocorrelation(values), spectrum(values)
    figure = unit_check(found, slow, tau, "c", sizes=sizes)
    assert figure.data[0].y == pytest.approx(found)
    expected = {4.0: np.exp(-np.arange(len(found)) / 4), 0.0: np.arange(len(found)) == 0, np.inf: np.ones(len(found))}
    assert np.asarray(figure.data[1].y, dtype=float) == pytest.approx(np.asarray(expected[tau], dtype=float))
    assert sum(figure.data[2].y) == pytest.approx(1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_curves_are_told_apart_by_dash_as_well_and_end_at_the_floor(theme: Any) -> None:
    values = np.array([0.0, 1e-40, 1e-20, 0.5, 1.0])
    figure = gradient_curves([Curve(kind.upper(), values, kind) for kind in ("rnn", "lstm", "gru")], 5, "of h", theme)
    assert len({line.line.dash for line in figure.data}) == 3
    assert len({line.line.color for line in figure.data}) == 3
    for line in figure.data:
        assert line.line.color in STYLES[theme].lines
        assert np.isnan(line.y[:2]).all()
        assert line.y[2:] == pytest.approx(values[2:])
    assert 10 ** figure.layout.yaxis.range[0] >= 0.49 * FLOOR


def test_curves_of_nothing_still_make_a_figure() -> None:
    assert gradient_curves([Curve("RNN", np.zeros(3), "rnn")], 3, "of h").data[0].y is not None


def test_lags_run_from_the_past_to_the_present() -> None:
    figure = lag_curves([Curve("RNN", np.array([1.0, 0.1, 0.01]), "rnn")])
    assert list(figure.layout.xaxis.range) == [2, 0]


def test_the_spread_of_seeds_with_their_median() -> None:
    figure = spread(["a", "b < c"], [np.array([1e-3, 1e-2, 1e-1]), np.zeros(0)], [0.02, 0.5])
    assert list(figure.data[0].x) == [1e-3, 1e-2, 1e-1]
    assert list(figure.data[2].x) == [1e-2]
    assert list(figure.data[3].x) == [0.02, 0.5]
    assert "b &lt; c" in words(figure)


@pytest.mark.parametrize("sizes", WINDOWS)
def test_the_triangle_is_one_and_its_rows_reach_one(sizes: Sizes) -> None:
    found = saliency(MODEL, LINE)
    figure = saliency_triangle(found, TRACE.labels, step=4, sizes=sizes)
    z = np.asarray(figure.data[0].z)
    assert (np.triu(z, 1) == 0).all()
    assert z.max(axis=1) == pytest.approx(np.ones(len(z)))
    assert z == pytest.approx(shares(found), abs=1e-6)
    assert "<b>[" not in words(figure)
    assert figure.layout.shapes[0].y0 == 3.5


def test_a_window_of_the_triangle_stands_where_its_tokens_do() -> None:
    found = saliency(MODEL, LINE[4:])
    figure = saliency_triangle(found, TRACE.labels, first=4, step=6)
    assert figure.data[0].x0 == 4
    assert list(figure.layout.xaxis.range) == [-0.5, len(TRACE) - 0.5]


def test_what_hangs_on_nothing_is_empty() -> None:
    assert (shares(np.zeros((2, 2))) == 0).all()


@pytest.mark.parametrize("sizes", WINDOWS)
def test_both_runs_stand_on_one_scale_with_their_difference(sizes: Sizes) -> None:
    reset = record_with_resets(MODEL, LINE, 3)
    figure = reset_stack(TRACE, reset, 3, (1, 5), said=["", "", "", "", "<", "", "", "", ""], sizes=sizes)
    one, two, difference = (np.asarray(heat.z) for heat in figure.data)
    assert one == pytest.approx(TRACE["cell"][0, 0][:, [1, 5]].T, abs=1e-6)
    assert difference == pytest.approx(two - one, abs=1e-5)
    assert len({(heat.zmin, heat.zmax) for heat in figure.data}) == 1
    assert [line.x0 for line in figure.layout.shapes] == [2.5, 5.5]
    assert "&lt;" in words(figure)


def test_a_histogram_of_a_gate_sums_to_all() -> None:
    figure = gate_histogram(TRACE["forget"][0, 0], "f")
    assert sum(figure.data[0].y) == pytest.approx(1)


def test_a_gradient_is_drawn_as_it_was_counted() -> None:
    values = remaining(gradients(MODEL, LINE))
    figure = gradient_curves([Curve("LSTM", values, "lstm")], len(TRACE), "of h", hover=False)
    assert figure.data[0].y == pytest.approx(values)
    assert figure.layout.hovermode is False


@pytest.mark.parametrize(
    ("power", "text"), [(0, "1"), (-2, "0.01"), (3, "1,000"), (-3, "10⁻³"), (12, "10¹²"), (-29, "10⁻²⁹")]
)
def test_powers_of_ten_are_read_at_a_glance(power: int, text: str) -> None:
    assert power_of_ten(power) == text


@pytest.mark.parametrize(("low", "high"), [(1e-30, 2.0), (0.5, 40.0), (1e-9, 1.0), (1.0, 1e5), (0.9, 1.1)])
def test_a_log_axis_writes_few_numbers_and_some(low: float, high: float) -> None:
    axis = log_axis(STYLES["light"], low, high)
    shown = [value for value in axis["tickvals"] if low <= value <= high]
    assert 1 <= len(shown) <= 13
    assert len(axis["tickvals"]) == len(axis["ticktext"])
