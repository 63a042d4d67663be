"""The app lives with its own policy: no browser finds a violation of it on any page, nor in another site's frame."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page

from explorer.ui.frame import ROOMS

VIOLATIONS = """
window.__violations = [];
document.addEventListener('securitypolicyviolation', (one) => {
  window.__violations.push(`${one.violatedDirective} ${one.blockedURI} ${one.sourceFile}`);
});
"""
DRAWN = """document.querySelector('.st-key-page p, .st-key-page h4') !== null
  && document.querySelector('[data-test-script-state="notRunning"]') !== null"""
STRANGER = """() => {
  const one = document.createElement('script');
  one.textContent = 'window.__ran = 1';
  document.body.append(one);
  document.body.insertAdjacentHTML('beforeend', '<img src="x:" onerror="window.__ran = 1">');
}"""
COURSE = '<body>A course <iframe name="gates" src="{url}/?embed=true" width="1200" height="800"></iframe></body>'


def drawn(frame: Any) -> None:
    """Wait until a page stands; by asking, since waiting inside the page is evaluating, which the policy forbids."""
    until = time.monotonic() + 90
    while not frame.evaluate(DRAWN):
        assert time.monotonic() < until, "the page was not drawn"
        time.sleep(0.25)
    time.sleep(1.5)


@pytest.fixture
def strict(new_page: Callable[..., Page]) -> Page:
    """A page whose browser holds to the policy."""
    page = new_page(bypass_csp=False)
    page.add_init_script(VIOLATIONS)
    return page


@pytest.fixture
def course() -> Iterator[Callable[[str], str]]:
    """A function that serves a page from another origin and gives its address."""
    pages: list[bytes] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(pages[0])

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def serve(page: str) -> str:
        pages.append(page.encode())
        return f"http://127.0.0.1:{server.server_port}/"

    yield serve
    server.shutdown()
    server.server_close()


def test_no_page_violates_the_policy(strict: Page, server: Any) -> None:
    for room in ROOMS:
        strict.goto(f"{server.url}/{room.url}")
        drawn(strict)
        assert strict.evaluate("window.__violations") == [], room.url
        assert strict.locator("#gate-explorer-waiting").count() == 0


def test_a_script_that_is_not_ours_does_not_run(strict: Page, server: Any) -> None:
    """The policy is in force: what a stranger would write into the page is refused."""
    strict.goto(server.url)
    drawn(strict)
    strict.evaluate(STRANGER)
    time.sleep(0.5)
    assert strict.evaluate("window.__ran") is None
    assert len(strict.evaluate("window.__violations")) >= 2


def test_in_the_frame_of_a_course_page(strict: Page, server: Any, course: Callable[[str], str]) -> None:
    strict.goto(course(COURSE.format(url=server.url)))
    frame = strict.frame("gates")
    assert frame is not None
    drawn(frame)
    assert frame.evaluate("window.__violations") == []


def test_without_websockets_the_page_says_so(new_page: Callable[..., Page], server: Any) -> None:
    page = new_page()
    page.route_web_socket("**/*", lambda socket: socket.close())
    page.goto(f"{server.url}/")
    said = page.locator("#gate-explorer-waiting")
    assert not said.is_visible()
    said.wait_for(state="visible", timeout=60_000)
    assert page.locator("#gate-explorer-first").count() == 1
