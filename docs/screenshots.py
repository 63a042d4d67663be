"""Take the pictures in docs/look: every page at the five sizes, light and dark.

python docs/screenshots.py            # or: make screenshots
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.chromium import chromium  # noqa: E402
from benchmarks.serving import serving  # noqa: E402

LOOK = ROOT / "docs" / "look"
SIZES = {"1440x900": "", "1280x720": "presenter=1", "1024x768": "presenter=1", "1440x900-presenter": "presenter=1",
         "390x844": ""}  # fmt: skip
VIEWS = {"landing": ("", "")}
"""Name → path and query of a view."""


def shoot(browser: Browser, url: str, file: Path, size: str, scheme: str) -> None:
    """One picture of one address, once its panels are drawn."""
    width, height = (int(side) for side in size.partition("-")[0].split("x"))
    phone = width < 500
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        has_touch=phone,
        is_mobile=phone,
        reduced_motion="reduce",
        bypass_csp=True,  # to wait for the page is to evaluate in it
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=60_000)
    page.wait_for_timeout(3_500)
    page.screenshot(path=file)
    context.close()


def main() -> None:
    """Start a server and a browser, and take every picture."""
    LOOK.mkdir(parents=True, exist_ok=True)
    with serving(ROOT / "app.py") as server, chromium() as browser:
        for name, (path, query) in VIEWS.items():
            for size, mode in SIZES.items():
                asked = "&".join(filter(None, (query, mode)))
                for scheme in ("light", "dark"):
                    file = LOOK / f"{name}-{size}-{scheme}.png"
                    shoot(browser, f"http://localhost:{server.port}/{path}?{asked}", file, size, scheme)
                    print(file.relative_to(ROOT))


if __name__ == "__main__":
    main()
