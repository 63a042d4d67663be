"""Each task's data against a brute force written here."""

import io
import math
import tokenize
from collections import Counter
from random import Random

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from explorer.errors import EncodingError
from explorer.training import TASKS, Forecast, Learner, Task, make_task
from explorer.training.concepts import in_comment, in_quotes
from explorer.training.tasks.anbn import strings
from explorer.training.tasks.brackets import LABELS, due, make_line
from explorer.training.tasks.python_parts import PythonParts, parts_of
from explorer.training.tasks.sentiment import read_snippets
from explorer.training.tasks.sst import read_months

CHEAP = ["brackets", "sst", "sine", "adding", "recall", "anbn"]


@pytest.fixture(scope="module", params=sorted(TASKS))
def task(request: pytest.FixtureRequest) -> Task:
    return make_task(request.param)


def closer_due(text: str) -> str:
    """By erasing matched pairs: what the last opener left standing needs."""
    kept = ""
    for character in text:
        if character in "([":
            kept += character
        elif kept and kept[-1] + character in ("()", "[]"):
            kept = kept[:-1]
    return {"": "none", "(": ")", "[": "]"}[kept[-1:]]


@given(st.text(alphabet="()[]ab ", max_size=40))
def test_the_bracket_due_is_what_a_plain_stack_says(text: str) -> None:
    assert [LABELS[one] for one in due(text)] == [closer_due(text[: end + 1]) for end in range(len(text))]


def test_lines_hold_brackets_up_to_six_deep_and_no_deeper() -> None:
    deepest = 0
    for seed in range(200):
        depth, stack = 0, []
        for character in make_line(Random(seed), 128):
            if character in "([":
                stack.append({"(": ")", "[": "]"}[character])
            elif stack and stack[-1] == character:
                stack.pop()
            depth = max(depth, len(stack))
        deepest = max(deepest, depth)
    assert deepest == 6


def test_anbn_strings_and_their_ends() -> None:
    batch = strings([2, 3])
    assert batch.inputs.T.tolist()[1] == [0, 0, 0, 1, 1, 1]
    assert batch.targets.T.tolist()[1] == [0, 0, 1, 1, 1, 2]
    assert batch.inputs.T.tolist()[0][:4] == [0, 0, 1, 1]
    assert batch.targets.T.tolist()[0][:4] == [0, 1, 1, 2]
    assert batch.counted.sum(0).tolist() == [4, 6]


def test_adding_marks_one_number_in_each_half() -> None:
    batch = make_task("adding").batch(0, 0)
    numbers, marks = batch.inputs[..., 0].double(), batch.inputs[..., 1].double()
    assert marks[:50].sum(0).tolist() == marks[50:].sum(0).tolist() == [1.0] * 64
    for column in range(64):
        wanted = sum(value for value, mark in zip(numbers[:, column], marks[:, column], strict=True) if mark)
        assert batch.targets[-1, column, 0].item() == pytest.approx(float(wanted), abs=1e-6)
    assert batch.counted.nonzero()[:, 0].unique().tolist() == [99]


def test_recall_asks_for_the_first_symbol_at_the_question_mark() -> None:
    task = make_task("recall")
    assert task.vocabulary is not None
    batch = task.batch(0, 0)
    for ids, wanted in zip(batch.inputs.T.tolist(), batch.targets[-1].tolist(), strict=True):
        text = task.vocabulary.decode(ids)
        assert text[0] == task.labels[wanted]
        assert text[-1] == "?"
        assert text[1:-1].islower()
    assert 3 <= len(batch.inputs) <= 62
    assert len(task.validation[0].inputs) == 62
    assert task.baselines["guessing, nats"] == pytest.approx(math.log(8))
    assert task.baseline_scores == {"guessing": {"accuracy": 1 / 8, "nats": pytest.approx(math.log(8))}}


def test_a_share_is_never_beaten_by_a_surprise(task: Task) -> None:
    """What needs no network is told by the measure it was scored by."""
    shares = [one["accuracy"] for one in task.baseline_scores.values() if "accuracy" in one]
    assert all(0 <= one <= 1 for one in shares)


def test_every_wave_is_two_sines() -> None:
    series = make_task("sine").validation[0].inputs[..., 0].double().numpy()
    design = np.stack([series[3:-1] + series[1:-3], series[2:-2]])
    wanted = series[4:] + series[:-4]
    for column in range(series.shape[1]):
        weights, *_ = np.linalg.lstsq(design[:, :, column].T, wanted[:, column], rcond=None)
        assert np.abs(design[:, :, column].T @ weights - wanted[:, column]).max() < 1e-3


def test_the_sea_is_held_out_and_scaled_by_what_is_trained_on() -> None:
    task = make_task("sst")
    assert isinstance(task, Forecast)
    values = read_months()
    assert len(values) == 61 * 12
    assert task.held_out == 120
    assert task.scaling.offset[0] == pytest.approx(values[:-240].mean())
    trained_on = max(float(task.batch(0, step).targets.max()) for step in range(50))
    assert trained_on <= float(task.scaled[:-240].max())
    assert task.baselines["the last value"] == pytest.approx(0.995, abs=1e-3)
    assert task.baselines["12 steps ago"] == pytest.approx(0.913, abs=1e-3)
    assert task.baselines["linear autoregression on 24 values"] == pytest.approx(0.39, abs=5e-3)


