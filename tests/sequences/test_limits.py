import pytest

from explorer.errors import EncodingError
from explorer.sequences import MAX_RECORDED_VALUES, MAX_STEPS, check_size


def test_the_bounds_themselves_are_allowed() -> None:
    check_size(MAX_STEPS)
    check_size(MAX_STEPS, MAX_RECORDED_VALUES // MAX_STEPS)


def test_one_step_too_many_says_the_numbers_and_what_to_do() -> None:
    with pytest.raises(EncodingError, match=r"100,001 steps and the most is 100,000.*one step in 2"):
        check_size(MAX_STEPS + 1)


def test_a_record_too_large_says_how_many_steps_fit() -> None:
    with pytest.raises(EncodingError, match=r"60,000,000 values.*50,000,000.*at most 833 steps"):
        check_size(1_000, 60_000)
    with pytest.raises(EncodingError, match="choose a smaller model"):
        check_size(1, MAX_RECORDED_VALUES + 1)
