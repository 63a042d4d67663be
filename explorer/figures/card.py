"""Pictures of a model itself, without a run."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from explorer.cells import CELLS
from explorer.figures.style import DESK, FONT, STYLES, Sizes, Theme
from explorer.signals import SIGNALS

_ROW = 34


def parameter_bars(
    counts: Mapping[str, Mapping[str, int]],
    chosen: str,
    theme: Theme = "light",
    sizes: Sizes = DESK,
) -> go.Figure:
    """How many parameters each gate has, for each kind of cell with the same sizes.

    x is the number of parameters; each row is a kind of cell, each box one of its gates, named in it; the
    number at the end is the kind's whole. The chosen kind is filled, the others are outlines.

    Args:
        counts: kind → gate (or ``"projection"``) → parameters.
        chosen: the kind that the model is.
        theme: ``"light"`` or ``"dark"``.
        sizes: type sizes.
    """
    style = STYLES[theme]
    row = _ROW * sizes.font // 13
    data = [
        _box(place, kind, gate, start, count, kind == chosen, theme, sizes)
        for place, (kind, gates) in enumerate(counts.items())
        for gate, start, count in _running(gates)
    ]
    longest = max(sum(gates.values()) for gates in counts.values())
    ends = [_end(place, sum(gates.values()), kind == chosen, theme, sizes)
            for place, (kind, gates) in enumerate(counts.items())]  # fmt: skip
    layout: dict[str, Any] = {
        "height": row * len(counts) + 14,
        "margin": {"l": 62 if sizes.font < 16 else 84, "r": 8, "t": 6, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": sizes.font, "color": style.ink},
        "showlegend": False,
        "dragmode": False,
        "hovermode": False,
        "barmode": "overlay",
        "xaxis": {"range": [0, longest * 1.16], "visible": False, "fixedrange": True},
        "yaxis": {
            "range": [len(counts) - 0.45, -0.55], "tickmode": "array", "tickvals": list(range(len(counts))),
            "ticktext": [_bold(CELLS[kind].title, kind == chosen) for kind in counts],
            "showgrid": False, "zeroline": False, "fixedrange": True,
        },
        "annotations": ends,
    }  # fmt: skip
    return go.Figure({"data": data, "layout": layout}, skip_invalid=False)


def _running(gates: Mapping[str, int]) -> list[tuple[str, int, int]]:
    placed, start = [], 0
    for gate, count in gates.items():
        placed.append((gate, start, count))
        start += count
    return placed


def _box(
    place: int, kind: str, gate: str, start: int, count: int, chosen: bool, theme: Theme, sizes: Sizes
) -> dict[str, Any]:
    style = STYLES[theme]
    fill = style.gates[1][1] if chosen else style.paper
    return {
        "type": "bar", "orientation": "h", "x": [count], "y": [place], "base": [start], "width": 0.74,
        "marker": {"color": fill, "line": {"width": 1, "color": style.ink if chosen else style.frame}},
        "text": [f"{_word(gate, kind)}"], "textposition": "inside", "insidetextanchor": "middle", "textangle": 0,
        "constraintext": "inside",
        "textfont": {"size": sizes.small + 1, "color": style.ink if chosen else style.quiet},
        "hoverinfo": "skip", "name": f"{kind} {gate}",
    }  # fmt: skip


def _word(gate: str, kind: str) -> str:
    if gate not in SIGNALS:
        return gate
    return f"{gate} {SIGNALS[gate].symbol}"


def _end(place: int, total: int, chosen: bool, theme: Theme, sizes: Sizes) -> dict[str, Any]:
    style = STYLES[theme]
    return {
        "x": total, "y": place, "text": _bold(f"{total:,}", chosen), "showarrow": False, "xanchor": "left", "xshift": 6,
        "font": {"size": sizes.font, "color": style.ink if chosen else style.quiet},
    }  # fmt: skip


def _bold(text: str, chosen: bool) -> str:
    return f"<b>{text}</b>" if chosen else text
