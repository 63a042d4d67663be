"""Gate surgery as text: through the link and back, and as the clamps that it means."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from explorer import Clamp, ClampError, Coupling, load_model, random_model, record
from explorer.cells import CELLS
from explorer.trace.holds import (
    NOTHING,
    WantedHold,
    fitting,
    opposite,
    read_holds,
    read_places,
    spell_places,
    switched,
    to_clamps,
    write_holds,
)
from explorer.ui.compare.presets import first_hold, surgeries

VALUES = st.sampled_from(["0", "1", "-0.5", "1e-3", "x2", "x-0.5", "mean", "other"])
UNITS = st.none() | st.sets(st.integers(0, 200), min_size=1, max_size=9).map(lambda units: tuple(sorted(units)))
HOLDS = st.builds(
    WantedHold,
    signal=st.sampled_from(sorted({name for cell in CELLS.values() for name in cell.signals})),
    value=VALUES,
    layer=st.none() | st.integers(0, 9),
    direction=st.sampled_from([None, "forward", "reverse"]),
    units=UNITS,
    start=st.integers(0, 50),
    stop=st.none() | st.integers(51, 99),
    off=st.booleans(),
)


@given(st.lists(HOLDS, max_size=12))
def test_holds_come_back_from_the_link_as_they_went(holds: list[WantedHold]) -> None:
    written = write_holds(holds)
    assert read_holds(written) == tuple(holds)
    assert (written == NOTHING) == (not holds)


@given(st.text(max_size=60))
def test_nonsense_in_a_link_holds_nothing_or_something_that_can_be_written(text: str) -> None:
    holds = read_holds(text)
    assert read_holds(write_holds(holds)) == holds


@pytest.mark.parametrize(
    "item",
    ["forget", "forget=", "forget=nan", "forget=inf", "forget=1e9", "gate=1", "forget=1-forget", "cell=1-forget",
     "forget=1,l", "forget=1,q3", "forget=1,t9-3", "forget=1,u3-", "forget=1-nothing", "input=1-cell"],
)  # fmt: skip
def test_what_makes_no_sense_is_left_out(item: str) -> None:
    assert read_holds(f"{item};output=0") == (WantedHold("output", "0"),)


def test_only_what_a_model_has_room_for_is_held() -> None:
    lstm = load_model("brackets-lstm")
    holds = read_holds(
        "forget=1;update=1;forget=1,l1;forget=1,rev;forget=1,u20;forget=1,t9-;input=1-forget;input=1-update"
    )
    assert [one.value for one in fitting(holds, lstm, 5)] == ["1", "1-forget"]


def test_holds_mean_clamps() -> None:
    model = load_model("brackets-lstm")
    free, other = record(model, "f(x)"), record(model, "f[xy]")
    holds = read_holds("forget=0.5,u3.5-6,t1-2;input=x2;output=1-forget,l0,fwd;cell=mean;hidden=other;candidate=0")
    clamps = to_clamps(switched(holds, [0, 1, 2, 3, 4]), free, other, [0, 1, -1, 4])
    kinds = [type(clamp) for clamp in clamps]
    assert kinds == [Clamp, Clamp, Coupling, Clamp, Clamp, Clamp]
    assert (clamps[0].units, clamps[0].start, clamps[0].stop) == ((3, 5, 6), 1, 3)
    assert isinstance(clamps[1], Clamp)
    assert (clamps[1].value, clamps[1].mode) == (2.0, "scale")
    trace = record(model, "f(x)", clamps=clamps)
    assert np.array_equal(trace.select("hidden")[[0, 1, 3]], other.select("hidden")[[0, 1, 4]])
    assert to_clamps(holds[4:5], free, None, None) == ()


def test_places_are_read_and_spelt() -> None:
    assert read_places("3, 7 – 9,5") == (3, 5, 7, 8, 9)
    assert read_places("1-3", first=1) == (0, 1, 2)
    assert read_places(" All ") is None
    assert spell_places((3, 5, 7, 8, 9)) == "3, 5, 7–9"
    for text in ("x", "3-", "-3", "1-99999", "9-3"):
        with pytest.raises(ClampError):
            read_places(text)
    with pytest.raises(ClampError):
        read_places("0", first=1)


def test_words_count_steps_from_one() -> None:
    said = WantedHold("forget", "-0.5", 1, "reverse", (3,), 2, 5).words
    assert said == "forget = −0.5, unit 3, layer 2, reverse, steps 3–5"
    assert WantedHold("input", "1-forget").words == "input = 1 − forget"


@pytest.mark.parametrize("kind", CELLS)
def test_every_preset_is_a_hold_of_its_cell(kind: str) -> None:
    model = random_model(kind, 2, 3)
    for text in (*surgeries(kind).values(), first_hold(kind)):
        holds = read_holds(text)
        assert len(fitting(holds, model, 3)) == len(holds) == 1
        assert write_holds(holds) == text


def test_the_opposite_of_a_block() -> None:
    trace = record(load_model("brackets-lstm"), "best = max([len(w) for w in names[2:]])")
    open_block = opposite(trace, (5, 2), (20, 25), 0, "forward")
    assert (open_block.signal, open_block.value, open_block.units, open_block.start) == ("forget", "0", (2, 5), 20)
    gate = trace.select("forget")
    step, unit = np.unravel_index(gate.argmin(), gate.shape)
    assert opposite(trace, (int(unit),), (int(step), int(step) + 1), 0, "forward").value == "1"
