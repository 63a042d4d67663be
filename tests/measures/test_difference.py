"""Where two runs part."""

import numpy as np
import pytest

from explorer import Clamp, ShapeError, load_model, random_model, record
from explorer.measures import aligned, comparable, first_parting, largest_differences, subtracted

LINE = "f(a[0], b)"


def test_the_largest_differences_are_found_by_hand() -> None:
    model = load_model("brackets-lstm")
    free, held = record(model, LINE), record(model, LINE, clamps=[Clamp("forget", 1.0, units=3, start=4)])
    found = largest_differences(free, held, count=500)
    sizes = {name: np.abs(held.select(name) - free.select(name)) for name in free.signals}
    gate = next(one for one in found if (one.signal, one.unit) == ("forget", 3))
    assert gate.step == sizes["forget"][:, 3].argmax()
    assert (gate.first, gate.second) == (free.select("forget")[gate.step, 3], held.select("forget")[gate.step, 3])
    assert gate.change == gate.second - gate.first
    bounded = [abs(one.change) for one in found if one.signal != "cell"]
    assert bounded == sorted(bounded, reverse=True)
    assert len({(one.signal, one.unit) for one in found}) == len(found)
    assert len(found) == sum((size.max(axis=0) > 0).sum() for size in sizes.values())
    assert first_parting(free, held) == 4


def test_equal_runs_do_not_part() -> None:
    trace = record(load_model("brackets-gru"), LINE)
    assert largest_differences(trace, trace) == ()
    assert first_parting(trace, trace) is None


def test_gaps_are_no_differences() -> None:
    model = load_model("brackets-gru")
    short, long = aligned(record(model, "f(x)"), (0, 1, -1, 2, 3)), record(model, "f(ax)")
    assert np.isnan(subtracted(short, long, "update")[0, 0, 2]).all()
    assert all(one.step != 2 for one in largest_differences(short, long, 99))
    assert first_parting(short, long, tolerance=1e-6) == 3


def test_only_the_same_cells_are_subtracted() -> None:
    lstm, gru = record(load_model("brackets-lstm"), LINE), record(load_model("brackets-gru"), LINE)
    assert comparable(lstm, lstm)
    assert not comparable(lstm, gru)
    assert not comparable(record(random_model("gru", 1, 3), [1.0]), record(random_model("gru", 1, 4), [1.0]))
    for second in (gru, record(load_model("brackets-lstm"), LINE + "x")):
        with pytest.raises(ShapeError, match="different cells or lengths"):
            subtracted(lstm, second, "hidden")
