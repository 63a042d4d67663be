"""What a component is told: words and numbers come back as they went in, equal numbers once."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import explorer
from explorer.figures import gate_stack
from explorer.figures.stack import stack_spec
from explorer.ui.parts.message import pack
from explorer.ui.parts.ribbon import Chart, chart_content
from explorer.ui.parts.ribbon_data import make_ribbon, ribbon_content
from tests.ui.message import unpack

KINDS = st.sampled_from(["float32", "float64", "int8", "uint8", "int32"])


@given(KINDS.flatmap(lambda kind: arrays.arrays(kind, arrays.array_shapes(max_dims=2, max_side=7))), st.text())
def test_numbers_come_back_as_they_were(values: Any, word: str) -> None:
    found = unpack(pack({"word": word, "deep": [{"values": values}]}))
    assert found["word"] == word
    again = found["deep"][0]["values"]
    assert again.dtype == values.dtype
    assert np.array_equal(again, values, equal_nan=values.dtype.kind == "f")


def test_every_array_lies_where_its_kind_can_be_read_from() -> None:
    message = pack({"é" * 3: [np.arange(3, dtype="i1"), np.arange(2.0), np.arange(3, dtype="f4"), np.arange(5)]})
    size = int.from_bytes(message[:4], "little")
    places = [one["$"] for one in json.loads(message[4 : 4 + size])["é" * 3]]
    assert [kind for kind, *_ in places] == ["i1", "f8", "f4", "i4"]
    assert all(at % 8 == 0 for _, at, *_ in places)
    assert (len(message) - 4 - size - places[-1][1] - 20) < 16


def test_what_is_no_number_is_null_among_words() -> None:
    found = unpack(pack({"a": float("nan"), "b": [float("inf")], "said": "NaN", "values": np.array([np.nan])}))
    assert (found["a"], found["b"], found["said"]) == (None, [None], "NaN")
    assert np.isnan(found["values"]).all()
    with pytest.raises(TypeError, match="no part of a message: object"):
        pack([object()])


def test_the_panels_and_the_values_under_the_cursor_are_sent_once() -> None:
    """They are the same numbers: the block is as long as the trace is large."""
    trace = explorer.record(explorer.random_model("lstm", 2, 8, seed=1), np.random.default_rng(0).normal(size=(50, 2)))
    places = [(signal, 0, "forward") for signal in trace.signals]
    ribbon = ribbon_content(make_ribbon(trace, places, range(8), "forget"))
    chart = chart_content(Chart("stack", gate_stack(trace, tokens=False), "alt"))
    message = pack({"ribbons": [ribbon], "charts": [chart]})
    header = int.from_bytes(message[:4], "little")
    assert len(message) - header < 6 * 8 * 50 * 4 + 16
    found = unpack(message)
    for track, panel in zip(found["ribbons"][0]["tracks"], found["charts"][0]["data"], strict=True):
        assert track["signal"] == panel["meta"]["signal"]
        assert (track["values"].reshape(8, 50) == panel["z"]).all()
        assert (panel["z"] == trace.select(track["signal"]).T).all()


@pytest.mark.parametrize("steps", [300, 2_000])
def test_a_chart_is_told_the_numbers_of_its_figure(steps: int) -> None:
    """What the canvas paints is what the figure of notebooks and downloads holds, large ones in whole per cents."""
    trace = explorer.record(explorer.random_model("gru", 1, 64, seed=2), np.sin(np.arange(steps) / 9))
    figure = gate_stack(trace, tokens=False)
    found = unpack(pack(chart_content(Chart("stack", figure, "alt"))))
    for told, drawn in zip(found["data"], figure.data, strict=True):
        assert told["z"].dtype == drawn.z.dtype
        assert np.array_equal(told["z"], drawn.z)
        assert [told["zmin"], told["zmax"], told["x0"], told["dx"]] == [drawn.zmin, drawn.zmax, drawn.x0, drawn.dx]
        assert [tuple(stop) for stop in told["colorscale"]] == [tuple(stop) for stop in drawn.colorscale]


def test_what_a_page_sends_is_the_figure_without_the_checks() -> None:
    """Plotly's own figure of the same data and layout says nothing else."""
    trace = explorer.record(explorer.random_model("lstm", 2, 8, seed=1), np.random.default_rng(0).normal(size=(50, 2)))
    places = [(signal, 0, "forward") for signal in trace.signals]
    spec = stack_spec(trace, places, None, "dark", tokens=False, hover=False)
    one, other = (
        unpack(pack(chart_content(Chart("stack", drawn, "alt"))))
        for drawn in (spec, gate_stack(trace, theme="dark", tokens=False, hover=False))
    )
    empty = ("template", "shapes", "annotations")
    layouts = [{name: value for name, value in one["layout"].items() if name not in empty} for one in (one, other)]
    assert layouts[0] == layouts[1]
    assert one["layout"]["annotations"] == other["layout"]["annotations"]
    for told, drawn in zip(one["data"], other["data"], strict=True):
        assert told.keys() == drawn.keys()
        assert np.array_equal(told["z"], drawn["z"])
        assert {name: told[name] for name in told if name != "z"} == {
            name: drawn[name] for name in drawn if name != "z"
        }
