"""The Gates page as a reader has it: a real server, a real Chromium."""

import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Locator, Page, expect

import explorer
from explorer.ui.session.request import CHOICES
from tests.browser.address import address_says

LANDING = "best = max([len(w) for w in names[2:]])"
SCRIPT = "<script>alert(1)</script>"
LINE = "Sequence: type text or numbers"
LINES = "Text, or numbers: one step a line, columns side by side"
HEATMAPS = """() => {
  const figure = window.chart('stack')?.figure;
  return figure ? figure.data.map(panel => [panel.meta.signal, [...panel.z].map(row => [...row])]) : [];
}"""
WIDE = f"steps => {{ const panels = ({HEATMAPS})(); return panels.length && panels[0][1][0].length === steps; }}"
CSV = "when,level\n2001-01,0.5\n2001-02,0.25\n2001-03,1.5\n2001-04,-1\n"
SECONDS = 90_000

Finished = Callable[..., None]
Panels = dict[str, Any]


class Reader:
    """Someone in front of the page.

    What an action leads to is waited for, not that a run begins and ends: a short run can be over before the
    browser has shown that it began.
    """

    def __init__(self, page: Page, url: str, finished: Finished) -> None:
        self.page, self.url, self.finished = page, url, finished
        page.set_default_timeout(SECONDS)

    def open(self, path: str = "/", figures: int = 1, **link: str) -> "Reader":
        """Go to an address of the app."""
        self.page.goto(f"{self.url}{path}?{urlencode(link)}" if link else f"{self.url}{path}")
        self.finished(self.page, figures=figures)
        return self

    @property
    def line(self) -> Locator:
        return self.page.get_by_label(LINE)

    @property
    def alert(self) -> Locator:
        return self.page.get_by_test_id("stAlert")

    @property
    def link(self) -> dict[str, str]:
        """What stands in the address."""
        return query(self.page.url)

    @property
    def panels(self) -> Panels:
        """What the browser draws: each panel's values, (unit, time)."""
        return {name: np.array(rows) for name, rows in self.page.evaluate(HEATMAPS)}

    def type(self, text: str) -> "Reader":
        """Type into the bar's line, press Enter and wait until the address knows."""
        self.line.fill(text)
        self.line.press("Enter")
        address_says(self.page, text=text)
        return self

    def sees(self, steps: int) -> "Reader":
        """Wait for heatmaps of so many steps, and until all is quiet."""
        self.page.wait_for_function(WIDE, arg=steps)
        self.finished(self.page)
        return self

    def reads(self, sentence: str) -> "Reader":
        """Wait for the one sentence of a refusal."""
        expect(self.alert).to_contain_text(sentence, timeout=SECONDS)
        expect(self.alert).to_have_count(1)
        return self

    def press(self, key: str) -> "Reader":
        self.page.locator(f".st-key-{key} button:enabled").first.click()
        return self

    def holds(self, text: str) -> "Reader":
        """Wait until the line shows a text."""
        expect(self.line).to_have_value(text, timeout=SECONDS)
        return self


def query(address: str) -> dict[str, str]:
    parts = parse_qs(urlsplit(address).query, keep_blank_values=True)
    return {name: values[-1] for name, values in parts.items()}


def same(one: Panels, other: Panels) -> bool:
    """Whether two stacks show the same panels with the same values."""
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


@pytest.fixture
def page(page: Page, console_errors: list[str]) -> Iterator[Page]:
    """A fresh tab; nothing may go wrong in it, and nothing that was typed may run."""
    page.on("dialog", lambda dialog: (console_errors.append(dialog.message), dialog.dismiss()))
    yield page
    # Below /gates Streamlit's own client asks for its files in the wrong place first.
    assert [error for error in console_errors if "404" not in error] == []


@pytest.fixture
def reader(page: Page, server: Any, finished: Finished) -> Reader:
    """A reader of the server that all tests share."""
    return Reader(page, server.url, finished)


def test_the_landing_view(reader: Reader) -> None:
    reader.open().holds(LANDING)
    expect(reader.page.get_by_text("This network learned which bracket must close next").first).to_be_visible()
    expect(reader.page.get_by_role("slider").first).to_be_visible()
    expect(reader.page.get_by_text(re.compile("equals PyTorch")).first).to_be_visible()
    trace = explorer.record(explorer.load_model("brackets-lstm"), LANDING)
    assert list(reader.panels) == ["forget", "input", "candidate", "output", "cell", "hidden"]
    for name, values in reader.panels.items():
        rows = trace.select(name).T.sum(axis=1).tolist()
        assert sorted(values.sum(axis=1)) == pytest.approx(sorted(rows), abs=1e-4)
    assert reader.page.url.rstrip("/") == reader.url


