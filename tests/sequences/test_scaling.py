import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from explorer.errors import EncodingError, ShapeError
from explorer.sequences import Scaling, fit_scaling, typed_scaling

TABLES = arrays(
    np.float64,
    array_shapes(min_dims=2, max_dims=2, max_side=8),
    elements=st.floats(-1e6, 1e6).map(lambda value: round(value, 3)),
)
ANY_TABLES = arrays(np.float64, array_shapes(min_dims=2, max_dims=2, max_side=5), elements=st.floats(width=64))


@given(TABLES, st.sampled_from(["none", "z-score", "min-max"]))
def test_inverting_gives_the_values_back(values: NDArray[np.float64], kind: str) -> None:
    scaling = fit_scaling(values, kind)
    spread = max(1.0, float(np.abs(values).max()))
    assert np.abs(scaling.invert(scaling.apply(values)) - values).max() <= 1e-9 * spread


@given(ANY_TABLES, st.sampled_from(["none", "z-score", "min-max"]))
def test_any_numbers_are_scaled_to_finite_ones_or_refused(values: NDArray[np.float64], kind: str) -> None:
    try:
        scaled = fit_scaling(values, kind).apply(values)
    except EncodingError:
        return
    assert np.isfinite(scaled).all()


@given(TABLES)
def test_min_max_reaches_nought_and_one_or_stays_nought(values: NDArray[np.float64]) -> None:
    scaling = fit_scaling(values, "min-max")
    scaled = scaling.apply(values)
    for column in range(values.shape[1]):
        expected = 0.0 if column in scaling.constant else 1.0
        assert scaled[:, column].min() == 0.0
        assert scaled[:, column].max() == expected


def test_z_score_has_mean_nought_and_deviation_one() -> None:
    values = np.array([[1.0, 10.0], [2.0, 30.0], [6.0, 50.0]])
    scaled = fit_scaling(values, "z-score").apply(values)
    assert np.allclose(scaled.mean(axis=0), 0, atol=1e-12)
    assert np.allclose(scaled.std(axis=0), 1)


def test_a_constant_column_is_not_divided_and_says_so() -> None:
    scaling = fit_scaling([[0.1, 1.0], [0.1, 3.0], [0.1, 5.0]], "z-score")
    assert scaling.constant == (0,)
    assert (scaling.apply([[0.1, 3.0]]) == 0).all()
    assert "flat: x − 0.1 (constant, so not divided)" in scaling.sentence(["flat", "sst"])


def test_sentences() -> None:
    assert typed_scaling(23.1, 2.2).sentence(["sst"]) == "sst: (x − 23.1) / 2.2"
    assert typed_scaling([-3, 0], [1, 2]).sentence(["a", "b"]) == "a: (x + 3) / 1; b: (x − 0) / 2"
    assert fit_scaling([[1.0]], "none").sentence(["a"]) == "a: as given"
    with pytest.raises(ShapeError, match="1 names came for 2"):
        typed_scaling([1, 2], [1, 2]).sentence(["a"])


def test_one_typed_pair_serves_every_column() -> None:
    scaling = typed_scaling(1, 2)
    assert scaling.apply([[1.0, 3.0]]).tolist() == [[0.0, 1.0]]
    assert scaling.sentence(["a", "b"]) == "a: (x − 1) / 2; b: (x − 1) / 2"


@pytest.mark.parametrize(("offset", "scale"), [(0, 0), (float("nan"), 1), (0, float("inf")), ([0, 0], [1, 0])])
def test_numbers_that_cannot_scale_are_refused(offset: float, scale: float) -> None:
    with pytest.raises(EncodingError, match="finite"):
        typed_scaling(offset, scale)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ShapeError, match="2 offsets and 1 scales"):
        typed_scaling([1, 2], 1)
    with pytest.raises(ShapeError, match="0 offsets"):
        Scaling("typed", (), ())
    with pytest.raises(ShapeError, match="expected 2 columns"):
        typed_scaling([1, 2], [1, 2]).apply([[1.0]])
    with pytest.raises(ShapeError, match="time, columns"):
        fit_scaling([1.0, 2.0], "z-score")


def test_other_kinds_are_refused() -> None:
    with pytest.raises(EncodingError, match="choose none, z-score or min-max"):
        fit_scaling([[1.0]], "typed")
