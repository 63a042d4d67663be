"""A head that reads both ends answers, at each step, for the prefix which ends there."""

from dataclasses import replace

import numpy as np
import pytest
import torch

import explorer
from explorer.cells import CELLS
from explorer.models import Head
from explorer.models.run import prefixes
from explorer.models.run.prefixes import MOST_PREFIX_STEPS, MOST_PREFIXES, prefix_lengths

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


@pytest.mark.parametrize("padded", [1, 30, 1_000])
@pytest.mark.parametrize("kind", CELLS)
def test_prefixes_side_by_side_are_prefixes_alone(kind: str, padded: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each prefix as a sequence of its own, from the same start: what stands beside it fills up and never leaks."""
    monkeypatch.setattr(prefixes, "_PADDED", padded)
    bare = explorer.random_model(kind, 3, 4, num_layers=2, bidirectional=True, seed=5, dtype=torch.float64)
    head = Head(HEAD.weight.double(), None, ("no", "yes"), reads="ends")
    x = np.random.default_rng(1).normal(size=(23, 3))
    start = {name: np.random.default_rng(2).normal(size=(4, 4)) for name in type(bare.cell()).starts()}
    output = explorer.record(replace(bare, head=head), x, **start).output
    assert output is not None
    for length in range(1, 24):
        h_n = explorer.record(bare, x[:length], method="step", **start).h_n
        expected = np.concatenate([h_n[-2], h_n[-1]]) @ head.weight.numpy().T
        np.testing.assert_allclose(output[length - 1], expected, atol=1e-12)


def test_a_model_that_reads_forward_only() -> None:
    module = torch.nn.GRU(3, 4, num_layers=2)
    head = Head(torch.randn(2, 4), None, reads="ends")
    x = torch.randn(9, 3)
    output = explorer.record(replace(explorer.from_torch(module), head=head), x).output
    with torch.no_grad():
        np.testing.assert_allclose(output, (module(x)[0] @ head.weight.T).numpy(), atol=1e-6)


def test_so_many_prefixes_are_run_and_no_more() -> None:
    for steps in (1, 2, 3, 199, 200, 201, 1_000, 1_001, 5_000, 20_000, 100_000):
        lengths = prefix_lengths(steps)
        assert lengths[0] == 1
        assert lengths[-1] == steps
        assert lengths == sorted(set(lengths))
        assert len(lengths) <= MOST_PREFIXES
        assert sum(lengths) <= max(1.02 * MOST_PREFIX_STEPS, steps + 1)
    assert prefix_lengths(200) == list(range(1, 201))