def test_true_words_and_panels_stand_there_before_streamlit_does(new_page: Callable[..., Page], server: Any) -> None:
    page = new_page()
    page.route("**/static/js/**", lambda route: route.abort())
    page.goto(server.url)
    first = page.locator("#gate-explorer-first")
    expect(first.get_by_text("This network learned which bracket must close next")).to_be_visible()
    expect(first.locator(".tokens")).to_have_text(LANDING.replace(" ", "·"))
    expect(first.locator(".panel:visible img")).to_have_count(6)
    assert page.title() == "Gate Explorer"


@pytest.mark.parametrize("link", [{}, {"model": "sst-lstm"}, {"text": ""}, {"model": "random", "text": "1,2,x"}])
def test_the_first_words_make_room_for_the_page(reader: Reader, link: dict[str, str]) -> None:
    reader.open(figures=0, **link)
    expect(reader.page.locator("#gate-explorer-first")).to_have_count(0, timeout=10_000)


def test_typed_text_and_typed_numbers_change_the_heatmaps(reader: Reader) -> None:
    before = reader.open().panels
    text = reader.type("f(a[0])").sees(7).panels
    assert not same(text, before)
    assert {values.shape for values in text.values()} == {(20, 7)}
    numbers = reader.open(model="random", text="0 1 2").sees(3).panels
    others = reader.type("0 1 5").page
    others.wait_for_function(f"before => JSON.stringify(({HEATMAPS})()[0][1]) !== before", arg=spelt(numbers["forget"]))
    assert {values.shape for values in reader.sees(3).panels.values()} == {(16, 3)}


def test_the_lines_of_a_unit_follow_the_cursor_and_lead_it(reader: Reader) -> None:
    page = reader.open(unit="7", step="3").page
    trace = explorer.record(explorer.load_model("brackets-lstm"), LANDING)
    names = ("forget", "input", "candidate", "output", "cell", "hidden")
    shown = page.locator(".st-key-unit-lines .number")

    def shows(unit: int, step: int) -> None:
        wanted = [f"{trace.select(name)[step, unit]:.6f}".replace("-", "−") for name in names]
        expect(shown).to_have_text(wanted, timeout=SECONDS)

    shows(7, 3)
    page.get_by_role("slider").press("ArrowRight")
    shows(7, 4)
    canvas = page.locator(".st-key-unit-lines canvas")
    room = canvas.bounding_box()
    assert room is not None
    canvas.click(position={"x": 138 + (room["width"] - 148) * 10.5 / len(LANDING), "y": 40})
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuenow", "11")
    page.mouse.move(0, 0)
    shows(7, 10)
    address_says(page, step="10")
    page.get_by_role("slider").press("ArrowDown")
    expect(page.locator(".st-key-unit-lines .legend b")).not_to_have_text("Unit 7", timeout=SECONDS)


def spelt(panel: Any) -> str:
    return json.dumps(panel.tolist(), separators=(",", ":"))


def test_a_copied_link_gives_the_same_view_in_a_new_browser(reader: Reader, new_page: Callable[..., Page]) -> None:
    reader.open(order="index").type("print(a[0], {b})").sees(16)
    reader.page.get_by_role("slider").first.press("End")
    reader.page.wait_for_function("location.search.includes('step=15')")
    reader.press("share")
    code = reader.page.get_by_test_id("stCode")
    expect(code).to_contain_text("step=15", timeout=SECONDS)
    link = code.inner_text().strip()
    assert query(link) == reader.link
    other = Reader(new_page(), link, reader.finished).open("").sees(16).holds("print(a[0], {b})")
    assert other.link == reader.link
    assert same(other.panels, reader.panels)
    said = [str(one.page.get_by_role("slider").first.get_attribute("aria-valuetext")) for one in (reader, other)]
    assert said[0] == said[1]
    assert said[0].startswith("step 16")


@pytest.mark.parametrize("path", ["/", "/gates"])
def test_a_link_is_the_first_request_that_a_server_ever_gets(
    page: Page, start_server: Callable[[], Any], finished: Finished, path: str
) -> None:
    link = {"source": "typed", "text": "f(x[0])", "order": "index", "step": "3", "unit": "4"}
    reader = Reader(page, start_server().url, finished).open(path, **link).sees(7).holds("f(x[0])")
    assert reader.link == link
    expect(page.get_by_test_id("stSidebarNav")).to_have_count(0)
    reader.type("g(y)").sees(4)
    # A page left open would miss the server as soon as it stops.
    page.goto("about:blank")


