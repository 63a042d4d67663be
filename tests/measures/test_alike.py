"""Units that do the same, and units that count: planted ones are found, noise is not."""

import numpy as np
import pytest

from explorer.errors import ShapeError
from explorer.measures import alike, counting

RNG = np.random.default_rng(8)


def test_correlations_are_numpys_and_groups_those_that_were_planted() -> None:
    causes = RNG.normal(size=(500, 3))
    values = np.column_stack([causes[:, at % 3] * (-1) ** at + 0.3 * RNG.normal(size=500) for at in range(9)])
    found = alike(values)
    assert found.correlations == pytest.approx(np.corrcoef(values.T), abs=1e-12)
    assert sorted(found.order) == list(range(9))
    assert [found.groups[at] == found.groups[at % 3] for at in range(9)] == [True] * 9
    assert len(set(found.groups)) == 3
    places = {unit: place for place, unit in enumerate(found.order)}
    for first in range(3):
        assert np.ptp([places[first + 3 * at] for at in range(3)]) == 2


def test_twins_go_together_or_against_each_other_and_the_still_are_named() -> None:
    values = RNG.normal(size=(300, 5))
    values[:, 3] = -2 * values[:, 1] + 1
    values[:, 4] = 0.7
    values[5, 0] = np.nan
    found = alike(values.astype(np.float32))
    assert [pair[:2] for pair in found.twins] == [(1, 3)]
    assert found.twins[0][2] == pytest.approx(-1, abs=1e-6)
    assert found.still == (4,)
    assert alike(values[:, :1]).order == (0,)


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(ShapeError, match="1 steps"):
        alike(np.ones((1, 3)))


def saw(length: int, slope: float, steps: int = 200) -> np.ndarray:
    return slope * (np.arange(steps) % length) + 0.01 * RNG.normal(size=steps)


def test_a_unit_that_counts_and_begins_again_is_a_counter_with_its_slope() -> None:
    up_and_down = np.abs(np.arange(200) % 40 - 20) * 0.1
    values = np.column_stack([saw(20, 0.25), RNG.normal(size=200), saw(25, -0.5), up_and_down, np.ones(200)])
    found = counting(values)
    assert set(found.counters) == {0, 2, 3}
    assert found.slope[[0, 2]] == pytest.approx([0.25, -0.5], rel=0.02)
    assert abs(found.slope[3]) == pytest.approx(0.1, rel=0.02)
    assert (found.share[4], found.r2[4], found.runs[4]) == (0.0, 0.0, ())
    assert found.runs[0][1] == (20, 40)


def test_what_bends_is_no_counter() -> None:
    assert counting(np.sin(np.arange(200) / 6)[:, None] ** 3).counters == ()


def test_given_resets_are_where_it_begins_again() -> None:
    resets = np.arange(200) % 25 == 0
    found = counting(np.column_stack([saw(25, 1.0), saw(20, 1.0)]), resets)
    assert found.counters == (0,)
    assert found.runs[0] == found.runs[1]
    with pytest.raises(ShapeError, match=r"\(time,\)"):
        counting(np.ones((9, 1)), resets)
