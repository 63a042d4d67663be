"""How long does a reader wait for the first page, and for an edit?

Drives a real Chromium against two real servers in turn: the app, and the same page as it was drawn before
(`apps/before.py`: the panels as one of Streamlit's own Plotly charts). Every time is taken inside the page:

- from opening the address to something true on screen, to true panels (both come with the server's first answer), to
  the ribbon, and to the page's own panels, in a browser that has never been here; and the bytes of that visit;
- what a second session of the same browser fetches of our scripts again;
- from a click that comes back from another page to all panels; and, for comparison, a reload of the whole page;
- from the Enter that ends an edit to the first paint of the new heatmaps (100 steps, 32 units);
- a step of the ribbon, from the key to a forced layout (200 tokens).

    python -m benchmarks.page
"""

import statistics
import sys
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page

from benchmarks.chromium import chromium
from benchmarks.serving import serving
from benchmarks.table import row

ROOT = Path(__file__).parents[1]
EDITS, STEPS, LOADS = 20, 60, 3
LINE = ("best = max([len(w) for w in names[2:]]); " * 3)[:99]
# The picture of the panels as it is now, by whoever draws it: another value after another picture is on screen.
PICTURE = """
window.__picture = () => {
  const host = [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')]
    .flatMap(one => [...(one.shadowRoot?.querySelectorAll('.chart') ?? [])]).find(one => one.dataset.key === 'stack');
  if (host) return host.querySelector('.painted').height > 150 && host.figure ? host.figure : undefined;
  const image = document.querySelector('.st-key-stack .js-plotly-plot .hm image');
  return image?.getAttribute('href') ?? image?.getAttribute('xlink:href') ?? undefined;
};
"""
WATCH = (
    PICTURE
    + """
window.__seen = {};
const look = () => {
  const first = (name, there) => { if (there && !(name in window.__seen)) window.__seen[name] = performance.now(); };
  const panels = [...document.querySelectorAll('#gate-explorer-first img')];
  first('answer', panels.length > 0 && panels.every(one => one.complete && one.naturalWidth));
  first('ribbon', [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')]
    .some(one => one.shadowRoot?.querySelector('.tokens')?.childElementCount > 0));
  const says = (place) => [...document.querySelectorAll(place)].some(p => p.textContent.startsWith('This network'));
  first('true', says('p'));
  first('sentence', says('#root p'));
  first('panels', window.__picture());
  if (!('panels' in window.__seen)) requestAnimationFrame(look);
};
look();
"""
)
ARM = """() => {
  const before = window.__picture();
  window.__edit = {};
  document.addEventListener('keydown', event => {
    if (event.key === 'Enter') window.__edit.began = performance.now();
  }, {capture: true, once: true});
  const look = () => {
    const now = window.__picture();
    if (window.__edit.began === undefined || !now || now === before) return requestAnimationFrame(look);
    setTimeout(() => { window.__edit.took = performance.now() - window.__edit.began; });
  };
  look();
}"""
BACK = """() => {
  let began;
  document.addEventListener('click', () => { began = performance.now(); }, {capture: true, once: true});
  const look = () => {
    if (began === undefined || !window.__picture()) return requestAnimationFrame(look);
    setTimeout(() => { window.__back = performance.now() - began; });
  };
  look();
}"""
STEP = """(count) => {
  const all = [document, ...[...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean)];
  const slider = all.map(root => root.querySelector('[role=slider].track')).find(Boolean);
  const times = [];
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    slider.dispatchEvent(new KeyboardEvent('keydown', {key: i % 40 < 20 ? 'ArrowLeft' : 'ArrowRight', bubbles: true}));
    document.body.getBoundingClientRect();
    slider.getBoundingClientRect();
    times.push(performance.now() - began);
  }
  return times;
}"""
FETCHED = """() => performance.getEntriesByType('resource').filter(one => one.name.includes('/gate-explorer/'))
  .reduce((sum, one) => sum + one.transferSize, 0)"""


def _page(browser: Browser) -> Page:
    page = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(WATCH)
    return page


def opening(browser: Browser, url: str) -> dict[str, float]:
    """Milliseconds from navigation to each thing watched for, with an empty cache, and the bytes of the visit."""
    page = _page(browser)
    came = {"bytes": 0.0}
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")

    def count(size: float) -> None:
        came["bytes"] += size

    network.on("Network.loadingFinished", lambda event: count(event["encodedDataLength"]))
    network.on("Network.webSocketFrameReceived", lambda event: count(len(event["response"]["payloadData"]) * 3 / 4))
    seen = _opened(page, url)
    page.wait_for_timeout(2500)  # Plotly too, which comes when all else is there
    page.context.close()
    return seen | came


def _opened(page: Page, url: str) -> dict[str, float]:
    page.goto(url)
    page.wait_for_function("() => 'panels' in window.__seen", timeout=60_000)
    seen: dict[str, float] = page.evaluate("() => window.__seen")
    names = ("answer", "true", "sentence", "ribbon")
    return dict.fromkeys(names, seen["panels"]) | seen  # what came with the panels is not looked for after them


