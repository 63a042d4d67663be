"""The right answers that a sequence holds itself are those that the tasks train on."""

import numpy as np
import pytest

from explorer.models import list_models, load_card, load_model
from explorer.sequences import Encoded, parse_numbers, read_labelled
from explorer.training import TASKS, Forecast, Task, make_task, right_answers, task_of


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
        found = right_answers({"task": task}, encoded)
        assert found is not None
        known = np.isfinite(found)
        assert known.any()
        assert np.allclose(found[known], targets.reshape(len(targets), -1)[: len(known), 0][known], rtol=1e-6)


def test_what_comes_next_is_the_answer_of_a_forecast_and_of_a_language_model() -> None:
    numbers = right_answers({"task": "sst"}, parse_numbers("20, 21, 23"))
    assert np.array_equal(numbers, [21.0, 23.0, np.nan], equal_nan=True)  # type: ignore[arg-type]
    for task in ("python-chars", "shakespeare-chars"):
        encoded = _encoded(f"{task}-lstm", "a b")
        tokens = load_model(f"{task}-lstm").vocabulary or ()
        letters = right_answers({"task": task}, encoded)
        assert np.array_equal(letters, [tokens.index(" "), tokens.index("b"), np.nan], equal_nan=True)  # type: ignore[arg-type]


def test_every_card_names_a_task_and_nothing_else_does() -> None:
    assert {task_of(load_card(name)) for name in list_models()} == set(TASKS.values())
    assert task_of({"task": "forecast"}) is Forecast
    assert task_of({}) is task_of({"task": "weather"}) is Task
    assert right_answers({"task": "weather"}, parse_numbers("1, 2, 3")) is None


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS)
def test_a_tasks_own_words_fit_it(task: type[Task]) -> None:
    """Its sequences by condition can be read by its own models and hold the token they are aligned on."""
    text, align = task.groups
    vocabulary = load_model(f"{task.name}-lstm").text
    for line in read_labelled(text) if text else ():
        assert vocabulary is not None
        encoded = vocabulary.encode(line.text)
        assert encoded.unknown == ()
        assert align in encoded.labels
    assert all(before != after for before, after in task.pairs)


@pytest.mark.parametrize(
    ("task", "name", "text"),
    [("recall", "recall-lstm", "abcdef"), ("recall", "recall-lstm", "Aab"), ("anbn", "anbn-lstm", "abab"),
     ("anbn", "anbn-lstm", "abb"), ("sentiment", "sentiment-lstm", "a good film"), ("", "brackets-lstm", "f(x)")],
)  # fmt: skip
def test_where_a_sequence_does_not_say_nothing_is_known(task: str, name: str, text: str) -> None:
    assert right_answers({"task": task}, _encoded(name, text)) is None
