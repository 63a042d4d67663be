"""A browser for a benchmark: the Chromium that is installed, without a window."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# A browser in a container has no sandbox and no graphics card; the rest keeps it from calling anyone.
SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The one that the environment variable CHROMIUM names, else the first that is found.

    Raises:
        RuntimeError: there is none.
    """
    names = (os.environ.get("CHROMIUM") or "", *NAMES)
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        raise RuntimeError("No Chromium found: run `make browser`, or set CHROMIUM to the browser's path.")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=found, args=SWITCHES)
        yield browser
        browser.close()
