"""The stack of heatmaps, read back from the figure object."""

import base64
import json
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from numpy.typing import NDArray

from explorer import Clamp, Trace, UnknownSignalError, random_model, record
from explorer.cells import word
from explorer.figures import STYLES, Theme, gate_heatmap, gate_stack, layer_stack
from explorer.figures.panels import make_panel

GATES = ("input", "forget", "output", "reset", "update")
X = np.random.default_rng(0).normal(size=(40, 2))


def _trace(kind: str = "lstm", x: Any = X, units: int = 6, **options: Any) -> Trace:
    return record(random_model(kind, 2, units, seed=1, **options), x)


def _columns(heatmap: Any) -> NDArray[np.float64]:
    return np.asarray(heatmap.x0 + heatmap.dx * np.arange(np.asarray(heatmap.z).shape[1]))


def _name_of(figure: go.Figure, index: int) -> str:
    return str(figure.layout.annotations[index].text)


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("way", ["forward", "reverse"])
def test_one_heatmap_a_signal_with_exactly_the_trace(kind: str, way: str) -> None:
    trace = _trace(kind, num_layers=2, bidirectional=True)
    figure = gate_stack(trace, layer=1, direction=way)
    assert [one.type for one in figure.data] == ["heatmap"] * len(trace.signals)
    for heatmap, signal in zip(figure.data, trace.signals, strict=True):
        z = np.asarray(heatmap.z)
        assert z.dtype == np.float32
        assert np.array_equal(z, trace.select(signal, 1, way).T)
        assert heatmap.meta == {"signal": signal, "layer": 1, "direction": way}
        assert "≈" not in heatmap.hovertemplate


def test_a_float64_trace_is_drawn_as_float32() -> None:
    import torch

    trace = _trace("gru", dtype=torch.float64)
    z = np.asarray(gate_heatmap(trace, "update").data[0].z)
    assert z.dtype == np.float32
    assert np.array_equal(z, trace.select("update").T.astype(np.float32))


def test_all_panels_hang_on_one_axis_under_one_crosshair() -> None:
    figure = gate_stack(_trace())
    assert {one.xaxis for one in figure.data} == {"x"}
    axes = [one.yaxis for one in figure.data]
    assert len(set(axes)) == len(axes) == 6
    assert (figure.layout.hovermode, figure.layout.hoversubplots) == ("x", "axis")
    assert figure.layout.xaxis.showspikes
    assert "across" in figure.layout.xaxis.spikemode
    spans = [figure.layout[f"yaxis{axis[1:]}"].domain for axis in axes]
    for (low, high), (next_low, next_high) in pairwise(spans):
        assert 0 <= next_low < next_high < low < high <= 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_gates_run_from_zero_to_one_and_the_rest_around_zero(kind: str, theme: Theme) -> None:
    trace = _trace(kind)
    style = STYLES[theme]
    for heatmap in gate_stack(trace, theme=theme).data:
        signal = heatmap.meta["signal"]
        scale = style.gates if signal in GATES else style.states
        assert [tuple(stop) for stop in heatmap.colorscale] == list(scale)
        if signal == "cell":
            reach = np.percentile(np.abs(trace.select("cell")), 98)
            assert (heatmap.zmin, heatmap.zmax) == pytest.approx((-reach, reach))
        else:
            assert (heatmap.zmin, heatmap.zmax) == (0 if signal in GATES else -1, 1)


def test_the_middle_of_the_states_scale_is_the_low_end_of_the_gates() -> None:
    """So that nothing (0) looks the same in every panel."""
    for style in STYLES.values():
        middle = [colour for place, colour in style.states if place == 0.5]
        assert middle == [style.gates[0][1]]
        assert style.states[-1][0] == style.gates[-1][0] == 1.0


def test_a_clipped_scale_says_its_end_and_the_largest_value() -> None:
    trace = record(random_model("lstm", 2, 50), X, c_0=np.array([[30.0] + 49 * [0.0]]), clamps=[Clamp("forget", 0.9)])
    figure = gate_stack(trace)
    place = trace.signals.index("cell")
    size = np.abs(trace.select("cell"))
    reach = np.percentile(size, 98)
    assert reach < size.max() / 2
    assert figure.data[place].zmax == pytest.approx(reach)
    assert f"scale ±{reach:.3g}, max {size.max():.3g}" in _name_of(figure, place)
    assert "scale" not in _name_of(figure, trace.signals.index("forget"))


