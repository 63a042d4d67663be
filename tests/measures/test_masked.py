"""Masked steps count in no measure: what is measured is what the run over the other steps alone gives."""

from typing import Any

import numpy as np
import pytest

import explorer
from explorer.measures import (
    align,
    aligned,
    arithmetic,
    choose_units,
    contributions,
    ledger,
    likeliest,
    preactivation,
    predictions,
    rank_units,
    saturation,
    time_constants,
    unit_health,
    verdict,
)
from explorer.trace import as_recorded, time_average

MASKED = np.array([False, True, False, False, True, True, False, False, True])
X = np.random.default_rng(4).normal(size=(9, 3)) * 3


def alone(kind: str, **options: Any) -> tuple[explorer.Model, explorer.Trace]:
    """The run over the steps that are taken."""
    model = explorer.random_model(kind, 3, 5, seed=3, bidirectional=True, **options)
    return model, explorer.record(model, X[~MASKED])


def whole(taken: explorer.Trace) -> explorer.Trace:
    """The same run among masked steps, put together by hand: states repeat, everything else is NaN."""
    values = {}
    for name, recorded in taken.values.items():
        spread = np.full((*recorded.shape[:2], len(MASKED), recorded.shape[3]), np.nan, recorded.dtype)
        for layer in range(recorded.shape[0]):
            for side, way in enumerate(taken.directions):
                order = range(len(MASKED)) if way == "forward" else reversed(range(len(MASKED)))
                state = taken.initial(name, layer, way) if name in ("hidden", "cell") else None
                if name == "cell" and taken.kind != "lstm":
                    state = None
                for step in order:
                    if not MASKED[step]:
                        spread[layer, side, step] = recorded[layer, side, int((~MASKED[:step]).sum())]
                        state = spread[layer, side, step] if state is not None else None
                    elif state is not None:
                        spread[layer, side, step] = state
        values[name] = spread
    labels = tuple("<pad>" if masked else str(step) for step, masked in enumerate(MASKED))
    return explorer.Trace(
        kind=taken.kind, values=values, labels=labels, inputs=X.astype(np.float32), h_0=taken.h_0, h_n=taken.h_n,
        c_0=taken.c_0, c_n=taken.c_n, masked=MASKED.copy(),
    )  # fmt: skip


@pytest.mark.parametrize("way", ["forward", "reverse"])
@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_shares_and_means_are_over_the_steps_taken(kind: str, way: str) -> None:
    _, taken = alone(kind)
    masked = whole(taken)
    gate = "forget" if kind == "lstm" else "update"
    np.testing.assert_array_equal(saturation(masked, gate, 0, way), saturation(taken, gate, 0, way))
    np.testing.assert_allclose(time_constants(masked, 0, way), time_constants(taken, 0, way))
    for order in ("movement", "openness", "constant", "spread", "index"):
        assert list(rank_units(masked, order, 0, way)) == list(rank_units(taken, order, 0, way))
        assert choose_units(masked, 4, order, True, 0, way) == choose_units(taken, 4, order, True, 0, way)
    assert unit_health(masked, 0, way) == unit_health(taken, 0, way)
    assert verdict(masked) == verdict(taken)


@pytest.mark.parametrize("step", range(len(MASKED)))
@pytest.mark.parametrize("way", ["forward", "reverse"])
@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_the_ledger_keeps_all_and_writes_nothing_at_a_masked_step(kind: str, way: str, step: int) -> None:
    _, taken = alone(kind)
    masked = whole(taken)
    book = ledger(masked, step, 0, way)
    memory = "cell" if kind == "lstm" else "hidden"
    assert not book.written[MASKED].any()
    np.testing.assert_allclose(book.initial + book.written.sum(axis=0) + book.residual,
                               masked.select(memory, 0, way)[step], atol=1e-6)  # fmt: skip
    assert np.abs(book.residual).max() < 1e-5
    before = (~MASKED[: step + 1]).sum() if way == "forward" else (~MASKED[step:]).sum()
    if before:
        place = before - 1 if way == "forward" else (~MASKED).sum() - before
        same = ledger(taken, int(place), 0, way)
        np.testing.assert_allclose(book.initial, same.initial, atol=1e-7)
        np.testing.assert_allclose(book.written[~MASKED], same.written, atol=1e-7)


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_nothing_is_worked_out_of_a_masked_step(kind: str) -> None:
    model, taken = alone(kind)
    masked = whole(taken)
    signal = model.cell().blocks[0]
    for work_out in (arithmetic, lambda *asked: contributions(*asked[:2], signal, *asked[2:])):
        with pytest.raises(explorer.UnknownSignalError, match="Step 4 is masked"):
            work_out(model, masked, 4, 0)
    parts = preactivation(model, masked, signal)
    assert np.isnan(parts.total[MASKED]).all()
    whole_of = preactivation(model, taken, signal)
    np.testing.assert_allclose(parts.total[~MASKED], whole_of.total, atol=1e-6)
    there = arithmetic(model, masked, 3, 0)
    assert [one.result.text for one in there] == [one.result.text for one in arithmetic(model, taken, 2, 0)]


def test_a_run_of_nothing_but_masked_steps_has_no_warning() -> None:
    _, taken = alone("lstm")
    values = {name: np.full((1, 2, 2, 5), np.nan if name not in ("cell", "hidden") else 0.0) for name in taken.signals}
    none = explorer.Trace("lstm", values, ("<pad>", "<pad>"), X[:2], taken.h_0, taken.h_n, taken.c_0, taken.c_n,
                          masked=np.ones(2, dtype=bool))  # fmt: skip
    assert np.isnan(time_constants(none)).all()
    assert not saturation(none, "forget").any()
    assert len(choose_units(none, 4)) == 4
    assert len(verdict(none)) >= 1
    assert not ledger(none).written.any()


def test_what_is_held_from_a_run_knows_masked_steps() -> None:
    _model, taken = alone("lstm")
    masked = whole(taken)
    for average in time_average(masked, "forget", direction="forward"):
        np.testing.assert_allclose(average.value, taken.select("forget").mean(axis=0, dtype=np.float64))
    for clamp in as_recorded(masked, "forget", direction="reverse"):
        assert np.isfinite(clamp.value).all()
        np.testing.assert_array_equal(np.asarray(clamp.value)[~MASKED], taken.select("forget", 0, "reverse"))


def test_columns_of_an_alignment_stay_masked_and_gaps_are_none() -> None:
    _, taken = alone("gru")
    columns = align("abcdefghi", "abXcdefghi")
    laid = aligned(whole(taken), columns.first)
    assert laid.masked is not None
    assert list(np.flatnonzero(laid.masked)) == [
        column for column, step in enumerate(columns.first) if step >= 0 and MASKED[step]
    ]


def test_predictions_where_the_head_says_nothing() -> None:
    model = explorer.load_model("brackets-lstm")
    trace = explorer.record(model, "f(x)")
    assert trace.output is not None
    said = trace.output.copy()
    said[2] = np.nan
    blank = explorer.Trace(**{**vars(trace), "output": said})
    found = predictions(model, blank)
    assert found is not None
    assert found[2].label == ""
    assert [one.label for one in found[:2]] == [one.label for one in predictions(model, trace)[:2]]  # type: ignore[index]
    assert likeliest(model, trace, 1) == likeliest(model, blank, 1)
