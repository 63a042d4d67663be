"""A saved page in a browser that has no connection: it paints, follows the pointer and the keys, and the dark."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

import explorer

PAINTED = """() => {
  const canvas = document.querySelector("[id^=gates-]").shadowRoot.querySelector(".picture");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}"""


@pytest.fixture
def trace() -> explorer.Trace:
    model = explorer.random_model("lstm", 2, 6, num_layers=2)
    return explorer.record(model, np.random.default_rng(0).normal(size=(12, 2)))


@pytest.fixture
def page(trace: explorer.Trace, tmp_path: Path, browser: Browser) -> Page:
    trace.show(units=range(6)).save(tmp_path / "trace.html")
    opened = browser.new_context(offline=True, viewport={"width": 1200, "height": 900}).new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda fault: faults.append(str(fault)))
    opened.goto((tmp_path / "trace.html").as_uri())
    assert not faults
    return opened


def said(trace: explorer.Trace, layer: int, step: int, unit: int) -> str:
    """The values as the readout writes them, the keep gate first."""
    symbols = {"f": "forget", "i": "input", "g": "candidate", "o": "output", "c": "cell", "h": "hidden"}
    values = ((symbol, trace.select(name, layer)[step, unit]) for symbol, name in symbols.items())
    return "  ".join(f"{symbol} {value:.3f}".replace("-", "−") for symbol, value in values)


def test_a_saved_page_follows_keys_pointer_and_menu(page: Page, trace: explorer.Trace) -> None:
    assert page.evaluate(PAINTED) > 20
    readout, field = page.locator(".readout"), page.locator(".field")
    assert said(trace, 1, 0, 0) in (readout.text_content() or "")
    field.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        field.press(key)
    assert said(trace, 1, 2, 1) in (readout.text_content() or "")
    box = field.bounding_box()
    assert box is not None
    wide = box["width"] - 148
    page.mouse.move(box["x"] + 138 + wide * 7.5 / 12, box["y"] + 22 + 72 * 4.5 / 6)
    assert said(trace, 1, 7, 4) in (readout.text_content() or "")
    page.mouse.move(0, 0)
    page.locator("select").select_option(label="layer 1")
    assert said(trace, 0, 2, 1) in (readout.text_content() or "")


def test_it_is_dark_where_what_is_around_it_is(page: Page) -> None:
    view = "document.querySelector('[id^=gates-]').shadowRoot.querySelector('.view')"
    paper = f"() => getComputedStyle({view}).backgroundColor"
    light = page.evaluate(paper)
    page.evaluate("document.body.style.background = '#111'")
    page.wait_for_function(f"({paper})() !== '{light}'")
    assert page.evaluate(PAINTED) > 20
