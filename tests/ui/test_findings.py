"""What is found in a file is said on the page, and one click does something about it; undo takes that back."""

from typing import Any

import numpy as np
import pytest

import explorer
from explorer.measures import saturated_at_once, scale_finding
from explorer.sequences import Finding
from tests.ui.screen import Screen
from tests.ui.test_upload import numbers_model, saved, upload

WAVE = np.round(np.sin(np.arange(12)), 3)


def text(values: Any, dates: Any = None) -> bytes:
    dates = np.datetime64("2020-01-01") + np.arange(len(values)) if dates is None else dates
    return "\n".join(["day,v", *(f"{day},{value}" for day, value in zip(dates, values, strict=True))]).encode()


def opened(content: bytes) -> Screen:
    screen = upload(Screen("pages/models.py", about="upload"), saved(numbers_model(1)))
    screen.upload(content)
    screen.app.switch_page("pages/gates.py")
    return screen.run()


def shown(screen: Screen) -> Any:
    return screen.panels["hidden"][np.argsort(screen.units)]


def expected(values: Any) -> Any:
    values = np.asarray(values, dtype=float)[:, None]
    return explorer.record(explorer.from_torch(numbers_model(1)), values).select("hidden").T


BACKWARDS = np.datetime64("2020-03-01") - np.arange(12)
TWICE = np.datetime64("2020-01-01") + np.tile(np.arange(6), 2)
REPEATED = np.datetime64("2020-01-01") + np.array([0, 1, 2, 2, *range(3, 11)])
GAP = np.datetime64("2020-01-01") + np.array([*range(5), *range(6, 13)])
HOLED = np.where(np.arange(12) == 5, -999.0, WAVE)
CASES = {
    "turn": (text(WAVE, BACKWARDS), WAVE, WAVE[::-1]),
    "only:1": (text(WAVE, TWICE), WAVE, WAVE[6:]),
    "average": (text(WAVE, REPEATED), WAVE, [*WAVE[:2], (WAVE[2] + WAVE[3]) / 2, *WAVE[4:]]),
    "drop": (text(WAVE, REPEATED), WAVE, [*WAVE[:3], *WAVE[4:]]),
    "even": (text(WAVE, GAP), WAVE, [*WAVE[:5], (WAVE[4] + WAVE[5]) / 2, *WAVE[5:]]),
    "missing:-999.0": (text(HOLED), HOLED, np.where(np.arange(12) == 5, (WAVE[4] + WAVE[6]) / 2, WAVE)),
}


@pytest.mark.parametrize("remedy", CASES)
def test_one_click_does_it_and_undo_takes_it_back(remedy: str) -> None:
    content, before, after = CASES[remedy]
    screen = opened(content)
    np.testing.assert_allclose(shown(screen), expected(before), atol=2e-6)
    np.testing.assert_allclose(shown(screen.press(f"fix-{remedy}")), expected(after), atol=2e-6)
    assert not screen.has("button", f"fix-{remedy}")
    np.testing.assert_allclose(shown(screen.press("undo")), expected(before), atol=2e-6)
    assert screen.has("button", f"fix-{remedy}")


def test_what_is_kept_is_still_said() -> None:
    screen = opened(CASES["drop"][0])
    said = "repeat the time"
    assert said in screen.captions
    screen.press("fix-keep-repeated")
    assert said in screen.captions
    assert not screen.has("button", "fix-drop")
    np.testing.assert_allclose(shown(screen), expected(WAVE), atol=2e-6)


def test_a_new_file_begins_without_the_old_ones_remedies() -> None:
    screen = opened(CASES["turn"][0]).press("fix-turn")
    screen.upload(CASES["average"][0])
    assert screen.request.sequence.fixes == ""


def test_raw_numbers_into_a_network_that_states_no_scale_are_said_and_standardised() -> None:
    raw = 1000 + 25 * WAVE
    screen = opened(text(raw))
    assert "states no scale" in screen.captions
    screen.press("fix-standardise")
    assert screen.request.sequence.scaling == "z-score"
    assert not screen.has("button", "fix-standardise")
    np.testing.assert_allclose(shown(screen), expected((raw - raw.mean()) / raw.std()), atol=2e-6)


def test_numbers_of_its_own_scale_are_not_remarked_on() -> None:
    assert not opened(text(WAVE)).has("button", "fix-standardise")


def test_numbers_far_from_a_stated_scale_are_brought_to_it() -> None:
    kelvin = np.round(295 + 2 * WAVE, 2)
    screen = Screen(model="sst-lstm", text=" ".join(map(str, kelvin)))
    assert "standard deviations" in screen.captions
    screen.press("fix-standardise")
    model = explorer.load_model("sst-lstm")
    assert model.scaling is not None
    celsius = (kelvin - kelvin.mean()) / kelvin.std() * model.scaling.scale[0] + model.scaling.offset[0]
    np.testing.assert_allclose(shown(screen), explorer.record(model, celsius[:, None]).select("hidden").T, atol=2e-5)
    assert not screen.has("button", "fix-standardise")


def test_the_examples_of_every_model_are_not_remarked_on() -> None:
    assert not Screen(model="sst-lstm").has("button", "fix-standardise")


def test_a_gate_beyond_a_hundredth_at_once_is_counted_by_hand() -> None:
    trace = explorer.record(explorer.from_torch(numbers_model(1)), np.full((5, 1), 3000.0))
    gates = [trace.select(name) for name in ("input", "forget", "output")]
    share = np.mean([((one < 0.01) | (one > 0.99)).mean() for one in gates])
    assert saturated_at_once(trace) == pytest.approx(share)
    found = scale_finding(explorer.from_torch(numbers_model(1)), trace)
    assert isinstance(found, Finding)
    assert "3,000" in found.sentence or "3e+03" in found.sentence