def test_a_relu_state_gets_a_scale_that_shows_it() -> None:
    trace = record(random_model("rnn", 2, 6, nonlinearity="relu"), 50 * np.abs(X))
    heatmap = gate_heatmap(trace, "hidden").data[0]
    reach = np.percentile(np.abs(trace.select("hidden")), 98)
    assert reach > 1
    assert (heatmap.zmin, heatmap.zmax) == pytest.approx((-reach, reach))


def test_layers_of_one_signal_share_one_scale() -> None:
    trace = _trace(num_layers=2, bidirectional=True)
    figure = layer_stack(trace, "cell")
    reach = np.percentile(np.abs(trace["cell"]), 98)
    assert [(one.meta["layer"], one.meta["direction"]) for one in figure.data] == [
        (0, "forward"), (0, "reverse"), (1, "forward"), (1, "reverse"),
    ]  # fmt: skip
    for heatmap in figure.data:
        place = heatmap.meta["layer"], heatmap.meta["direction"]
        assert np.array_equal(np.asarray(heatmap.z), trace.select("cell", *place).T)
        assert (heatmap.zmin, heatmap.zmax) == pytest.approx((-reach, reach))


def test_reverse_panels_and_no_others_say_that_they_are_read_from_the_end() -> None:
    trace = _trace(num_layers=2, bidirectional=True)
    figure = layer_stack(trace, "forget")
    for index, heatmap in enumerate(figure.data):
        assert ("← read from the end" in _name_of(figure, index)) == (heatmap.meta["direction"] == "reverse")
    assert all("← read from the end" in one.text for one in gate_stack(trace, direction="reverse").layout.annotations)


def test_each_panel_is_named_with_what_its_ends_mean() -> None:
    trace = _trace()
    figure = gate_stack(trace)
    for index, signal in enumerate(trace.signals):
        assert word("lstm", signal).title in _name_of(figure, index)
        assert word("lstm", signal).gist in _name_of(figure, index)
    assert "0 erase · 1 keep" in _name_of(figure, 1)


def test_chosen_units_come_in_the_order_asked() -> None:
    trace = _trace(proj_size=2)
    figure = gate_stack(trace, units=(4, 0, 3))
    for heatmap in figure.data:
        rows = trace.select(heatmap.meta["signal"]).T
        if heatmap.meta["signal"] == "hidden":
            assert np.array_equal(np.asarray(heatmap.z), rows)  # projected units are others
            continue
        assert np.array_equal(np.asarray(heatmap.z), rows[[4, 0, 3]])
        assert list(heatmap.y) == ["unit 4", "unit 0", "unit 3"]
        axis = figure.layout[f"yaxis{heatmap.yaxis[1:]}"]
        assert axis.range[0] > axis.range[1]  # the first row on top


def test_units_that_do_not_exist_are_named() -> None:
    with pytest.raises(UnknownSignalError, match=r"6.*0 to 5"):
        gate_stack(_trace(), units=(0, 6))


@pytest.mark.parametrize("asked", [("update",), ("forget", 3), ("forget", 0, "reverse")])
def test_what_is_not_there_is_refused(asked: tuple[Any, ...]) -> None:
    with pytest.raises(UnknownSignalError):
        gate_heatmap(_trace(), *asked)


WORDS = ["<b>", "&amp;", "x<y", "<script>alert(1)</script>", "=", "a&b", "<br>", "&lt;"]


@pytest.mark.parametrize("typed", WORDS)
def test_tokens_and_predictions_are_shown_as_typed(typed: str) -> None:
    trace = record(random_model("gru", 2, 3), X[:3], labels=["a", typed, "b"])
    (_, token, _) = gate_stack(trace).layout.xaxis.ticktext
    assert _read(token) == typed
    (_, both, _) = gate_stack(trace, predictions=["a", typed, "b"]).layout.xaxis.ticktext
    token, predicted = both.split("<br>")
    assert _read(token) == typed
    assert _read(predicted.split(">", 1)[1].removesuffix("</span>")) == typed


