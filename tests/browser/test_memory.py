"""The Memory page in a real browser: the reader's step and unit, a click in each picture, links, and every window."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.address import address_says, parameters

Waiting = Callable[..., Any]
PICTURES = {
    "ledger": "memory=wrote",
    "timescales": "memory=long",
    "gradient": "memory=say",
    "triangle": "memory=say&past=tokens",
    "lab": "memory=say&past=lab",
    "myth": "memory=say&past=myth",
    "resets": "memory=forgot",
}
TIMEOUT = 30_000


def opened(server: Any, page: Page, finished: Waiting, query: str = "", figures: int = 1) -> Page:
    page.goto(f"{server.url}/memory?{query}")
    finished(page, figures=figures)
    return page


def sentence(page: Page) -> Any:
    return page.locator(".st-key-page [data-testid=stMarkdown] p").first


def bars(page: Page) -> list[float]:
    return page.evaluate("() => Array.from(window.chart('ledger-bars').figure.data[0].y)")


def wait_for_url(page: Page, part: str) -> None:
    page.wait_for_function("part => location.search.includes(part)", arg=part, timeout=TIMEOUT)


def test_the_ledger_follows_the_step_and_the_unit(server: Any, page: Page, finished: Waiting, acting: Waiting) -> None:
    opened(server, page, finished, "step=30&unit=19", figures=2)
    expect(sentence(page)).to_contain_text("unit 19’s cell state after step 31")
    before = bars(page)
    assert not any(before[31:])
    slider = page.get_by_role("slider", name="Step of the sequence")
    with acting(page, figures=2):
        slider.press("ArrowLeft")
    wait_for_url(page, "step=29")
    expect(sentence(page)).to_contain_text("after step 30", timeout=TIMEOUT)
    assert not any(bars(page)[30:])
    with acting(page, figures=2):
        slider.press("ArrowUp")
    expect(sentence(page)).not_to_contain_text("unit 19’s", timeout=TIMEOUT)
    said = slider.get_attribute("aria-valuetext")
    assert said is not None
    assert "written" in said


def test_a_click_on_a_bar_and_on_the_map_moves_there(
    server: Any, page: Page, finished: Waiting, acting: Waiting
) -> None:
    opened(server, page, finished, "step=30&unit=19", figures=2)
    for key, share in (("ledger-bars", 0.505), ("ledger-map", 0.305)):
        plot = page.locator(f".chart[data-key={key}].taken .js-plotly-plot")
        area = plot.evaluate(
            "p => { const {_offset: x, _length: w} = p._fullLayout.xaxis; const s = p._fullLayout._size;"
            " return [x, w, s.t, s.h]; }"
        )
        with acting(page, figures=2):
            plot.click(position={"x": area[0] + share * area[1], "y": area[2] + 0.4 * area[3]})
        wait_for_url(page, f"step={int(39 * share)}")
    assert parameters(page)["unit"] != "19"


def test_a_dot_of_the_atlas_chooses_its_unit_everywhere(
    server: Any, page: Page, finished: Waiting, acting: Waiting
) -> None:
    opened(server, page, finished, "memory=long&unit=19", figures=2)
    dot = page.locator(".st-key-timescales .js-plotly-plot").evaluate(
        """p => {
          const {xaxis, yaxis} = p._fullLayout, dots = p._fullData[2];
          return [xaxis._offset + xaxis.l2p(dots.x[2]), yaxis._offset + yaxis.d2p(dots.y[2]), dots.customdata[2]];
        }"""
    )
    with acting(page, figures=2):
        page.locator(".st-key-timescales .js-plotly-plot").click(position={"x": dot[0], "y": dot[1]})
    wait_for_url(page, f"unit={dot[2]}")
    expect(page.locator(".gate-readout")).to_contain_text(f"unit {dot[2]}", timeout=TIMEOUT)


def test_questions_change_the_picture_and_back_restores_it(
    server: Any, page: Page, finished: Waiting, acting: Waiting, console_errors: list[str]
) -> None:
    opened(server, page, finished, "step=20&unit=5", figures=2)
    for words, link, figures in (
        ("Does the past get a say?", "memory=say", 1),
        ("token by token", "past=tokens", 1),
        ("the lab", "past=lab", 3),
        ("What if it forgot?", "memory=forgot", 1),
        ("For how long?", "memory=long", 2),
    ):
        with acting(page, figures=figures):
            page.get_by_role("radio", name=words).or_(page.get_by_role("button", name=words)).first.click()
        wait_for_url(page, link)
    address_says(page, step="20")
    with acting(page, figures=1):
        page.locator(".st-key-undo button").first.click()
    wait_for_url(page, "memory=forgot")
    assert not [error for error in console_errors if "404" not in error]


def test_the_lab_moves_all_three_pictures_at_once(server: Any, page: Page, finished: Waiting, acting: Waiting) -> None:
    opened(server, page, finished, PICTURES["lab"], figures=3)
    drawn = (
        "() => ['lab-gate', 'lab-taus', 'lab-curve'].map(key => JSON.stringify(Array.from("
        "document.querySelector(`.st-key-${key} .js-plotly-plot`)._fullData.at(key == 'lab-taus' ? 2 : -1).y)))"
    )
    before = page.evaluate(drawn)
    with acting(page, figures=3):
        page.locator(".st-key-lab input[type=range]").press("End")
    wait_for_url(page, "bias_tenths=60")
    expect(sentence(page)).to_contain_text("forget bias + 6", timeout=TIMEOUT)
    finished(page, figures=3)
    assert all(one != other for one, other in zip(before, page.evaluate(drawn), strict=True))


def test_the_myth_is_computed_here(server: Any, page: Page, finished: Waiting) -> None:
    page.goto(f"{server.url}/memory?{PICTURES['myth']}")
    expect(page.locator(".st-key-myth-spread .js-plotly-plot .main-svg").first).to_be_visible(timeout=90_000)
    finished(page, figures=1)
    expect(page.get_by_text("An LSTM keeps the gradient, they say")).to_be_visible()
    expect(page.locator("table")).to_contain_text("LSTM, forget bias + 3")


@pytest.mark.parametrize("picture", ["ledger", "resets"])
def test_a_phone_scrolls_under_the_finger_and_nothing_is_wider(
    server: Any, phone: Page, finished: Waiting, picture: str
) -> None:
    opened(server, phone, finished, PICTURES[picture])
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.wait_for_function(
        """() => {
          const charts = window.charts();
          return charts.length > 0 && charts.every(one => one.figure?.layout.dragmode === false);
        }""",
        timeout=TIMEOUT,
    )
