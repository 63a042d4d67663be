"""Benchmarks and the scripts of docs find what they import: nothing else runs them before somebody needs them."""

import ast
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = [*sorted((ROOT / "benchmarks").rglob("*.py")), *sorted((ROOT / "docs").glob("*.py"))]


def _taken(source: str) -> list[tuple[str, str]]:
    """Module and name of everything that a source imports; no name where it is the module itself."""
    found: list[tuple[str, str]] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(node.module or "", alias.name) for alias in node.names]
    return found


def _is_there(module: str, name: str) -> bool:
    try:
        found = import_module(module) if name else find_spec(module)
        return found is not None and (not name or hasattr(found, name) or bool(import_module(f"{module}.{name}")))
    except ModuleNotFoundError:
        return False


def _is_made_there(module: str, name: str) -> bool:
    """Whether a module does not itself take a name from another, which it may cease to do."""
    file = ROOT / f"{module.replace('.', '/')}.py"
    return not file.exists() or name not in {other for _, other in _taken(file.read_text("utf-8"))}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_is_imported_is_there(path: Path) -> None:
    assert [one for one in _taken(path.read_text("utf-8")) if not _is_there(*one)] == []


@pytest.mark.parametrize(
    ("line", "there"),
    [
        ("from benchmarks.load import nothing_of_the_sort", False),
        ("from benchmarks import no_such_file", False),
        ("def f():\n    import benchmarks.no_such_file", False),
        ("from benchmarks import serving, fastest", True),
    ],
)
def test_a_lost_import_is_seen(line: str, there: bool) -> None:
    assert [_is_there(*one) for one in _taken(line)] == [there] * len(_taken(line))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_benchmarks_share_is_public_and_taken_from_where_it_is_made(path: Path) -> None:
    shared = [one for one in _taken(path.read_text("utf-8")) if one[0].split(".")[0] == "benchmarks"]
    assert [name for _, name in shared if name.startswith("_")] == []
    assert [one for one in shared if not _is_made_there(*one)] == []
