"""Masked steps: the state is held there, in every layer and direction, as a loop that skips them computes it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import explorer
from explorer.models import Head
from tests.models.reference import distance

IDS = np.array([0, 3, 0, 0, 2, 5, 1, 0, 4, 0])
MASKED = IDS == 0
KINDS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


def networks(kind: str, both: bool) -> tuple[explorer.Model, Any, Any]:
    torch.manual_seed(4)
    module, embedding = KINDS[kind](3, 5, num_layers=2, bidirectional=both), torch.randn(6, 3)
    head = Head(torch.randn(2, 5 * (1 + both)), torch.randn(2))
    return replace(explorer.from_torch(module), embedding=embedding, mask=0, head=head), module, embedding


def packed_by_hand(module: Any, x: Any) -> Any:
    """The last layer's h at the steps that are taken, (steps taken, units · directions)."""
    with torch.no_grad():
        return module(x[~torch.from_numpy(MASKED)])[0].numpy()


@pytest.mark.parametrize("both", [False, True], ids=["forward", "both"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["step", "replay"])
def test_the_state_is_held_where_the_input_is_masked(kind: str, both: bool, method: str) -> None:
    model, module, embedding = networks(kind, both)
    trace = explorer.record(model, IDS, method=method)
    assert trace.masked is not None
    assert trace.masked.tolist() == MASKED.tolist()
    taken = packed_by_hand(module, embedding[torch.from_numpy(IDS)])
    order = np.flatnonzero(~MASKED)
    for side, values in enumerate(trace["hidden"][1]):
        mine = taken[:, side * 5 : side * 5 + 5]
        for step in range(len(IDS)):
            known = order[order >= step][:1] if side else order[order <= step][-1:]
            expected = mine[np.flatnonzero(order == known[0])[0]] if len(known) else np.zeros(5)
            assert distance(values[[step]], expected[None]) <= 1e-6
    gates = [name for name in trace.signals if name not in trace.states]
    assert all(np.isnan(trace[name]).all(axis=(0, 1, 3)).tolist() == MASKED.tolist() for name in gates)
    assert trace.max_error is not None
    assert trace.max_error <= 1e-6
    assert trace.output is not None
    assert model.head is not None
    last = torch.from_numpy(np.concatenate(list(trace["hidden"][1]), axis=1))
    assert distance(trace.output, model.head(last).numpy()) <= 1e-6


def test_only_padding_leaves_the_start_where_it_was() -> None:
    model, _, _ = networks("lstm", True)
    start = np.full((4, 5), 0.25, np.float32)
    trace = explorer.record(model, np.zeros(4, dtype=int), h_0=start, c_0=start)
    assert (trace.h_n == start).all()
    assert (trace["cell"] == 0.25).all()
    assert trace.max_error is None


def test_a_clamp_names_positions_of_the_input() -> None:
    model, _, _ = networks("lstm", False)
    held = explorer.record(model, IDS, clamps=[explorer.Clamp("forget", 0.5, start=5, stop=7)])
    assert (held["forget"][:, :, 5:7] == 0.5).all()
    assert not (held["forget"][:, :, 4] == 0.5).any()


@pytest.mark.parametrize("both", [False, True], ids=["forward", "both"])
def test_chunks_and_saved_traces_know_the_masked_steps(both: bool, tmp_path: Any) -> None:
    model, _, _ = networks("gru", both)
    model = replace(model, head=None)
    whole = explorer.record(model, IDS)
    chunks = explorer.record_chunks(model, IDS, chunk=3, bins=5)
    window = chunks.window(1, 9)
    assert distance(window["hidden"], whole["hidden"][:, :, 1:9]) <= 1e-6
    assert window.masked is not None
    assert window.masked.tolist() == MASKED[1:9].tolist()
    mean = chunks.overview.mean["update"]
    expected = np.stack([np.nanmean(whole["update"][:, :, at : at + 2], axis=2) if not MASKED[at : at + 2].all()
                         else np.full((2, 1 + both, 5), np.nan) for at in range(0, 10, 2)], axis=2)  # fmt: skip
    assert np.allclose(mean, expected, atol=1e-6, equal_nan=True)
    whole.save(tmp_path / "t.npz")
    again = explorer.Trace.load(tmp_path / "t.npz")
    assert again.masked is not None
    assert again.masked.tolist() == MASKED.tolist()


def test_gradients_pass_through_masked_steps_unchanged() -> None:
    model, _, _ = networks("lstm", False)
    with_padding = explorer.gradients(model, IDS, target=8)
    without = explorer.gradients(model, IDS[~MASKED], target=-1)
    assert with_padding.value == pytest.approx(without.value, abs=1e-6)
    assert with_padding.state[:, :, ~MASKED] == pytest.approx(without.state, abs=1e-9)
    assert (with_padding.input[MASKED] == 0).all()
    # c is handed on as it is; what reaches h at a masked step is what the next step taken sends back.
    assert with_padding.state[0, 0, 2] == pytest.approx(with_padding.state[0, 0, 3])


def test_a_model_without_a_mask_takes_every_step() -> None:
    model, _, _ = networks("gru", False)
    assert explorer.record(replace(model, mask=None), IDS).masked is None
    assert explorer.record(model, IDS[~MASKED]).masked is None
