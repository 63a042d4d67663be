"""The server is started again while someone works: the browser comes back, and loses nothing that was typed."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

ROOT = Path(__file__).parents[2]
TABLE = "level\n" + "\n".join(str(number % 7) for number in range(30))


def again(server: Any) -> None:
    """The same command at the same address."""
    server.stop()
    with server.log.open("ab") as log:
        server.process = subprocess.Popen(server.process.args, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    server.wait()


def connected(page: Page) -> None:
    """Wait until Streamlit is."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=90_000)


@pytest.mark.parametrize("path", ["/?text=abc(d)", "/step?text=abc(d)"])
def test_the_first_edit_after_a_restart_is_taken(
    path: str, start_server: Callable[[], Any], new_page: Callable[..., Page], finished: Callable[..., Any]
) -> None:
    server, page = start_server(), new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}{path}")
    line = page.get_by_label("Sequence: type text or numbers")
    expect(line).to_have_value("abc(d)", timeout=60_000)
    finished(page)
    again(server)
    connected(page)
    line.fill("g(y)[2]")
    line.press("Enter")
    page.wait_for_function("new URLSearchParams(location.search).get('text') === 'g(y)[2]'")
    expect(page.get_by_text("The server was started again")).to_be_visible()
    expect(line).to_have_value("g(y)[2]")


def test_an_upload_is_said_to_be_gone(
    start_server: Callable[[], Any], new_page: Callable[..., Page], finished: Callable[..., Any]
) -> None:
    server, page = start_server(), new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{server.url}/?model=sst-lstm")
    finished(page)
    page.get_by_role("button", name="Source").first.click()
    page.get_by_text("CSV file").first.click()
    page.locator("input[type=file]").first.set_input_files(
        {"name": "levels.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    page.wait_for_function("location.search.includes('source=upload')")
    page.keyboard.press("Escape")
    again(server)
    connected(page)
    page.get_by_test_id("stMainMenu").first.press("r")
    expect(page.get_by_text("The uploaded file is gone")).to_be_visible(timeout=60_000)
    assert "source=upload" in page.url
