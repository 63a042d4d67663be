"""The settings the app's promises rest on, as Streamlit itself reads them from the project folder."""

import json
import os
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READ = """
import json, sys
from streamlit import config
print(json.dumps({name: config.get_option(name) for name in sys.argv[1:]}))
"""
COLOURS = ("primaryColor", "backgroundColor", "secondaryBackgroundColor", "textColor", "linkColor")


def _streamlit_options(*names: str) -> dict[str, object]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    result = subprocess.run(
        [sys.executable, "-c", READ, *names],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "not a valid config option" not in result.stdout + result.stderr
    return json.loads(result.stdout)


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _caption(text: str, ground: str) -> str:
    """Streamlit writes captions in the text colour at 60% opacity."""
    mixed = [0.6 * int(text[at : at + 2], 16) + 0.4 * int(ground[at : at + 2], 16) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(channel):02x}" for channel in mixed)


def _pins(name: str) -> list[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


def test_what_the_app_promises_is_switched_on() -> None:
    expected = {
        "runner.postScriptGC": False,
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "server.enableXsrfProtection": True,
    }
    assert _streamlit_options(*expected) == expected


def test_contrast_of_black_on_white_is_21() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_captions_links_and_what_is_selected_reach_wcag_aa(theme: str) -> None:
    sidebar_name = f"theme.{theme}.sidebar.backgroundColor"
    colours = _streamlit_options(sidebar_name, *(f"theme.{theme}.{name}" for name in COLOURS))
    sidebar = str(colours[sidebar_name])
    primary, page, panel, text, link = (str(colours[f"theme.{theme}.{name}"]) for name in COLOURS)
    assert min(_contrast(ink, ground) for ink in (text, link) for ground in (page, panel, sidebar)) >= 4.5
    assert min(_contrast(_caption(text, ground), ground) for ground in (page, sidebar)) >= 4.5
    # Selected segments and pills, and the values of sliders, are written in the primary colour.
    assert min(_contrast(primary, ground) for ground in (page, panel, sidebar)) >= 4.5


def test_no_button_is_a_primary_one() -> None:
    # Streamlit writes white on it, and no one colour is legible both under white and on a dark page.
    sources = [*ROOT.glob("explorer/ui/**/*.py"), *ROOT.glob("pages/*.py")]
    assert sources
    assert not [path.name for path in sources if 'type="primary"' in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_is_pinned_to_the_version_in_use(name: str) -> None:
    pins = _pins(name)
    assert pins
    for pin in pins:
        match = re.fullmatch(r"([a-z][a-z0-9-]*)==([0-9][0-9a-z.]*)", pin)
        assert match, f"{pin} is no exact pin"
        # torch adds its build (+cpu) to the version.
        assert version(match[1]).split("+")[0] == match[2]


def test_no_other_list_of_dependencies_outranks_requirements() -> None:
    assert [name for name in ("uv.lock", "Pipfile", "environment.yml") if (ROOT / name).exists()] == []
