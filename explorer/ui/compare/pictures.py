"""The pictures of two runs: their difference, one above the other, and what they predict."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from explorer.cells import word
from explorer.figures.difference import Row, difference_stack
from explorer.figures.style import Sizes
from explorer.figures.together import Curves, curves_together
from explorer.measures import (
    Difference,
    divergences,
    largest_differences,
    leading_signal,
    likeliest,
    memory_signal,
    probabilities,
    step_losses,
)
from explorer.measures.alignment import spread
from explorer.sequences import visible
from explorer.trace import Trace
from explorer.training import right_answers
from explorer.ui.compare.pair import Pair
from explorer.ui.compare.ribbons import Both
from explorer.ui.parts.controls import menu
from explorer.ui.parts.cursor import Cursor
from explorer.ui.parts.panels import panel_order
from explorer.ui.parts.ribbon import Chart
from explorer.ui.parts.sentences import question
from explorer.ui.parts.window import narrow, sizes, theme
from explorer.ui.session.state import change, current
from explorer.ui.view.view import View

FIGURE, LINES = "compared", "compared-lines"
"""Keys of the charts."""
_LISTED = 8


def rows_of(pair: Pair) -> list[Row]:
    """The panels of the chosen picture, from top to bottom; none where it has no panels."""
    picture = shown_picture(pair)
    if picture == "difference":
        request = pair.first.request
        return [Row("B − A", name, *request.shown.place) for name in panel_order(pair.a)]
    return _both(pair) if picture == "both" else []


def shown_picture(pair: Pair) -> str:
    """The picture of the request; where the cells differ there is no difference, so one stands above the other."""
    picture = pair.first.request.compare_page.compare
    return "both" if picture == "difference" and not pair.same else picture


def _telling(trace: Trace) -> tuple[str, ...]:
    return tuple(dict.fromkeys((leading_signal(trace.kind), memory_signal(trace.kind), "hidden")))


def _both(pair: Pair) -> list[Row]:
    sides = [
        [Row(run, name, *view.request.shown.place) for name in _telling(trace)]
        for run, view, trace in (("A", pair.first, pair.a), ("B", pair.second, pair.b))
    ]
    paired = [row for two in zip_longest(*sides) for row in two if row is not None]
    return paired[:4] if narrow() or current().cursor.presenter else paired


def draw_rows(pair: Pair, rows: Sequence[Row], both: Both) -> None:
    """The ribbons over the stack of panels, and the largest differences, each a click away."""
    units = {"A": both.first.units, "B": both.second.units}
    figure = difference_stack(pair.a, pair.b, rows, units, theme(), _sizes(len(rows)))
    names = ", ".join(f"{row.run} {row.signal}" for row in rows)
    alt = f"Heatmaps of {names} over {len(pair.a)} columns and {len(both.first.units)} units"
    both.draw([Chart(FIGURE, figure, alt)])
    if pair.same:
        _largest(pair)


def _sizes(panels: int) -> Sizes:
    """Panels that leave room for two ribbons above them."""
    known = sizes()
    if known.above:
        return replace(known, panel=84)
    height = (300 if current().cursor.presenter else 366) // panels - 6
    return replace(known, panel=max(48, min(known.panel, height)), row=2, gap=6)


def _largest(pair: Pair) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="largest"):
        st.caption("Largest differences", width="content")
        found = largest_differences(pair.a, pair.b, _LISTED)
        if not found:
            st.caption("none: the two runs are equal", width="content")
        for place, one in enumerate(found):
            st.button(
                _said(one, pair), key=f"largest-{place}", type="tertiary", on_click=change, help=_told(one, pair),
                kwargs={"step": one.step, "unit": one.unit, "layer": one.layer, "direction": one.direction},
            )  # fmt: skip


def _said(one: Difference, pair: Pair) -> str:
    several = pair.a.num_layers * pair.a.num_directions > 1
    layer = f" l{one.layer + 1}{'←' if one.direction == 'reverse' else ''}" if several else ""
    symbol = word(pair.a.kind, one.signal).symbol
    return f"{symbol}{layer} unit {one.unit}: {one.first:.2f} → {one.second:.2f}".replace("-", "−")


def _told(one: Difference, pair: Pair) -> str:
    return f"{word(pair.a.kind, one.signal).title} of unit {one.unit} at step {one.step + 1}: go there"


def losses_of(view: View) -> NDArray[np.float64] | None:
    """The loss of each step, where the sequence itself holds the right answers; None where it does not."""
    answers = answers_of(view)
    if answers is None or view.trace.output is None:
        return None
    return step_losses(view.model, view.trace.output, answers)


def answers_of(view: View) -> NDArray[np.float64] | None:
    """The right answer after each step, as far as the sequence says it."""
    if view.model.head is None or not view.model.learned:
        return None
    return right_answers(view.model.card, view.encoded)


def draw_answers(pair: Pair, both: Both) -> None:
    """The ribbons over what A and B predict, on one scale, and how wrong they are."""
    if pair.first.trace.output is None or pair.second.trace.output is None:
        both.draw([])
        st.caption("One of the two predicts nothing: it is a recurrent module without a head.")
        return
    pictures = [one for one in (_predicted(pair, both.first), _lost(pair)) if one]
    figure = curves_together(_labels(pair), pictures, theme(), sizes())
    alt = " and ".join(picture.title for picture in pictures) + f" of A and B over {len(pair.a)} columns"
    both.draw([Chart(LINES, figure, alt)])
    _table(pair, both.first)


def _labels(pair: Pair) -> list[str]:
    return [one if step >= 0 else other
            for one, other, step in zip(pair.a.labels, pair.b.labels, pair.columns.first, strict=True)]  # fmt: skip


def _predicted(pair: Pair, cursor: Cursor) -> Curves | None:
    heads = [view.model.head for view in (pair.first, pair.second)]
    if heads[0] is None or heads[1] is None or heads[0].gives != heads[1].gives:
        return None
    if heads[0].gives == "value":
        lines = [(name, spread(view.trace.output[:, 0].astype(float), steps)) for name, view, steps in _sides(pair)]  # type: ignore[index]
        right = answers_of(pair.first)
        lines += [("right", spread(right, pair.columns.first))] if right is not None else []
        return Curves(question(pair.first), tuple(lines))
    if heads[0].labels != heads[1].labels:
        return None
    label = chosen_label(pair, cursor.step)
    lines = [(name, spread(probabilities(view.trace)[:, label], steps)) for name, view, steps in _sides(pair)]
    return Curves(f"Probability of “{visible(heads[0].labels[label])}”", tuple(lines), 0.0, 1.0)


def chosen_label(pair: Pair, column: int) -> int:
    """The class that is asked about: the request's, else what A, or in a gap B, thinks likeliest at the column."""
    head = pair.first.model.head
    assert head is not None
    if 0 <= pair.first.request.compare_page.wanted < len(head.labels):
        return pair.first.request.compare_page.wanted
    step, view = pair.columns.first[column], pair.first
    if step < 0:
        step, view = pair.columns.second[column], pair.second
    return int(probabilities(view.trace)[step].argmax())


