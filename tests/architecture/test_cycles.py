"""No modules import each other in a circle, not even for their types, and not within a function either."""

import ast
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def module_of(path: Path) -> str:
    """``explorer.cells`` for its ``__init__``, else ``explorer.cells.lstm``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(source: str, known: set[str]) -> set[str]:
    """The modules that a source imports at any depth: what a name comes from, and the name where it is a module."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inside if inside <= known else {node.module} | inside
    return found & known


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """The modules of a circle, if there is one."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    paths = {module_of(path): path for path in (ROOT / "explorer").rglob("*.py")}
    assert len(paths) > 300
    graph = {name: imported(path.read_text("utf-8"), set(paths)) - {name} for name, path in paths.items()}
    assert graph["explorer.cells.peephole"] > {"explorer.cells.base"}
    assert circle(graph) == []


@pytest.mark.parametrize(
    "line",
    [
        "import a.one", "from a import one", "from a.one import f", "def g():\n    from a import one",
        "if TYPE_CHECKING:\n    from a.one import T",
    ],
)  # fmt: skip
def test_a_circle_would_be_seen(line: str) -> None:
    known = {"a", "a.one", "a.two"}
    assert circle({"a.two": imported(line, known), "a.one": {"a.two"}})
    assert not circle({"a.two": imported(line, known), "a.one": set()})
