"""What record() takes, and how it says no."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from explorer import EncodingError, Model, ShapeError, random_model, record
from explorer.models import with_embedding
from explorer.sequences import Encoded, Vocabulary, typed_scaling

NUMBERS = random_model("lstm", 2, 4, num_layers=2, bidirectional=True)
ONE = random_model("gru", 1, 4)
STRICT = with_embedding(random_model("gru", 3, 4), Vocabulary(("a", "b", "c")))
LENIENT = with_embedding(random_model("gru", 3, 4), Vocabulary(("a", "b", "?"), unknown="?"))
ROWS = [[0.5, 1.0], [-1.0, 2.0], [0.25, 0.0]]


@pytest.mark.parametrize(
    "given",
    [
        ROWS,
        tuple(map(tuple, ROWS)),
        np.array(ROWS),
        np.array(ROWS, dtype=np.float16),
        np.array(ROWS, dtype=np.longdouble),
        np.array(ROWS, dtype=">f4"),
        np.asfortranarray(ROWS),
        np.array(ROWS)[::-1][::-1],
        torch.tensor(ROWS),
        torch.tensor(ROWS, requires_grad=True),
        torch.tensor(ROWS, dtype=torch.bfloat16),
        pd.DataFrame(ROWS),
    ],
    ids=lambda given: f"{type(given).__name__}-{getattr(given, 'dtype', '')}",
)
def test_tables_of_any_kind(given: Any) -> None:
    trace = record(NUMBERS, given)
    assert trace.inputs.dtype == np.float32
    assert np.array_equal(trace.inputs, np.array(ROWS, dtype=np.float32))
    assert trace.labels == ("1", "2", "3")


def test_whole_numbers_and_truths_are_numbers_where_there_is_no_embedding() -> None:
    assert np.array_equal(record(ONE, [3, -1, 0]).inputs, [[3.0], [-1.0], [0.0]])
    assert np.array_equal(record(ONE, np.array([3, -1], dtype=">i2")).inputs, [[3.0], [-1.0]])
    assert np.array_equal(record(ONE, np.array([True, False])).inputs, [[1.0], [0.0]])


def test_one_axis_of_floats_is_a_column() -> None:
    assert np.array_equal(record(ONE, [0.5, 1.5]).inputs, [[0.5], [1.5]])
    assert np.array_equal(record(ONE, [[0.5], [1.5]]).inputs, [[0.5], [1.5]])


def test_token_ids_go_through_the_embedding() -> None:
    assert STRICT.embedding is not None
    for ids in ([2, 0, 2], np.array([2, 0, 2], dtype=np.uint8), torch.tensor([2, 0, 2])):
        assert np.array_equal(record(STRICT, ids).inputs, STRICT.embedding.numpy()[[2, 0, 2]])


def test_a_model_with_an_embedding_takes_embedded_rows_too() -> None:
    rows = np.array([[1, 2, 3], [4, 5, 6]])
    assert np.array_equal(record(STRICT, rows).inputs, rows)


def test_text_is_split_by_the_vocabulary_and_labels_the_steps() -> None:
    trace = record(STRICT, "cab")
    assert np.array_equal(trace["hidden"], record(STRICT, [2, 0, 1])["hidden"])
    assert trace.labels == ("c", "a", "b")


def test_unknown_characters_become_the_unknown_token() -> None:
    assert np.array_equal(record(LENIENT, "aXb").inputs, record(LENIENT, [0, 2, 1]).inputs)


def test_unknown_characters_without_an_unknown_token_are_counted() -> None:
    with pytest.raises(EncodingError, match=r"3 characters are unknown.*X ×2.*Y ×1"):
        record(STRICT, "aXbXY")


def test_what_the_sequences_room_made_is_taken_with_its_labels() -> None:
    encoded = Encoded(np.array(ROWS), ("x", "y", "z"), columns=("up", "down"))
    trace = record(NUMBERS, encoded)
    assert trace.labels == ("x", "y", "z")
    assert np.array_equal(trace.inputs, np.array(ROWS, dtype=np.float32))


def test_labels_of_the_caller_win() -> None:
    assert record(STRICT, "cab", labels=["one", "two", "three"]).labels == ("one", "two", "three")
    assert record(NUMBERS, ROWS, labels=[1999, 2000, 2001]).labels == ("1999", "2000", "2001")  # type: ignore[list-item]


def test_a_model_with_a_scaling_reads_the_data_s_own_units() -> None:
    model = replace(ONE, scaling=typed_scaling(20.0, 4.0))
    assert np.array_equal(record(model, [20.0, 28.0, 16.0]).inputs, [[0.0], [2.0], [-1.0]])


def _but(value: float) -> list[list[float]]:
    return [ROWS[0], [value, 0.0], ROWS[2]]


@pytest.mark.parametrize(
    ("model", "given", "error", "said"),
    [
        (NUMBERS, "names", EncodingError, "5 characters of text.*no vocabulary"),
        (NUMBERS, [], EncodingError, "empty"),
        (NUMBERS, np.zeros((0, 2)), EncodingError, "empty"),
        (STRICT, "", EncodingError, "no character"),
        (STRICT, np.array([], dtype=int), EncodingError, "empty"),
        (NUMBERS, _but(np.nan), EncodingError, "1 value.*step 2"),
        (NUMBERS, _but(np.inf), EncodingError, "1 value.*step 2"),
        (NUMBERS, _but(-np.inf), EncodingError, "1 value.*step 2"),
        (NUMBERS, _but(1e300), EncodingError, "1 value.*step 2"),
        (NUMBERS, np.full((4, 2), np.nan), EncodingError, "8 values.*step 1"),
        (NUMBERS, [["a", "b"]], EncodingError, "<U1"),
        (NUMBERS, [[None, 1.0]], EncodingError, "None"),
        (NUMBERS, np.ones((2, 2), dtype=complex), EncodingError, "complex128"),
        (NUMBERS, {"a": 1}, EncodingError, "object"),
        (NUMBERS, np.array(["2020-01-01"], dtype="M8[D]"), EncodingError, "datetime64"),
        (NUMBERS, [[1.0, 2.0], [1.0]], ShapeError, "different lengths"),
        (NUMBERS, np.ones((5, 3)), ShapeError, r"\(5, 3\).*\(time, 2\)"),
        (NUMBERS, np.ones(5), ShapeError, r"\(5,\).*\(time, 2\)"),
        (NUMBERS, np.ones((1, 5, 2)), ShapeError, r"\(1, 5, 2\).*one sequence"),
        (NUMBERS, 3.5, ShapeError, r"\(\)"),
        (NUMBERS, [1, 2, 3], ShapeError, r"\(3,\)"),
        (STRICT, [0, 3], ShapeError, "id 3 .*0 to 2"),
        (STRICT, [0, -1], ShapeError, "id -1 .*0 to 2"),
        (STRICT, [0.0, 1.0], ShapeError, r"\(2,\).*\(time, 3\)"),
        (ONE, np.zeros(100_001), EncodingError, "100,001"),
    ],
)
def test_refusals_say_what_came(model: Model, given: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said) as caught:
        record(model, given)
    assert type(caught.value) is error


def test_the_wrong_number_of_labels_is_counted() -> None:
    with pytest.raises(ShapeError, match=r"2 labels came for 3 steps"):
        record(NUMBERS, ROWS, labels=["a", "b"])


def test_a_record_that_would_not_fit_is_refused_before_it_is_made() -> None:
    with pytest.raises(EncodingError, match=r"50,000,000"):
        record(random_model("lstm", 1, 200), np.zeros(50_000))


H = np.arange(16, dtype=np.float64).reshape(4, 4) / 16


@pytest.mark.parametrize(
    "given",
    [H, H[:, None], H.tolist(), torch.tensor(H), torch.tensor(H, requires_grad=True), H.astype(">f4")],
    ids=["array", "batch of one", "lists", "tensor", "with gradient", "big-endian"],
)
def test_states_of_any_kind(given: Any) -> None:
    trace = record(NUMBERS, ROWS, h_0=given, c_0=given)
    for state in (trace.h_0, trace.c_0):
        assert state is not None
        assert state.dtype == np.float32
        assert np.array_equal(state, H.astype(np.float32))
    assert np.array_equal(trace["hidden"], record(NUMBERS, ROWS, h_0=H, c_0=H)["hidden"])


@pytest.mark.parametrize("name", ["h_0", "c_0"])
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (np.zeros((3, 4)), r"\(3, 4\).*\(4, 4\)"),
        (np.zeros((4, 3)), r"\(4, 3\).*\(4, 4\)"),
        (np.zeros(4), r"\(4,\).*\(4, 4\)"),
        (np.zeros((4, 2, 4)), r"\(4, 2, 4\)"),
        (np.zeros((1, 4, 4)), r"\(1, 4, 4\)"),
        (0.0, r"\(\)"),
        (np.full((4, 4), np.nan), "not finite"),
        (np.full((4, 4), 1e300), "not finite"),
        ("zeros", "str"),
        ([[1.0], [1.0, 2.0]], "different lengths"),
        (np.zeros((4, 4), dtype=complex), "complex128"),
    ],
)
def test_states_that_do_not_fit_are_named(name: str, given: Any, said: str) -> None:
    with pytest.raises(ShapeError, match=said) as caught:
        record(NUMBERS, ROWS, **{name: given})
    assert name in str(caught.value)


@pytest.mark.parametrize("kind", ["gru", "rnn"])
def test_only_an_lstm_has_a_cell_state(kind: str) -> None:
    with pytest.raises(ShapeError, match=rf"c_0.*{kind.upper()} has no cell state"):
        record(random_model(kind, 2, 4), ROWS, c_0=np.zeros((1, 4)))


def test_a_projected_state_has_its_own_width() -> None:
    model = random_model("lstm", 2, 4, proj_size=3)
    trace = record(model, ROWS, h_0=np.ones((1, 3)), c_0=np.ones((1, 4)))
    assert trace.h_0.shape == (1, 3)
    with pytest.raises(ShapeError, match=r"h_0.*\(1, 4\).*\(1, 3\)"):
        record(model, ROWS, h_0=np.ones((1, 4)))


def test_a_single_cell_s_state_may_be_one_row() -> None:
    assert np.array_equal(record(ONE, [1.0], h_0=[0.1, 0.2, 0.3, 0.4]).h_0, np.float32([[0.1, 0.2, 0.3, 0.4]]))
