"""A head that reads both ends answers, at each step, for the prefix which ends there."""

from dataclasses import replace

import numpy as np
import torch

import explorer
from explorer.models import Head
from explorer.models.run.prefixes import MOST_PREFIXES

TORCH = torch.nn.LSTM(3, 4, num_layers=2, bidirectional=True)
HEAD = Head(torch.randn(2, 8, generator=torch.Generator().manual_seed(0)), None, ("no", "yes"), reads="ends")
MODEL = replace(explorer.from_torch(TORCH), head=HEAD)


def _by_torch(x: torch.Tensor) -> np.ndarray:
    with torch.no_grad():
        h_n = TORCH(x)[1][0]
        return (torch.cat([h_n[-2], h_n[-1]]) @ HEAD.weight.T).numpy()


def test_each_step_answers_for_its_own_prefix() -> None:
    x = torch.randn(12, 3)
    for method in ("step", "replay"):
        output = explorer.record(MODEL, x, method=method).output
        assert output is not None
        np.testing.assert_allclose(output, [_by_torch(x[:length]) for length in range(1, 13)], atol=1e-6)


def test_a_long_sequence_still_ends_with_the_whole_sequence() -> None:
    x = torch.randn(MOST_PREFIXES + 57, 3)
    output = explorer.record(MODEL, x).output
    assert output is not None
    np.testing.assert_allclose(output[-1], _by_torch(x), atol=1e-6)
    np.testing.assert_allclose(output[0], _by_torch(x[:1]), atol=1e-6)


def test_a_held_gate_changes_the_answer_of_its_prefixes_only() -> None:
    x = torch.randn(10, 3)
    held = explorer.record(MODEL, x, clamps=[explorer.Clamp("forget", 0.0, start=6)]).output
    free = explorer.record(MODEL, x).output
    assert held is not None
    assert free is not None
    np.testing.assert_allclose(held[:6], free[:6], atol=1e-6)
    assert np.abs(held[7:] - free[7:]).max() > 1e-4