def _read(markup: str) -> str:
    """What Plotly writes for a label without tags."""
    assert "<" not in markup
    return markup.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


@pytest.mark.parametrize("steps", [40, 300, 5000])
def test_labels_stand_at_their_own_positions(steps: int) -> None:
    """However many are left out for want of room."""
    words = [f"w{step}" for step in range(steps)]
    axis = gate_stack(record(random_model("rnn", 1, 1), np.zeros((steps, 1)), labels=words)).layout.xaxis
    assert [words[place] for place in axis.tickvals] == list(axis.ticktext)
    assert axis.tickvals[0] == 0
    assert 10 < len(axis.tickvals) < 200


def test_equal_tokens_do_not_merge() -> None:
    trace = record(random_model("gru", 2, 3), X[:10], labels=["a"] * 10)
    figure = gate_stack(trace)
    assert list(figure.layout.xaxis.tickvals) == list(range(10))
    for heatmap in figure.data:
        assert heatmap.x is None
        assert _columns(heatmap).tolist() == list(range(10))
        assert np.asarray(heatmap.z).shape == (3, 10)
    assert tuple(figure.layout.xaxis.range) == (-0.5, 9.5)
    assert figure.layout.xaxis.type in (None, "linear")


def _assert_within_half_a_level(heatmap: Any, true: NDArray[Any]) -> None:
    z = np.asarray(heatmap.z)
    assert z.dtype == np.uint8
    gate = heatmap.meta["signal"] in GATES
    assert (heatmap.zmin, heatmap.zmax) == (0, 100 if gate else 200)
    reach = 1.0
    if heatmap.meta["signal"] == "cell":
        reach = float(np.percentile(np.abs(true), 98))
    values = (z.astype(float) - (0 if gate else 100)) * reach / 100
    assert np.abs(values - np.clip(true, -reach, reach)).max() <= 0.5 * reach / 100 * (1 + 1e-4)
    assert "≈" in heatmap.hovertemplate


def test_above_a_quarter_of_a_million_cells_values_are_quantised() -> None:
    below = gate_stack(_trace("gru", np.zeros((500, 2)), units=125))  # 4 × 500 × 125 = 250,000
    assert {np.asarray(one.z).dtype for one in below.data} == {np.dtype(np.float32)}
    trace = _trace("lstm", 3 * np.random.default_rng(1).normal(size=(600, 2)), units=100)
    for heatmap in gate_stack(trace).data:
        _assert_within_half_a_level(heatmap, trace.select(heatmap.meta["signal"]).T)
        assert _columns(heatmap).tolist() == list(range(600))


