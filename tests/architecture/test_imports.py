"""The rooms import in one direction, and each outside library has its one place."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FRAME = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]


def _imported(source: str) -> set[str]:
    """Dotted names a source imports; a name taken from a module counts as that module's child."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return names


def _outside(names: set[str], allowed: tuple[str, ...]) -> set[str]:
    return {name for name in names if not any(f"{name}.".startswith(f"{ok}.") for ok in allowed)}


@pytest.mark.parametrize(
    ("line", "foreign"),
    [
        ("import streamlit as st", set()),
        ("from explorer import ui", set()),
        ("from explorer.ui.bar.bar import bar", set()),
        ("from explorer import figures", {"explorer.figures"}),
        ("import explorer.uix", {"explorer.uix"}),
        ("def f():\n    import torch", {"torch"}),
    ],
)
def test_foreign_imports_are_recognised(line: str, foreign: set[str]) -> None:
    assert _outside(_imported(line), ("streamlit", "explorer.ui")) == foreign


@pytest.mark.parametrize("path", FRAME, ids=lambda path: path.name)
def test_the_frame_and_the_pages_know_only_streamlit_and_ui(path: Path) -> None:
    names = _imported(path.read_text(encoding="utf-8"))
    assert names
    door = ("explorer.door", "explorer.guard", "starlette.middleware") if path.name == "app.py" else ()
    assert _outside(names, ("streamlit", "explorer.ui", *door)) == set()


def test_streamlit_is_spoken_only_in_ui() -> None:
    """The import rules see imports at any depth of explorer; this one also sees what they never load."""
    speakers = {
        path.relative_to(ROOT).parts[1]
        for path in (ROOT / "explorer").rglob("*.py")
        if any(name.split(".")[0] == "streamlit" for name in _imported(path.read_text(encoding="utf-8")))
    }
    assert speakers == {"ui"}


def test_the_import_rules_hold() -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
