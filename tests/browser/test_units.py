"""Units in a real browser: from the landing page to a unit that knows quotes and to other places, in four clicks."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

Waiting = Callable[..., Any]
TIMEOUT = 90_000
LINE = "f(x[0]) + g(a) - h[i + (j * k)] = max(y) "


def colours(page: Page, cells: str) -> list[str]:
    return page.locator(cells).evaluate_all("all => all.slice(0, 200).map(one => one.style.background)")


def test_a_unit_that_knows_quotes_in_four_clicks(server: Any, page: Page, finished: Waiting, acting: Waiting) -> None:
    page.goto(server.url)
    finished(page)
    page.get_by_text("Understand").first.click()
    page.locator("a", has_text="Units").first.click()
    page.get_by_role("button", name="Which unit knows quotes?").click(timeout=TIMEOUT)
    said = page.locator(".st-key-page [data-testid=stMarkdown] p", has_text="knows “inside quotes”").first
    expect(said).to_contain_text("AUC of 0.9", timeout=TIMEOUT)
    unit = said.inner_text().split()[1]
    page.get_by_role("button", name=f"Where else is unit {unit} so?").click(timeout=TIMEOUT)
    expect(page.locator(".row")).to_have_count(50, timeout=TIMEOUT)
    expect(page.get_by_text(f"Where? unit {unit}").first).to_contain_text("places of held-out text of Python source")
    table = page.get_by_role("table").first
    assert {'‘"’', "‘'’"} & set(table.inner_text().split())
    # A place leads into the text, where the unit is changed without the server.
    page.locator(".row").first.click()
    line = page.locator(".line i.in").first
    expect(line).to_be_visible(timeout=TIMEOUT)
    line.hover()
    expect(page.locator(".said")).to_contain_text("next character: ")
    before = colours(page, ".line i")
    slider = page.get_by_role("slider", name="Unit whose signal colours the text")
    with acting(page):
        slider.press("ArrowDown")
        assert colours(page, ".line i") != before
        expect(slider).to_have_text(f"unit {int(unit) + 1}")


def test_a_users_table_on_a_phone(server: Any, phone: Page, finished: Waiting, acting: Waiting) -> None:
    phone.goto(f"{server.url}/units?picture=concept&corpus=file")
    finished(phone)
    depth, rows = 0, ["char,open"]
    for one in LINE * 60:
        depth += (one in "([") - (one in ")]")
        rows.append(f'"{one}",{int(depth > 0)}')
    with acting(phone):
        phone.locator("input[type=file]").first.set_input_files(
            {"name": "mine.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
        )
    said = phone.locator(".st-key-page [data-testid=stMarkdown] p", has_text="knows “column open”").first
    expect(said).to_contain_text("AUC of ", timeout=TIMEOUT)
    with acting(phone):
        phone.get_by_role("button", name="Where else is unit").click()
    expect(phone.get_by_text("of your file mine.csv").first).to_be_visible(timeout=TIMEOUT)
    row = phone.locator(".row").first
    expect(row).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    expect(phone.get_by_role("table").first).to_contain_text("open, mean")
