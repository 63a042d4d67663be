"""The Models page's experiments without a browser."""

from tests.ui.screen import Screen


def trials(**link: str) -> Screen:
    return Screen("pages/models.py", about="trials", **link)


def test_each_experiment_says_what_it_found() -> None:
    screen = trials(model="random", hidden="9", text="1 2 0 3", trial="mirror")
    assert "PyTorch" in screen.app.table[0].value.columns, "one way: the mirror is not offered"
    assert "4 · 9 · (1 + 9 + 2) = **432**" in screen.app.table[0].value.iloc[0]["PyTorch"]
    assert "= **396**" in screen.app.table[0].value.iloc[0]["Keras"]
    assert "h stays the same" in screen.texts
    assert "h changes" in screen.choose("kind", "gru").texts
    assert "Keras has no" in screen.choose("kind", "peephole").captions
    screen.choose("kind", "lstm").choose("both", True).choose("trial", "mirror")
    assert "do not swap" in screen.texts
    screen.choose("trial", "padding").choose("pad_side", "front")
    assert list(screen.app.table[0].value.index) == ["layer 1, forward", "layer 1, reverse"]
    assert screen.link["pad_side"] == "front"


def test_a_forecast_that_only_follows_is_told() -> None:
    said = "It says little more than the last value"
    assert said not in trials(model="sine-lstm", trial="lag").texts
    assert said in trials(model="sine-lstm", trial="lag", source="generator", generator="random walk").texts
