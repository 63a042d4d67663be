"""What a model says at each step, in words and shares."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from explorer import Model, random_model, record
from explorer.measures import predictions, probabilities
from explorer.models import Head

X = np.random.default_rng(3).normal(size=(12, 2))
MODEL = random_model("gru", 2, 4, bidirectional=True, seed=5)
WEIGHT = torch.from_numpy(np.random.default_rng(4).normal(size=(3, 8)).astype(np.float32))
BIAS = torch.tensor([0.5, -0.5, 0.0])


def _classifier(labels: tuple[str, ...] = ("(", " ", "none"), factor: float = 1.0) -> Model:
    return replace(MODEL, head=Head(factor * WEIGHT, factor * BIAS, labels))


def test_the_output_is_the_head_on_both_directions() -> None:
    trace = record(_classifier(), X)
    joined = np.concatenate([trace.select("hidden", 0, way) for way in trace.directions], axis=1)
    assert trace.output is not None
    assert trace.output.shape == (12, 3)
    assert np.abs(trace.output - (joined @ WEIGHT.numpy().T + BIAS.numpy())).max() <= 1e-6


def test_shares_are_the_softmax() -> None:
    trace = record(_classifier(), X)
    assert trace.output is not None
    powers = np.exp(np.float64(trace.output))
    shares = probabilities(trace)
    assert np.abs(shares - powers / powers.sum(axis=1)[:, None]).max() <= 1e-12
    assert shares.sum(axis=1) == pytest.approx(np.ones(12))


def test_shares_of_huge_logits_stay_finite() -> None:
    shares = probabilities(record(_classifier(factor=1e5), X))
    assert np.isfinite(shares).all()
    assert shares.max(axis=1) == pytest.approx(np.ones(12))


def test_a_class_is_the_most_probable_one_made_visible_and_none_is_nothing() -> None:
    trace = record(_classifier(), X)
    found = predictions(_classifier(), trace)
    assert found is not None
    shares = probabilities(trace)
    assert len(found) == 12
    for one, row in zip(found, shares, strict=True):
        assert one.probability == row.max()
        assert one.label == ["(", "·", ""][int(row.argmax())]
    assert len({one.label for one in found}) > 1


def test_a_value_is_in_the_data_s_own_units() -> None:
    model = replace(MODEL, head=Head(WEIGHT[:1], BIAS[:1], ("sst",), "value", offset=23.0, scale=2.0))
    trace = record(model, X)
    joined = np.concatenate([trace.select("hidden", 0, way) for way in trace.directions], axis=1)
    expected = (joined @ WEIGHT.numpy()[0] + 0.5) * 2 + 23
    found = predictions(model, trace)
    assert found is not None
    assert trace.output is not None
    assert np.abs(trace.output[:, 0] - expected).max() <= 1e-5
    assert [one.label for one in found] == [f"{value:.1f}" for value in trace.output[:, 0]]
    assert all(one.probability is None for one in found)


def test_without_a_head_nothing_is_predicted() -> None:
    trace = record(MODEL, X)
    assert trace.output is None
    assert predictions(MODEL, trace) is None
