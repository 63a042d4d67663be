"""The picture of two runs: whose values, on which scale."""

from typing import Any

import numpy as np
import pytest

from explorer import Clamp, ShapeError, Trace, load_model, record
from explorer.figures.difference import Row, difference_panels, difference_stack
from explorer.measures import align, aligned

LINE = "f(a[0], b)"
UNITS = {"A": (3, 1, 4), "B": (3, 1, 4)}


def _pair() -> tuple[Trace, Trace]:
    model = load_model("brackets-lstm")
    return record(model, LINE), record(model, LINE, clamps=[Clamp("forget", 0.0)])


def test_a_difference_is_b_minus_a_on_a_common_scale() -> None:
    first, second = _pair()
    rows = [Row("B − A", name) for name in first.signals]
    panels = difference_panels(first, second, rows, UNITS)
    for row, panel in zip(rows, panels, strict=True):
        expected = (second.select(row.signal) - first.select(row.signal))[:, [3, 1, 4]].T
        assert np.array_equal(panel.z, expected.astype(np.float32))
        assert panel.low == -panel.high
        assert panel.signal.name == f"B − A {row.signal}"
    ends = {row.signal: panel.high for row, panel in zip(rows, panels, strict=True)}
    assert ends["forget"] == ends["input"] == ends["output"]
    assert ends["candidate"] == ends["hidden"]
    gates = np.concatenate([(second[name] - first[name]).ravel() for name in ("input", "forget", "output")])
    assert (np.abs(gates[gates != 0]) <= ends["forget"]).mean() >= 0.9


def test_a_and_b_share_the_scale_of_a_signal() -> None:
    first, second = _pair()
    rows = [Row(run, name) for name in ("forget", "cell") for run in ("A", "B")]
    panels = difference_panels(first, second, rows, UNITS)
    assert [(panel.low, panel.high) for panel in panels[:2]] == [(0.0, 1.0)] * 2
    assert panels[2].high == panels[3].high
    assert np.array_equal(panels[3].z, second.select("cell")[:, [3, 1, 4]].T)


def test_gaps_stay_empty_and_equal_runs_are_drawn() -> None:
    model = load_model("brackets-gru")
    columns = align("f(x)", "f(ax)")
    first = aligned(record(model, "f(x)"), columns.first)
    second = aligned(record(model, "f(ax)"), columns.second)
    panel = difference_panels(first, second, [Row("B − A", "update")], UNITS)[0]
    assert np.isnan(panel.z).all(axis=0).tolist() == [False, False, True, False, False]
    assert np.isfinite(panel.largest)
    same = difference_panels(second, second, [Row("B − A", "update")], UNITS)[0]
    assert not same.z.any()


def test_other_cells_stand_above_each_other_and_are_not_subtracted() -> None:
    first, second = (record(load_model(f"brackets-{kind}"), LINE) for kind in ("lstm", "gru"))
    figure: Any = difference_stack(first, second, [Row("A", "forget"), Row("B", "update")], {"A": (1,), "B": (2, 7)})
    assert [len(trace.z) for trace in figure.data] == [1, 2]
    assert figure.data[1].y[1] == "unit 7"
    with pytest.raises(ShapeError, match="different cells"):
        difference_panels(first, second, [Row("B − A", "hidden")], UNITS)
    with pytest.raises(ShapeError, match="10 columns and B 4"):
        difference_panels(first, record(load_model("brackets-lstm"), "f(x)"), [Row("A", "hidden")], UNITS)
