"""The Step page in a real browser: walking, playing, choosing, working out by hand, printing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.address import address_says, parameters

Waiting = Callable[..., Any]


@pytest.fixture
def step(server: Any, page: Page, finished: Waiting) -> Page:
    """The landing view's step 10 of unit 5."""
    return opened(server, page, finished, "step=9&unit=5")


def opened(server: Any, page: Page, finished: Waiting, query: str, figures: int = 1) -> Page:
    page.goto(f"{server.url}/step?{query}")
    page.locator(".picture .box").first.wait_for(timeout=60_000)
    finished(page, figures=figures)
    return page


def where(page: Page) -> Locator:
    return page.locator(".diagram .where")


def gate(page: Page, name: str) -> Locator:
    return page.locator(f'.picture .part[data-id="{name}"]')


def said(page: Page, name: str) -> str:
    return str(gate(page, name).get_attribute("aria-label"))


def test_diagram_ribbon_and_arithmetic_tell_the_same_number(step: Page) -> None:
    number = re.search(r"−?\d\.\d{3}", said(step, "forget"))
    assert number
    assert f"f {number[0]}" in step.locator(".gate-readout").inner_text()
    assert step.locator(".katex-display").count() == 1


def test_keys_walk_through_steps_and_units_in_both(step: Page, acting: Waiting) -> None:
    before = said(step, "forget")
    with acting(step, figures=1):
        gate(step, "forget").focus()
        step.keyboard.press("ArrowRight")
    assert where(step).inner_text().startswith("11/39")
    assert step.get_by_role("slider", name="Step of the sequence").get_attribute("aria-valuenow") == "11"
    assert said(step, "forget") != before
    assert parameters(step)["step"] == "10"
    with acting(step, figures=1):
        step.keyboard.press("ArrowDown")
    assert parameters(step)["unit"] != "5"
    assert f"unit {parameters(step)['unit']}" in where(step).inner_text()


def test_the_ribbon_moves_the_diagram(step: Page, acting: Waiting) -> None:
    with acting(step, figures=1):
        step.get_by_role("slider", name="Step of the sequence").press("Home")
    assert where(step).inner_text().startswith("1/39")


def test_scrubbing_and_playing_reach_the_server_only_in_the_end(step: Page, acting: Waiting) -> None:
    runs = step.evaluate("window.__runs.finished")
    step.locator(".pace select").select_option("33")
    with acting(step, figures=1):
        step.locator(".walk.play").click()
        step.wait_for_function(
            "() => [...document.querySelectorAll('*')].some(e => e.shadowRoot?.querySelector('.where')"
            "?.textContent.startsWith('39/39'))"
            " || document.querySelector('.where')?.textContent.startsWith('39/39')"
        )
        assert step.evaluate("window.__runs.finished") == runs
    assert parameters(step)["step"] == "38"
    with acting(step, figures=1):
        step.locator(".scrub").fill("3")
    assert parameters(step)["step"] == "2"


def test_a_unit_of_the_split_is_a_link_to_it(step: Page, acting: Waiting) -> None:
    link = step.locator(".st-key-cause-units button").first
    unit = link.inner_text().removeprefix("unit ").strip()
    with acting(step, figures=1):
        link.click()
    assert where(step).inner_text().endswith(f"unit {unit}")
    assert parameters(step)["unit"] == unit


def test_a_click_on_a_box_chooses_its_gate(step: Page, acting: Waiting) -> None:
    with acting(step, figures=1):
        gate(step, "output").click()
    assert parameters(step)["gate"] == "output"
    assert "chosen" in str(gate(step, "output").get_attribute("class"))


def test_every_part_says_name_number_and_meaning(step: Page) -> None:
    gate(step, "cell").focus()
    assert re.search(r"c, the new cell state = −?\d+\.\d{4} .*memory", step.locator(".meaning").inner_text())


def test_notation_and_z_are_switched(server: Any, page: Page, finished: Waiting, acting: Waiting) -> None:
    opened(server, page, finished, "model=brackets-gru&step=9&unit=5")
    before = float(re.findall(r"\d\.\d+", said(page, "update"))[0])
    with acting(page, figures=1):
        page.get_by_text("z renews").click()
    after = float(re.findall(r"\d\.\d+", said(page, "update"))[0])
    assert before + after == pytest.approx(1, abs=2e-4)
    with acting(page, figures=1):
        page.get_by_text("[h, x]").click()
    address_says(page, notation="joined")


def test_a_hidden_number_is_nowhere_and_is_worked_out(step: Page, acting: Waiting) -> None:
    answer = float(re.findall(r"\d\.\d+", said(step, "forget"))[0])
    with acting(step):
        step.locator(".st-key-choice-hide").get_by_text("f", exact=True).click()
    assert "hidden" in said(step, "forget")
    assert not re.search(r"\bf [0-9]", step.locator(".gate-readout").inner_text())
    box = step.get_by_label("Your answer for f")
    with acting(step):
        box.fill(f"{answer + 0.3:.2f}")
        box.press("Enter")
    assert "Not yet" in step.get_by_test_id("stAlert").inner_text()
    with acting(step):
        box.fill(f"{answer:.2f}".replace(".", ","))
        box.press("Enter")
    assert "Right" in step.get_by_test_id("stAlert").inner_text()
    assert parameters(step)["hide"] == "forget"


@pytest.mark.parametrize("sheet", ["handout", "solution"])
def test_the_sheet_prints_on_one_page_of_a4(step: Page, new_tab: Callable[..., Page], sheet: str) -> None:
    step.locator(f'[data-sheet="{sheet}"]').click()
    html = step.locator("iframe.gate-handout").get_attribute("srcdoc")
    paper = new_tab(794, 1123)
    paper.set_content(str(html))
    assert len(re.findall(rb"/Type\s*/Page\b", paper.pdf(prefer_css_page_size=True))) == 1
    assert (paper.locator(".blank").count() == 0) == (sheet == "solution")
    assert "Step 10 of 39, unit 5" in paper.locator("body").inner_text()


def test_the_link_restores_the_step(server: Any, page: Page, finished: Waiting) -> None:
    opened(server, page, finished, "model=brackets-gru&step=20&unit=3&gate=reset&notation=joined")
    assert where(page).inner_text().startswith("21/39")
    assert "chosen" in str(gate(page, "reset").get_attribute("class"))


@pytest.mark.parametrize(
    "query",
    [
        "model=random&kind=lstm&proj=3&layers=2&both=1&layer=1&direction=reverse",
        "model=random&kind=gru&reset=before&bias=0&hidden=3",
        "model=random&kind=rnn&squash=relu&text=1%202%203",
        "model=random&kind=lstm&hidden=1&text=a",
        "model=random&kind=mgu",
        "model=random&kind=peephole&both=1&direction=reverse&notation=joined",
        "model=random&kind=layernorm&bias=0",
        "model=sst-lstm&gate=nonsense&hide=nonsense&unit=4000&step=999999",
    ],
)
def test_every_kind_of_model_has_a_diagram(
    server: Any, page: Page, finished: Waiting, console_errors: list[str], query: str
) -> None:
    opened(server, page, finished, query)
    assert page.locator(".picture .box").count() >= 1
    assert [error for error in console_errors if "404" not in error] == []


def test_a_finger_scrubs_and_taps(server: Any, phone: Page, finished: Waiting, acting: Waiting) -> None:
    opened(server, phone, finished, "step=9&unit=5")
    with acting(phone, figures=1):
        phone.locator('[data-to="on"]').tap()
    assert where(phone).inner_text().startswith("11/39")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
