"""Every bundled model reloads and scores what its card says."""

import numpy as np
import pytest
import torch

import explorer
from explorer.models.model.bundle import BUNDLED, read_card
from explorer.training import TASKS, Batch
from explorer.training.tasks import python_chars
from explorer.training.zoo import document, judge_again, reload, zoo_names

NAMES = zoo_names()
REACHED = [
    ("brackets-lstm", "accuracy", 0.99, 1.0),
    ("sst-lstm", "mae", 0.0, 0.45),
    ("sine-lstm", "mse", 0.0, 1e-3),
    ("adding-lstm", "mse", 0.0, 0.01),
    ("recall-lstm", "accuracy", 0.99, 1.0),
    ("recall-rnn", "accuracy over 1,000", 0.99, 1.0),
    ("anbn-lstm", "share right, n ≤ 10", 1.0, 1.0),
    ("python-parts-lstm", "accuracy", 0.999, 1.0),
    ("python-chars-lstm", "nats", 0.0, 1.25),
    ("python-chars-lstm", "nats, other packages", 0.0, 1.6),
    ("python-chars-lstm", "inside quotes, AUC", 0.92, 1.0),
    ("python-chars-lstm", "in a comment, AUC", 0.90, 1.0),
    ("shakespeare-chars-lstm", "nats", 0.0, 1.60),
    ("sentiment-lstm", "accuracy", 0.79, 1.0),
]


SAMPLED = [name for name in NAMES if name.startswith("python-")]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in SAMPLED])
def test_it_scores_what_its_card_says(name: str) -> None:
    judged = judge_again(name)
    for key, value in judged.card["metrics"].items():
        assert judged.scores[key] == pytest.approx(value, rel=1e-3, abs=1e-6), key


@pytest.mark.parametrize("name", SAMPLED)
def test_a_model_of_python_scores_on_a_sample_about_what_its_card_says(name: str) -> None:
    """Within 0.08 nats and 0.03 right: a twelfth of the held-out text, from the library of the Python that runs."""
    task, learner = reload(name)
    batch = Batch(*(part[:700, ::5] for part in task.held_out))  # type: ignore[attr-defined]
    outputs, card = learner.predict(batch.inputs), read_card(BUNDLED, name)
    if card["metric"] == "nats":
        assert task.loss(outputs, batch).item() == pytest.approx(card["metrics"]["nats"], abs=0.08)
    assert task.score(outputs, batch) == pytest.approx(card["metrics"]["accuracy"], abs=0.03)


def test_single_units_of_the_python_model_know_quotes_and_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(python_chars, "PROBED", 40_000)
    task, learner = reload("python-chars-lstm")
    scores = task.inside(learner)
    assert scores["inside quotes, AUC"] > 0.85
    assert scores["in a comment, AUC"] > 0.85


@pytest.mark.parametrize(("name", "metric", "low", "high"), REACHED)
def test_its_card_says_that_it_learned_the_task(name: str, metric: str, low: float, high: float) -> None:
    assert low <= read_card(BUNDLED, name)["metrics"][metric] <= high


@pytest.mark.parametrize("name", NAMES)
def test_its_card_speaks_as_its_task_does(name: str) -> None:
    card = read_card(BUNDLED, name)
    task = TASKS[card["task"]]
    assert (card["learned"], card["question"], card["examples"]) == (task.learned, task.question, list(task.examples))
    assert card["provenance"]["data"] == task.source


def test_the_cells_of_a_task_were_trained_alike() -> None:
    for task in TASKS:
        cards = [read_card(BUNDLED, name) for name in NAMES if read_card(BUNDLED, name)["task"] == task]
        assert len({(card["provenance"]["steps"], card["recurrent"]) for card in cards}) <= 1


def test_the_landing_line_is_answered_without_a_mistake() -> None:
    model = explorer.load_model("brackets-lstm")
    text = model.card["examples"][0]["text"]
    assert text == "best = max([len(w) for w in names[2:]])"
    answers = explorer.record(model, text).output.argmax(-1)
    assert model.head is not None
    shown = "".join(" " if model.head.labels[one] == "none" else model.head.labels[one] for one in answers)
    assert shown == "          )]]]]))]]]]]]]]]]]]]]]]]]]]) "


@pytest.mark.parametrize("name", ["brackets-lstm", "brackets-gru", "brackets-rnn"])
def test_recorded_output_is_the_trained_networks(name: str) -> None:
    model = explorer.load_model(name)
    text = model.card["examples"][2]["text"]
    _, learner = reload(name)
    assert model.text is not None
    logits = learner.predict(torch.from_numpy(np.array(model.text.encode(text).values))[:, None])[:, 0]
    assert np.abs(explorer.record(model, text).output - logits.numpy()).max() < 1e-4


def test_recorded_forecasts_are_in_degrees() -> None:
    task, learner = reload("sst-lstm")
    values = task.values[-120:]  # type: ignore[attr-defined]
    outputs = learner.predict(torch.tensor(task.scaling.apply(values[:, None]), dtype=torch.float32)[:, None])
    expected = task.scaling.invert(outputs[:, 0].double().numpy())
    trace = explorer.record(explorer.load_model("sst-lstm"), values)
    assert np.abs(trace.output - expected).max() < 1e-4


def test_all_together_are_small() -> None:
    assert sum(file.stat().st_size for file in BUNDLED.iterdir()) <= 10_000_000


def test_the_table_names_every_model_and_where_cells_differ() -> None:
    text = document([judge_again(name) for name in NAMES if name.startswith(("sst", "brackets"))])
    assert all(f"| {kind} |" in text for kind in ("sst-lstm", "sst-gru", "brackets-rnn"))
    assert "**sst** (mae, best first)" in text
