"""Predictions from hidden states, at every step or from both ends."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from explorer import random_model, record
from explorer.models import Head, Model

X = np.random.default_rng(0).normal(size=(9, 3))
WEIGHT, BIAS = torch.randn(2, 8, generator=torch.Generator().manual_seed(1)), torch.tensor([0.5, -1.0])


def _model(reads: Any, kind: str = "lstm", **options: Any) -> Model:
    model = random_model(kind, 3, 4, num_layers=2, bidirectional=True, seed=2)
    return replace(model, head=Head(WEIGHT, BIAS, ("a", "b"), reads=reads, **options))


def test_a_head_of_steps_reads_both_directions_at_each_step() -> None:
    trace = record(_model("step", offset=20.0, scale=3.0), X)
    top = np.concatenate([trace.select("hidden", 1, way) for way in trace.directions], axis=1)
    assert trace.output is not None
    assert np.abs(trace.output - ((top @ WEIGHT.numpy().T + BIAS.numpy()) * 3 + 20)).max() <= 1e-5


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
@pytest.mark.parametrize("method", ["step", "replay"])
def test_a_head_of_ends_answers_the_whole_from_both_last_states(kind: str, method: str) -> None:
    trace = record(_model("ends", kind), X, method=method)
    ends = np.concatenate([trace.h_n[-2], trace.h_n[-1]])
    assert trace.output is not None
    assert np.abs(trace.output[-1] - (WEIGHT.numpy() @ ends + BIAS.numpy())).max() <= 1e-6


@pytest.mark.parametrize("kind", ["lstm", "gru", "rnn"])
def test_a_head_of_ends_answers_each_prefix_at_its_last_step(kind: str) -> None:
    model = _model("ends", kind)
    whole = record(model, X).output
    assert whole is not None
    assert len(whole) == len(X)
    for stop in range(1, len(X) + 1):
        prefix = record(model, X[:stop]).output
        assert prefix is not None
        assert np.abs(whole[stop - 1] - prefix[-1]).max() <= 1e-6
