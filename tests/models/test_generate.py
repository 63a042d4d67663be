"""Writing on: what is written is what the model itself finds likely."""

import pytest

import explorer
from explorer.models.run.generate import generate, writes

MODEL = explorer.load_model("python-chars-lstm")


def test_temperature_zero_takes_the_likeliest_token_of_the_recorded_run() -> None:
    start = "def area(r):\n    return"
    written = generate(MODEL, start, length=30, temperature=0)
    trace = explorer.record(MODEL, start + written)
    assert MODEL.vocabulary is not None
    assert trace.output is not None
    likeliest = [MODEL.vocabulary[best] for best in trace.output.argmax(axis=1)]
    assert "".join(likeliest[len(start) - 1 : -1]) == written


def test_the_same_seed_writes_the_same_and_another_seed_does_not() -> None:
    once, again, other = (generate(MODEL, "import ", 60, 1.0, seed) for seed in (3, 3, 4))
    assert once == again != other


def test_the_unknown_token_is_never_written() -> None:
    assert "�" not in generate(MODEL, "x", 1_000, temperature=50.0)


@pytest.mark.parametrize(("length", "temperature"), [(0, 1.0), (2_000, 1.0), (5, -1.0)])
def test_senseless_numbers_are_refused(length: int, temperature: float) -> None:
    with pytest.raises(explorer.EncodingError, match=str(length)):
        generate(MODEL, "x", length, temperature)


def test_a_model_that_predicts_something_else_does_not_write() -> None:
    brackets = explorer.load_model("brackets-lstm")
    assert not writes(brackets)
    with pytest.raises(explorer.EncodingError, match="brackets-lstm"):
        generate(brackets, "x")
