"""A real server and a real browser: fixtures that start both, wait for a redraw and hear what goes wrong.

A traceback in a server's log fails the test during which it was written.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")
# A browser in a container has no sandbox and no graphics card; the rest keeps it from calling anyone.
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # One process for all tabs; and V8 notes at once where its code stands, since reading Plotly again takes a second.
    "--process-per-site",
    "--js-flags=--no-enable-lazy-source-positions",
)
# Counts script runs in the page and remembers when the state last changed, so that a test can wait for the
# run its own action started, however soon or late that run begins.
WATCH_RUNS = """
window.__runs = {finished: 0, changed: performance.now(), state: null};
const look = () => {
  const app = document.querySelector('[data-testid="stApp"]');
  const state = app && app.getAttribute('data-test-script-state');
  if (state === window.__runs.state) return;
  if (state === 'notRunning') window.__runs.finished += 1;
  window.__runs.state = state;
  window.__runs.changed = performance.now();
};
new MutationObserver(look).observe(document, {
  subtree: true, childList: true, attributes: true, attributeFilter: ['data-test-script-state'],
});
// The charts of our view: their hosts, each with its figure, a canvas and, when there was time, Plotly's plot.
window.charts = () => [...document.querySelectorAll('[data-testid="stBidiComponentIsolated"]')]
  .flatMap(one => [...one.shadowRoot?.querySelectorAll('.chart') ?? []]);
window.chart = key => window.charts().find(one => one.dataset.key === key);
window.plotted = key => window.chart(key)?.querySelector('.js-plotly-plot');
"""
# Streamlit often runs twice in a row (a component answers, a page is switched): done means quiet for a while.
SETTLED = """([runs, figures]) => {
  const seen = window.__runs;
  const app = document.querySelector('[data-testid="stApp"]');
  if (!app || app.getAttribute('data-test-connection-state') !== 'CONNECTED') return false;
  const unseen = performance.now() - (seen.acted ?? Infinity) > 5000;
  if (seen.state !== 'notRunning' || (seen.finished < runs && !unseen)) return false;
  if (performance.now() - seen.changed < 250) return false;
  if (document.querySelector('[data-testid="stException"]')) return 'exception';
  if (document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')) return false;
  const drawn = [...document.querySelectorAll('.js-plotly-plot')]
    .filter(plot => plot._fullLayout && plot.querySelector('.main-svg'));
  const painted = window.charts().filter(one => one.figure && one.querySelector('.painted').height > 150);
  return drawn.length + painted.length >= figures && 'drawn';
}"""

Starter = Callable[..., "Server"]
Profile = Callable[..., BrowserContext]
Finished = Callable[..., None]
Acting = Callable[..., AbstractContextManager[None]]


@dataclass
class Server:
    """A running `streamlit run app.py` with its address and its log."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    read: int = 0

    def text(self) -> str:
        """Everything the server has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def news(self) -> str:
        """What it has written since the last call."""
        text = self.text()
        fresh, self.read = text[self.read :], len(text)
        return fresh

    def wait(self, seconds: float = 90) -> None:
        """Return once the server answers; raise with its log where it does not."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(OSError), urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
                if answer.read() == b"ok":
                    return
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"The server did not start; its log:\n{self.text()}")

    def stop(self) -> None:
        """End the process, by force where it does not go by itself."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(log: Path) -> Server:
    port = _free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    # rich would draw tracebacks as coloured boxes, where it happens to be installed.
    command += ["--logger.enableRich", "false"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT)
    server = Server(f"http://127.0.0.1:{port}", process, log)
    server.wait()
    return server


@pytest.fixture(scope="session")
def servers() -> list[Server]:
    """Every server started in this run, also those already stopped: their logs are read after each test."""
    return []


@pytest.fixture(autouse=True)
def quiet_servers(servers: list[Server], request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test during which a server logged a traceback.

    Being the first fixture it ends last, so that what closing the page brings up is heard too.
    """
    for server in servers:
        server.news()
    yield
    logs = [news for server in servers if (news := server.news())]
    for news in logs:
        request.node.add_report_section("teardown", "server log", news)
    tracebacks = [news for news in logs if "Traceback" in news]
    if tracebacks:
        pytest.fail("The server logged a traceback:\n" + "\n".join(tracebacks), pytrace=False)


