"""A state that is reset, against the reference run piece by piece."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer import EncodingError, ShapeError, load_model, random_model, record
from explorer.measures import changes, record_with_resets
from tests.models.configurations import Configuration, configurations, given_states
from tests.models.reference import distance, run_model


@settings(max_examples=40)
@given(config=configurations(most_steps=30, most_layers=2), every=st.integers(1, 35))
def test_every_piece_begins_anew(config: Configuration, every: int) -> None:
    model, x, start = config.model(), config.x(), config.start()
    trace = record_with_resets(model, x, every, **given_states(start))
    options = {"reset_after": config.reset_after, "relu": config.relu}
    for at in range(0, len(x), every):
        expected = run_model(model, x[at : at + every], start, **options)
        for name in trace.signals:
            assert distance(trace[name][:, :, at : at + every], expected[name]) <= 10 * config.drift
    assert trace.labels == tuple(str(step + 1) for step in range(len(x)))
    assert trace.inputs.shape == x.shape


@pytest.mark.parametrize("name", ["brackets-lstm", "sentiment-lstm", "sst-gru"])
def test_a_reset_beyond_the_end_changes_nothing(name: str) -> None:
    model = load_model(name)
    x = "a good film (really)" if model.vocabulary else np.linspace(20, 28, 24)
    carried = record(model, x)
    same = record_with_resets(model, x, 10_000)
    found = changes(model, carried, same)
    assert same.labels == carried.labels
    assert found.state.max() == 0
    assert found.answer is not None
    assert found.answer.max() == 0
    assert not found.other.any()


def test_a_network_that_forgets_its_bracket_answers_otherwise() -> None:
    model = load_model("brackets-lstm")
    text = "f(" + "x" * 20 + ")"
    carried, reset = record(model, text), record_with_resets(model, text, 10)
    found = changes(model, carried, reset)
    assert not found.other[:10].any()
    assert found.other[10:20].all()
    assert found.answer is not None
    outputs = np.exp(carried.output[15].astype(float)), np.exp(reset.output[15].astype(float))  # type: ignore[index]
    shares = [one / one.sum() for one in outputs]
    assert found.answer[15] == pytest.approx(np.abs(shares[1] - shares[0]).sum() / 2)
    cells = carried["cell"][0, 0, 15].astype(float), reset["cell"][0, 0, 15].astype(float)
    assert found.state[15] == pytest.approx(np.linalg.norm(cells[1] - cells[0]) / np.linalg.norm(cells[0]))
    assert found.state[9] == 0


def test_values_change_in_the_data_s_own_units_and_headless_models_only_in_state() -> None:
    model = load_model("sst-lstm")
    x = np.linspace(20, 28, 24)
    carried, reset = record(model, x), record_with_resets(model, x, 12)
    found = changes(model, carried, reset)
    assert found.answer == pytest.approx(np.abs(reset.output - carried.output)[:, 0])  # type: ignore[operator]
    assert not found.other.any()
    bare = random_model("gru", 1, 4)
    assert changes(bare, record(bare, x), record_with_resets(bare, x, 12)).answer is None


def test_no_resets_at_every_nothing_and_no_empty_sequence() -> None:
    with pytest.raises(ShapeError, match="every is 0"):
        record_with_resets(load_model("brackets-lstm"), "abc", 0)
    with pytest.raises(EncodingError, match="empty"):
        record_with_resets(random_model("gru", 1, 4), np.zeros(0), 5)
