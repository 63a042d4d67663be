"""Nobody is shut out: axe-core finds nothing to object to, light or dark, at a desk, on a stage or on a phone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

DESK, STAGE, PHONE = (1440, 900), (1024, 768), (390, 844)
# A phone says what it is; a narrow window that does not gets its menu one run later.
VIEWS = [
    ("", DESK),
    ("?presenter=1", STAGE),
    ("", PHONE),
    ("step", DESK),
    ("step?presenter=1", STAGE),
    ("step", PHONE),
    ("memory?memory=wrote", DESK),
    ("memory?memory=long", PHONE),
    ("memory?memory=say", DESK),
    ("memory?memory=say&past=tokens", DESK),
    ("memory?memory=say&past=lab", DESK),
    ("memory?memory=say&past=myth", DESK),
    ("memory?memory=forgot", DESK),
    ("compare", DESK),
    ("compare?presenter=1", STAGE),
    ("compare", PHONE),
    ("compare?compare=groups", DESK),
    ("compare?compare=sweep", DESK),
    ("compare?compare=facts&against=model", DESK),
    ("compare?model=sst-lstm&compare=answers&against=model&rival=sst-rnn", DESK),
    ("models?about=card", DESK),
    ("models?model=random&about=code&start=typed", DESK),
]


class Server(Protocol):
    """A running app."""

    url: str


@pytest.mark.parametrize(("view", "size"), VIEWS, ids=[f"{view or 'gates'}-{size[0]}" for view, size in VIEWS])
def test_axe_finds_no_violation(
    server: Server,
    new_tab: Callable[..., Page],
    finished: Callable[..., None],
    acting: Callable[..., AbstractContextManager[None]],
    console_errors: list[str],
    view: str,
    size: tuple[int, int],
) -> None:
    page = new_tab(*size, color_scheme="light", **({"user_agent": "Mobile"} if size == PHONE else {}))
    page.goto(f"{server.url}/{view}")
    finished(page)
    light = Axe().run(page)
    assert not light.response["violations"], light.generate_report()
    with acting(page):
        page.emulate_media(color_scheme="dark")
    dark = Axe().run(page, options={"runOnly": ["color-contrast", "link-in-text-block"]})  # all else is as it was
    assert not dark.response["violations"], dark.generate_report()
    assert "color-contrast" in [rule["id"] for rule in dark.response["passes"]]
    assert page.get_by_test_id("stAlert").count() == 0
    assert [error for error in console_errors if "404" not in error] == []
