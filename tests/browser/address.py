"""What stands in a page's address."""

from urllib.parse import parse_qsl, urlsplit

from playwright.sync_api import Page

SAYS = """wanted => Object.entries(wanted)
  .every(([name, value]) => new URLSearchParams(location.search).get(name) === value)"""


def parameters(page: Page) -> dict[str, str]:
    """The query as it is now."""
    return dict(parse_qsl(urlsplit(page.url).query))


def address_says(page: Page, **wanted: str) -> None:
    """Wait until the address has these values: a run may end before the one that a click began."""
    page.wait_for_function(SAYS, arg=wanted, timeout=30_000)
