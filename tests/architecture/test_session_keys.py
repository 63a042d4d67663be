"""Who keeps what in a session: every key of `st.session_state` has one owner, a file that names it."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest

from tests.architecture.test_imports import ROOT

_READS = {"get", "pop", "setdefault", "__contains__"}


def keys(source: str) -> set[str]:
    """The keys that a file names: of the session's state, and of widgets, which are kept there too.

    A key that is made of parts is known by its beginning, and said to go on: ``"choice-…"``.
    """
    module = ast.parse(source)
    outside = _names(module.body)
    functions = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    return {
        spelt
        for scope in (module, *functions)
        for key in _asked(scope, outside | _names(list(ast.walk(scope))))
        for spelt in [_spelling(key, outside | _names(list(ast.walk(scope))))]
        if spelt
    }


def _names(nodes: list[Any]) -> dict[str, ast.expr]:
    """What is given a name there, by it; ``a, b = 1, 2`` too."""
    named: dict[str, ast.expr] = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            goal = node.targets[0]
            several = isinstance(goal, ast.Tuple) and isinstance(node.value, ast.Tuple)
            pairs = zip(goal.elts, node.value.elts, strict=True) if several else [(goal, node.value)]
            named |= {name.id: value for name, value in pairs if isinstance(name, ast.Name)}
    return named


def _asked(scope: ast.AST, named: dict[str, ast.expr]) -> Iterator[ast.expr]:
    states = {"st.session_state"} | {name for name, value in named.items() if ast.unparse(value) == "st.session_state"}
    for node in ast.walk(scope):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) in states:
            yield node.slice
        elif isinstance(node, ast.Compare) and any(ast.unparse(one) in states for one in node.comparators):
            yield node.left
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called.rpartition(".")[0] in states and called.rpartition(".")[2] in _READS:
                yield from node.args[:1]
            if called != "st.container" and "." in called:
                yield from (word.value for word in node.keywords if word.arg == "key")


def _spelling(key: ast.expr, named: dict[str, ast.expr]) -> str:
    if isinstance(key, ast.Name) and key.id in named:
        return _spelling(named[key.id], {name: value for name, value in named.items() if name != key.id})
    if isinstance(key, ast.JoinedStr):
        begun = _spelling(
            key.values[0].value if isinstance(key.values[0], ast.FormattedValue) else key.values[0], named
        )
        return f"{begun}…" if begun else ""
    return str(key.value) if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""


def _may_be_one(one: str, other: str) -> bool:
    """Whether two spellings can name one key."""
    if one.endswith("…"):
        return other.startswith(one[:-1])
    return one == other


def test_no_key_has_two_owners() -> None:
    paths = sorted((ROOT / "explorer" / "ui").rglob("*.py"))
    owned = [(key, str(path.relative_to(ROOT))) for path in paths for key in sorted(keys(path.read_text("utf-8")))]
    assert len(owned) > 80
    shared = [(one, other) for one in owned for other in owned if one[1] != other[1] and _may_be_one(one[0], other[0])]
    assert shared == []


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("st.session_state['a']", "a"),
        ("st.session_state.get('a')", "a"),
        ("'a' in st.session_state", "a"),
        ("state = st.session_state\nstate.pop('a', None)", "a"),
        ("KEY = 'a'\nst.session_state[KEY] = 1", "a"),
        ("st.slider('how much', 0, 1, key='a')", "a"),
        ("key = f'a-{name}'\nst.session_state[key]", "a-…"),
        ("A, B = 'a', 'b'\nst.session_state[A]", "a"),
    ],
)
def test_a_key_is_seen(line: str, key: str) -> None:
    assert keys(f"import streamlit as st\n{line}") == {key}