def test_a_csv_file(reader: Reader) -> None:
    reader.open(text="f(x)").sees(4).press("source")
    reader.page.get_by_text("CSV file", exact=True).click()
    files = reader.page.locator("input[type=file]")
    bad = {b"": "is empty", bytes(range(256)) * 20: "is not text", b"a,b\n1,2\n3\n": "Line 3"}
    for content, said in bad.items():
        files.set_input_files({"name": "bad.csv", "mimeType": "text/csv", "buffer": content})
        reader.reads(said).holds("f(x)").sees(4)
    files.set_input_files({"name": "levels.csv", "mimeType": "text/csv", "buffer": CSV.encode()})
    reader.page.wait_for_function("location.search === '?model=random&source=upload'")
    assert {values.shape for values in reader.sees(4).panels.values()} == {(16, 4)}
    expect(reader.alert).to_have_count(0)


def test_odd_text_is_drawn_and_never_runs(reader: Reader) -> None:
    reader.open().type("").reads("The text has no character")
    markup = "{{7*7}} ${x} <img src=x onerror=alert(1)> <b>b</b>"
    for text in ("(", "👩‍👧 (🎉)", "שלום (עולם) مرحبا", SCRIPT, markup):
        reader.type(text).sees(len(text)).holds(text)
        expect(reader.alert).to_have_count(0)
    assert reader.page.locator("[onerror], b:text-is('b')").count() == 0


def test_what_is_no_number_is_answered_and_opens_with_one_button(reader: Reader) -> None:
    reader.open(model="sst-lstm")
    answers = {
        "1,2,x": "'x' (line 1, item 3) is not a number",
        "nan, 1": "'nan' (line 1, item 1) is not a finite number",
        "1, inf": "'inf' (line 1, item 2) is not a finite number",
        SCRIPT: "your line is text",
    }
    for text, said in answers.items():
        reader.type(text).reads(said).holds(text)
    reader.press("fitting").sees(len(SCRIPT)).holds(SCRIPT)


def test_ragged_rows_pasted_into_several_lines(reader: Reader) -> None:
    reader.open(model="random", text="1 2").press("source")
    box = reader.page.get_by_label(LINES)
    box.fill("1 2\n3")
    box.press("Control+Enter")
    reader.reads("Line 2 has 1 number, line 1 has 2")
    expect(box).to_have_value("1 2\n3")
    box.fill("1 2\n3 4\n5 6")
    box.press("Control+Enter")
    assert {panel.shape for panel in reader.sees(3).panels.values()} == {(16, 3)}
    expect(reader.alert).to_have_count(0)


def test_a_link_with_nonsense_in_every_parameter(reader: Reader) -> None:
    words = (SCRIPT, "-7", "\u202e%00", "1e9", "é")
    names = [one.name for one in CHOICES if one.name not in ("text", "source", "model")]
    link = {name: words[at % len(words)] for at, name in enumerate([*names, "z", "unheard_of"])}
    reader.open(**link).sees(len(LANDING)).holds(LANDING)
    expect(reader.alert).to_have_count(0)


def test_undo_redo_and_start_again(reader: Reader) -> None:
    reader.open().type("f(x)").sees(4).type("g[y]0").sees(5)
    reader.press("undo").holds("f(x)").sees(4)
    reader.press("redo").holds("g[y]0").sees(5)
    reader.press("again").holds(LANDING).sees(len(LANDING))
    assert reader.link == {}
    reader.press("undo").holds("g[y]0").sees(5)


def test_what_is_typed_fast_is_not_lost(reader: Reader) -> None:
    reader.open()
    for text in ("f", "f(", "f(x", "f(x)", "f(x)["):
        reader.line.fill(text)
        reader.line.press("Enter")
    reader.page.wait_for_function("new URLSearchParams(location.search).get('text') === 'f(x)['")
    reader.sees(5).holds("f(x)[")


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
    reader.open().type("f(mine)").sees(7)
    other = Reader(new_page(), reader.url, reader.finished).open().holds(LANDING)
    other.type("g[theirs]").sees(9)
    reader.page.reload()
    reader.sees(7).holds("f(mine)")
