"""Dots of Units in a real browser: a dot is a unit, and a click on it leads to its row."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

Waiting = Callable[..., Any]
TIMEOUT = 60_000
CENTRE = """([chart, trace, point]) => {
  const traces = document.querySelector(`.st-key-${chart} .js-plotly-plot`).querySelectorAll('.scatterlayer .trace');
  const box = traces[trace].querySelectorAll('path.point')[point].getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""


def click(page: Page, chart: str, trace: int, point: int) -> None:
    page.mouse.click(*page.evaluate(CENTRE, [chart, trace, point]))


def test_a_dot_is_a_unit_and_leads_to_its_row(server: Any, page: Page, finished: Waiting, acting: Waiting) -> None:
    page.goto(f"{server.url}/units?model=brackets-gru&picture=saturation")
    finished(page)
    expect(page.locator(".st-key-saturation path.point").nth(30)).to_be_visible(timeout=TIMEOUT)
    with acting(page):
        click(page, "saturation", 1, 7)
        page.wait_for_function("location.search.includes('unit=7') && location.search.includes('signal=update')")
    expect(page.get_by_text("Update gate of unit 7 over your sequence")).to_be_visible(timeout=TIMEOUT)
    with acting(page):
        page.get_by_role("button", name="Its row on Gates").click()
        page.wait_for_url("**/?*unit=7*")


def test_a_dot_of_the_ranking_is_looked_at(server: Any, page: Page, finished: Waiting, acting: Waiting) -> None:
    page.goto(f"{server.url}/units?picture=concept&concept=depth&corpus=screen&text=f(x[0])+%2B+g(a,+(b))+-+h[i]")
    finished(page)
    expect(page.locator(".st-key-concept-ranking path.point").nth(12)).to_be_visible(timeout=TIMEOUT)
    with acting(page):
        click(page, "concept-ranking", 1, 3)
        page.wait_for_function("location.search.includes('known_unit=')")
    unit = page.evaluate("new URLSearchParams(location.search).get('known_unit')")
    expect(page.get_by_text(f"Unit {unit} over steps").first).to_be_visible(timeout=TIMEOUT)
