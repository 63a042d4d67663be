"""Pictures of a model itself, without a run."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.arguments import checked
from explorer.cells import CELLS, word
from explorer.figures.canvas import canvas
from explorer.figures.style import DESK, STYLES, Sizes, Theme
from explorer.measures import implied_time_constant

_ROW = 34
BINS = 24


@checked
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
    layout = canvas(
        style, sizes, row * len(counts) + 14,
        margin={"l": _beside(counts, sizes), "r": 8, "t": 6, "b": 8},
        hovermode=False,
        barmode="overlay",
        xaxis={"range": [0, longest * 1.16], "visible": False, "fixedrange": True},
        yaxis={
            "range": [len(counts) - 0.45, -0.55], "tickmode": "array", "tickvals": list(range(len(counts))),
            "ticktext": [_bold(CELLS[kind].title, kind == chosen) for kind in counts],
            "showgrid": False, "zeroline": False, "fixedrange": True,
        },
        annotations=ends,
    )  # fmt: skip
    return go.Figure({"data": data, "layout": layout})


def _beside(counts: Mapping[str, Any], sizes: Sizes) -> int:
    """Room for the longest title in bold."""
    return max(62 * sizes.font // 13, round(0.62 * sizes.font * max(len(CELLS[kind].title) for kind in counts)) + 8)


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
    return f"{gate} {word(kind, gate).symbol}" if gate in CELLS[kind].signals else gate


def _end(place: int, total: int, chosen: bool, theme: Theme, sizes: Sizes) -> dict[str, Any]:
    style = STYLES[theme]
    return {
        "x": total, "y": place, "text": _bold(f"{total:,}", chosen), "showarrow": False, "xanchor": "left", "xshift": 6,
        "font": {"size": sizes.font, "color": style.ink if chosen else style.quiet},
    }  # fmt: skip


def _bold(text: str, chosen: bool) -> str:
    return f"<b>{text}</b>" if chosen else text


@checked
def bias_histogram(
    biases: Sequence[float], gate: str, theme: Theme = "light", sizes: Sizes = DESK, slope: float = 0.0, sign: int = 1
) -> go.Figure:
    """How the biases of a keep gate are spread, and how long each would remember by itself.

    x is the sum of both biases; the second line of its ticks is the time constant that it implies,
    τ = −1 / ln σ(b), or of −b where the gate renews; y is the number of units.

    Args:
        biases: one a unit.
        gate: the gate's name.
        theme: ``"light"`` or ``"dark"``.
        sizes: type sizes.
        slope: of the gates' hard sigmoid, which then stands for σ; 0 for σ.
        sign: 1 where the gate at 1 keeps, −1 where it renews; 0 where its bias alone implies no time constant.
    """
    style = STYLES[theme]
    low, high = bias_range(biases)
    counts, edges = np.histogram([value for value in biases if np.isfinite(value)], bins=BINS, range=(low, high))
    data = {
        "type": "bar", "x": (edges[:-1] + edges[1:]) / 2, "y": counts, "width": (high - low) / BINS,
        "marker": {"color": style.gates[2][1], "line": {"width": 1, "color": style.paper}}, "hoverinfo": "skip",
    }  # fmt: skip
    ticks = list(range(int(np.floor(low)), int(np.ceil(high)) + 1))
    ticks = ticks[:: 1 + len(ticks) // 10]
    small = {"size": sizes.small + 1, "color": style.quiet}
    layout = canvas(
        style, sizes, 200 * sizes.font // 13,
        margin={"l": 40, "r": 8, "t": 8, "b": 66 * sizes.font // 13},
        hovermode=False,
        bargap=0,
        xaxis={
            "title": {
                "text": f"bias of the {gate} gate" + ("; τ in steps is what it implies" if sign else ""),
                "standoff": 4, "font": small,
            },
            "tickmode": "array", "tickvals": ticks,
            "ticktext": [f"{tick}<br>τ {written(sign * tick, slope)}" if sign else str(tick) for tick in ticks],
            "range": [low, high], "zeroline": False, "showgrid": False, "fixedrange": True, "showline": True,
            "linecolor": style.frame, "tickangle": 0,
        },
        yaxis={
            "title": {"text": "units", "font": small}, "zeroline": False, "gridcolor": style.frame, "griddash": "dot",
            "rangemode": "tozero", "fixedrange": True, "nticks": 5,
        },
    )  # fmt: skip
    return go.Figure({"data": [data], "layout": layout})


def bias_range(biases: Sequence[float]) -> tuple[float, float]:
    """Whole numbers that hold every bias, and at least −1 to 3."""
    finite = [value for value in biases if np.isfinite(value)] or [0.0]
    return min(-1.0, float(np.floor(min(finite)))), max(3.0, float(np.ceil(max(finite))))


def written(bias: float, slope: float = 0.0) -> str:
    """The time constant of a bias, in steps: ``"7.9"``, ``"150"``, ``"1e6"``, ``"∞"``; as `bias_histogram`."""
    steps = float(implied_time_constant(bias, slope))
    if steps == float("inf"):
        return "∞"
    return f"{steps:.1f}" if steps < 20 else f"{steps:.0f}" if steps < 10_000 else f"{steps:.0e}".replace("e+0", "e")
