"""The ribbon in a real browser: what it shows, what hand and keys do, and its bridge to Plotly's figures."""

import itertools
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from explorer.figures.style import STYLES, Theme

ROOT = Path(__file__).parents[2]
APP = "tests/browser/apps/ribbon_server.py"
TEXT = "best = max([len(w) for w in names[2:]])"
SIGNALS = ("input", "forget", "candidate", "output", "cell", "hidden")
COLUMNS = """() => {
  const figure = window.plotted('stack');
  const axis = figure._fullLayout.xaxis;
  const left = figure.getBoundingClientRect().left + axis._offset;
  return [...Array(figure._fullData[0].z[0].length).keys()].map(step => left + axis.l2p(step - 0.5));
}"""
# The middle of a cell: of a panel, a unit's row and a step, on the screen.
PLACE = """([panel, row, step]) => {
  const figure = window.plotted('stack');
  const box = figure.getBoundingClientRect();
  const {xaxis, [panel ? 'yaxis' + (panel + 1) : 'yaxis']: yaxis} = figure._fullLayout;
  return [box.left + xaxis._offset + xaxis.l2p(step), box.top + yaxis._offset + yaxis.l2p(row)];
}"""
TAKEN = "figures => window.charts().filter(one => one.matches('.taken')).length >= figures"
CONTRASTS = """tokens => tokens.filter(token => !token.hidden).map(token => {
  const light = colour => colour.match(/[0-9]+/g).slice(0, 3).map(byte => byte / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  const look = getComputedStyle(token);
  const [dark, bright] = [light(look.color), light(look.backgroundColor)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
})"""

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the page that is nothing but the ribbon; it must not log a traceback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("ribbon") / "log.txt"
    command = [sys.executable, "-m", "streamlit", "run", APP, "--server.port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=out, stderr=subprocess.STDOUT
        )
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5):
            break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(20)
    assert "Traceback" not in log.read_text(encoding="utf-8", errors="replace")


@pytest.fixture
def opened(address: str, finished: Callable[..., None]) -> Opened:
    """A function that opens the page with query parameters in a browser page and waits for the figures."""

    def go(page: Page, query: str = "", figures: int = 1) -> Page:
        page.goto(f"{address}/?said&{query}")
        finished(page, figures=figures)
        page.wait_for_selector(".gate-cursor", state="attached")
        page.wait_for_function(TAKEN, arg=figures)
        return page

    return go


def said(page: Page) -> dict[str, Any]:
    """The position as the script last printed it."""
    return json.loads(page.locator("#said").text_content() or "")


def hears(page: Page, **wanted: object) -> None:
    """Wait until Python has heard of a position."""
    page.wait_for_function(
        "wanted => { const said = JSON.parse(document.querySelector('#said')?.textContent || '{}');"
        " return Object.entries(wanted).every(([name, value]) => said[name] === value) }",
        arg=wanted,
        timeout=15_000,
    )


def step(page: Page) -> int:
    """The chosen step as the slider says it, counted from 0."""
    return int(page.get_by_role("slider").get_attribute("aria-valuenow") or "") - 1


def unit(page: Page) -> int:
    """The chosen unit as the slider says it."""
    return int((page.get_by_role("slider").get_attribute("aria-valuetext") or "").rpartition(" ")[2])


def cell(page: Page, panel: int, row: int, at: int) -> tuple[float, float]:
    """Where a cell of the stack lies on the screen, after the stack was brought into view."""
    page.wait_for_function("() => window.chart('stack')?.matches('.taken')")  # Plotly itself says where that is
    page.evaluate("window.chart('stack').scrollIntoView({block: 'center'})")
    x, y = page.evaluate(PLACE, [panel, row, at])
    return x, y


def swipe(page: Page, x: float, y: float, right: int, down: int) -> None:
    """A finger put down, moved and lifted, as the browser itself reads it: taps, swipes and scrolling follow."""
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for part in range(1, 13):
        at = {"x": x + right * part / 12, "y": y + down * part / 12}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [at]})
        page.wait_for_timeout(16)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)


