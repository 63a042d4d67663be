"""The arithmetic of one step on the page: every equation with symbols, with numbers, and its result."""

import re
from collections.abc import Iterator, Sequence

import streamlit as st

from explorer.cells import CELLS, word
from explorer.cells.declared import blocks_of
from explorer.figures import part_colours
from explorer.measures import Equation, Operand
from explorer.ui.parts.controls import bound
from explorer.ui.parts.window import narrow, theme
from explorer.ui.session.state import current
from explorer.ui.view.view import View

_MOST_IN_A_LINE = 3
_NOTATIONS = {"torch": "PyTorch", "joined": "[h, x]"}


def notation_controls(kind: str) -> None:
    """How equations are written: a choice of display, never of numbers."""
    with st.container(horizontal=True, gap="small", key="notation"):
        _choice("Notation", "notation", _NOTATIONS,
                "PyTorch multiplies x and h by two matrices; the other way joins both into one")  # fmt: skip
        turned = CELLS[kind].turned
        if turned is not None:
            ways = {"keep": word(kind, turned.name), "renew": turned}
            _choice(turned.title, "update", {name: f"{one.symbol} {one.at_high}s" for name, one in ways.items()},
                    f"What {turned.symbol} = 1 does to the old state; the papers differ")  # fmt: skip


def two_products(view: View) -> str:
    """What the joined notation cannot join in this cell; "" where there is nothing, or another notation is read."""
    if view.request.step_page.notation != "joined":
        return ""
    cell = view.model.cell(*view.request.shown.place)
    apart = [block for block in blocks_of(cell.lines) if block.times is not None or block.normed]
    if not apart:
        return ""
    letters = ", ".join(cell.word(block.signal).joined or cell.word(block.signal).symbol for block in apart)
    done = "normalised" if all(block.normed for block in apart) else "scaled"
    keeps = "keeps its two products" if len(apart) == 1 else "keep their two products"
    return f"{letters} {keeps}: what the past brings is {done} by itself before it is added."


def _choice(label: str, name: str, words: dict[str, str], about: str) -> None:
    st.radio(
        label, list(words), format_func=words.__getitem__, horizontal=True, label_visibility="collapsed", help=about,
        **bound(name),
    )  # fmt: skip


def written_out(equations: Sequence[Equation], hidden: str = "") -> None:
    """The equations, one below the other; the result of ``hidden``, and its use, as a question mark."""
    colours = part_colours(theme())
    names = {one.symbol for one in equations if one.signal == hidden}
    rows = [row for one in equations for row in _rows(one, colours, one.signal == hidden, names)]
    size = r"\small" if narrow() else r"\large" if current().cursor.presenter else ""
    st.latex(size + r"\begin{aligned}" + "\n".join(rows) + r"\end{aligned}\quad")


def _rows(one: Equation, colours: dict[str, str], asked: bool, unknown: set[str]) -> list[str]:
    """Symbols, numbers, and (for a squash) what is squashed and the result."""
    result = r"\;\boxed{\;?\;}" if asked else rf"\mathbf{{{_latex(_power(one.result.text))}}}"

    starts = _starts(one)

    def spell(operand: Operand, text: str) -> str:
        mark = "@" if any(operand is one.operands[place] for place in starts) else ""
        return mark + _operand(operand, text, colours, operand.label in unknown)

    first = rf"{one.symbol} &= {_broken(one.symbols)} \\[0.15em]"
    numbers = re.sub(r" ([+-]) ((?:\(1 - |\\tanh\()*)@", r" \\\\ &\\quad \1 \2", "&= " + _latex(one.write(spell)))
    if one.squash is None:
        return [first, rf"{numbers} = {result} \\[1.1em]"]
    last = rf"&= {result}" if asked else rf"&= {_latex(_power(one.squashed))} = {result}"
    return [first, rf"{numbers} \\[0.15em]", rf"{last} \\[1.1em]"]


def _starts(one: Equation) -> list[int]:
    """The operands that begin a line of numbers: a line holds three, and no product is torn."""
    starts, place, filled = [], 0, 0
    for product in _summed(one.template):
        count = len(re.findall(r"\{\d+\}", product))
        if place and filled + count > _MOST_IN_A_LINE:
            starts.append(place)
            filled = 0
        place, filled = place + count, filled + count
    return starts


def _summed(template: str) -> Iterator[str]:
    """What is added in a template, outside of all parentheses."""
    piece = ""
    for part in template.split(" + "):
        piece += part
        if piece.count("(") == piece.count(")"):
            yield piece
            piece = ""


def _operand(operand: Operand, text: str, colours: dict[str, str], unknown: bool) -> str:
    """A number with its name under it; what belongs to a part has the part's colour too."""
    labelled = rf"\underset{{{operand.label}}}{{{'?' if unknown else _power(text)}}}"
    return rf"\textcolor{{{colours[operand.part]}}}{{{labelled}}}" if operand.part else labelled


def _broken(symbols: str) -> str:
    """The longest in two lines; on a phone more of them."""
    symbols = re.sub(r" \+ (?=[^+]* \\circ \(W)", lambda _: r" \\ &\quad + ", symbols)
    return symbols.replace(" + W", r" \\ &\quad + W") if narrow() else symbols


def _latex(text: str) -> str:
    """Signs and squashes in LaTeX."""
    for plain, latex in (
        ("hardσ", r"\text{hard}σ"),
        ("−", "-"),
        ("σ", r"\sigma"),
        ("×", r"\times"),
        ("max", r"\max"),
        ("tanh", r"\tanh"),
    ):
        text = text.replace(plain, latex)
    return text


def _power(text: str) -> str:
    """``2.061e−9`` as a power of ten."""
    return re.sub(r"e(−?\d+)", r" \\cdot 10^{\1}", text)