def label_menu(view: View) -> None:
    """Which class is asked about: −1 is the likeliest at the cursor."""
    if view.model.head is None or view.model.head.gives != "class":
        return
    labels = view.model.head.labels
    menu(
        "Which prediction", "wanted", [-1, *range(len(labels))],
        lambda label: "the likeliest here" if label < 0 else visible(labels[label]),
        label_visibility="collapsed", width=170,
    )  # fmt: skip


def _lost(pair: Pair) -> Curves | None:
    """The losses where the answers are known; else how far B's predictions are from A's."""
    found = [(name, losses_of(view), steps) for name, view, steps in _sides(pair)]
    known = [(name, spread(values, steps)) for name, values, steps in found if values is not None]
    if known:
        value = pair.first.model.head is not None and pair.first.model.head.gives == "value"
        return Curves("Loss: squared error" if value else "Loss: −ln p(right answer), nats", tuple(known), low=0.0)
    heads = [view.model.head for view in (pair.first, pair.second)]
    if heads[0] is None or heads[1] is None or heads[0].labels != heads[1].labels:
        return None
    assert pair.a.output is not None
    assert pair.b.output is not None
    apart = divergences(pair.first.model, pair.a.output, pair.b.output)
    return Curves("How far B's prediction is from A's, nats", (("B", apart),), low=0.0)


def _sides(pair: Pair) -> list[tuple[str, View, tuple[int, ...]]]:
    return [("A", pair.first, pair.columns.first), ("B", pair.second, pair.columns.second)]


def _table(pair: Pair, cursor: Cursor) -> None:
    """The likeliest classes of both at the chosen column."""
    for name, view, steps in _sides(pair):
        step = steps[cursor.step]
        shares = [] if step < 0 else likeliest(view.model, view.trace, step)
        if shares:
            words = "   ".join(f"{one.label or 'none'} {one.probability:.0%}" for one in shares)
            st.text(f"{name}, {question(view)} after step {step + 1}:  {words}")


def summary(pair: Pair) -> str:
    """What changes between A and B, in one sentence of numbers."""
    parts: list[str] = []
    said: list[Any] = [
        None if view.trace.output is None or view.model.head is None
        else view.trace.output.argmax(axis=1) if view.model.head.gives == "class" else None
        for _, view, _ in _sides(pair)
    ]  # fmt: skip
    heads = [view.model.head for _, view, _ in _sides(pair)]
    if said[0] is not None and said[1] is not None and heads[0] and heads[1] and heads[0].labels == heads[1].labels:
        both = [(i, j) for i, j in zip(pair.columns.first, pair.columns.second, strict=True) if i >= 0 and j >= 0]
        changed = sum(said[0][i] != said[1][j] for i, j in both)
        parts.append(f"{changed} of {len(both)} predictions differ")
    losses = [losses_of(view) for _, view, _ in _sides(pair)]
    if losses[0] is not None and losses[1] is not None:
        means = [float(np.nanmean(one)) for one in losses if one is not None]
        parts.append(f"mean loss {means[0]:.3g} in A, {means[1]:.3g} in B")
    return "; ".join(parts)