def order(page: Page) -> list[int]:
    """The units of the stack from top to bottom."""
    labels = page.evaluate("[...window.chart('stack').figure.data[0].y]")
    return [int(label.split()[1]) for label in labels]


def listeners(page: Page, event: str) -> int:
    """How many of ours hear an event of the stack's."""
    return int(
        page.evaluate(
            "event => window.plotted('stack')._ev.listeners(event)"
            ".filter(one => String(one).includes('takeBox') || String(one).includes('ribbon')).length",
            event,
        )
    )


@pytest.mark.parametrize("query", ["", "margin=90", "text=110"])
def test_tokens_stand_over_their_columns(page: Page, opened: Opened, query: str) -> None:
    opened(page, query)
    for width in (1440, 1300):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(700)
        lefts = page.locator(".token:visible").evaluate_all("all => all.map(one => one.getBoundingClientRect().left)")
        assert lefts == pytest.approx(page.evaluate(COLUMNS), abs=1.01)


def test_the_ribbon_stands_where_the_columns_will_be_before_plotly_draws(page: Page, address: str) -> None:
    page.route("**/plotly.*.js", lambda route: page.wait_for_timeout(4000) or route.continue_())
    page.goto(f"{address}/?said")
    tokens = page.locator(".token:visible")
    tokens.first.wait_for()
    assert page.locator(".js-plotly-plot").count() == 0
    early = tokens.evaluate_all("all => all.map(one => one.getBoundingClientRect().left)")
    page.wait_for_selector(".chart.taken", timeout=60_000)
    assert early == pytest.approx(page.evaluate(COLUMNS), abs=1.5)


@pytest.mark.parametrize(("scheme", "signal"), [("light", "cell"), ("dark", "forget")])
def test_tokens_can_be_read_on_every_colour(
    new_tab: Callable[..., Page], opened: Opened, scheme: str, signal: str
) -> None:
    page = opened(new_tab(color_scheme=scheme), f"signal={signal}&text=100")
    for _ in range(4):
        assert min(page.locator(".token").evaluate_all(CONTRASTS)) >= 4.5
        page.get_by_role("slider").press("ArrowDown")


def test_a_strangers_token_is_text(page: Page, opened: Opened, console_errors: list[str]) -> None:
    opened(page, "markup")
    assert page.locator(".token").all_text_contents()[:2] == ["<img src=x>", "<b>&amp;</b>"]
    page.get_by_role("slider").press("Home")
    assert "step 1 '<img src=x>'" in (page.locator(".gate-readout").text_content() or "")
    assert page.locator(".tokens img, .gate-readout img, .tokens b").count() == 0
    assert console_errors == []


def test_keys_move_step_unit_and_range(page: Page, opened: Opened) -> None:
    slider = opened(page).get_by_role("slider")
    units = order(page)
    for keys, expected in (
        ("Home", 0), ("ArrowRight", 1), ("PageDown", 11), ("ArrowLeft", 10), ("PageUp", 0), ("PageUp", 0),
        ("End", len(TEXT) - 1), ("ArrowRight", len(TEXT) - 1), ("Home", 0),
    ):  # fmt: skip
        slider.press(keys)
        assert step(page) == expected
    slider.press("ArrowDown")
    assert unit(page) == units[units.index(3) + 1]
    slider.press("ArrowUp")
    assert unit(page) == 3
    for _ in range(3):
        slider.press("Shift+ArrowRight")
    hears(page, step=3, start=0, stop=4)
    assert page.locator(".near.range").is_visible()
    assert page.locator(".gate-range").count() == 1
    slider.press("Escape")
    hears(page, step=3, start=None, stop=None)
    assert not page.locator(".near.range").is_visible()


def test_space_plays_and_stops(page: Page, opened: Opened) -> None:
    slider = opened(page).get_by_role("slider")
    slider.press("Space")
    page.wait_for_function(
        "document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot"
        ".querySelector('.track').ariaValueNow > 13"
    )
    assert page.get_by_role("button", name="Stop").is_visible()
    slider.press("Space")
    stopped = step(page)
    hears(page, step=stopped)
    assert page.get_by_role("button", name="Play").is_visible()
    page.wait_for_timeout(600)
    assert step(page) == stopped


