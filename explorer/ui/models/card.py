"""The model card: on screen, and as one sheet of paper."""

from collections.abc import Sequence
from html import escape
from string import Template

import numpy as np
import pandas as pd
import streamlit as st

from explorer.figures import bias_histogram
from explorer.figures.card import BINS, bias_range, written
from explorer.ui.assets import asset
from explorer.ui.models.card_facts import Card, Rows, card_of
from explorer.ui.parts.sentences import literal
from explorer.ui.parts.window import CONFIG, narrow, sizes, theme
from explorer.ui.served import component
from explorer.ui.view.view import View

_mount = component("card", "handout/print.js", html="card/button.html", css="handout/buttons.css")
_MOST_ROWS = 22


def model_card(view: View) -> None:
    """Draw the card, and offer it on paper."""
    card = card_of(view)
    with st.container(horizontal=True, vertical_alignment="center", key="card-head"):
        st.markdown(f"**{literal(card.title)}** · `{card.made}`", width="stretch")
        with st.container(width="content"):
            _mount(key="card-print", data={"card": sheet(card)})
    st.markdown(" ".join(map(literal, card.verdict)))
    left, right = (st.container(), st.container()) if narrow() else st.columns([11, 10], gap="medium")
    with left:
        if card.biases:
            st.plotly_chart(
                bias_histogram(card.biases, card.keep_gate, theme(), sizes(), card.slope, card.sign),
                theme=None, config=CONFIG, key="biases",
                alt=f"Histogram of {len(card.biases)} biases of the {card.keep_gate} gate, median "
                f"{float(np.median(card.biases)):.2f}",
            )  # fmt: skip
        _table(card.memory)
        _table(card.norms)
    with right:
        _table([{"Model card": name, "": value} for name, value in card.facts.items()], hide_header=True)
        _table(card.scores)
        for note in card.notes:
            st.caption(literal(note))
    with st.expander("Every weight", key="card-weights"):
        _table(card.shapes)


def _table(rows: Rows, hide_header: bool = False) -> None:
    if rows:
        plain = [{literal(name): literal(value) for name, value in row.items()} for row in rows]
        st.table(pd.DataFrame(plain).set_index(next(iter(plain[0]))), border="horizontal", hide_header=hide_header)


def sheet(card: Card) -> str:
    """The card as HTML for one A4 page; whatever came from a file is escaped."""
    parts = {
        "title": escape(card.title),
        "made": escape(card.made),
        "verdict": escape(" ".join(card.verdict)),
        "warning": f'<p class="warning">{escape(card.warning)}</p>' if card.warning else "",
        "facts": "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in card.facts.items()),
        "biases": _drawing(card),
        "memory": _in_html(card.memory),
        "norms": _in_html(card.norms),
        "scores": _in_html(card.scores),
        "shapes": _in_html(card.shapes),
        "notes": "".join(f"<li>{escape(note)}</li>" for note in card.notes[:6]),
    }
    return Template(asset("card/sheet.html")).substitute(parts)


def _in_html(rows: Rows) -> str:
    """A table; what would not fit the page is counted."""
    if not rows:
        return ""
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(value)}</td>' for value in row.values())}</tr>" for row in rows[:_MOST_ROWS]
    )
    more = f"<caption>and {len(rows) - _MOST_ROWS} more</caption>" if len(rows) > _MOST_ROWS else ""
    return f"<table>{more}<tr>{head}</tr>{body}</table>"


def _drawing(card: Card) -> str:
    """The histogram of biases as a drawing."""
    if not card.biases:
        return ""
    low, high = bias_range(card.biases)
    counts, _ = np.histogram([one for one in card.biases if np.isfinite(one)], bins=BINS, range=(low, high))
    width, height, most = 360, 70, max(1, int(counts.max()))
    bars = "".join(
        f'<rect x="{place * width / BINS:.1f}" y="{height * (1 - count / most):.1f}" width="{width / BINS - 1:.1f}" '
        f'height="{height * count / most:.1f}"/>'
        for place, count in enumerate(counts)
    )
    ticks = range(int(low), int(high) + 1, 1 + int(high - low) // 8)
    words = "".join(_tick((tick - low) / (high - low) * width, height, tick, card) for tick in ticks)
    return (
        f"<h2>Bias of the {escape(card.keep_gate)} gate{', and the time constant it implies' * bool(card.sign)}</h2>"
        f'<svg viewBox="-12 -2 {width + 30} {height + 30}">{bars}'
        f'<line x1="0" x2="{width}" y1="{height}" y2="{height}"/>{words}</svg>'
    )


def _tick(x: float, height: int, tick: int, card: Card) -> str:
    spelt: Sequence[str] = (str(tick), *([f"τ {written(card.sign * tick, card.slope)}"] if card.sign else []))
    return "".join(f'<text x="{x:.1f}" y="{height + 11 + 11 * line}">{text}</text>' for line, text in enumerate(spelt))
