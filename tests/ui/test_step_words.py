"""The Step page's words for a step: on paper, in lines that fit, and what a notation cannot join."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import explorer
from explorer.cells import CELLS
from explorer.measures import arithmetic
from explorer.ui.session.request import Request
from explorer.ui.step.arithmetic import _starts, two_products
from explorer.ui.step.handout import in_html
from tests.measures.made_up import MadeUpCell


@pytest.fixture(autouse=True)
def made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CELLS, MadeUpCell.kind, MadeUpCell)


def equations(kind: str, notation: Any = "torch", **options: Any) -> Any:
    model = explorer.random_model(kind, 2, 4, **options)
    return arithmetic(model, explorer.record(model, np.ones((3, 2))), 1, 0, notation=notation)


@pytest.mark.parametrize("notation", ["torch", "joined"])
@pytest.mark.parametrize("kind", [*CELLS, "madeup"])
def test_every_symbol_is_legible_on_paper(kind: str, notation: str) -> None:
    for one in equations(kind, notation):
        assert one.title
        for latex in (one.symbol, one.symbols, *(operand.label for operand in one.operands)):
            assert not set(in_html(latex)) & set("\\{}_")


def test_paper_keeps_accents_and_subscripts() -> None:
    assert (
        in_html(r"W_{i\tilde{h}} x_t + \hat{c}_{t-1}") == "W<sub>ih\u0303</sub> x<sub>t</sub> + c\u0302<sub>t−1</sub>"
    )


@pytest.mark.parametrize(
    ("kind", "options", "signal", "starts"),
    [
        ("lstm", {}, "forget", []),
        ("lstm", {}, "cell", [2]),
        ("gru", {}, "new", [2]),
        ("gru", {"bias": False}, "new", []),
        ("peephole", {}, "forget", [2]),
        ("layernorm", {}, "normed", [4]),
        ("madeup", {}, "cell", [2]),
    ],
)
def test_numbers_are_broken_into_lines_between_products(kind: str, options: Any, signal: str, starts: Any) -> None:
    (one,) = (one for one in equations(kind, **options) if one.signal == signal)
    assert _starts(one) == starts


@pytest.mark.parametrize(
    ("kind", "options", "letters"),
    [
        ("gru", {}, "h\u0303 keeps"),
        ("gru", {"reset_after": False}, ""),
        ("lstm", {}, ""),
        ("mgu", {}, ""),
        ("layernorm", {}, "f, i, c\u0303, o keep"),
    ],
)
def test_what_the_joined_notation_cannot_join_is_said(kind: str, options: Any, letters: str) -> None:
    model = explorer.random_model(kind, 2, 4, **options)
    for notation in ("torch", "joined"):
        view: Any = SimpleNamespace(model=model, request=Request.of(notation=notation))
        said = two_products(view)
        assert bool(said) == bool(letters and notation == "joined")
        assert said.startswith(letters if said else "")
