"""The right answers that a sequence holds itself are those that the tasks train on."""

import numpy as np
import pytest

from explorer.models import list_models, load_card, load_model
from explorer.sequences import Encoded, parse_numbers
from explorer.training import make_task
from explorer.training.answers import KNOWN, right_answers


def _encoded(name: str, text: str) -> Encoded:
    vocabulary = load_model(name).text
    assert vocabulary is not None
    return vocabulary.encode(text)


@pytest.mark.parametrize("task", ["brackets", "recall", "anbn", "adding"])
def test_answers_are_the_tasks_own_targets(task: str) -> None:
    batch = make_task(task).validation[0]
    for column in (0, 3, 8):
        inputs, targets, counted = (one[:, column].numpy() for one in batch)
        if task == "adding":
            encoded = Encoded(inputs, tuple(map(str, range(len(inputs)))), columns=("value", "mark"))
        else:
            tokens = load_model(f"{task}-lstm").vocabulary or ()
            ids = inputs[counted | (task == "recall")]
            encoded = Encoded(ids, tuple(tokens[token] for token in ids))
        found = right_answers(task, encoded)
        assert found is not None
        known = np.isfinite(found)
        assert known.any()
        assert np.allclose(found[known], targets.reshape(len(targets), -1)[: len(known), 0][known], rtol=1e-6)


def test_what_comes_next_is_the_answer_of_a_forecast_and_of_a_language_model() -> None:
    numbers = right_answers("sst", parse_numbers("20, 21, 23"))
    assert np.array_equal(numbers, [21.0, 23.0, np.nan], equal_nan=True)  # type: ignore[arg-type]
    for task in ("python-chars", "shakespeare-chars"):
        encoded = _encoded(f"{task}-lstm", "a b")
        tokens = load_model(f"{task}-lstm").vocabulary or ()
        letters = right_answers(task, encoded)
        assert np.array_equal(letters, [tokens.index(" "), tokens.index("b"), np.nan], equal_nan=True)  # type: ignore[arg-type]


def test_every_task_that_answers_are_known_of_is_a_task() -> None:
    """A bundled model's card names its task by that name, and nothing else does."""
    assert set(KNOWN) <= {load_card(name)["task"] for name in list_models()}


@pytest.mark.parametrize(
    ("task", "name", "text"),
    [("recall", "recall-lstm", "abcdef"), ("recall", "recall-lstm", "Aab"), ("anbn", "anbn-lstm", "abab"),
     ("anbn", "anbn-lstm", "abb"), ("sentiment", "sentiment-lstm", "a good film"), ("", "brackets-lstm", "f(x)")],
)  # fmt: skip
def test_where_a_sequence_does_not_say_nothing_is_known(task: str, name: str, text: str) -> None:
    assert right_answers(task, _encoded(name, text)) is None
