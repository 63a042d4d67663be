"""A sweep in a batch says what one run after the other says."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from explorer import Clamp, ClampError, Model, load_model, random_model, record
from explorer.measures import effects, gate_knock_outs, ranked, step_losses, unit_knock_outs
from explorer.models import Head
from explorer.models.run.sweep import held_outputs

LINE = "best = max([len(w) for w in names[2:]])"


def _swept(model: Model, x: Any, clamps: Any, **states: Any) -> Any:
    return np.concatenate(list(held_outputs(model, x, clamps, **states)))


@pytest.mark.parametrize(
    ("name", "x", "layer", "direction"),
    [
        ("brackets-lstm", LINE, 0, "forward"),
        ("brackets-gru", LINE, 0, "forward"),
        ("brackets-rnn", LINE, 0, "forward"),
        ("sine-lstm", np.sin(np.arange(40) / 3), 0, "forward"),
        ("sine-lstm", np.sin(np.arange(40) / 3), 1, "forward"),
        ("sentiment-lstm", "a moving and clever film , not dull", 0, "reverse"),
    ],
)
def test_a_batched_sweep_ranks_as_runs_one_by_one(name: str, x: Any, layer: int, direction: str) -> None:
    model = load_model(name)
    free = record(model, x)
    assert free.output is not None
    clamps = unit_knock_outs(free, "hidden", "zero", layer, direction)[:32]
    swept = _swept(model, x, clamps)
    alone = np.stack([record(model, x, clamps=[clamp]).output for clamp in clamps])[:, -swept.shape[1] :]
    assert np.abs(swept - alone).max() <= 1e-5 * max(1.0, np.abs(alone).max())
    together, apart = effects(model, free.output, swept, "answer"), effects(model, free.output, alone, "answer")
    order, expected = ranked(together), ranked(apart)
    # Equal but for rounding: two units may only change places where their effects are the same to six digits.
    assert np.allclose(apart[order], apart[expected], rtol=1e-4, atol=1e-7)


def test_all_that_a_clamp_can_say_is_batched() -> None:
    model = random_model("lstm", 2, 4, num_layers=2, bidirectional=True)
    model = replace(model, head=Head(torch.randn(3, 8, generator=torch.Generator().manual_seed(0)), labels=("a",) * 3))
    x = np.random.default_rng(1).normal(size=(6, 2))
    clamps = [
        Clamp("forget", 0.5, mode="scale", start=2),
        Clamp("forget", np.linspace(0, 1, 8).reshape(2, 4), layer=1, start=1, stop=3),
        Clamp("hidden", 0.0, direction="reverse", units=[1, 2]),
        Clamp("cell", -0.5, layer=0, direction="forward", units=0, stop=1),
        Clamp("input", 1.0),
    ]
    states = {"h_0": np.full((4, 4), 0.3), "c_0": np.full((4, 4), -0.7)}
    swept = _swept(model, x, clamps, **states)
    for clamp, output in zip(clamps, swept, strict=True):
        assert np.allclose(output, record(model, x, clamps=[clamp], **states).output, rtol=0, atol=1e-6)
    with pytest.raises(ClampError, match="'update'"):
        _swept(model, x, [Clamp("update", 1.0)])


def test_a_sweep_comes_in_parts_so_that_it_can_be_stopped() -> None:
    model = load_model("brackets-lstm")
    clamps = [Clamp("hidden", 0.0, units=unit) for unit in range(20)] * 5
    parts = held_outputs(model, "f(x)", clamps)
    assert 0 < len(next(parts)) < len(clamps)
    parts.close()  # type: ignore[attr-defined]


def test_the_change_in_loss_and_in_a_chosen_prediction() -> None:
    model = load_model("brackets-lstm")
    free = record(model, "f(x)")
    answers = np.array([0.0, 1.0, 1.0, np.nan])
    clamps = gate_knock_outs(free)
    assert [clamp.signal for clamp in clamps] == ["input", "forget", "candidate", "output"]
    swept = _swept(model, "f(x)", clamps)
    assert free.output is not None
    before = np.nanmean(step_losses(model, free.output, answers))
    found = effects(model, free.output, swept, "loss", answers)
    shares = effects(model, free.output, swept, "class", step=2, label=1)
    for clamp, loss, share in zip(clamps, found, shares, strict=True):
        held = record(model, "f(x)", clamps=[clamp]).output
        assert held is not None
        assert loss == pytest.approx(np.nanmean(step_losses(model, held, answers)) - before, abs=1e-5)
        both = [np.exp(one[2] - one[2].max()) / np.exp(one[2] - one[2].max()).sum() for one in (free.output, held)]
        assert share == pytest.approx(both[1][1] - both[0][1], abs=1e-5)


def test_knock_outs_hold_what_they_say() -> None:
    free = record(load_model("brackets-gru"), "f(x)")
    ones = unit_knock_outs(free, "update", "one")
    assert [(clamp.units, clamp.value) for clamp in ones] == [(unit, 1.0) for unit in range(20)]
    averages = unit_knock_outs(free, "update", "average")
    assert np.allclose([clamp.value[0] for clamp in averages], free.select("update").mean(axis=0))
    assert [clamp.signal for clamp in gate_knock_outs(record(load_model("brackets-rnn"), "f(x)"))] == ["hidden"]
    assert ranked([0.1, -3.0, 0.2, 0.2]).tolist() == [1, 2, 3, 0]