def test_the_slider_says_where_it_is(page: Page, opened: Opened) -> None:
    slider = opened(page).get_by_role("slider")
    assert [slider.get_attribute(f"aria-value{name}") for name in ("min", "max", "now")] == ["1", str(len(TEXT)), "11"]
    text = slider.get_attribute("aria-valuetext") or ""
    assert text.startswith("step 11, '(', forget 0.")
    assert text.endswith("unit 3")
    page.get_by_role("slider").press("Home")
    for _ in range(4):
        slider.press("ArrowRight")
    assert (slider.get_attribute("aria-valuetext") or "").startswith("step 5, space, ")
    serious = [one for one in Axe().run(page, ".stBidiComponent").response["violations"] if one["impact"] != "minor"]
    assert serious == []


def test_values_at_the_cursor_are_those_of_the_heatmaps(page: Page, opened: Opened) -> None:
    opened(page)
    row = order(page).index(3)
    drawn = page.evaluate("row => window.plotted('stack')._fullData.map(trace => trace.z[row][10])", row)
    shown = page.locator(".gate-readout").text_content() or ""
    for symbol, value in zip("ifgoch", drawn, strict=True):
        assert f"{symbol} {value:.3f}".replace("-", "−") in shown


def test_click_and_drag_on_the_tokens(page: Page, opened: Opened) -> None:
    tokens = opened(page).locator(".token:visible")
    tokens.nth(4).click()
    hears(page, step=4, start=None)
    tokens.nth(6).hover()
    page.mouse.down()
    tokens.nth(9).hover()
    page.mouse.up()
    hears(page, step=9, start=6, stop=10)
    page.get_by_role("button", name="Clear the range").click()
    hears(page, step=9, start=None)


@pytest.mark.parametrize("query", ["", "quiet"])
def test_a_click_in_any_panel_chooses_step_and_unit(page: Page, opened: Opened, query: str) -> None:
    opened(page, query)
    units = order(page)
    for panel in range(len(SIGNALS)):
        page.mouse.click(*cell(page, panel, 2 * panel, 5 * panel + 1))
        assert (step(page), unit(page)) == (5 * panel + 1, units[2 * panel])
    hears(page, step=26, unit=units[10])
    page.keyboard.press("ArrowRight")
    assert step(page) == 27


def test_every_panel_marks_step_and_unit(page: Page, opened: Opened) -> None:
    opened(page, "lines", figures=2)
    assert page.locator(".gate-cursor").count() == 2
    assert page.locator(".chart[data-key=stack] .gate-unit").count() == len(SIGNALS)
    x, y = cell(page, 3, 5, 20)
    page.mouse.click(x, y)
    marked = page.locator(".chart[data-key=stack] .gate-cursor").bounding_box()
    assert marked is not None
    assert marked["x"] < x < marked["x"] + marked["width"]
    places = page.locator(".chart[data-key=stack] .gate-unit")
    rows = places.evaluate_all("all => all.map(one => one.getBoundingClientRect().y)")
    assert rows[3] == pytest.approx(y - 5, abs=2)


def test_a_click_on_the_lines_chooses_the_step_only(page: Page, opened: Opened) -> None:
    opened(page, "lines", figures=2)
    x, _ = cell(page, 0, 0, 17)
    page.locator(".chart[data-key=lines]").scroll_into_view_if_needed()
    box = page.locator(".chart[data-key=lines]").bounding_box()
    assert box is not None
    page.mouse.click(x, box["y"] + 90)
    hears(page, step=17, unit=3)


