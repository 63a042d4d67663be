"""How long does a reader wait for the first page?

Drives a real Chromium against a real server, and takes every time inside the page:

- from opening the address to something true on screen (the sentence that says what is shown, which comes with the
  server's first answer), to the page that says it itself, to the ribbon, and to all panels, in a browser that has
  never been here: the first Plotly load;
- from a click that comes back from another page to all panels: a later load, Plotly being there already; and, for
  comparison, a reload of the whole page;
- from the Enter that ends an edit to the first paint of the new heatmaps (100 steps, 32 units);
- a step of the ribbon, from the key to a forced layout (200 tokens).

    python -m benchmarks.page
"""

import shutil
import statistics
import sys
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.load import serving
from benchmarks.table import row

APP = Path(__file__).parents[1] / "app.py"
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
EDITS, STEPS, LOADS = 20, 60, 3
DRAWN = "() => document.querySelectorAll('.st-key-stack .js-plotly-plot .main-svg').length > 0"
WATCH = """
window.__seen = {};
const look = () => {
  const first = (name, there) => { if (there && !(name in window.__seen)) window.__seen[name] = performance.now(); };
  first('ribbon', document.querySelector('.ribbon .tokens')?.childElementCount > 0
    || [...document.querySelectorAll('*')].some(e => e.shadowRoot?.querySelector('.tokens')?.childElementCount > 0));
  const says = (place) => [...document.querySelectorAll(place)].some(p => p.textContent.startsWith('This network'));
  first('true', says('p'));
  first('sentence', says('#root p'));
  first('panels', document.querySelector('.st-key-stack .js-plotly-plot .main-svg'));
  if (Object.keys(window.__seen).length < 4) requestAnimationFrame(look);
};
look();
"""
ARM = """() => {
  const picture = () => document.querySelector('.st-key-stack .js-plotly-plot .hm image')?.getAttribute('href')
    ?? document.querySelector('.st-key-stack .js-plotly-plot .hm image')?.getAttribute('xlink:href');
  const before = picture();
  window.__edit = {};
  document.addEventListener('keydown', event => {
    if (event.key === 'Enter') window.__edit.began = performance.now();
  }, {capture: true, once: true});
  const look = () => {
    const now = picture();
    if (window.__edit.began === undefined || !now || now === before) return requestAnimationFrame(look);
    setTimeout(() => { window.__edit.took = performance.now() - window.__edit.began; });
  };
  look();
}"""
BACK = """() => {
  let began;
  document.addEventListener('click', () => { began = performance.now(); }, {capture: true, once: true});
  const look = () => {
    const drawn = document.querySelector('.st-key-stack .js-plotly-plot .main-svg');
    if (began === undefined || !drawn) return requestAnimationFrame(look);
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


def opening(browser: Browser, url: str) -> dict[str, float]:
    """Milliseconds from navigation to each thing watched for, in a window with an empty cache."""
    page = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 900}).new_page()
    return _opened(page, url)


def _opened(page: Page, url: str) -> dict[str, float]:
    page.add_init_script(WATCH)
    page.goto(url)
    page.wait_for_function("() => Object.keys(window.__seen).length === 4", timeout=60_000)
    seen: dict[str, float] = page.evaluate("() => window.__seen")
    return seen


def returning(page: Page) -> float:
    """Milliseconds from a click on Gates, on another page, to all panels."""
    page.get_by_role("link", name="Step").click()
    page.wait_for_function("() => !document.querySelector('.st-key-stack')", timeout=60_000)
    page.wait_for_timeout(2000)
    page.evaluate(BACK)
    page.get_by_role("link", name="Gates").click()
    page.wait_for_function("() => window.__back !== undefined", timeout=60_000)
    took: float = page.evaluate("() => window.__back")
    return took


def edits(browser: Browser, url: str) -> list[float]:
    """Milliseconds from Enter to the new heatmaps, an edit each."""
    page = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 900}).new_page()
    line = ("best = max([len(w) for w in names[2:]]); " * 3)[:99]
    page.goto(url + "?" + urlencode({"model": "random", "hidden": 32, "units": 0, "text": line}))
    page.wait_for_function(DRAWN, timeout=60_000)
    page.wait_for_timeout(1500)
    field = page.get_by_label("Sequence: type text or numbers")
    times = []
    for edit in range(EDITS):
        field.fill(f"{line[:97]}{edit:02d}")
        page.evaluate(ARM)
        field.press("Enter")
        page.wait_for_function("() => window.__edit.took !== undefined", timeout=30_000)
        times.append(page.evaluate("() => window.__edit.took"))
        page.wait_for_timeout(700)
    return times


def steps(browser: Browser, url: str) -> list[float]:
    """Milliseconds of the handler and a forced layout, a step of the ribbon each."""
    page = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 900}).new_page()
    page.goto(url + "?" + urlencode({"text": ("f(a[i], b) + " * 20)[:200]}))
    page.wait_for_function(DRAWN, timeout=60_000)
    page.wait_for_timeout(1500)
    times: list[float] = page.evaluate(STEP, STEPS)
    return times


def main() -> int:
    """Print every row; 0 when every bound holds."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with serving(APP) as server, sync_playwright() as playwright:
        url = f"http://localhost:{server.port}/"
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        opening(browser, url)
        loads = [opening(browser, url) for _ in range(LOADS)]
        names = ("true", "sentence", "ribbon", "panels")
        first = {name: statistics.median(load[name] for load in loads) for name in names}
        page = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 900}).new_page()
        _opened(page, url)
        reload = _opened(page, url)
        page.wait_for_timeout(1500)
        back = statistics.median(returning(page) for _ in range(LOADS))
        edit = statistics.median(edits(browser, url))
        step = statistics.median(steps(browser, url))
        browser.close()
    kept = [
        row("warm server: something true on screen", "1000 ms", f"{first['true']:.0f} ms", first["true"] <= 1000),
        row("first Plotly load: all panels", "5000 ms", f"{first['panels']:.0f} ms", first["panels"] <= 5000),
        row("later load, from another page: all panels", "1000 ms", f"{back:.0f} ms", back <= 1000),
        row("Enter to new heatmaps, 100 × 32: median", "300 ms", f"{edit:.0f} ms", edit <= 300),
        row("ribbon step, 200 tokens: median", "16 ms", f"{step:.1f} ms", step <= 16),
    ]
    print(f"  the page's own sentence {first['sentence']:.0f} ms")
    print(f"  the ribbon {first['ribbon']:.0f} ms; a reload of the page {reload['panels']:.0f} ms to all panels")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
