"""Pictures of a training, as figure objects."""

import numpy as np

from explorer.cells import CELLS
from explorer.figures.training import Told, forecast_lines, lag_lines, loss_curves, series_parts

TRUTH = np.arange(30.0)


def test_losses_stand_at_their_updates_beside_what_needs_no_network() -> None:
    told = [
        Told("LSTM", "lstm", np.array([1.0, 0.1]), np.array([10.0, 20.0])),
        Told("LSTM", "lstm", np.array([0.9, 0.05]), np.array([10.0, 20.0]), faint=True),
    ]
    figure = loss_curves(told, {"the last value": 0.5, "nothing": 0.0}, 20).to_dict()
    assert list(loss_curves(told, {}, 20).data[0].x) == [10, 20]
    assert figure["layout"]["yaxis"]["type"] == "log"
    assert [one["y0"] for one in figure["layout"]["shapes"]] == [0.5]
    assert [one["text"] for one in figure["layout"]["annotations"]] == ["the last value"]
    assert [one["showlegend"] for one in figure["data"]] == [True, False]


def test_losses_that_are_no_numbers_leave_a_picture() -> None:
    told = [Told("RNN", "rnn", np.array([np.nan, np.inf]), np.array([1.0, 2.0]))]
    assert np.isnan(loss_curves(told, {}, 2).data[0].y).all()


def test_each_cell_has_its_own_colour_and_dash() -> None:
    told = [Told(kind, kind, np.array([1.0, 2.0])) for kind in CELLS]
    looks = {(one.line.color, one.line.dash) for one in loss_curves(told, {}, 2).data}
    assert len(looks) == len(CELLS)


def test_a_forecast_stands_over_how_far_off_it_is() -> None:
    figure = forecast_lines(TRUTH, [Told("GRU", "gru", TRUTH + 2)], [f"<{one}>" for one in range(30)], "°C")
    truth, said, off = figure.data
    assert list(truth.y) == list(TRUTH)
    assert list(said.y) == list(TRUTH + 2)
    assert list(off.y) == [2.0] * 30
    assert off.yaxis == "y2"
    assert "&lt;0&gt;" in figure.layout.xaxis.ticktext
    assert figure.layout.hovermode == "x unified"


def test_lags_mark_the_last_value_known() -> None:
    figure = lag_lines([Told("RNN", "rnn", np.array([0.3, 0.1, 0.4]))], horizon=1)
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1) == (1, 1)


def test_a_series_shows_its_three_parts_and_its_extremes() -> None:
    values = np.zeros(50_000)
    values[777] = 9
    figure = series_parts(values, 40_000, 5_000)
    assert [(one.x0, one.x1) for one in figure.layout.shapes] == [(40_000, 45_000), (45_000, 50_000)]
    assert figure.data[0].y.max() == 9
    assert len(figure.data[0].y) < 5_000