def test_hovering_shows_one_number_a_panel_and_leaves_python_alone(page: Page, opened: Opened) -> None:
    opened(page, "quiet&lines", figures=2)
    before = page.evaluate("window.__runs.finished")
    page.mouse.move(*cell(page, 1, 4, 20))
    assert page.locator(".gate-value").count() == len(SIGNALS)
    assert f"step 21 '{TEXT[20]}'" in (page.locator(".gate-readout").text_content() or "")
    assert f"unit {order(page)[4]}" in (page.locator(".gate-readout").text_content() or "")
    assert step(page) == 10
    page.mouse.move(5, 5)
    page.wait_for_timeout(400)
    assert page.locator(".gate-value:visible").count() == 0
    assert "step 11 " in (page.locator(".gate-readout").text_content() or "")
    assert page.evaluate("window.__runs.finished") == before


def test_a_box_on_a_panel_is_steps_and_rows(page: Page, opened: Opened) -> None:
    opened(page, "quiet")
    page.mouse.move(*cell(page, 2, 3, 8))
    page.mouse.down()
    page.mouse.move(*cell(page, 2, 5, 11))
    page.mouse.move(*cell(page, 2, 7, 14))
    page.mouse.up()
    hears(page, start=8, stop=15, unit_low=3, unit_high=8, step=10)
    assert page.locator(".gate-range:visible").count() == len(SIGNALS)
    page.get_by_role("slider").press("Escape")
    hears(page, start=None, unit_low=None)


def test_plotlys_own_selection_is_heard(page: Page, opened: Opened) -> None:
    opened(page, "select")
    page.mouse.move(*cell(page, 1, 3, 8))
    page.mouse.down()
    page.mouse.move(*cell(page, 1, 5, 11), steps=4)
    page.mouse.move(*cell(page, 1, 7, 14), steps=4)
    page.mouse.up()
    hears(page, start=8, stop=15, unit_low=3, unit_high=8)


def test_marks_of_units_do_not_cross_a_projection(page: Page, opened: Opened) -> None:
    opened(page, "proj")
    assert page.locator(".gate-unit").count() == len(SIGNALS) - 1
    page.mouse.click(*cell(page, 5, 2, 7))
    hears(page, step=7, unit=3)
    assert " h " not in (page.locator(".gate-readout").text_content() or "").replace("h 0", "?")


def test_python_leads_when_it_changes_its_mind(page: Page, opened: Opened) -> None:
    slider = opened(page).get_by_role("slider")
    for _ in range(2):
        slider.press("End")
        hears(page, step=len(TEXT) - 1)
        page.get_by_role("button", name="Go to 2").click()
        hears(page, step=2)
        expect(slider).to_have_attribute("aria-valuenow", "3")
    slider.press("ArrowRight")
    hears(page, step=3)


def test_reruns_do_not_take_the_step_back(page: Page, opened: Opened) -> None:
    slider = opened(page).get_by_role("slider")
    slider.press("Home")
    for _ in range(10):
        page.get_by_role("button", name="Nothing").click()
        slider.press("ArrowRight")
        slider.press("ArrowRight")
    assert step(page) == 20
    hears(page, step=20)
    page.wait_for_timeout(500)
    assert step(page) == 20


def test_another_sequence_keeps_the_bridge_and_hears_it_once(
    page: Page, opened: Opened, acting: Callable[..., Any]
) -> None:
    opened(page, "lines", figures=2)
    with acting(page, figures=2):
        page.get_by_role("button", name="Other text").click()
    hears(page, step=3, start=None)
    assert page.locator(".token:visible").all_text_contents() == list("f(x)")
    for name in ("Long text", "Other text", "Long text", "Other text"):
        with acting(page, figures=2):
            page.get_by_role("button", name=name).click()
    for panel in range(len(SIGNALS)):
        page.mouse.click(*cell(page, panel, 2, panel % 3))
        assert (step(page), unit(page)) == (panel % 3, order(page)[2])
    assert page.locator(".chart[data-key=stack] .gate-marks").count() == 1
    assert listeners(page, "plotly_selected") == 1


