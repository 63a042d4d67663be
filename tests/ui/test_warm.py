"""A run starts from the state after a step of another; and h_n is found on the heatmap."""

import numpy as np
import pytest

import explorer
from tests.ui.screen import Screen

NUMBERS = "0.5 -1 2 0 1 -0.25"


def test_any_run_starts_from_the_state_after_a_step() -> None:
    screen = Screen(model="random", text=NUMBERS, hidden="4", layers="2", step="2")
    model = explorer.random_model("lstm", 1, 4, num_layers=2)
    whole = explorer.record(model, [float(one) for one in NUMBERS.split()])
    assert screen.app.button(key="start-here").label == "Start from the state after step 3"
    screen.app.button(key="start-here").click()
    screen.run()
    screen.app.text_input(key="line").set_value(" ".join(NUMBERS.split()[3:]))
    screen.run()
    rest = whole.select("forget")[3:, screen.units].T
    np.testing.assert_allclose(screen.panels["forget"], rest, atol=1e-6)
    for _ in range(2):
        screen.app.button(key="undo").click()
        screen.run()
    np.testing.assert_allclose(screen.panels["forget"], whole.select("forget")[:, screen.units].T, atol=1e-6)


@pytest.mark.parametrize("both", ["", "1"])
def test_h_n_is_one_click_from_its_column(both: str) -> None:
    link = {"model": "random", "text": NUMBERS, "hidden": "4", "layers": "2"} | ({"both": both} if both else {})
    screen = Screen("pages/models.py", **link)
    words = screen.captions
    assert ("are the same numbers: here they differ by 0." in words) == (not both)
    assert ("holds h_n[-2] in its first half (they differ by 0)" in words) == bool(both)
    if both:
        model = explorer.random_model("lstm", 1, 4, num_layers=2, bidirectional=True)
        trace = explorer.record(model, [float(one) for one in NUMBERS.split()])
        apart = np.abs(trace["hidden"][1, 1, -1] - trace["hidden"][1, 1, 0]).max()
        assert f"differs from h_n[-1] by {apart:.2g}" in words
    screen.app.button(key="last-3" if both else "last-1").click()
    screen.run()
    shown = screen.request
    assert (shown.shown.layer, shown.shown.direction) == (1, "reverse" if both else "forward")
    assert shown.cursor.step == (0 if both else 5)
