"""Losses and divergences, against PyTorch's."""

import numpy as np
import torch
from torch.nn.functional import cross_entropy, kl_div

from explorer import load_model
from explorer.measures import divergences, step_losses

RANDOM = np.random.default_rng(5)


def test_losses_of_classes_are_cross_entropies_where_the_answer_is_known() -> None:
    logits, answers = RANDOM.normal(size=(2, 4, 3)), np.array([0, np.nan, 2, 1])
    found = step_losses(load_model("brackets-lstm"), logits, answers)
    assert np.isnan(found[:, 1]).all()
    for run in range(2):
        expected = cross_entropy(torch.tensor(logits[run, [0, 2, 3]]), torch.tensor([0, 2, 1]), reduction="none")
        assert np.allclose(found[run, [0, 2, 3]], expected.numpy(), rtol=1e-12)


def test_losses_of_values_are_squared_errors() -> None:
    found = step_losses(load_model("sst-lstm"), np.array([[20.0], [21.0]]), np.array([22.0, np.nan]))
    assert np.array_equal(found, [4.0, np.nan], equal_nan=True)


def test_divergences() -> None:
    one, other = RANDOM.normal(size=(5, 3)), RANDOM.normal(size=(5, 3))
    logs = [torch.tensor(values).log_softmax(-1) for values in (one, other)]
    expected = kl_div(logs[1], logs[0], reduction="none", log_target=True).sum(-1)
    assert np.allclose(divergences(load_model("brackets-lstm"), one, other), expected.numpy())
    assert divergences(load_model("sst-lstm"), np.array([[1.0]]), np.array([[3.0]])).tolist() == [4.0]
