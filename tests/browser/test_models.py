"""The Models page in a real browser: menu, builder, code, card on paper, a checkpoint of one's own."""

import contextlib
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect

import explorer

Waiting = Callable[..., Any]
HEATMAP = """() => {
  const panel = window.chart('stack')?.figure.data.find(one => one.meta.signal === 'hidden');
  return panel ? [...panel.z].map(row => [...row]) : null;
}"""


@pytest.fixture
def models(server: Any, page: Page, finished: Waiting) -> Page:
    """The page on the landing model."""
    return opened(server, page, finished, "")


def opened(server: Any, page: Page, finished: Waiting, query: str, figures: int = 1) -> Page:
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}/models?{query}")
    finished(page, figures=figures)
    return page


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button").first.click()


def test_a_model_is_chosen_by_task_and_brings_its_example(models: Page, finished: Waiting) -> None:
    press(models, "models")
    row = models.locator(".st-key-models-sst")
    expect(models.get_by_text("Learned to say next month's sea temperature off Peru")).to_be_visible()
    row.get_by_text(re.compile(r"^GRU ")).click()
    models.wait_for_function("location.search.includes('model=sst-gru')")
    expect(models.get_by_text("nn.GRU(input_size=1, hidden_size=32)")).to_be_visible()
    expect(models.locator(".st-key-model-menu")).to_have_count(0)
    finished(models, figures=1)


def test_the_builder_makes_what_its_code_makes(models: Page, acting: Waiting) -> None:
    press(models, "build-from")
    models.get_by_label("num_layers").wait_for()
    models.get_by_role("combobox", name="Cell").first.click()
    models.get_by_role("option", name="nn.GRU").click()
    expect(models.get_by_text("nn.GRU(input_size=8, hidden_size=20)")).to_be_visible()
    models.get_by_text("bidirectional", exact=True).click()
    expect(models.get_by_text("nn.GRU(input_size=8, hidden_size=20, bidirectional=True)")).to_be_visible()
    models.get_by_text("typed", exact=True).click()
    box = models.get_by_role("textbox", name="h_0")
    box.fill("1 2 3")
    box.press("Control+Enter")
    expect(models.get_by_test_id("stAlert")).to_contain_text("h_0 was given 3 numbers")
    box.fill("0.5")
    with acting(models):
        box.press("Control+Enter")
    expect(models.get_by_test_id("stAlert")).to_have_count(0)
    models.get_by_text("As PyTorch", exact=True).click()
    code = models.get_by_test_id("stCode")
    expect(code).to_contain_text("torch.full((2, 20), 0.5)")
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code.inner_text(), names)
    assert tuple(names["output"].shape) == (39, 40)


def test_the_card_prints_on_one_page_of_a4(
    server: Any, page: Page, new_tab: Callable[..., Page], finished: Waiting
) -> None:
    opened(server, page, finished, "about=card&model=sentiment-lstm")
    page.evaluate("window.print = () => {}")
    page.locator('[data-sheet="card"]').click()
    html = page.locator("iframe.gate-handout").get_attribute("srcdoc")
    paper = new_tab(794, 1123)
    paper.set_content(str(html))
    assert len(re.findall(rb"/Type\s*/Page\b", paper.pdf(prefer_css_page_size=True))) == 1
    assert "Film reviews" in paper.locator("body").inner_text()
    assert paper.evaluate("document.documentElement.scrollWidth <= innerWidth")


def trained() -> torch.nn.LSTM:
    torch.manual_seed(5)
    return torch.nn.LSTM(2, 6, num_layers=2)


def test_a_checkpoint_and_a_csv_of_ones_own(
    server: Any, page: Page, new_page: Callable[..., Page], finished: Waiting, tmp_path: Path
) -> None:
    torch.save({"state_dict": trained().state_dict(), "epoch": 3}, tmp_path / "mine.pt")
    values = np.random.default_rng(0).normal(size=(12, 2)).round(3)
    table = "p,q\n" + "\n".join(f"{p},{q}" for p, q in values)
    opened(server, page, finished, "about=upload", figures=0)
    page.locator("input[type=file]").first.set_input_files(tmp_path / "mine.pt")
    expect(page.get_by_text("mine.pt", exact=True)).to_be_visible()
    page.wait_for_function("location.search.includes('model=uploaded')")
    press(page, "source")
    page.get_by_text("CSV file", exact=True).click()
    files = page.locator(".st-key-csv input[type=file]")
    files.set_input_files({"name": "levels.csv", "mimeType": "text/csv", "buffer": table.encode()})
    page.wait_for_function("location.search.includes('source=upload')")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Gates").first.click()
    page.wait_for_function(f"() => {{ const z = ({HEATMAP})(); return z && z[0].length === 12; }}")
    trace = explorer.record(explorer.from_torch(trained()), values)
    shown = np.array(page.evaluate(HEATMAP))
    found, expected = (np.sort(one, axis=0) for one in (shown, trace.select("hidden").T))
    np.testing.assert_allclose(found, expected, atol=1e-5)
    page.get_by_role("link", name="Step").first.click()
    page.locator(".picture .box").first.wait_for()
    address = page.url
    other = new_page(1440, 900)
    for visitor in (other, page):
        visitor.goto(address)
        expect(visitor.get_by_test_id("stAlert")).to_contain_text("is gone")
        assert "model=uploaded" in visitor.url
        assert "source=upload" in visitor.url
    press(page, "upload-again")
    page.wait_for_function("location.pathname.endsWith('/models') && location.search.includes('about=upload')")


def test_on_a_phone_nothing_is_wider_than_the_screen(server: Any, phone: Page, finished: Waiting) -> None:
    for query in ("", "about=card", "about=upload"):
        opened(server, phone, finished, query, figures=query != "about=upload")
        assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= innerWidth + 1")
