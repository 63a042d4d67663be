"""The exercise by clicks alone, from the landing page: three twins on the sea, the table, the film, and on to Gates."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[2]
LONG = 180_000


@pytest.fixture
def landing(server: Any, page: Page, finished: Callable[..., Any]) -> Page:
    page.set_default_timeout(60_000)
    page.goto(server.url)
    finished(page, figures=1)
    return page


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button").first.click()


def shown_table(page: Page) -> list[list[str]]:
    rows = page.get_by_test_id("stTable").locator("tr").all()
    return [[cell.strip() for cell in row.locator("th, td").all_inner_texts()] for row in rows]


def test_the_exercise_from_the_landing_page_by_clicks_alone(
    landing: Page, finished: Callable[..., Any], tmp_path: Path
) -> None:
    page = landing
    page.get_by_text("Build").first.click()
    page.get_by_text("Train", exact=True).first.click()
    page.get_by_role("spinbutton", name="Steps").fill("150")
    page.get_by_role("spinbutton", name="Steps").press("Enter")
    expect(page).to_have_url(re.compile("steps%3D150"))
    press(page, "train-begin")
    expect(page.get_by_role("progressbar").first).to_be_visible(timeout=LONG)
    expect(page.locator(".st-key-going-spoken")).to_contain_text(re.compile("Training|Waiting"))
    expect(page.locator(".st-key-going-gates canvas").nth(2)).to_be_visible(timeout=LONG)
    expect(page.get_by_text("One seed proves nothing")).to_be_visible(timeout=LONG)
    table = shown_table(page)
    assert [row[0] for row in table[1:]] == [
        "LSTM", "GRU", "RNN", "the last value", "12 steps ago", "linear autoregression on 24 values",
    ]  # fmt: skip
    _is_what_the_script_prints(page, table, tmp_path)
    _is_a_film(page, tmp_path)
    page.get_by_text("Take it on", exact=True).click()
    press(page, "take-lstm-gates")
    page.wait_for_url(re.compile("model=uploaded"))
    finished(page, figures=1)
    expect(page.locator(".st-key-bar-model")).to_contain_text("my LSTM, step")


def _is_what_the_script_prints(page: Page, table: list[list[str]], folder: Path) -> None:
    page.get_by_text("Take it on", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="PyTorch script").click()
    script = folder / "train.py"
    download.value.save_as(script)
    printed = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(ROOT)}
    ).stdout
    rows = [line.split("\t") for line in printed.splitlines()]
    assert [row[:-1] for row in table[1:]] == rows[1:]  # but for the seconds


def _is_a_film(page: Page, folder: Path) -> None:
    """It is scrubbed without a word to the server, and plays from its file without one."""
    page.get_by_text("Film", exact=True).click()
    reel = page.locator(".st-key-film-player .film")
    reel.locator(".at").fill("3")
    expect(reel.locator(".said")).to_contain_text("update ")
    early = _pixels(reel.locator("canvas").nth(2))
    reel.locator(".at").fill("40")
    assert _pixels(reel.locator("canvas").nth(2)) != early
    with page.expect_download() as download:
        page.locator(".st-key-film-html button").click()
    file = folder / "film.html"
    download.value.save_as(file)
    assert file.stat().st_size < 3_000_000
    alone = page.context.new_page()
    alone.goto(file.as_uri())
    alone.locator(".at").fill("2")
    before = alone.locator(".said").inner_text()
    alone.locator(".play").click()
    expect(alone.locator(".said")).not_to_have_text(before)
    expect(alone.locator(".play")).to_have_attribute("aria-label", "Pause the film")
    alone.close()


def _pixels(canvas: Any) -> str:
    return json.dumps(canvas.evaluate("one => one.toDataURL().slice(-4000)"))
