"""The picture itself: a canvas at once, Plotly in its place later, the same numbers in the same colours and pixels."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

import explorer
from explorer.figures.style import STYLES, Scale
from tests.browser.address import address_says

Waiting = Callable[..., Any]
TEXT = "best = max([len(w) for w in names[2:]])"
TAKEN = "key => window.chart(key)?.matches('.taken')"
# The colour of every cell, panel by panel: on the canvas at its middle, and in the picture that Plotly shows.
COLOURS = """async (key) => {
  const host = window.chart(key);
  const {data, layout} = host.figure;
  const {_fullLayout: full} = host.querySelector('.js-plotly-plot');
  const canvas = host.querySelector('.painted');
  const scale = canvas.width / host.clientWidth;
  const pen = canvas.getContext('2d');
  const images = [...host.querySelectorAll('.hm image')];
  return Promise.all(data.map(async (trace, at) => {
    const {xaxis, [at ? `yaxis${at + 1}` : 'yaxis']: yaxis} = full;
    const cells = trace.z.flatMap((row, unit) => Array.from(row, (_, step) => [unit, step]));
    const painted = cells.map(([unit, step]) => {
      const place = [xaxis._offset + xaxis.l2p(step), yaxis._offset + yaxis.l2p(unit)].map(one => one * scale);
      return [...pen.getImageData(...place, 1, 1).data];
    });
    const image = new Image();
    image.src = images[at].getAttribute('xlink:href') ?? images[at].getAttribute('href');
    await image.decode();
    const [wide, high] = [trace.z[0].length, trace.z.length];
    const sheet = new OffscreenCanvas(image.naturalWidth, image.naturalHeight).getContext('2d');
    sheet.drawImage(image, 0, 0);
    const plotted = cells.map(([unit, step]) => [...sheet.getImageData(
      (step + 0.5) * image.naturalWidth / wide, (unit + 0.5) * image.naturalHeight / high, 1, 1).data]);
    return {signal: trace.meta.signal, ends: [trace.zmin, trace.zmax], values: trace.z.map(row => [...row]),
      painted, plotted};
  }));
}"""


def coloured(values: Any, ends: tuple[float, float], scale: Scale) -> Any:
    """Red, green and blue of values on a scale, by an interpolation of its own."""
    share = np.clip((np.asarray(values) - ends[0]) / (ends[1] - ends[0]), 0, 1)
    stops = [at for at, _ in scale]
    channels = [[int(colour[at : at + 2], 16) for _, colour in scale] for at in (1, 3, 5)]
    return np.stack([np.interp(share, stops, channel) for channel in channels], axis=-1)


def opened(page: Page, address: str, finished: Waiting, key: str = "stack") -> Page:
    page.goto(address)
    finished(page, figures=1)
    page.wait_for_function(TAKEN, arg=key)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_canvas_and_plotly_show_the_same_numbers_in_the_same_colours(
    new_tab: Callable[..., Page], server: Any, finished: Waiting, scheme: Any
) -> None:
    page = opened(new_tab(color_scheme=scheme), server.url, finished)
    page.wait_for_function("paper => window.chart('stack').figure.layout.font.color === paper", arg=STYLES[scheme].ink)
    page.wait_for_function(TAKEN, arg="stack")
    trace = explorer.record(explorer.load_model("brackets-lstm"), TEXT)
    panels = page.evaluate(COLOURS, "stack")
    assert [panel["signal"] for panel in panels] == ["forget", "input", "candidate", "output", "cell", "hidden"]
    for panel in panels:
        values = np.array(panel["values"])
        recorded = trace.select(panel["signal"]).T
        assert np.array_equal(np.sort(values, axis=0), np.sort(recorded, axis=0).astype(values.dtype))
        role = "gates" if panel["signal"] in ("forget", "input", "output") else "states"
        wanted = coloured(values, panel["ends"], getattr(STYLES[scheme], role)).reshape(-1, 3)
        for name in ("painted", "plotted"):
            shown = np.array(panel[name])
            assert (shown[:, 3] == 255).all()
            assert np.abs(shown[:, :3] - wanted).max() <= 1.5
        assert np.abs(np.array(panel["painted"]) - np.array(panel["plotted"])).max() <= 1


@pytest.mark.parametrize(
    ("path", "key"), [("", "stack"), ("memory?memory=wrote&step=20", "ledger-map"), ("compare", "compared")]
)
def test_without_plotly_everything_but_its_menu_works(
    page: Page, server: Any, finished: Waiting, acting: Waiting, console_errors: list[str], path: str, key: str
) -> None:
    page.route("**/plotly.*.js", lambda route: route.abort())
    page.goto(f"{server.url}/{path}")
    finished(page, figures=1)
    page.wait_for_timeout(1500)
    assert page.locator(".js-plotly-plot").count() == 0
    chart = page.locator(f".chart[data-key={key}]")
    chart.scroll_into_view_if_needed()
    painted = chart.locator(".painted")
    expect(painted).to_be_visible()
    assert len(set(painted.evaluate(INKS))) > 50
    box = chart.bounding_box()
    assert box is not None
    slider = page.get_by_role("slider").first
    x, y = box["x"] + 138 + (box["width"] - 148) * 7.5 / 39, box["y"] + 40
    page.mouse.move(x, y)
    expect(page.locator(".gate-value:visible").first).to_be_visible()
    with acting(page, figures=1):
        page.mouse.click(x, y)
    expect(slider).to_have_attribute("aria-valuenow", "8")
    address_says(page, step="7")
    with acting(page, figures=1):
        slider.press("ArrowRight")
    address_says(page, step="8")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 10, steps=4)
    page.mouse.up()
    address_says(page, first="7")
    assert not [one for one in console_errors if "404" not in one and "ERR_FAILED" not in one]


# The colours of a grid of pixels, as words.
INKS = """canvas => Array.from({length: 4000}, (_, at) => canvas.getContext('2d').getImageData(
  canvas.width * (0.12 + 0.85 * (at % 80) / 80), canvas.height * Math.floor(at / 80) / 50, 1, 1).data.join())"""
# Where Plotly's axis puts the edges of the steps that it shows, on the screen.
EDGES = """() => {
  const plot = window.plotted('stack'), axis = plot._fullLayout.xaxis;
  const left = plot.getBoundingClientRect().left + axis._offset;
  return {left, right: left + axis._length, range: [...axis.range]};
}"""


def test_plotlys_menu_zooms_and_the_tokens_follow(
    page: Page, server: Any, finished: Waiting, acting: Waiting, console_errors: list[str]
) -> None:
    opened(page, server.url, finished)
    whole = page.evaluate(EDGES)
    plot = page.locator(".chart[data-key=stack] .js-plotly-plot")
    plot.hover(position={"x": 700, "y": 60})
    for name in ("Zoom in", "Download plot as a PNG", "Reset axes"):
        expect(plot.locator(f".modebar-btn[data-title='{name}']")).to_be_visible()
    plot.locator(".modebar-btn[data-title='Zoom in']").click()
    page.wait_for_function(
        "whole => window.plotted('stack')._fullLayout.xaxis.range[0] > whole + 5", arg=whole["range"][0]
    )
    near = page.evaluate(EDGES)
    column = (near["right"] - near["left"]) / (near["range"][1] - near["range"][0])
    page.mouse.click(near["left"] + column * (20 - near["range"][0]), 330)
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuenow", "21")
    marked = page.locator(".gate-cursor").bounding_box()
    assert marked is not None
    assert marked["width"] == pytest.approx(column, abs=4)
    # Another line of the same length stays zoomed; Plotly's own button shows the whole again.
    finished(page)
    with acting(page, figures=1):
        page.get_by_label("Sequence: type text or numbers").fill(TEXT.replace("best", "rest"))
        page.get_by_label("Sequence: type text or numbers").press("Enter")
    page.wait_for_function(TAKEN, arg="stack")
    assert page.evaluate(EDGES)["range"] == pytest.approx(near["range"])
    plot.hover(position={"x": 700, "y": 60})
    plot.locator(".modebar-btn[data-title='Reset axes']").click()
    page.wait_for_function(
        "whole => window.plotted('stack')._fullLayout.xaxis.range[0] === whole", arg=whole["range"][0]
    )
    tokens = page.locator(".token:visible")
    assert tokens.count() == 39
    assert tokens.first.evaluate("one => one.getBoundingClientRect().left") == pytest.approx(whole["left"], abs=1)
    assert not [one for one in console_errors if "404" not in one]


def test_nothing_is_built_anew_where_only_values_change(
    page: Page, server: Any, finished: Waiting, acting: Waiting
) -> None:
    opened(page, server.url, finished)
    page.evaluate(
        "() => { const host = window.chart('stack'); window.kept = [host, host.querySelector('.painted'),"
        " window.plotted('stack'), window.plotted('stack').querySelector('.main-svg')]; }"
    )
    same = (
        "() => { const host = window.chart('stack'); return [host, host.querySelector('.painted'),"
        " window.plotted('stack'), window.plotted('stack').querySelector('.main-svg')]"
        ".every((one, at) => one === window.kept[at]); }"
    )
    with acting(page, figures=1):
        page.get_by_role("slider").press("ArrowLeft")
    assert page.evaluate(TAKEN, "stack")  # a step is no news for the picture
    with acting(page, figures=1):
        page.get_by_label("Sequence: type text or numbers").fill(TEXT.replace("names", "lines"))
        page.get_by_label("Sequence: type text or numbers").press("Enter")
    page.wait_for_function(TAKEN, arg="stack")
    assert page.evaluate(same)


def test_scripts_are_fetched_once_by_a_browser(new_page: Callable[..., Page], server: Any, finished: Waiting) -> None:
    """A second session takes them from the cache, and its websocket carries none."""
    page = new_page()
    frames: list[bytes] = []
    page.on(
        "websocket",
        lambda socket: socket.on(
            "framereceived", lambda frame: frames.append(bytes(frame, "utf-8") if isinstance(frame, str) else frame)
        ),
    )
    opened(page, server.url, finished)
    fetched = (
        "() => performance.getEntriesByType('resource').filter(one => one.name.includes('/gate-explorer/'))"
        ".map(one => one.transferSize)"
    )
    first = page.evaluate(fetched)
    frames.clear()
    page.reload()
    finished(page, figures=1)
    page.wait_for_function(TAKEN, arg="stack")
    assert len(first) >= 4
    assert min(first) > 0
    assert page.evaluate(fetched) == [0] * len(first)
    assert frames
    assert not [one for one in frames if b"class Ribbon" in one or b"getContext" in one]


# Where the first answer shows its panels, and where the page's figure has them, on the screen.
FIRST = """() => [...document.querySelectorAll('#gate-explorer-first picture')].map(one => one.getBoundingClientRect())
  .filter(one => one.width).map(({x, y, width, height}) => [x, y, width, height])"""
LATER = """() => {
  const host = window.chart('stack'), {x, y, width} = host.getBoundingClientRect();
  const {data, layout} = host.figure, {l, r, t, b} = layout.margin, high = layout.height - t - b;
  return data.map(trace => {
    const [low, top] = layout[`yaxis${trace.yaxis.slice(1)}`].domain;
    return [x + l, y + t + (1 - top) * high, width - l - r, (top - low) * high];
  });
}"""


@pytest.mark.parametrize(
    ("path", "size", "device"),
    [
        ("", (1440, 900), {}),
        ("", (1000, 800), {"color_scheme": "dark"}),
        ("?presenter=1", (1280, 720), {}),
        ("", (390, 844), {"user_agent": "Mobile", "is_mobile": True, "has_touch": True}),
        ("?model=sentiment-gru", (1440, 900), {}),
        ("?model=sine-lstm", (1280, 800), {}),
        ("gates?model=brackets-gru&text=a(b[c]d)", (1440, 900), {}),
    ],
)
def test_the_panels_of_the_first_answer_stand_where_the_page_draws_them(
    new_page: Callable[..., Page], server: Any, finished: Waiting, path: str, size: tuple[int, int], device: Any
) -> None:
    page = new_page(*size, **device)
    page.route("**/static/js/**", lambda route: route.abort())
    page.goto(f"{server.url}/{path}")
    first = page.evaluate(FIRST)
    assert len(first) >= 2
    page.unroute("**/static/js/**")
    page.reload()
    finished(page, figures=1)
    later = page.evaluate(LATER)
    assert np.array(first) == pytest.approx(np.array(later), abs=0.6)
    expect(page.locator("#gate-explorer-first")).to_have_count(0)
