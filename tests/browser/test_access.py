"""Nobody is shut out: axe-core finds nothing to object to, light or dark, at a desk, on a stage or on a phone."""

from collections.abc import Callable
from typing import Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


class Server(Protocol):
    """A running app."""

    url: str


PAGES = {"gates": "", "step": "step", "memory": "memory", "models": "models"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("page_name", "query", "size"),
    [
        ("gates", "", (1440, 900)),
        ("gates", "presenter=1", (1024, 768)),
        ("gates", "", (390, 844)),
        ("step", "", (1440, 900)),
        ("memory", "memory=long", (390, 844)),
        ("models", "about=card", (1440, 900)),
        ("models", "model=random&about=code&start=typed", (1440, 900)),
    ],
    ids=["desk", "stage", "phone", "step", "memory", "card", "code"],
)
def test_axe_finds_no_violation(
    server: Server,
    new_page: Callable[..., Page],
    finished: Callable[..., None],
    page_name: str,
    query: str,
    size: tuple[int, int],
    scheme: str,
) -> None:
    page = new_page(*size, color_scheme=scheme)
    page.goto(f"{server.url}/{PAGES[page_name]}?{query}")
    finished(page)
    found = Axe().run(page)
    assert not found.response["violations"], found.generate_report()