@pytest.fixture(scope="session")
def server(servers: list[Server], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for the whole run; `server.url` is its address."""
    started = _start(tmp_path_factory.mktemp("server") / "log.txt")
    servers.append(started)
    yield started
    started.stop()


@pytest.fixture
def start_server(servers: list[Server], tmp_path: Path) -> Iterator[Starter]:
    """A function that starts a fresh server: no session has ever run on it. Stopped after the test."""
    mine: list[Server] = []

    def start() -> Server:
        started = _start(tmp_path / f"server-{len(mine)}.txt")
        servers.append(started)
        mine.append(started)
        return started

    yield start
    for started in mine:
        started.stop()


def _chromium() -> str:
    names = (os.environ.get("CHROMIUM") or "", *CHROMIUMS)
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        pytest.fail("No Chromium found: run `make browser`, or set CHROMIUM to the browser's path.", pytrace=False)
    return found


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives the browsers of the whole run."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium, without a window, for the whole run."""
    opened = playwright.chromium.launch(executable_path=_chromium(), args=list(SWITCHES))
    yield opened
    opened.close()


@pytest.fixture
def console_errors() -> list[str]:
    """Errors any page of this test wrote to its console or did not catch; empty unless something is wrong."""
    return []


@pytest.fixture(scope="session")
def profile(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    """A function that gives one profile on disk for each kind of device: scripts are loaded and compiled once."""
    kept: dict[str, BrowserContext] = {}

    def of(**device: Any) -> BrowserContext:
        key = repr(sorted(device.items()))
        if key not in kept:
            folder = tmp_path_factory.mktemp("profile")
            kept[key] = playwright.chromium.launch_persistent_context(
                folder, executable_path=_chromium(), args=list(SWITCHES), bypass_csp=True, **device
            )
            kept[key].add_init_script(WATCH_RUNS)
        return kept[key]

    yield of
    for context in kept.values():
        context.close()


@pytest.fixture
def new_tab(profile: Profile, console_errors: list[str]) -> Iterator[Callable[..., Page]]:
    """A function that opens a page, `new_tab(390, 844, has_touch=True)`, in the profile all tests share."""
    tabs = []

    def opened(width: int = 1440, height: int = 900, color_scheme: Any = None, **device: Any) -> Page:
        tab = _heard(profile(**device), console_errors)
        tab.set_viewport_size({"width": width, "height": height})
        tab.emulate_media(color_scheme=color_scheme)
        tabs.append(tab)
        return tab

    yield opened
    for tab in tabs:
        if tab.url.startswith("http"):
            tab.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
        tab.context.clear_cookies()
        tab.close()


@pytest.fixture
def new_page(browser: Browser, console_errors: list[str]) -> Iterator[Callable[..., Page]]:
    """A function that opens a page of its own profile, one that has never been here: `new_page(1280, 720)`.

    Playwright waits by evaluating in the page, which our policy forbids; a test of the policy does without.
    """
    contexts = []

    def opened(width: int = 1440, height: int = 900, bypass_csp: bool = True, **options: Any) -> Page:
        size: Any = {"width": width, "height": height}
        contexts.append(browser.new_context(viewport=size, bypass_csp=bypass_csp, **options))
        contexts[-1].add_init_script(WATCH_RUNS)
        return _heard(contexts[-1], console_errors)

    yield opened
    for context in contexts:
        context.close()


def _heard(context: BrowserContext, errors: list[str]) -> Page:
    page = context.new_page()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    return page


@pytest.fixture
def page(new_tab: Callable[..., Page]) -> Page:
    """A laptop's page, 1440 × 900."""
    return new_tab(1440, 900)


@pytest.fixture
def phone(new_tab: Callable[..., Page]) -> Page:
    """A phone's page, 390 × 844, with touch."""
    return new_tab(390, 844, has_touch=True, is_mobile=True, device_scale_factor=2)


@pytest.fixture
def finished() -> Finished:
    """A function that waits until Streamlit is done and at least `figures` plots are drawn.

    `finished(page, figures=2)`; after an action of your own use `acting`, which cannot be too early.
    """

    def wait(page: Page, figures: int = 0, runs: int = 1, seconds: float = 90) -> None:
        outcome = page.wait_for_function(SETTLED, arg=[runs, figures], timeout=seconds * 1000).json_value()
        assert outcome == "drawn", "the script raised: the page shows an exception instead of its content"

    return wait


@pytest.fixture
def acting(finished: Finished) -> Acting:
    """`with acting(page, figures=1): page.keyboard.press("Enter")` waits for the run the action started.

    A run may be over before the browser has shown that it began: after five quiet seconds it counts as over.
    """

    @contextmanager
    def act(page: Page, figures: int = 0, seconds: float = 90) -> Iterator[None]:
        before = page.evaluate("window.__runs.finished")
        yield
        page.evaluate("window.__runs.acted = performance.now()")
        finished(page, figures, before + 1, seconds)

    return act