def test_another_theme_keeps_the_bridge(new_tab: Callable[..., Page], opened: Opened) -> None:
    page = opened(new_tab(color_scheme="light"))
    before = page.locator(".token").first.evaluate("one => getComputedStyle(one).backgroundColor")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "before => getComputedStyle(document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot"
        ".querySelector('.token')).backgroundColor !== before",
        arg=before,
    )
    page.wait_for_timeout(500)
    assert min(page.locator(".token").evaluate_all(CONTRASTS)) >= 4.5
    page.mouse.click(*cell(page, 1, 4, 6))
    assert (step(page), unit(page)) == (6, order(page)[4])


def test_nothing_is_left_behind(
    page: Page, opened: Opened, acting: Callable[..., Any], console_errors: list[str]
) -> None:
    opened(page, "lines", figures=2)
    assert page.locator(".gate-readout").is_visible()
    page.get_by_role("slider").press("End")
    hears(page, step=len(TEXT) - 1)
    x, y = cell(page, 0, 0, 3)
    with acting(page):
        page.get_by_role("button", name="Hide").click()
    assert page.locator(".gate-marks, .gate-readout, .chart").count() == 0
    page.mouse.click(x, y)
    with acting(page, figures=2):
        page.get_by_role("button", name="Hide").click()
    hears(page, step=len(TEXT) - 1)
    assert step(page) == len(TEXT) - 1
    assert page.locator(".chart[data-key=stack] .gate-marks").count() == 1
    page.mouse.click(*cell(page, 1, 0, 3))
    hears(page, step=3)
    assert console_errors == []


def test_a_long_sequence_shows_a_window_under_an_overview(page: Page, opened: Opened) -> None:
    slider = opened(page, "text=400").get_by_role("slider")
    shown = page.locator(".token:visible")
    assert 40 <= shown.count() <= 60
    slider.press("End")
    assert step(page) == 399
    page.get_by_role("button", name="Go to 2").click()
    hears(page, step=2)
    assert page.locator(".frame").is_visible()
    slider.press("End")
    frame, last = page.locator(".frame").bounding_box(), shown.last.bounding_box()
    assert frame is not None
    assert last is not None
    assert frame["x"] == pytest.approx(last["x"], abs=4)
    columns = page.evaluate(COLUMNS)
    box = page.locator(".overview").bounding_box()
    assert box is not None
    assert box["x"] == pytest.approx(columns[0], abs=1)
    page.mouse.click(columns[100] + 1, box["y"] + 6)
    assert step(page) == 100
    first = shown.first.text_content()
    page.mouse.move(columns[100] + 1, box["y"] + 6)
    page.mouse.down()
    page.mouse.move(columns[103] + 1, box["y"] + 6)
    page.mouse.move(columns[105] + 1, box["y"] + 6)
    page.mouse.up()
    assert shown.first.text_content() != first
    assert step(page) == 100


def test_a_sequence_of_numbers_is_a_line(page: Page, opened: Opened) -> None:
    opened(page, "numbers&text=300")
    assert page.locator(".token:visible").count() == 0
    columns = page.evaluate(COLUMNS)
    half = (columns[1] - columns[0]) / 2
    for name in ("given", "predicted"):
        path = page.locator(f".line path.{name}")
        ends = path.evaluate("""path => [0, path.getTotalLength()].map(
            at => path.getPointAtLength(at).matrixTransform(path.getScreenCTM()).x)""")
        assert ends == pytest.approx([columns[0] + half, columns[-1] + half], abs=1.5)
    page.get_by_role("slider").click(position={"x": columns[120] - columns[0] + half, "y": 20})
    hears(page, step=120)


def test_a_forecast_of_another_kind_has_a_scale_of_its_own(page: Page, opened: Opened) -> None:
    """Both lines fill the row, though one is a thousand times as large; on one scale the smaller would be flat."""
    fills = """path => { const box = path.getBBox(); return [box.y, box.y + box.height]; }"""
    opened(page, "numbers&text=60&apart")
    for name in ("given", "predicted"):
        assert page.locator(f".line path.{name}").evaluate(fills) == pytest.approx([0.05, 0.95], abs=0.01)
    assert page.locator(".caption.question").text_content() == "must close, own scale"


