"""A newcomer's path: land, take the first door, go through the first lesson without a mouse, leave it and come back."""

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from explorer.lessons import Step, read_lessons

Waiting = Callable[..., Any]
FOCUSED = """() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  return at ? [at.getAttribute('aria-label') || at.textContent.trim(), at.className, at.tagName] : ['', '', ''];
}"""


def focused(page: Page) -> list[str]:
    return list(page.evaluate(FOCUSED))


def tab_to(page: Page, name: str, kind: str = "", back: bool = False) -> None:
    """Walk with Tab, as someone without a mouse does, to what is called so."""
    for _ in range(90):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        label, classes, tag = focused(page)
        if name in label and kind in classes and tag in ("A", "BUTTON", "INPUT"):
            return
    raise AssertionError(f"Tab does not reach {name!r}.")


def arrive(page: Page, step: Step) -> None:
    """The step stands there, and who listens is at its heading."""
    expect(page.locator(".panel .heading")).to_have_text(step.title)
    page.wait_for_function(f"({FOCUSED})()[0] === {step.title!r}")


def answer(page: Page, step: Step) -> None:
    """Predict, and hear what is right."""
    tab_to(page, step.options[0] if step.options else "Your answer", "option" if step.options else "")
    if not step.options:
        page.keyboard.type("0.5")
    page.keyboard.press("Enter")
    expect(page.locator(".said .verdict")).to_be_visible()


def own_line(page: Page, line: str) -> None:
    tab_to(page, "Sequence: type text or numbers")
    page.keyboard.press("Control+A")
    page.keyboard.type(line)
    page.keyboard.press("Enter")


def test_a_newcomer_takes_the_first_door_and_finishes_the_first_lesson(
    server: Any, new_tab: Callable[..., Page], finished: Waiting, console_errors: list[str]
) -> None:
    lesson = read_lessons()[0]
    page = new_tab(1440, 900, color_scheme="light")
    page.goto(server.url)
    finished(page, figures=1)
    door = page.get_by_role("button", name="Take me through it").bounding_box()
    assert door is not None
    assert page.evaluate("window.chart('stack').getBoundingClientRect().bottom") < door["y"]
    tab_to(page, "Take me through it")
    page.keyboard.press("Enter")
    for number, step in enumerate(lesson.steps, 1):
        arrive(page, step)
        page.wait_for_function(f"location.search.includes('lesson={lesson.slug}.{number}')")
        if step.answer is not None:
            answer(page, step)
        if step.task is not None:
            own_line(page, "0 5 0 0 5 0 0 0 0")
            expect(page.locator(".task")).to_contain_text(step.done[:30])
            tab_to(page, "Back to step", back=True)
            page.keyboard.press("Enter")
            expect(page.locator(".away")).to_be_hidden()
            arrive(page, step)
        if number == 1:
            found = Axe().run(page)
            assert not found.response["violations"], found.generate_report()
        tab_to(page, "Finish the lesson" if number == len(lesson.steps) else "Next step", "main")
        page.keyboard.press("Enter")
    page.wait_for_function("location.pathname.endsWith('/learn')")
    expect(page.locator(".lesson").first).to_contain_text("✓ done")
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()
    assert [error for error in console_errors if "404" not in error] == []
