"""Which hostile words become scripts in a real browser: none; part of `benchmarks.hostile`."""

import time
from urllib.parse import quote

from playwright.sync_api import Page

from benchmarks.chromium import chromium
from benchmarks.table import row

PLACES = (
    "?text={}",
    "step?text={}",
    "memory?text={}",
    "compare?other={}",
    "?model={}",
    "models?about={}",
    "train?train={}",
)
READY = "document.querySelector('[data-test-script-state=\"notRunning\"]') && document.querySelector('.st-key-page')"


def scripts_run(address: str, words: tuple[str, ...]) -> bool:
    """Open every word at every place; print the row of how many ran or raised.

    Args:
        address: of a running app.
        words: each sets ``window.__ran`` if it becomes a script.
    """
    with chromium() as browser:
        page = browser.new_page()
        wrong, tried = [], [place.format(quote(word, errors="replace")) for place in PLACES for word in words]
        for link in tried:
            if said := _opened(page, f"{address}/{link}"):
                wrong.append(f"{link}: {said}")
    for one in wrong:
        print(f"  {one[:300]}", flush=True)
    return row(f"in a browser: scripts run by {len(tried)} links", "0", str(len(wrong)), not wrong)


def _opened(page: Page, link: str) -> str:
    page.goto(link)
    until = time.monotonic() + 60
    while not page.evaluate(READY):
        if time.monotonic() > until:
            return "not drawn"
        time.sleep(0.2)
    time.sleep(0.5)
    if page.evaluate("window.__ran") is not None:
        return "a script ran"
    return "a traceback" if page.evaluate("!!document.querySelector('[data-testid=stException]')") else ""
