"""A cell speaks for itself: nothing outside ``explorer/cells`` compares a kind with a word or holds a table by kind."""

import ast
from pathlib import Path

import pytest

from explorer.cells import CELLS

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path
    for path in [*(ROOT / "explorer").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
    if (ROOT / "explorer" / "cells") not in path.parents
)


def words(node: ast.AST | None) -> set[str]:
    """The kinds that an expression names, itself or as members of a list."""
    members = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else [node]
    return {one.value for one in members if isinstance(one, ast.Constant) and one.value in CELLS}


def knows_a_kind(node: ast.AST) -> bool:
    """Whether it is a comparison with a kind, a dictionary by kind, a list with one, or a case of one."""
    match node:
        case ast.Compare():
            return any(words(one) for one in (node.left, *node.comparators))
        case ast.Dict():
            return any(words(key) for key in node.keys)
        case ast.List() | ast.Tuple() | ast.Set():
            return bool(words(node))
        case ast.MatchValue():
            return bool(words(node.value))
        case ast.Call():
            return _by_class(node)
    return False


def _by_class(call: ast.Call) -> bool:
    """Whether it asks for the class of a cell."""
    known = {cell.__name__ for cell in CELLS.values()}
    asked = isinstance(call.func, ast.Name) and call.func.id in ("isinstance", "issubclass")
    named = {one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in ast.walk(call)}
    return asked and bool(named & known)


def found(path: Path) -> list[str]:
    return [ast.unparse(node)[:80] for node in ast.walk(ast.parse(path.read_text("utf-8"))) if knows_a_kind(node)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_knows_a_kind(path: Path) -> None:
    assert not found(path)


@pytest.mark.parametrize(
    "code",
    [
        "if kind == 'lstm': pass", "x = model.kind != 'gru'", "y = kind in ('rnn', 'gru')", "z = {'lstm': 4}[kind]",
        "switch('Cell', 'kind', ['lstm', 'gru'])", "match kind:\n    case 'gru': pass",
        "isinstance(cell, cells.GRUCell)", "for kind, letters in (('lstm', 'ifo'),): pass",
    ],
)  # fmt: skip
def test_every_way_of_knowing_one_is_seen(code: str) -> None:
    assert any(map(knows_a_kind, ast.walk(ast.parse(code))))


def test_a_name_that_merely_has_a_kind_in_it_is_none() -> None:
    code = "load_model('brackets-lstm'); Untrained('LSTM', 'lstm', 0.0); {'LSTM': 1}"
    assert not any(map(knows_a_kind, ast.walk(ast.parse(code))))
