"""The Gates page as a reader has it: a real server, a real Chromium."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect

import explorer

LANDING = "best = max([len(w) for w in names[2:]])"
SCRIPT = "<script>alert(1)</script>"
LINE = "Sequence: type text or numbers"
HEATMAPS = """() => {
  const figure = document.querySelector('.st-key-stack .js-plotly-plot');
  return figure ? figure._fullData.map(panel => [panel.meta.signal, [...panel.z].map(row => [...row])]) : [];
}"""
CSV = "when,level\n2001-01,0.5\n2001-02,0.25\n2001-03,1.5\n2001-04,-1\n"
SECONDS = 90_000

Panels = dict[str, np.ndarray]


class Reader:
    """Someone in front of the page."""

    def __init__(self, page: Page, url: str, finished: Callable[..., None], acting: Callable[..., Any]) -> None:
        self.page, self.url, self.finished, self.acting = page, url, finished, acting

    def open(self, path: str = "/", figures: int = 2, **link: str) -> "Reader":
        self.page.goto(f"{self.url}{path}?{urlencode(link)}" if link else f"{self.url}{path}")
        self.finished(self.page, figures=figures)
        return self

    @property
    def line(self) -> str:
        return self.page.get_by_label(LINE).input_value()

    @property
    def panels(self) -> Panels:
        return {name: np.array(rows) for name, rows in self.page.evaluate(HEATMAPS)}

    def type(self, text: str, figures: int = 2) -> "Reader":
        with self.acting(self.page, figures=figures):
            self.page.get_by_label(LINE).fill(text)
            self.page.get_by_label(LINE).press("Enter")
        return self

    def press(self, key: str) -> "Reader":
        with self.acting(self.page):
            self.page.locator(f".st-key-{key} button").first.click()
        return self

    def outcome(self) -> str:
        """The one sentence of a refusal, or "drawn"."""
        alerts = self.page.get_by_test_id("stAlert")
        return alerts.inner_text() if alerts.count() else "drawn"


@pytest.fixture
def reader(page: Page, server: Any, finished: Callable[..., None], acting: Callable[..., Any]) -> Reader:
    """A reader of the server that all tests share, with a laptop."""
    return Reader(page, server.url, finished, acting)


@pytest.fixture(autouse=True)
def clean_console(console_errors: list[str]) -> Iterator[None]:
    """Nothing may go wrong in the browser either."""
    yield
    assert console_errors == []


def equal(one: Panels, other: Panels) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def test_the_landing_view(reader: Reader) -> None:
    reader.open()
    assert reader.line == LANDING
    expect(reader.page.get_by_text("This network learned which bracket must close next")).to_be_visible()
    panels = reader.panels
    trace = explorer.record(explorer.load_model("brackets-lstm"), LANDING)
    assert list(panels) == ["forget", "input", "candidate", "output", "cell", "hidden"]
    for name, values in panels.items():
        rows = trace.select(name).T
        assert sorted(values.sum(axis=1)) == pytest.approx(sorted(rows.sum(axis=1).tolist()), abs=1e-4)
    expect(reader.page.get_by_role("slider").first).to_be_visible()
    expect(reader.page.get_by_text(re.compile("equals PyTorch"))).to_be_visible()
    assert reader.page.url.rstrip("/") == reader.url


def test_typed_text_and_typed_numbers_change_the_heatmaps(reader: Reader, new_page: Callable[..., Page]) -> None:
    reader.open()
    before = reader.panels
    text = reader.type("f(a[0])").panels
    assert not equal(text, before)
    assert {values.shape for values in text.values()} == {(20, 7)}
    reader.open(model="random", text="0 1 2")
    numbers = reader.panels
    more = reader.type("0, 1, 2, -1").panels
    assert {values.shape for values in more.values()} == {(16, 4)}
    assert {values.shape for values in numbers.values()} == {(16, 3)}
    assert not equal(more, numbers)


def test_a_copied_link_gives_the_same_view_in_a_new_browser(reader: Reader, new_page: Callable[..., Page]) -> None:
    reader.open().type("print(a[0], {b})")
    reader.page.get_by_role("slider").first.press("End")
    reader.page.wait_for_function("location.search.includes('step=15')")
    reader.finished(reader.page, figures=2)
    reader.press("share")
    link = reader.page.get_by_test_id("stCode").inner_text().strip()
    other = Reader(new_page(), "", reader.finished, reader.acting)
    other.page.goto(link)
    other.finished(other.page, figures=2)
    assert link == reader.page.url
    assert other.line == reader.line
    assert other.page.url == link
    assert equal(other.panels, reader.panels)
    said = [one.page.get_by_role("slider").first.get_attribute("aria-valuetext") for one in (reader, other)]
    assert said[0] == said[1]
    assert "step 16" in str(said[0])


@pytest.mark.parametrize("path", ["/", "/gates"])
def test_a_link_is_the_first_request_that_a_server_ever_gets(
    page: Page,
    start_server: Callable[[], Any],
    finished: Callable[..., None],
    acting: Callable[..., AbstractContextManager[None]],
    path: str,
) -> None:
    reader = Reader(page, start_server().url, finished, acting)
    reader.open(path, text="f(x[0])", order="index", step="3", unit="4")
    assert reader.line == "f(x[0])"
    assert {values.shape for values in reader.panels.values()} == {(20, 7)}
    address = dict(pair.split("=") for pair in page.url.partition("?")[2].split("&"))
    assert address == {"source": "typed", "text": "f%28x%5B0%5D%29", "order": "index", "step": "3", "unit": "4"}
    expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)
    assert reader.type("g(y)").line == "g(y)"


def test_a_csv_file(reader: Reader) -> None:
    reader.open().type("f(x)")
    reader.press("source")
    with reader.acting(reader.page):
        reader.page.get_by_role("radio", name="CSV file").or_(
            reader.page.get_by_text("CSV file", exact=True)
        ).first.click()
    files = reader.page.locator("input[type=file]")
    for content in (b"", bytes(range(256)) * 20, b"a,b\n1,2\n3\n"):
        with reader.acting(reader.page):
            files.set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": content})
        expect(reader.page.get_by_test_id("stAlert")).to_have_count(1)
        assert reader.line == "f(x)"
        assert {values.shape for values in reader.panels.values()} == {(20, 4)}
    with reader.acting(reader.page, figures=2):
        files.set_input_files({"name": "levels.csv", "mimeType": "text/csv", "buffer": CSV.encode()})
    expect(reader.page.get_by_test_id("stAlert")).to_have_count(0)
    assert {values.shape for values in reader.panels.values()} == {(16, 4)}
    assert reader.page.url.endswith("?model=random")


ODD = {
    "": "The text has no character",
    "(": "drawn",
    "👩‍👧 (🎉)": "drawn",
    "שלום (עולם) مرحبا": "drawn",
    SCRIPT: "drawn",
    "{{7*7}} ${x} <img src=x onerror=alert(1)> <b>b</b>": "drawn",
}
NOT_NUMBERS = {
    "1,2,x": "'x' (line 1, item 3) is not a number",
    "nan, 1": "is not a finite number",
    "1, inf": "is not a finite number",
    SCRIPT: "your line is text",
}


def test_odd_text_is_drawn_or_answered_and_never_runs(reader: Reader) -> None:
    dialogs: list[str] = []
    reader.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    reader.open()
    for text, said in ODD.items():
        reader.type(text, figures=2 if said == "drawn" else 0)
        assert said in reader.outcome()
        assert reader.line == text
        assert said != "drawn" or {panel.shape[1] for panel in reader.panels.values()} == {len(text)}
    reader.open(model="sst-lstm")
    for text, said in NOT_NUMBERS.items():
        reader.type(text, figures=0)
        assert said in reader.outcome()
        assert reader.line == text
    reader.press("fitting")
    reader.finished(reader.page, figures=2)
    assert reader.line == SCRIPT
    assert reader.page.locator("[onerror], b:text-is('b')").count() == 0
    assert dialogs == []


def test_ragged_rows_pasted_into_several_lines(reader: Reader) -> None:
    reader.open(model="random", text="1 2")
    reader.press("source")
    box = reader.page.get_by_label("Text, or numbers: one step a line, columns side by side")
    with reader.acting(reader.page):
        box.fill("1 2\n3")
        box.press("Control+Enter")
    assert "Line 2 has 1 number, line 1 has 2" in reader.outcome()
    with reader.acting(reader.page, figures=2):
        box.fill("1 2\n3 4\n5 6")
        box.press("Control+Enter")
    assert reader.outcome() == "drawn"
    assert {panel.shape for panel in reader.panels.values()} == {(16, 3)}


@pytest.mark.parametrize("nonsense", [SCRIPT, "-7", "\u202e%00"])
def test_a_link_with_nonsense_in_every_parameter(reader: Reader, nonsense: str) -> None:
    from dataclasses import fields

    from explorer.ui.request import Request

    names = [one.name for one in fields(Request) if one.name not in ("text", "source")]
    reader.open(**dict.fromkeys([*names, "z", "unheard_of"], nonsense))
    assert reader.outcome() == "drawn"
    assert reader.line == LANDING


def test_undo_redo_and_start_again(reader: Reader) -> None:
    reader.open().type("f(x)").type("g[y]")
    assert reader.press("undo").line == "f(x)"
    assert reader.press("redo").line == "g[y]"
    assert reader.press("again").line == LANDING
    assert "?" not in reader.page.url
    reader.page.wait_for_function("document.querySelector('.st-key-undo button:enabled')")
    assert reader.press("undo").line == "g[y]"


def test_what_is_typed_fast_is_not_lost(reader: Reader) -> None:
    reader.open()
    box = reader.page.get_by_label(LINE)
    with reader.acting(reader.page, figures=2):
        for text in ("f", "f(", "f(x", "f(x)", "f(x)["):
            box.fill(text)
            box.press("Enter")
    reader.page.wait_for_function("location.search.includes('f%28x%29%5B')")
    reader.finished(reader.page, figures=2)
    assert reader.line == "f(x)["
    assert {panel.shape[1] for panel in reader.panels.values()} == {5}


def downloaded(page: Page, label: str) -> bytes:
    with page.expect_download(timeout=SECONDS) as waiting:
        page.get_by_test_id("stDownloadButton").filter(has_text=label).get_by_role("button").click()
    return waiting.value.path().read_bytes()


def test_downloads_hold_the_run_exactly(reader: Reader) -> None:
    reader.open(text="f(x)[0]", units="3", first="1", last="3")
    trace = explorer.record(explorer.load_model("brackets-lstm"), "f(x)[0]")
    table = pd.read_csv(io.BytesIO(downloaded(reader.page, "CSV")))
    expected = trace.to_frame()
    assert list(table.columns) == ["signal", "layer", "direction", "time", "label", "unit", "value"]
    assert table["label"].astype(str).tolist() == expected["label"].tolist()
    np.testing.assert_allclose(table["value"], expected["value"], atol=1e-6)
    again = explorer.Trace.load(io.BytesIO(downloaded(reader.page, "NPZ")))
    assert again.labels == trace.labels
    for name in trace.signals:
        np.testing.assert_allclose(again[name], trace[name], atol=1e-6)
    picture = downloaded(reader.page, "HTML").decode()
    assert "Plotly.newPlot" in picture
    assert all(title in picture for title in ("Forget gate", "Input gate", "Cell state", "Hidden state"))
    selection = pd.read_csv(io.BytesIO(downloaded(reader.page, "Selection")))
    assert sorted(selection["time"].unique()) == [1, 2, 3]
    assert selection["unit"].nunique() == 3
    assert len(selection) == 3 * 3 * len(trace.signals)


def test_two_browsers_share_nothing(reader: Reader, new_page: Callable[..., Page]) -> None:
    reader.open().type("f(mine)")
    other = Reader(new_page(), reader.url, reader.finished, reader.acting).open()
    assert other.line == LANDING
    other.type("g[theirs]")
    with reader.acting(reader.page):
        reader.page.reload()
    assert reader.line == "f(mine)"
