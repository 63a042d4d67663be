"""Which unit knows: on what was planted, on noise, and against scores counted another way."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.signal import lfilter

from explorer.errors import ArgumentError, ShapeError
from explorer.measures import probe, probes


def slow(rng: np.random.Generator, steps: int, units: int, memory: float = 0.95) -> NDArray[np.float64]:
    """Noise that remembers itself for 1/(1 − memory) steps."""
    values = rng.normal(size=(steps, units))
    return lfilter([1.0], [1.0, -memory], values, axis=0)


def planted(seed: int, steps: int = 600) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Slow noise; unit 7 falls wherever the label stands."""
    rng = np.random.default_rng(seed)
    labels = np.repeat(rng.random(steps // 6) < 0.3, 6)
    values = slow(rng, steps, 12)
    values[:, 7] = rng.random(steps) - 2.0 * labels
    return values, labels


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_unit_comes_first_with_an_auc_of_1(seed: int) -> None:
    values, labels = planted(seed)
    found = probe(values, labels, seed=seed)
    assert (found.unit, found.held_out, found.signs[7]) == (7, 1.0, -1)
    assert found.scores[7] == 1.0
    assert found.passing[0] == 7
    assert found.all_units > 0.99
    assert np.abs(found.weights).argmax() == 7
    assert found.weights[7] < 0


def test_a_planted_number_is_told_by_its_r2() -> None:
    rng = np.random.default_rng(2)
    values, hidden = slow(rng, 800, 9), slow(rng, 800, 1)[:, 0]
    values[:, 4] = 3 - 2 * hidden
    found = probe(values, hidden, inputs=slow(rng, 800, 2))
    assert found.unit == 4
    assert found.held_out == pytest.approx(1.0, abs=1e-9)
    assert found.all_units > 0.99
    assert found.inputs is not None
    assert found.inputs < found.band < 0.6


@pytest.mark.parametrize("season", [np.sin(np.arange(400) / 4), np.arange(400) % 20 < 6])
def test_what_comes_again_is_known_where_it_is_and_not_by_noise(season: NDArray[Any]) -> None:
    above = 0
    for seed in range(60):
        noise = slow(np.random.default_rng(seed), 400, 8)
        found = probe(noise, season, seed=seed)
        above += found.held_out > found.band
    assert above <= 3
    noise[:, 3] += 20 * np.roll(season, 1)
    found = probe(noise, season)
    assert found.passing[0] == 3
    assert found.band < 0.8


@pytest.mark.parametrize(("numbers", "memory"), [(False, 0.0), (False, 0.95), (True, 0.95)])
def test_noise_is_above_the_band_in_no_more_than_a_twentieth_of_200_seeds(numbers: bool, memory: float) -> None:
    above = some = together = 0
    for seed in range(200):
        rng = np.random.default_rng(1_000 + seed)
        noise = slow(rng, 400, 9, memory)
        labels = noise[:, 8] if numbers else noise[:, 8] > 0
        found = probe(noise[:, :8], labels, seed=seed)
        above += found.held_out > found.band
        some += bool(found.passing)
        together += found.all_units > found.all_shuffled.max()
    assert max(above, some, together) <= 10


def test_scores_are_those_of_pairs_counted_one_by_one() -> None:
    rng = np.random.default_rng(5)
    values, labels = np.round(slow(rng, 120, 3), 0), np.repeat(rng.random(40) < 0.4, 3)
    found = probe(values, labels, seed=1)
    for part, scores in ((found.trained, found.scores), (~found.trained, found.judged)):
        for unit in range(3):
            inside, outside = values[part & labels, unit], values[part & ~labels, unit]
            pairs = [(a > b) + 0.5 * (a == b) for a in inside for b in outside]
            area = float(np.mean(pairs))
            assert scores[unit] == pytest.approx(area if found.signs[unit] > 0 else 1 - area, abs=1e-12)


def test_r2_and_the_probe_of_all_units_are_those_of_least_squares() -> None:
    rng = np.random.default_rng(6)
    values = slow(rng, 300, 4)
    number = values @ [1.0, -2.0, 0.0, 0.5] + rng.normal(size=300)
    found = probe(values, number, seed=2)
    fit, judge = found.trained, ~found.trained
    total = ((number[judge] - number[judge].mean()) ** 2).sum()
    for unit in range(4):
        line = np.polyfit(values[fit, unit], number[fit], 1)
        left = ((number[judge] - np.polyval(line, values[judge, unit])) ** 2).sum()
        assert found.judged[unit] == pytest.approx(1 - left / total, abs=1e-9)
    design = np.column_stack([values, np.ones(300)])
    slopes = np.linalg.lstsq(design[fit], number[fit], rcond=None)[0]
    left = ((number[judge] - design[judge] @ slopes) ** 2).sum()
    assert found.all_units == pytest.approx(1 - left / total, abs=0.01)
    assert found.weights == pytest.approx(slopes[:4] * values[fit].std(axis=0), rel=0.02, abs=0.02)


def test_what_the_inputs_tell_is_told_beside() -> None:
    rng = np.random.default_rng(7)
    ids = rng.integers(0, 5, 400)
    found = probe(rng.normal(size=(400, 3)), ids == 2, inputs=ids)
    assert found.inputs == pytest.approx(1.0)
    assert found.all_units < 0.7


def test_half_of_the_steps_judge_and_stretches_stay_whole() -> None:
    values, labels = planted(1)
    trained = probe(values, labels).trained
    assert trained.mean() == 0.5
    assert np.count_nonzero(np.diff(trained)) < 10


def test_a_short_range_is_cut_finer_so_that_it_is_learnt_and_judged() -> None:
    labels = np.zeros(60, dtype=bool)
    labels[20:26] = True
    found = probe(np.random.default_rng(0).normal(size=(60, 3)) + 9.0 * labels[:, None], labels)
    assert found.held_out == 1.0


def test_steps_without_a_label_or_a_value_are_left_out() -> None:
    values, labels = planted(3)
    gappy = np.where(np.arange(600) % 5 == 0, np.nan, labels.astype(float))
    values[7, 2] = np.nan
    found = probe(values, gappy)
    assert len(found.trained) == 480 - 1
    assert found.unit == 7


def test_several_labels_are_each_told_from_the_rest() -> None:
    values, labels = planted(4)
    words = ["on" if label else None if step % 7 == 0 else "off" for step, label in enumerate(labels)]
    found = probes(values, [*words[:-2], "once", None])
    assert list(found) == ["off", "on"]
    assert found["on"].unit == found["off"].unit == 7
    assert found["on"].signs[7] == -found["off"].signs[7] == -1


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (np.zeros(50, dtype=bool), "All 50 labels are False"),
        (np.ones(50), "All 50 labels are 1.0"),
        (np.arange(50) == 9, "too few steps"),
        (np.arange(49) > 9, r"\(49,\)"),
        (np.full(50, np.nan), "0 steps"),
    ],
)  # fmt: skip
def test_what_cannot_be_probed_is_told_in_a_sentence(labels: NDArray[np.float64], said: str) -> None:
    with pytest.raises(ShapeError, match=said):
        probe(np.random.default_rng(0).normal(size=(50, 2)), labels)


def test_words_are_no_labels_of_one_probe() -> None:
    with pytest.raises(ArgumentError, match="labels"):
        probe(np.ones((9, 1)), np.array(["a"] * 9))
    with pytest.raises(ShapeError, match="1 different"):
        probes(np.ones((9, 1)), ["a"] * 9)