def test_where_values_are_rounded_they_say_so(page: Page, opened: Opened) -> None:
    opened(page, "text=2000&units=32")
    assert (page.locator(".gate-readout").text_content() or "").count("≈") == len(SIGNALS)
    page.mouse.click(*cell(page, 4, 3, 1500))
    assert step(page) == pytest.approx(1500, abs=1)


def test_on_a_phone_a_tap_chooses_and_a_swipe_moves_the_window(phone: Page, opened: Opened) -> None:
    opened(phone, "text=100&margin=8")
    shown = phone.locator(".token:visible")
    assert shown.count() <= 24
    shown.nth(3).tap()
    hears(phone, step=3)
    first, chosen = "".join(shown.all_text_contents()), step(phone)
    box = phone.locator(".tokens").bounding_box()
    assert box is not None
    swipe(phone, box["x"] + 200, box["y"] + 15, right=-120, down=0)
    assert "".join(shown.all_text_contents()) != first
    assert step(phone) == chosen


def test_on_a_phone_a_tap_in_any_panel_equals_a_click(phone: Page, opened: Opened) -> None:
    opened(phone, "margin=8")
    units = order(phone)
    for panel in range(len(SIGNALS)):
        phone.touchscreen.tap(*cell(phone, panel, 2 * panel, 3 * panel + 2))
        assert (step(phone), unit(phone)) == (3 * panel + 2, units[2 * panel])


@pytest.mark.parametrize("query", ["margin=8", "margin=8&quiet&text=100"])
def test_on_a_phone_the_page_scrolls_under_the_finger(phone: Page, opened: Opened, query: str) -> None:
    opened(phone, query)
    chosen, scrolled = step(phone), "document.querySelector('[data-testid=stMain]').scrollTop"
    phone.get_by_role("slider").scroll_into_view_if_needed()
    tokens = phone.locator(".tokens").bounding_box()
    assert tokens is not None
    for place in (lambda: (tokens["x"] + 60, tokens["y"] + 15), lambda: cell(phone, 2, 3, 5)):
        x, y = place()
        before = phone.evaluate(scrolled)
        swipe(phone, x, y, right=0, down=-100)
        assert phone.evaluate(scrolled) >= before + 60
        assert step(phone) == chosen


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_letters_come_in_two_inks_that_can_be_read_on_every_colour(page: Page, theme: Theme) -> None:
    """The ink follows from the colour alone, and changes once from dark to light: gates have one such place."""
    colours = {"gates": STYLES[theme].gates, "states": STYLES[theme].states}
    script = (ROOT / "assets/ribbon/values.js").read_text(encoding="utf-8")
    levels = page.evaluate(
        f"""(colours) => {{ {script}
        const palette = new Palette(colours);
        return [palette.gate, palette.state].map(scale => scale.map(({{bytes, ink}}) =>
          [ink, contrast(bytes, channels(ink))])); }}""",
        colours,
    )
    gates, states = levels
    assert len({ink for ink, _ in gates + states}) == 2
    assert min(contrast for _, contrast in gates + states) >= 4.5
    assert sum(one[0] != other[0] for one, other in itertools.pairwise(gates)) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_masked_steps_are_hatched_and_said(new_tab: Callable[..., Page], opened: Opened, scheme: str) -> None:
    page = opened(new_tab(color_scheme=scheme), "masked")
    held = page.locator(".token.held:visible")
    assert held.count() == len(TEXT) // 3
    assert {one.get_attribute("title") for one in held.all()} == {"masked: the state is held"}
    assert min(page.locator(".token").evaluate_all(CONTRASTS)) >= 4.5
    slider = page.get_by_role("slider")
    slider.press("Home")
    assert "masked" not in (slider.get_attribute("aria-valuetext") or "")
    for _ in range(2):
        slider.press("ArrowRight")
    assert "masked, the state is held" in (slider.get_attribute("aria-valuetext") or "")
    said = page.locator(".gate-readout").text_content() or ""
    assert "held" in said
    assert "NaN" not in said
