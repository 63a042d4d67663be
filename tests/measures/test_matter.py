"""What a held unit costs, and what a piece of another run brings back: beside runs made one by one."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

import explorer
from explorer.measures import matter, patch_map, step_losses
from explorer.models import Head

IDS = np.random.default_rng(0).integers(0, 6, 1_150)
ANSWERS = np.append(IDS[1:], np.nan)
MARKED = IDS == 2


def model_of(kind: str = "lstm", reads: str = "step", **options: Any) -> explorer.Model:
    """Ids in, classes out."""
    model = explorer.random_model(kind, 4, 5, seed=1, **options)
    generator = torch.Generator().manual_seed(0)
    width = 5 * model.num_directions
    head = Head(3 * torch.randn(6, width, generator=generator), None, tuple("abcdef"), reads=reads)  # type: ignore[arg-type]
    return replace(model, embedding=torch.randn(6, 4, generator=generator), head=head)


def losses(model: explorer.Model, ids: np.ndarray, answers: np.ndarray, **more: Any) -> np.ndarray:
    """Of one run."""
    return step_losses(model, explorer.record(model, ids, **more).output, answers)


def test_each_change_is_that_of_runs_made_one_by_one() -> None:
    model = model_of()
    found = matter(model, IDS, 3, MARKED, ANSWERS, signal="cell", others=2)
    free = explorer.record(model, IDS)
    changes = np.full((3, len(IDS)), np.nan)
    for row, unit in enumerate(found.units):
        mean = float(free.select("cell")[:, unit].mean(dtype=np.float64))
        assert abs(found.held[row] - mean) < 1e-6
        for start in range(0, len(IDS), 500):
            part = slice(start, start + 500)
            state = free.state_at(start - 1) if start else {}
            clamp = explorer.Clamp("cell", mean, units=unit)
            held = losses(model, IDS[part], ANSWERS[part], clamps=clamp, **state)
            changes[row, part] = held - losses(model, IDS[part], ANSWERS[part], **state)
    assert found.by == "loss"
    assert found.steps == (MARKED[:-1].sum(), (~MARKED[:-1]).sum())
    assert np.abs(found.overall - np.nanmean(changes, axis=1)).max() < 1e-5
    assert np.abs(found.there - np.nanmean(changes[:, MARKED], axis=1)).max() < 1e-5
    assert np.abs(found.elsewhere - np.nanmean(changes[:, ~MARKED], axis=1)).max() < 1e-5


def test_sequences_of_other_lengths_are_read_whole() -> None:
    model = model_of(num_layers=2)
    starts = [0, 40, 41, 90]
    found = matter(model, IDS[:150], 1, None, ANSWERS[:150], layer=1, starts=starts, others=3)
    changes = []
    for start, stop in zip(starts, [*starts[1:], 150], strict=True):
        clamp = explorer.Clamp("hidden", float(found.held[0]), layer=1, units=1)
        part = slice(start, stop)
        changes.append(losses(model, IDS[part], ANSWERS[part], clamps=clamp) - losses(model, IDS[part], ANSWERS[part]))
    assert abs(found.overall[0] - np.nanmean(np.concatenate(changes))) < 1e-5
    assert np.isnan(found.there).all()
    assert found.steps[0] == 0


def test_a_unit_that_nothing_reads_changes_nothing_and_others_do() -> None:
    model = model_of()
    cell = replace(model.cell(), weight_hh=model.cell().weight_hh.clone().index_fill_(1, torch.tensor([2]), 0.0))
    head = replace(model.head, weight=model.head.weight.clone().index_fill_(1, torch.tensor([2]), 0.0))
    deaf = replace(model, stack=((cell,),), head=head)
    found = matter(deaf, IDS[:600], 2, None, ANSWERS[:600])
    assert abs(found.overall[0]) < 1e-7
    assert (np.abs(found.overall[1:]) > 1e-4).all()


@pytest.mark.parametrize("reads", ["step", "ends"])
def test_without_answers_predictions_are_compared(reads: str) -> None:
    model = model_of("gru", reads, bidirectional=True)
    told: list[float] = []
    starts = list(range(0, 120, 30))
    found = matter(model, IDS[:120], 0, starts=starts, direction="reverse", others=1, progress=told.append)
    assert found.by == "answer"
    assert (found.overall > 0).all()
    assert sum(found.steps) == (120 if reads == "step" else 4)
    assert told[-1] == 1


def test_pieces_of_another_run_bring_its_answer_back() -> None:
    model = replace(model_of(), embedding=6 * model_of().embedding)
    a, b = IDS[:8].copy(), IDS[:8].copy()
    step, b[3] = next(
        (at, other) for at in (5, 4) for other in range(6)
        if explorer.record(model, a).output[at].argmax()
        != explorer.record(model, np.array([*a[:3], other, *a[4:]])).output[at].argmax()
    )  # fmt: skip
    found = patch_map(model, a, b, step)
    runs = explorer.record(model, a), explorer.record(model, b)
    yes, no = (int(one.output[step].argmax()) for one in (runs[1], runs[0]))
    measured = [float(one.output[step][yes] - one.output[step][no]) for one in runs]
    assert found.answers == ("abcdef"[no], "abcdef"[yes])
    for row, signal in enumerate(model.signals):
        for at in range(8):
            clamp = explorer.Clamp(signal, runs[1].select(signal)[at], start=at, stop=at + 1)
            output = explorer.record(model, a, clamps=clamp).output[step]
            share = (float(output[yes] - output[no]) - measured[0]) / (measured[1] - measured[0])
            assert abs(found.shares[row, at] - share) < 1e-4
    names = list(found.signals)
    assert np.abs(found.shares[:, :3]).max() < 1e-5  # before the sequences differ, and after the answer, nothing does
    assert np.abs(found.shares[:, step + 1 :]).max(initial=0.0) < 1e-5
    assert abs(found.shares[names.index("hidden"), step] - 1) < 1e-5  # all that the head reads


def bare() -> explorer.Model:
    """A model that predicts nothing."""
    return replace(model_of(), head=None)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda: matter(bare(), IDS, 1), "predicts nothing"),
        (lambda: matter(model_of(), IDS, 9), "no unit 9"),
        (lambda: matter(model_of(), IDS, 1, MARKED[:9]), "marked has 9 values"),
        (lambda: matter(model_of(), IDS, 1, signal="gate"), "no signal 'gate'"),
        (lambda: matter(model_of("gru", "ends", bidirectional=True), IDS, 1), "answers once a sequence"),
        (lambda: patch_map(bare(), IDS[:3], IDS[:3]), "predicts nothing"),
        (lambda: patch_map(model_of(), IDS[:3], IDS[:4]), "one of 3|3 steps and B 4"),
        (lambda: patch_map(model_of(), IDS[:3], IDS[:3]), "both answer"),
        (lambda: patch_map(model_of(), IDS[:3], IDS[1:4], 7), "no step 7"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(asked: Any, said: str) -> None:
    with pytest.raises(explorer.ExplorerError, match=said):
        asked()