def test_a_series_of_ones_own_can_be_forecast_and_a_short_one_is_refused() -> None:
    own = Forecast(np.sin(np.arange(300) / 5), held_out=40, window=60)
    assert own.batch(0, 0).inputs.shape == (60, 16, 1)
    with pytest.raises(EncodingError, match=r"1 value of the series is missing"):
        Forecast(np.r_[np.ones(300), np.nan])
    with pytest.raises(EncodingError, match="need at least 142"):
        Forecast(np.zeros(100), held_out=40, window=60)


def test_batches_come_from_seed_and_step_alone(task: Task) -> None:
    one, again, other = task.batch(1, 2), task.batch(1, 2), task.batch(1, 3)
    assert torch.equal(one.inputs, again.inputs)
    assert torch.equal(one.targets, again.targets)
    assert one.inputs.shape != other.inputs.shape or not torch.equal(one.inputs, other.inputs)


def test_batches_fit_the_network(task: Task) -> None:
    batch = task.batch(0, 0)
    assert batch.counted.any()
    assert batch.counted.shape == batch.targets.shape[:2]
    if task.shape.tokens:
        assert task.vocabulary is not None
        assert task.shape.tokens == len(task.vocabulary.tokens)
        assert batch.inputs.max() < task.shape.tokens
    else:
        assert batch.inputs.shape[2] == task.shape.inputs
    assert len(task.labels) == task.shape.outputs


def test_examples_can_be_read_by_their_own_model(task: Task) -> None:
    assert task.examples
    for example in task.examples:
        if "text" in example and task.vocabulary is not None:
            assert task.vocabulary.encode(example["text"]).unknown == ()


def test_characters_go_on_where_the_window_before_stopped() -> None:
    task = make_task("shakespeare-chars")
    first, second = task.batch(0, 0), task.batch(0, 1)
    assert torch.equal(first.targets[-1], second.inputs[0])
    assert torch.equal(first.inputs[1:], first.targets[:-1])


def test_python_files_are_held_out_as_files() -> None:
    from explorer.training.tasks.python_chars import library

    parts = [set(library(part)) for part in ("training", "validation", "held out")]
    assert all(parts)
    assert not parts[0] & parts[1]
    assert not parts[0] & parts[2]
    assert not parts[1] & parts[2]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a='#'#b", "ccsscmm"),
        ('f("it\'s") # "', "ccsssssccc" + "mmm"),
        (r"'\\'#", "sssc" + "m"),
        (r"'\''x", "ssscc"),
        ("'a\nb#\nc", "sscc" + "mcc"),
    ],
)
def test_parts_of_python(text: str, parts: str) -> None:
    assert "".join("csm"[one] for one in parts_of(text)) == parts


def test_parts_of_python_are_what_its_tokenizer_says() -> None:
    """Of the lines that the task draws, those that the tokenizer reads; a # in a quoted f-string's braces apart."""
    task = make_task("python-parts")
    assert isinstance(task, PythonParts)
    read = 0
    for text in task.lines("held out")[::9]:
        line = text.strip()
        try:
            list(tokenize.generate_tokens(io.StringIO(line).readline))
        except (tokenize.TokenError, SyntaxError):
            continue
        expected = in_quotes(line).astype(int) + 2 * in_comment(line)
        assert parts_of(line) == expected.tolist(), line
        read += 1
    assert read > 100


def test_naive_bayes_on_film_reviews_is_what_a_count_by_hand_says() -> None:
    """The log odds, which the network's embedding begins with, of one word from the snippets themselves."""
    task = make_task("sentiment")
    assert task.vocabulary is not None
    learner = Learner("gru", task.shape)
    task.prepare(learner)
    assert learner.embedding is not None
    sides = [[text for text, rating in read_snippets()["training"] if sign * rating > 0.5] for sign in (-1, 1)]
    counts = [Counter(one.lower() for text in side for one in task.vocabulary.encode(text).labels) for side in sides]
    negative, positive = ((one["dull"] + 1) / (sum(one.values()) + len(task.vocabulary.tokens)) for one in counts)
    weight = learner.embedding.weight[task.vocabulary.ids["dull"], 0].item()
    assert weight == pytest.approx(0.5 * math.log(positive / negative), abs=1e-5)
    assert weight < -0.5


def test_snippets_are_held_out_and_none_that_is_judged_is_neutral() -> None:
    parts = {name: {text for text, _ in snippets} for name, snippets in read_snippets().items()}
    assert not parts["training"] & parts["held out"]
    assert not parts["training"] & parts["validation"]
    assert all(abs(rating) > 0.5 for part in ("validation", "held out") for _, rating in read_snippets()[part])
    assert 0.1 < len(parts["held out"]) / sum(map(len, parts.values())) < 0.2
