"""Sequences recorded side by side are what each is alone: every value, state, answer and proof."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

import explorer
from explorer import Clamp, Trace, from_torch, load_model, random_model, record, record_batch
from explorer.cells import CELLS, LSTMCell
from explorer.models import Head, Model
from explorer.sequences import Encoded
from explorer.trace import batch

RNG = np.random.default_rng(4)
LENGTHS = (7, 1, 40, 13, 13, 2, 90, 1, 30)


def _sequences(features: int, lengths: Sequence[int] = LENGTHS) -> list[Any]:
    return [RNG.normal(size=(length, features)).astype(np.float32) for length in lengths]


def _assert_same(one: Trace, alone: Trace, tolerance: float = 1e-6) -> None:
    assert (one.kind, one.signals, one.labels, one.clamps, one.unused) == (
        alone.kind, alone.signals, alone.labels, alone.clamps, alone.unused,
    )  # fmt: skip
    for name in alone.signals:
        assert (one[name].shape, one[name].dtype) == (alone[name].shape, alone[name].dtype)
        size = np.maximum(1.0, np.abs(alone[name]).max(axis=2, keepdims=True))
        np.testing.assert_allclose(one[name] / size, alone[name] / size, rtol=0, atol=tolerance, err_msg=name)
        assert not one[name].flags.writeable
    for name in ("h_0", "c_0", "h_n", "c_n", "output", "inputs", "masked"):
        ours, theirs = getattr(one, name), getattr(alone, name)
        assert (ours is None) == (theirs is None), name
        if theirs is not None:
            size = np.maximum(1.0, np.abs(theirs))
            np.testing.assert_allclose(ours / size, theirs / size, rtol=0, atol=tolerance, err_msg=name)
    assert (one.max_error is None) == (alone.max_error is None)
    if one.max_error is not None:
        assert 0 <= one.max_error <= tolerance


def _check(model: Model, sequences: Sequence[Any], tolerance: float = 1e-6, **options: Any) -> None:
    traces = record_batch(model, sequences, **options)
    assert len(traces) == len(sequences)
    for one, x in zip(traces, sequences, strict=True):
        _assert_same(one, record(model, x, **options), tolerance)


SHAPES: list[dict[str, Any]] = [{}, {"num_layers": 3, "bidirectional": True}, {"bias": False}]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("kind", CELLS)
def test_each_is_what_it_is_alone(kind: str, shape: dict[str, Any]) -> None:
    # Steps by themselves and side by side round differently, and a norm makes more of it.
    tolerance = 1e-6 if CELLS[kind].modules else 5e-6
    _check(random_model(kind, 3, 5, seed=2, **shape), _sequences(3), tolerance)
    _check(random_model(kind, 3, 5, seed=2, dtype=torch.float64, **shape), _sequences(3), 1e-12)


@pytest.mark.parametrize("options", [{"reset_after": False}, {"bidirectional": True, "reset_after": False}])
def test_a_gru_that_resets_before(options: dict[str, Any]) -> None:
    _check(random_model("gru", 3, 5, **options), _sequences(3))


def test_a_projected_lstm() -> None:
    _check(from_torch(torch.nn.LSTM(3, 5, proj_size=2, num_layers=2, bidirectional=True)), _sequences(3))


def test_an_independent_loop_over_pytorchs_own_module() -> None:
    module = torch.nn.LSTM(3, 5, num_layers=2, bidirectional=True)
    sequences = _sequences(3)
    for trace, x in zip(record_batch(from_torch(module), sequences), sequences, strict=True):
        with torch.no_grad():
            output, (h_n, c_n) = module(torch.from_numpy(x))
        ours = np.concatenate(list(trace["hidden"][1]), axis=-1)
        np.testing.assert_allclose(ours, output.numpy(), atol=1e-6)
        np.testing.assert_allclose(trace.h_n, h_n.numpy(), atol=1e-6)
        np.testing.assert_allclose(trace.c_n, c_n.numpy(), atol=1e-6)


def test_filling_never_leaks_however_long_the_neighbour() -> None:
    """What runs away on zeros after its end must not reach the values, the states or the proof."""
    weights = {"weight_ih": torch.ones(5, 3), "weight_hh": torch.full((5, 5), 3.0)}
    cell = replace(random_model("rnn", 3, 5, nonlinearity="relu").cell(), bias_ih=torch.ones(5), **weights)
    model = Model(((cell, cell),))
    sequences = [np.ones((length, 3), np.float32) for length in (2, 4, 4, 3)]
    _check(model, sequences)
    neighbours = [np.ones((4, 3), np.float32), *[np.full((8, 3), 1e6, np.float32)] * 3]
    _assert_same(record_batch(model, neighbours)[0], record(model, neighbours[0]))


def test_a_wrong_gate_is_noticed_in_each(monkeypatch: pytest.MonkeyPatch) -> None:
    right = LSTMCell.gates

    def swapped(cell: LSTMCell, *given: Any) -> Any:
        gates = right(cell, *given)
        return gates._replace(input=gates.forget, forget=gates.input)

    monkeypatch.setattr(LSTMCell, "gates", swapped)
    errors = [trace.max_error for trace in record_batch(random_model("lstm", 3, 5), _sequences(3, (9, 20, 14)))]
    assert min(error or 0.0 for error in errors) > 1e-3


@pytest.mark.parametrize("kind", ["lstm", "gru", "peephole"])
def test_one_start_for_all_or_one_for_each(kind: str) -> None:
    model, sequences = random_model(kind, 3, 5, num_layers=2, bidirectional=True), _sequences(3)
    names = tuple(CELLS[kind].starts())
    shared = {name: RNG.normal(size=(4, 5)) for name in names}
    _check(model, sequences, **shared)
    each = {name: RNG.normal(size=(4, len(sequences), 5)) for name in names}
    for place, one in enumerate(record_batch(model, sequences, **each)):
        _assert_same(one, record(model, sequences[place], **{name: rows[:, place] for name, rows in each.items()}))
    with pytest.raises(explorer.ShapeError, match="one for each of 9 sequences"):
        record_batch(model, sequences, h_0=np.zeros((4, 8, 5)))


def test_trained_starts_are_where_each_begins() -> None:
    model = replace(random_model("lstm", 3, 5), initial={"h_0": RNG.normal(size=(1, 5)), "c_0": np.ones((1, 5))})
    _check(model, _sequences(3))


def test_text_ids_and_what_was_encoded() -> None:
    model = load_model("brackets-lstm")
    assert model.text is not None
    texts = ["f(x[0])", "(", "best = max([len(w) for w in names[2:]])", "a[b(c)]" * 9]
    _check(model, texts, 1e-5)
    encoded = [model.text.encode(text) for text in texts]
    _check(model, encoded, 1e-5)
    _check(model, [one.values for one in encoded], 1e-5)
    _check(model, [texts[0], encoded[1], encoded[2].values.tolist()], 1e-5)
    assert [trace.labels for trace in record_batch(model, texts)] == [one.labels for one in encoded]


def test_numbers_in_every_form() -> None:
    model = random_model("gru", 1, 4)
    _check(
        model,
        [[0.5, 1.0], (1, 2, 3), np.ones((4, 1)), torch.zeros(3, 1), Encoded(np.ones((2, 1)), ("a", "b"), (), ("x",))],
    )
    traces = record_batch(model, (np.ones(length) for length in (3, 4)))
    assert [len(trace) for trace in traces] == [3, 4]


def test_labels_are_each_sequences_own() -> None:
    model = random_model("gru", 1, 4)
    traces = record_batch(model, [[1.0, 2.0], [3.0]], labels=[["a", "b"], ["c"]])
    assert [trace.labels for trace in traces] == [("a", "b"), ("c",)]
    with pytest.raises(explorer.ShapeError, match=r"Sequence 1: 2 labels came for 1 step"):
        record_batch(model, [[1.0, 2.0], [3.0]], labels=[["a", "b"], ["c", "d"]])
    with pytest.raises(explorer.ShapeError, match="Labels of 1 sequence came for 2"):
        record_batch(model, [[1.0, 2.0], [3.0]], labels=[["a", "b"]])


@pytest.mark.parametrize("reads", ["step", "ends"])
def test_a_head_answers_for_each(reads: Any) -> None:
    head = Head(torch.randn(2, 10), torch.randn(2), ("no", "yes"), reads=reads)
    _check(replace(random_model("lstm", 3, 5, bidirectional=True), head=head), _sequences(3, (4, 1, 9)))


def test_masked_steps_hold_the_state() -> None:
    model = replace(
        random_model("lstm", 3, 5, bidirectional=True), embedding=torch.randn(6, 3), mask=0, head=None, text=None
    )
    _check(model, [[1, 2, 3], [0, 2, 0, 3], [0, 0], [5] * 12])


def test_what_is_held_is_held_in_each() -> None:
    model = random_model("lstm", 3, 5, bidirectional=True)
    _check(model, _sequences(3, (6, 9, 4)), clamps=[Clamp("forget", 0.0, start=2), Clamp("cell", 1.0, units=1)])
    _check(model, _sequences(3, (6, 9, 4)), clamps=Clamp("input", 0.5))
    with pytest.raises(explorer.ClampError, match="starts at step 5, but the sequence has 4"):
        record_batch(model, _sequences(3, (6, 9, 4)), clamps=[Clamp("forget", 0.0, start=5)])


def test_it_is_a_sequence() -> None:
    model, sequences = random_model("gru", 3, 5), _sequences(3)
    traces = record_batch(model, sequences)
    assert isinstance(traces, Sequence)
    assert [len(trace) for trace in traces] == list(LENGTHS)
    assert [len(trace) for trace in reversed(traces)] == list(LENGTHS[::-1])
    _assert_same(traces[-2], record(model, sequences[-2]))
    part = traces[2:8:3]
    assert [len(trace) for trace in part] == list(LENGTHS[2:8:3])
    _assert_same(part[1], record(model, sequences[5]))
    assert len(traces[20:]) == 0
    assert repr(traces).splitlines()[1] == "  9 sequences of 1 to 90 steps"
    for wrong in (9, -10, "0", 1.5, True):
        with pytest.raises(IndexError, match="There is no trace"):
            traces[wrong]
        with pytest.raises(explorer.ExplorerError):
            traces[wrong]


def test_none_at_all_is_an_empty_sequence() -> None:
    traces = record_batch(random_model("lstm", 3, 5), [])
    assert list(traces) == []
    assert "0 sequences" in repr(traces)


def test_blocks_are_kept_small_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    model, sequences = random_model("lstm", 3, 5), _sequences(3)
    whole = list(record_batch(model, sequences))
    monkeypatch.setattr(batch, "_BLOCK_VALUES", 600)
    traces = record_batch(model, sequences)
    for place in (8, 0, 3, 7, 3, 2):
        _assert_same(traces[place], whole[place])
        (block,) = traces._last
        longest = [sum(LENGTHS[one] for one in block.places) * model.values_per_step, len(block.places)]
        assert longest[0] <= 600 or longest[1] == 1
    assert all(first < second for first, second in pairwise(traces._starts))


@pytest.mark.parametrize(
    ("sequences", "sentence"),
    [
        ([np.ones((3, 3)), np.ones((3, 2))], r"Sequence 1: An input of shape \(3, 2\) came"),
        ([np.ones((3, 3)), np.ones((0, 3))], "Sequence 1: The sequence is empty"),
        ([np.ones((3, 3)), np.full((3, 3), np.nan)], "Sequence 1: 9 values are not finite"),
        ([np.ones((3, 3)), "text"], "Sequence 1: 4 characters of text came"),
        ([np.ones((3, 3)), None], "Sequence 1: "),
        ([np.ones((3, 3)), 3.0], "Sequence 1: "),
        ([np.ones((3, 3)), np.ones((100_001, 3))], "Sequence 1: The sequence has 100,001 steps"),
        (3, "^3 came: give a list of sequences"),
        (None, "^None came: give a list of sequences"),
    ],
)
def test_what_does_not_fit_is_named(sequences: Any, sentence: str) -> None:
    with pytest.raises(explorer.ExplorerError, match=sentence):
        record_batch(random_model("lstm", 3, 5), sequences)


def test_an_array_lists_its_sequences_and_a_text_is_one() -> None:
    model = random_model("lstm", 3, 5)
    traces = record_batch(model, np.ones((4, 6, 3)))
    assert [len(trace) for trace in traces] == [6] * 4
    with pytest.raises(explorer.ShapeError, match="One text came"):
        record_batch(load_model("brackets-lstm"), "f(x)")


def test_its_text_counts_as_one_speaks() -> None:
    model = explorer.random_model("gru", 2, 3)
    texts = {count: repr(explorer.record_batch(model, [np.zeros((steps, 2)) for steps in count])) for count in
             ((), (1,), (4, 4), (1, 4))}  # fmt: skip
    assert [one.splitlines()[-1].strip() for one in texts.values()] == [
        "0 sequences", "1 sequence of 1 step", "2 sequences of 4 steps", "2 sequences of 1 to 4 steps"
    ]  # fmt: skip
    with pytest.raises(explorer.EncodingError, match="Sequence 0: 1 value is not finite"):
        explorer.record_batch(model, [[[np.nan, 0.0]]])
