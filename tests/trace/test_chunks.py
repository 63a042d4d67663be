"""A long run in chunks is the run in one piece: overview, states and any window."""

import threading
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import explorer
from explorer.errors import Cancelled
from explorer.trace import record_chunks
from tests.models.configurations import Configuration, configurations, given_states
from tests.models.reference import distance


def _same(ours: Any, theirs: Any, tolerance: float) -> None:
    assert ours.shape == theirs.shape
    assert (np.abs(ours - theirs) / np.maximum(1, np.abs(theirs))).max() <= tolerance


@settings(max_examples=25)
@given(configuration=configurations(most_steps=60), chunk=st.integers(1, 70), bins=st.integers(1, 80), data=st.data())
def test_chunks_are_the_whole(configuration: Configuration, chunk: int, bins: int, data: st.DataObject) -> None:
    model, x = configuration.model(), configuration.x()
    states = given_states(configuration.start())
    whole = explorer.record(model, x, **states)
    run = record_chunks(model, x, chunk, bins=bins, **states)
    tolerance = 10 * configuration.drift
    assert len(run) == len(whole)
    _same(run.h_n, whole.h_n, tolerance)
    if whole.c_n is not None and run.c_n is not None:
        _same(run.c_n, whole.c_n, tolerance)
    start = data.draw(st.integers(0, len(whole) - 1))
    stop = data.draw(st.integers(start + 1, len(whole)))
    window = run.window(start, stop)
    assert window.labels == whole.labels[start:stop]
    for name in whole.signals:
        part = whole[name][:, :, start:stop]
        assert distance(window[name], part) <= tolerance
        edges = run.overview.edges
        assert len(edges) - 1 <= bins
        for number, (first, last) in enumerate(pairwise(edges)):
            stretch = whole[name][:, :, first:last]
            for gathered, expected in (
                (run.overview.low, stretch.min(axis=2)),
                (run.overview.high, stretch.max(axis=2)),
                (run.overview.mean, stretch.mean(axis=2)),
            ):
                _same(gathered[name][:, :, number], expected, max(tolerance, 1e-5))
    _is_a_trace_of_its_own(model, window, x[start:stop], tolerance)


def _is_a_trace_of_its_own(model: Any, window: explorer.Trace, x: Any, tolerance: float) -> None:
    """Recording the window's input from its own states gives the window, and ends in its own last states."""
    again = explorer.record(model, x, h_0=window.h_0, c_0=window.c_0)
    assert distance(again["hidden"], window["hidden"]) <= tolerance
    _same(again.h_n, window.h_n, tolerance)
    if again.c_n is not None:
        _same(again.c_n, window.c_n, tolerance)


def test_text_longer_than_a_trace_may_be() -> None:
    text = "f(x[0]) = {a: (b)}\n" * 8_000
    model = explorer.load_model("brackets-lstm")
    told: list[float] = []
    run = record_chunks(model, text, signals=["forget"], progress=told.append)
    assert len(run) == len(text) > 100_000
    assert list(run.overview.mean) == ["forget"]
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)
    assert run.max_error is not None
    assert run.max_error <= 1e-5
    window = run.window(133_000, 133_019)
    assert "".join(window.labels[:5]) == "f(x[0"
    assert window.output is not None
    assert len(window.output) == 19
    with pytest.raises(explorer.EncodingError, match=r"most is 100,000"):
        explorer.record(model, text)


def test_words_are_cut_between_words_only() -> None:
    model = explorer.load_model("sentiment-lstm")
    text = "a wonderful and moving film " * 5_000
    run = record_chunks(model, text)
    assert len(run) == 25_000
    window = run.window(19_990, 20_010)
    assert window.labels == ("a", "wonderful", "and", "moving", "film") * 4
    assert window.output is None


def test_it_stops_when_asked() -> None:
    model, x = explorer.random_model("gru", 1, 4), np.zeros(30_000)
    event = threading.Event()
    with pytest.raises(Cancelled, match=r"stopped after 33%"):
        record_chunks(model, x, 10_000, progress=lambda _: event.set(), cancel=event)
    asked: list[int] = []
    with pytest.raises(Cancelled):
        record_chunks(model, x, 1_000, cancel=lambda: asked.append(1) or len(asked) > 3)
    assert len(asked) == 4


def test_what_cannot_be_run_is_said() -> None:
    model = explorer.random_model("lstm", 2, 3)
    x = np.zeros((120_000, 2))
    x[110_000, 1] = np.nan
    for given_x, options, said in (
        (x, {}, r"Step 110,001 holds a number that is not finite"),
        (np.zeros((1_000_001, 2), np.float32), {}, r"1,000,001 steps and the most is 1,000,000"),
        (np.zeros((0, 2)), {}, r"is empty"),
        (np.zeros((5, 3)), {}, r"shape \(5, 3\)"),
        (np.zeros((5, 2), complex), {}, r"complex128"),
        ("text", {}, r"no vocabulary"),
        (np.zeros((5, 2)), {"labels": ["a"]}, r"1 label came for 5"),
        (np.zeros((5, 2)), {"chunk": 0}, r"chunk is 0"),
        (np.zeros((30_000, 2)), {"chunk": 1}, r"more than 20,000 chunks"),
        (np.zeros((5, 2)), {"signals": ["update"]}, r"no signal 'update'"),
        (np.zeros((5, 2)), {"h_0": np.zeros(4)}, r"h_0 has the shape"),
    ):
        with pytest.raises(explorer.ExplorerError, match=said):
            record_chunks(model, given_x, **options)
    run = record_chunks(model, np.zeros((5, 2)))
    for start, stop in ((3, 3), (-1, 2), (0, 6)):
        with pytest.raises(explorer.UnknownSignalError, match=r"There are no steps"):
            run.window(start, stop)


def test_a_tensor_and_ids_serve_as_input() -> None:
    model = explorer.random_model("lstm", 1, 3)
    assert len(record_chunks(model, torch.zeros(12))) == 12
    bundled = explorer.load_model("brackets-gru")
    run = record_chunks(bundled, np.arange(20), labels=[f"t{number}" for number in range(20)])
    assert run.window(3, 5).labels == ("t3", "t4")
