"""The Compare page in a real browser: one cursor over two ribbons, holds, sequences, sweep, groups, links."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.address import address_says, parameters

Waiting = Callable[..., Any]
WAIT = 30_000


def opened(server: Any, page: Page, finished: Waiting, query: str = "", figures: int = 1) -> Page:
    page.goto(f"{server.url}/compare?{query}")
    finished(page, figures=figures)
    return page


def slider(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=f"Step of the sequence {name}", exact=True)


def sentence(page: Page) -> Locator:
    return page.locator(".st-key-compare-line [data-testid='stCaptionContainer']")


def test_the_first_view_breaks_a_gate_and_both_ribbons_share_one_cursor(
    server: Any, page: Page, finished: Waiting, acting: Waiting, console_errors: list[str]
) -> None:
    opened(server, page, finished, "step=12&unit=5")
    expect(sentence(page)).to_contain_text("forget = 0")
    expect(sentence(page)).to_contain_text("of 39 predictions differ")
    with acting(page, figures=1):
        slider(page, "A").press("ArrowRight")
    expect(slider(page, "B")).to_have_attribute("aria-valuenow", "14", timeout=WAIT)
    address_says(page, step="13")
    with acting(page, figures=1):
        slider(page, "B").press("ArrowLeft")
    expect(slider(page, "A")).to_have_attribute("aria-valuenow", "13", timeout=WAIT)
    address_says(page, step="12")
    with acting(page, figures=1):
        slider(page, "A").press("End")
    expect(slider(page, "B")).to_have_attribute("aria-valuenow", "39", timeout=WAIT)
    expect(slider(page, "A")).to_have_attribute("aria-valuenow", "39")
    # Pointing at a difference gives the difference; a click stays there, in both ribbons.
    box = page.locator(".chart[data-key=compared]").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    expect(page.locator(".gate-marks").first).to_contain_text("Δf", timeout=WAIT)
    with acting(page, figures=1):
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 40)
    step = str(int(parameters(page)["step"]) + 1)
    expect(slider(page, "B")).to_have_attribute("aria-valuenow", step, timeout=WAIT)
    with acting(page, figures=1):
        page.locator(".st-key-largest-0 button").first.click()
    assert (parameters(page)["step"], parameters(page)["unit"]) != (step, "5")
    assert [error for error in console_errors if "404" not in error] == []


def test_holds_are_added_switched_undone_and_linked(
    server: Any, page: Page, new_page: Callable[..., Page], finished: Waiting, acting: Waiting
) -> None:
    opened(server, page, finished, "holds=forget=1")
    with acting(page, figures=1):
        page.get_by_role("button", name="Hold…").click()
    page.get_by_role("textbox", name="Units", exact=True).fill("3, 5-6")
    page.get_by_role("textbox", name="Steps", exact=True).fill("9-20")
    with acting(page, figures=1):
        page.get_by_role("textbox", name="Steps", exact=True).press("Enter")
    with acting(page, figures=1):
        page.get_by_role("button", name="Hold it").click()
    address_says(page, holds="forget=1;input=0,u3.5-6,t8-19")
    page.keyboard.press("Escape")
    expect(sentence(page)).to_contain_text("input = 0, units 3, 5–6, steps 9–20", timeout=WAIT)
    with acting(page, figures=1):
        page.locator(".st-key-holds-on").get_by_text("forget = 1", exact=True).click()
    address_says(page, holds="!forget=1;input=0,u3.5-6,t8-19")
    expect(sentence(page)).not_to_contain_text("forget = 1", timeout=WAIT)
    address, said = page.url, sentence(page).inner_text()
    other = new_page()
    other.goto(address)
    finished(other, figures=1)
    assert sentence(other).inner_text() == said
    for _ in range(2):
        with acting(page, figures=1):
            page.locator(".st-key-undo button").first.click()
    address_says(page, holds="forget=1")


def test_a_token_of_b_is_edited_and_the_gates_part_there(
    server: Any, page: Page, finished: Waiting, acting: Waiting
) -> None:
    opened(server, page, finished, "text=f(ab)&against=sequence&other=f(ab)&step=1")
    expect(sentence(page)).to_contain_text("0 changes", timeout=WAIT)
    with acting(page, figures=1):
        page.get_by_role("button", name="Edit one token").click()
    page.locator(".st-key-edit-how").get_by_text("Insert before it").click()
    with acting(page, figures=1):
        page.get_by_label("New token or value").fill("[")
        page.get_by_label("New token or value").press("Enter")
    with acting(page, figures=1):
        page.get_by_role("button", name="Edit B").click()
    address_says(page, other="f[(ab)")
    expect(sentence(page)).to_contain_text("1 change of a step", timeout=WAIT)
    assert slider(page, "A").get_attribute("aria-valuemax") == "6"
    with acting(page, figures=1):
        slider(page, "A").press("Home")
        slider(page, "A").press("ArrowRight")
    expect(slider(page, "B")).to_have_attribute("aria-valuenow", "2", timeout=WAIT)


def test_a_sweep_leads_to_what_a_unit_does_and_groups_to_the_unit_that_tells(
    server: Any, page: Page, finished: Waiting, acting: Waiting
) -> None:
    opened(server, page, finished, "compare=sweep&effect=loss")
    with acting(page, figures=1):
        page.locator(".st-key-most-telling button").first.click()
    assert parameters(page)["holds"].startswith("hidden=0,l0,fwd,u")
    expect(sentence(page)).to_contain_text("hidden = 0, unit", timeout=WAIT)
    with acting(page, figures=1):
        page.get_by_text("Groups", exact=True).click()
    lines = page.get_by_label("Sequences, one a line, after their condition and a colon")
    lines.fill("plain: a = b\nnested: a = (b\nnested: a = [b")
    with acting(page):
        lines.press("Control+Enter")
    with acting(page, figures=1):
        page.get_by_label("Align on the token").fill("b")
        page.get_by_label("Align on the token").press("Enter")
    expect(page.locator(".st-key-grouped .legendtext").nth(1)).to_have_text("nested (n = 2)", timeout=WAIT)
    address = page.url
    page.goto(address)
    finished(page, figures=1)
    expect(page.locator(".st-key-grouped .legendtext").nth(1)).to_have_text("nested (n = 2)", timeout=WAIT)


def test_a_block_of_the_gates_page_is_held(server: Any, page: Page, finished: Waiting, acting: Waiting) -> None:
    page.goto(f"{server.url}/?first=10&last=14&top=2&bottom=4&step=10")
    finished(page, figures=1)
    with acting(page, figures=1):
        page.get_by_role("button", name="Hold this block").click()
    page.wait_for_url("**/compare?**")
    assert ",t10-14" in parameters(page)["holds"]
    expect(sentence(page)).to_contain_text("steps 11–15", timeout=WAIT)


def test_both_ribbons_stand_over_the_same_columns_in_a_narrow_window(
    server: Any, new_tab: Callable[..., Page], finished: Waiting
) -> None:
    """The first run does not know how wide the window is: nothing of a desk's margins may stay."""
    page = opened(server, new_tab(390, 844), finished)
    page.wait_for_function("window.chart('compared').figure.layout.margin.l === 8", timeout=WAIT)
    one, two = (page.locator(".track").nth(at).bounding_box() for at in (0, 1))
    assert one is not None
    assert two is not None
    assert (one["x"], one["width"]) == (two["x"], two["width"])
    assert one["width"] > 320