def again(browser: Browser, url: str) -> tuple[float, float]:
    """Milliseconds of a reload to all panels, and the bytes of our scripts that it fetches."""
    page = _page(browser)
    _opened(page, url)
    page.wait_for_timeout(2500)
    reload = _opened(page, url)["panels"]
    page.wait_for_timeout(2500)
    fetched: float = page.evaluate(FETCHED)
    page.context.close()
    return reload, fetched


def returning(browser: Browser, url: str) -> float:
    """Milliseconds from a click on Gates, on another page, to all panels: the median."""
    page = _page(browser)
    _opened(page, url)
    page.wait_for_timeout(1500)
    times = []
    for _ in range(LOADS):
        page.get_by_role("link", name="Step").click()
        page.wait_for_function("() => !window.__picture()", timeout=60_000)
        page.wait_for_timeout(2000)
        page.evaluate(BACK)
        page.get_by_role("link", name="Gates").click()
        page.wait_for_function("() => window.__back !== undefined", timeout=60_000)
        times.append(page.evaluate("() => { const took = window.__back; delete window.__back; return took; }"))
    page.context.close()
    return statistics.median(times)


def edits(browser: Browser, *urls: str) -> list[float]:
    """Milliseconds from Enter to the new heatmaps at each address, edits in turns: the medians."""
    pages = [_edited(browser, url) for url in urls]
    times: list[list[float]] = [[] for _ in urls]
    for edit in range(EDITS):
        for page, kept in zip(pages, times, strict=True):
            kept.append(_edit(page, f"{LINE[:97]}{edit:02d}"))
    for page in pages:
        page.context.close()
    return [statistics.median(kept) for kept in times]


def _edited(browser: Browser, url: str) -> Page:
    page = _page(browser)
    _opened(page, url + "?" + urlencode({"model": "random", "hidden": 32, "units": 0, "text": LINE}))
    page.wait_for_timeout(2500)
    return page


def _edit(page: Page, text: str) -> float:
    page.bring_to_front()
    field = page.get_by_label("Sequence: type text or numbers")
    field.fill(text)
    page.evaluate(ARM)
    field.press("Enter")
    page.wait_for_function("() => window.__edit.took !== undefined", timeout=30_000)
    took: float = page.evaluate("() => window.__edit.took")
    page.wait_for_timeout(900)
    return took


def steps(browser: Browser, url: str) -> float:
    """Milliseconds of the handler and a forced layout, a step of the ribbon: the median."""
    page = _page(browser)
    _opened(page, url + "?" + urlencode({"text": ("f(a[i], b) + " * 20)[:200]}))
    page.wait_for_timeout(2500)
    times: list[float] = page.evaluate(STEP, STEPS)
    page.context.close()
    return statistics.median(times)


def main() -> int:
    """Print every row; 0 when every bound holds."""
    with (
        serving(ROOT / "app.py") as server,
        serving(ROOT / "benchmarks" / "apps" / "before.py", ROOT) as other,
        chromium() as browser,
    ):
        url, before = (f"http://localhost:{one.port}/" for one in (server, other))
        loads: dict[str, list[dict[str, float]]] = {url: [], before: []}
        for _ in range(LOADS + 1):  # the first of each warms the server
            for address, kept in loads.items():
                kept.append(opening(browser, address))
        now, old = (
            {name: statistics.median(load[name] for load in kept[1:]) for name in kept[-1]} for kept in loads.values()
        )
        old_edit, edit = edits(browser, before, url)
        reload, fetched = again(browser, url)
        back, step = returning(browser, url), steps(browser, url)
    panels, painted = now["panels"] / old["panels"], edit / old_edit
    kept = [
        row("warm server: something true on screen", "700 ms", f"{now['true']:.0f} ms", now["true"] <= 700),
        row("true panels, from the first answer", "700 ms", f"{now['answer']:.0f} ms", now["answer"] <= 700),
        row("first visit: all panels of the page, as before = 1", "0.5", f"{panels:.2f}", panels <= 0.5),
        row("first visit: bytes", "5 MB", f"{now['bytes'] / 1e6:.2f} MB", now["bytes"] <= 5e6),
        row("second session: bytes of our scripts", "0 B", f"{fetched:.0f} B", fetched == 0),
        row("later load, from another page: all panels", "1000 ms", f"{back:.0f} ms", back <= 1000),
        row("Enter to new heatmaps, 100 × 32, as before = 1", "0.6", f"{painted:.2f}", painted <= 0.6),
        row("Enter to new heatmaps, 100 × 32: median", "170 ms", f"{edit:.0f} ms", edit <= 170),
        row("ribbon step, 200 tokens: median", "16 ms", f"{step:.1f} ms", step <= 16),
    ]
    print(
        f"  all panels {now['panels']:.0f} ms, before {old['panels']:.0f} ms; bytes before {old['bytes'] / 1e6:.2f} MB"
    )
    print(f"  Enter to new heatmaps before {old_edit:.0f} ms; the ribbon {now['ribbon']:.0f} ms")
    print(f"  the page's own sentence {now['sentence']:.0f} ms; a reload of the page {reload:.0f} ms to all panels")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