@pytest.mark.parametrize("steps", [1001, 1499, 2500])
def test_above_a_thousand_columns_extremes_are_kept_where_they_were(steps: int) -> None:
    trace = _trace("gru", np.random.default_rng(2).normal(size=(steps, 2)), units=5)
    for heatmap in gate_stack(trace).data:
        z, true = np.asarray(heatmap.z), trace.select(heatmap.meta["signal"]).T
        assert z.dtype == np.float32
        assert z.shape == (5, 1000)
        assert "≈" in heatmap.hovertemplate
        assert np.array_equal(z.min(axis=1), true.min(axis=1))
        assert np.array_equal(z.max(axis=1), true.max(axis=1))
        places = _columns(heatmap)
        for column in range(0, 1000, 2):
            pair = z[:, column : column + 2]
            first, stop = (edge * steps // 500 for edge in (column // 2, column // 2 + 1))
            assert np.array_equal(pair.min(axis=1), true[:, first:stop].min(axis=1))
            assert np.array_equal(pair.max(axis=1), true[:, first:stop].max(axis=1))
            assert first - 1 <= places[column] < places[column + 1] <= stop
    edges = places[0] - heatmap.dx / 2, places[-1] + heatmap.dx / 2
    assert edges == pytest.approx((-0.5, steps - 0.5))


@pytest.mark.parametrize("steps", [1001, 1499, 2500])
def test_what_is_blank_is_left_out_of_each_bins_extremes(steps: int) -> None:
    chance = np.random.default_rng(4)
    values = chance.normal(size=(steps, 3)).round(1)
    values[chance.random(values.shape) < 0.3] = np.nan
    values[7:40, 1] = np.nan
    z = make_panel(word("gru", "hidden"), values, (0, "forward"), 1.0).z
    for unit, column in enumerate(values.T):
        for bin_ in range(500):
            part = column[bin_ * steps // 500 : (bin_ + 1) * steps // 500]
            known = part[~np.isnan(part)]
            wanted = [low for low in part if low in (known.min(), known.max())] if len(known) else [np.nan] * 2
            ends = [wanted[0], next((one for one in wanted if one != wanted[0]), wanted[0])]
            np.testing.assert_array_equal(z[unit, 2 * bin_ : 2 * bin_ + 2], np.float32(ends))


def test_a_thousand_columns_are_not_pooled() -> None:
    trace = _trace("rnn", np.random.default_rng(2).normal(size=(1000, 2)), units=5)
    assert np.array_equal(np.asarray(gate_heatmap(trace, "hidden").data[0].z), trace.select("hidden").T)


LARGE = _trace("lstm", np.random.default_rng(3).normal(size=(1000, 2)), units=128)


def _check_arrays(spec: str) -> None:
    for one in json.loads(spec)["data"]:
        z = one["z"]
        assert (z["dtype"], z["shape"]) == ("u1", "128, 1000")
        assert len(base64.b64decode(z["bdata"])) == 128_000


def test_nothing_a_run_can_hold_makes_it_much_larger() -> None:
    """Values just under zero once cost six times as much as others."""
    clamps = [Clamp(signal, -0.01) for signal in ("candidate", "cell", "hidden")]
    model = random_model("lstm", 2, 128)
    still = record(model, np.zeros((1000, 2)), clamps=[*clamps, Clamp("cell", 1.0, units=range(10))])
    assert len(gate_stack(still).to_json().encode()) <= 1_200_000


def test_six_signals_of_a_large_run_travel_as_bytes() -> None:
    spec = gate_stack(LARGE).to_json()
    _check_arrays(spec)
    assert len(spec.encode()) <= 1_200_000


def test_streamlit_sends_no_more() -> None:
    from streamlit.testing.v1 import AppTest

    def page() -> None:
        import streamlit as st

        st.plotly_chart(st.session_state["figure"])

    app = AppTest.from_function(page, default_timeout=60)
    app.session_state["figure"] = gate_stack(LARGE)
    app.run()
    assert not app.exception
    sent = app.get("plotly_chart")[0].proto.SerializeToString()  # type: ignore[union-attr]
    _check_arrays(app.get("plotly_chart")[0].proto.spec)  # type: ignore[union-attr]
    assert len(sent) <= 1_200_000


def test_the_same_trace_gives_the_same_figure() -> None:
    assert gate_stack(_trace()).to_json() == gate_stack(_trace()).to_json()


@pytest.mark.parametrize("steps", [1, 2])
@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_the_shortest_sequences_are_drawn(kind: str, steps: int) -> None:
    for heatmap in gate_stack(_trace(kind, X[:steps], units=1)).data:
        assert np.asarray(heatmap.z).shape == (1, steps)
        assert heatmap.zmin < heatmap.zmax


def test_a_state_of_zeros_still_has_a_scale() -> None:
    heatmap = gate_heatmap(record(random_model("lstm", 2, 3), X, clamps=[Clamp("cell", 0.0)]), "cell").data[0]
    assert heatmap.zmin < 0 < heatmap.zmax


def test_values_that_are_not_finite_are_left_blank_and_do_not_set_the_scale() -> None:
    trace = record(random_model("lstm", 2, 4), np.random.default_rng(0).normal(size=(9, 2)))
    broken = {name: values.copy() for name, values in trace.values.items()}
    for values in broken.values():
        values[..., 1] = np.nan
        values[..., 2] = np.inf
    figure = gate_stack(replace(trace, values=broken))
    ranges = [(one.zmin, one.zmax) for one in figure.data]
    assert np.isfinite(ranges).all()
    nothing = {name: np.full_like(values, np.nan) for name, values in trace.values.items()}
    assert all(np.isfinite((one.zmin, one.zmax)).all() for one in gate_stack(replace(trace, values=nothing)).data)
