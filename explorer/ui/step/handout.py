"""One step on paper: an A4 sheet with numbers left blank, and its solution."""

import re
from collections.abc import Sequence
from html import escape
from string import Template

from explorer.cells import CELLS, word
from explorer.measures import Equation, Operand
from explorer.models.model.claims import left_out
from explorer.ui.assets import asset
from explorer.ui.parts.sentences import architecture, formula
from explorer.ui.served import component
from explorer.ui.view.view import View

_AROUND = 16
_mount = component("handout", "handout/print.js", html="handout/buttons.html", css="handout/buttons.css")
_SIGNS = ((r"\circ", "∘"), (r"\sigma", "σ"), (r"\tanh", "tanh"), (r"\max", "max"), (r"\,", " "), ("-", "−"))
_ACCENTS = {"tilde": "\u0303", "hat": "\u0302", "bar": "\u0304"}
_BLANK = '<span class="blank"></span>'


def print_buttons(view: View, equations: Sequence[Equation], unit: int, step: int) -> None:
    """Two buttons that print the sheet, or its solution."""
    sheets = {name: sheet(view, equations, unit, step, name == "solution") for name in ("handout", "solution")}
    _mount(key="handout", data=sheets)


def sheet(view: View, equations: Sequence[Equation], unit: int, step: int, solved: bool) -> str:
    """The page as HTML for A4. What was typed is escaped.

    Args:
        view: the run.
        equations: of this step and unit.
        unit, step: where.
        solved: whether the results are filled in.
    """
    symbols = {one.symbol for one in equations}
    title = "Solution" if solved else "One step by hand"
    parts = {
        "title": title,
        "name": "" if solved else '<p class="name">Name <span></span> Date <span></span></p>',
        "model": escape(f"{view.request.model}: {architecture(view)}"),
        "warning": "".join(f'<p class="warning">{escape(one)}</p>' for one in _cautions(view)),
        "place": escape(f"Step {step + 1} of {len(view.trace)}, unit {unit}"),
        "sequence": _sequence(view.trace.labels, step),
        "equations": "".join(_block(one, solved, symbols) for one in equations),
        "words": "".join(_meaning(view.trace.kind, one) for one in equations),
    }
    return Template(asset("handout/sheet.html")).substitute(parts)


def _cautions(view: View) -> list[str]:
    """What the reader of the sheet must know of the network before its numbers."""
    return [one for one in (left_out(view.model), formula(view.model)) if one]


def _sequence(labels: Sequence[str], step: int) -> str:
    """The tokens round the step, the step's own marked."""
    first = max(0, min(step - _AROUND, len(labels) - 2 * _AROUND))
    tokens = [
        f"<b>{escape(label)}</b>" if place == step else f"<span>{escape(label)}</span>"
        for place, label in enumerate(labels[first : first + 2 * _AROUND], first)
    ]
    before, after = "… " if first else "", " …" if first + 2 * _AROUND < len(labels) else ""
    return before + "".join(tokens) + after


def _block(one: Equation, solved: bool, symbols: set[str]) -> str:
    """Symbols, numbers, result; blank is what the reader computes here or above."""

    def spell(operand: Operand, text: str) -> str:
        blank = not solved and operand.label in symbols
        return f'<span class="term">{_BLANK if blank else text}<small>{in_html(operand.label)}</small></span>'

    lines = [f"{in_html(one.symbol)} = {in_html(one.symbols)}", f"= {one.write(spell)}"]
    if one.squash is not None and one.inner is not None:
        lines.append(f"= {one.squash.written.format(one.inner.text if solved else _BLANK)}")
    lines.append(f"= {f'<b>{one.result.text}</b>' if solved else _BLANK}")
    rows = [*lines[:2], " ".join(lines[2:])]
    return f"<section><h2>{escape(one.title)}</h2>{''.join(f'<p>{row}</p>' for row in rows)}</section>"


def _meaning(kind: str, one: Equation) -> str:
    if one.signal not in CELLS[kind].signals:
        return ""
    each = word(kind, one.signal)
    turned = one.squash is not None and one.squash.turned
    gist = f"0 {each.at_high} · 1 {each.at_low}" if turned else each.gist
    return f"<li><i>{each.symbol}</i> {escape(each.title.lower())}: {escape(gist)}</li>" if gist else ""


def in_html(latex: str) -> str:
    """The few forms of LaTeX that our equations have, as HTML."""
    text = re.sub(r"\\text\{([^}]*)\}", r"\1", latex)
    for command, accent in _ACCENTS.items():
        text = re.sub(rf"\\{command}\{{(\w)\}}", rf"\g<1>{accent}", text)
    for form, sign in _SIGNS:
        text = text.replace(form, sign)
    return re.sub(r"_\{([^}]*)\}|_(\w)", lambda found: f"<sub>{found[1] or found[2]}</sub>", text)
