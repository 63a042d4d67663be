"""Units that are on over a range: ranked by how well they single it out, and found again elsewhere."""

import numpy as np
import pytest
from numpy.typing import NDArray

from explorer.errors import ExplorerError
from explorer.measures import Wanted, elsewhere, parting, shares, singling

Table = NDArray[np.float64]


def by_pairs(inside: Table, others: Table) -> float:
    """AUC by asking every pair."""
    return float(np.mean([1.0 if a > b else 0.5 if a == b else 0.0 for a in inside for b in others]))


@pytest.mark.parametrize(("before", "after"), [(0, 0), (4, 0), (3, 9)])
def test_the_auc_of_a_range_is_that_of_all_pairs(before: int, after: int) -> None:
    values = np.random.default_rng(0).normal(size=(60, 5)).round(1)
    found = singling(values, 20, 31, before, after)
    outside = (
        [*range(60)[20 - before : 20], *range(31, 31 + after)] if before or after else [*range(20), *range(31, 60)]
    )
    for unit in range(5):
        assert found.auc[unit] == pytest.approx(by_pairs(values[20:31, unit], values[outside, unit]))


def test_the_threshold_is_the_best_of_all() -> None:
    values = np.random.default_rng(1).normal(size=(80, 4))
    found = singling(values, 30, 50)
    mask = np.zeros(80, dtype=bool)
    mask[30:50] = True
    for unit in range(4):
        sign = 1 if found.above[unit] else -1

        def right(cut: float, sign: int = sign, unit: int = unit) -> float:
            on = sign * (values[:, unit] - cut) > 0
            return float((on[mask].mean() + (~on[~mask]).mean()) / 2)

        every = np.sort(values[:, unit])
        best = max(right(cut) for cut in [every[0] - 1, *(every[1:] + every[:-1]) / 2])
        assert found.right[unit] == pytest.approx(best)
        assert right(found.threshold[unit]) == pytest.approx(best)


def test_what_parts_a_range_parts_its_label() -> None:
    values = np.random.default_rng(4).normal(size=(90, 3))
    found = singling(values, 40, 60)
    marks = np.arange(90) // 20 == 2
    for unit in range(3):
        assert parting(values[:, unit], marks) == (found.threshold[unit], found.above[unit])
    with pytest.raises(ExplorerError, match="both kinds"):
        parting(values[:, 0], np.ones(90, dtype=bool))


def test_a_planted_unit_comes_first_whether_it_rises_or_falls() -> None:
    for sign in (1, -1):
        values = np.random.default_rng(2).normal(size=(300, 30))
        values[100:112, 17] = 5 * sign
        found = singling(values, 100, 112)
        assert found.ranked[0] == 17
        assert found.scores[17] == 1
        assert found.above[17] == (sign > 0)


def test_one_step_is_a_range_and_all_steps_are_none() -> None:
    values = np.arange(12.0).reshape(6, 2)
    assert singling(values, 5, 6).auc.tolist() == [1, 1]
    with pytest.raises(ExplorerError, match="leave some out"):
        singling(values, 0, 6)
    with pytest.raises(ExplorerError, match="no steps 5 to 7"):
        singling(values, 5, 7)


def brute_force(
    values: Table, wanted: list[Wanted], length: int, before: int, after: int, starts: list[int]
) -> list[tuple[int, int]]:
    """Every place by looking at one step after the other."""
    spread = values.std(axis=0)

    def is_on(step: int, one: Wanted) -> bool:
        value = values[step, one.unit]
        return bool(value > one.threshold) if one.above else bool(value < one.threshold)

    found = []
    for begin, end in zip(starts, [*starts[1:], len(values)], strict=True):
        step = begin
        while step < end:
            if not all(is_on(step, one) for one in wanted):
                step += 1
                continue
            stop = step
            while stop < end and all(is_on(stop, one) for one in wanted):
                stop += 1
            around = [*range(max(begin, step - before), step), *range(stop, min(end, stop + after))]
            if not any(is_on(place, one) for place in around for one in wanted):
                size = stop - step
                like = min(size, length) / max(size, length) if length else 1.0
                beyond = np.mean(
                    [
                        abs(values[place, one.unit] - one.threshold) / spread[one.unit]
                        for place in range(step, stop)
                        for one in wanted
                    ]
                )
                found.append((-like, -round(float(beyond), 5), step, stop))
            step = stop
    return [(step, stop) for *_, step, stop in sorted(found)]


@pytest.mark.parametrize(("length", "before", "after"), [(0, 0, 0), (5, 0, 0), (3, 2, 0), (4, 1, 3)])
def test_places_are_those_of_a_brute_force_search(length: int, before: int, after: int) -> None:
    random = np.random.default_rng(3)
    shared = np.convolve(random.normal(size=20_003), np.ones(4), "valid")
    values = shared[:, None] * [1, -1, 1, 1, 1, 1] + random.normal(size=(20_000, 6)) / 3
    starts = [0, 1, 4_321, 9_999, 15_000]
    wanted = [Wanted(4, 0.1), Wanted(1, -0.1, above=False)]
    found = elsewhere(values, wanted, length, before, after, starts)
    told = list(zip(found.start.tolist(), found.stop.tolist(), strict=True))
    expected = brute_force(values, wanted, length, before, after, starts)
    assert len(told) > 50
    assert sorted(told) == sorted(expected)
    # Best first too, but where two are as good to rounding.
    assert sum(one == other for one, other in zip(told, expected, strict=True)) > 0.95 * len(told)


def test_a_place_ends_with_its_sequence_and_the_range_itself_is_none() -> None:
    values = np.ones((6, 1))
    found = elsewhere(values, [Wanted(0, 0.5)], starts=[0, 2])
    assert found.lengths.tolist() == [2, 4]
    assert found.beside(3, 4).start.tolist() == [0]
    with pytest.raises(ExplorerError, match="no unit 1"):
        elsewhere(values, [Wanted(1, 0.5)])
    with pytest.raises(ExplorerError, match="at least one"):
        elsewhere(values, [])


def test_what_places_share_beside_how_often_it_is_so() -> None:
    inside = np.array([True] * 4 + [False] * 12)
    words = np.array(list("aaab" + "a" + "c" * 11), dtype=object)
    first, second = shares(inside, words)
    assert (first.value, first.inside, first.overall, first.covered) == ("a", 0.75, 0.25, 0.75)
    assert (second.value, second.covered) == ("b", 1)
    assert shares(np.zeros(16, dtype=bool), words) == ()
