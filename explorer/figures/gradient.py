"""Does the past get a say? Gradients over the sequence, and over lags, on a log axis."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.cells import CELLS
from explorer.figures.canvas import beside, canvas, drawn, fitted, log_axis, steps_axis, value_axis
from explorer.figures.style import DASHES, DESK, MONO, STYLES, Sizes, Style, Theme, plain

Floats = NDArray[np.float64]
HEIGHT = 380
FLOOR = 1e-30
"""Smaller shares are not drawn: nothing could be learned from them."""
_STROKES = (0, 3, 2, 1, 4, 5)
"""Which of the style's line colours, and of the dashes, is whose, in the order of `CELLS`."""


@dataclass(frozen=True, eq=False)
class Curve:
    """One line.

    Attributes:
        name: in the legend.
        values: shares of the gradient at the chosen step, one a position or a lag.
        kind: of its cell: its colour and dash.
        weight: its width in pixels.
        dash: of its own, or "" for the cell's.
    """

    name: str
    values: Floats
    kind: str
    weight: float = 2.4
    dash: str = ""


@checked
def gradient_curves(
    curves: Sequence[Curve],
    steps: int,
    title: str,
    theme: Theme = "light",
    sizes: Sizes = DESK,
    hover: bool = True,
) -> go.Figure:
    """How much of the gradient is left at every step before the chosen one.

    x is the position in the input; y the norm of the gradient there as a share of the largest at the chosen
    step, on a log axis that ends at 1e-30. A line's colour and dash are its cell.

    Args:
        curves: (time,) each; what is 0 is not drawn.
        steps: of the sequence.
        title: what is differentiated, in a few words.
        theme: ``"light"`` or ``"dark"``.
        sizes: margins, so that the lines stand under the tokens.
        hover: whether Plotly shows values under the pointer.
    """
    style = STYLES[theme]
    layout = canvas(
        style, sizes, fitted(HEIGHT, sizes), showlegend=True, hovermode="x" if hover else False,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0}, margin=_margin(sizes),
    )  # fmt: skip
    layout["xaxis"] = steps_axis(steps)
    layout["yaxis"] = log_axis(style, *_ends(curves), ticklabelposition="inside" if sizes.above else "outside")
    if not sizes.above:
        layout["annotations"] = [
            beside("Gradient", [title, "share of its size", "at the chosen step"], style, sizes, 40)
        ]
    return drawn([_line(curve, style) for curve in curves], layout, sizes)


@checked
def lag_curves(curves: Sequence[Curve], theme: Theme = "light", sizes: Sizes = DESK, height: int = 260) -> go.Figure:
    """How much of the gradient is left so many steps back.

    x is the lag in steps; y the share of the gradient that is left, on a log axis.

    Args:
        curves: (lag,) each, from lag 0.
        theme, sizes: as above.
        height: in pixels.
    """
    style = STYLES[theme]
    layout = canvas(
        style, sizes, fitted(height, sizes), showlegend=True, hovermode="x",
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0}, margin={"l": 58, "r": 10, "t": 28, "b": 40},
    )  # fmt: skip
    longest = max(len(curve.values) for curve in curves)
    layout["xaxis"] = value_axis(style, "steps back", range=[longest - 1, 0])
    layout["yaxis"] = log_axis(style, *_ends(curves))
    return drawn([_line(curve, style) for curve in curves], layout, sizes)


@checked
def spread(names: Sequence[str], values: Sequence[Floats], known: Sequence[float], theme: Theme = "light",
           sizes: Sizes = DESK) -> go.Figure:  # fmt: skip
    """What is left of the gradient in several networks, each drawn several times.

    x is the share left, on a log axis; y the network; a dot is one seed, the bar their median, the ring the
    number to expect.

    Args:
        names: from top to bottom.
        values: one array of seeds each; an empty one is not drawn yet.
        known: the medians to expect.
        theme, sizes: as above.
    """
    style = STYLES[theme]
    rows = range(len(names))
    data = [
        {
            "type": "scatter", "mode": "markers", "x": np.maximum(found, FLOOR), "y": [row] * len(found),
            "marker": {"color": style.lines[0], "size": 9, "opacity": 0.55}, "name": "one seed",
            "showlegend": row == 0, "hovertemplate": "%{x:.1e}<extra></extra>",
        }
        for row, found in zip(rows, values, strict=True)
    ] + [
        {
            "type": "scatter", "mode": "markers", "name": name, "x": [x for x in places if x], "hoverinfo": "skip",
            "y": [row for row, x in zip(rows, places, strict=True) if x],
            "marker": {"symbol": symbol, "size": 20, "color": colour, "line": {"width": 2.5, "color": colour}},
        }
        for name, symbol, colour, places in (
            ("their median", "line-ns", style.ink, [float(np.median(one)) if len(one) else 0.0 for one in values]),
            ("expected", "circle-open", style.accent, list(known)),
        )
    ]  # fmt: skip
    left = 24 if sizes.above else 190 * sizes.font // 13
    layout = canvas(
        style, sizes, fitted(52 * len(names) + 80, sizes), showlegend=True, hovermode="closest",
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        margin={"l": left, "r": 16, "t": 28, "b": 40},
    )  # fmt: skip
    layout["xaxis"] = log_axis(style, 1e-29, 10, "share of the gradient left 100 steps back")
    layout["yaxis"] = {
        "range": [len(names) - 0.4, -0.6], "tickmode": "array", "tickvals": list(rows), "showgrid": False,
        "ticktext": [plain(name) for name in names], "zeroline": False, "fixedrange": True,
        "showticklabels": not sizes.above,
    }  # fmt: skip
    if sizes.above:
        layout["annotations"] = [
            {"text": plain(name), "x": 0, "xref": "paper", "xanchor": "left", "y": row - 0.33, "showarrow": False}
            for row, name in enumerate(names)
        ]
    return drawn(data, layout, sizes)


def _margin(sizes: Sizes) -> dict[str, int]:
    return {"l": sizes.left, "r": sizes.right, "t": 30, "b": 8}


def _ends(curves: Sequence[Curve]) -> tuple[float, float]:
    values = np.concatenate([curve.values[curve.values > 0] for curve in curves] or [np.ones(1)])
    if not values.size:
        values = np.ones(1)
    low = max(FLOOR, float(values.min()))
    return min(low / 2, 0.05), max(2.0, float(values.max()) * 2)


def stroke(kind: str, style: Style) -> dict[str, str]:
    """A cell's own colour and dash, the same in every picture of several."""
    place = _STROKES[list(CELLS).index(kind) % len(_STROKES)]
    return {"color": style.lines[place], "dash": DASHES[place]}


def _line(curve: Curve, style: Style) -> dict[str, object]:
    look = stroke(curve.kind, style)
    shown = np.where(curve.values >= FLOOR, curve.values, np.nan)
    return {
        "type": "scatter", "mode": "lines+markers" if len(shown) < 3 else "lines", "name": plain(curve.name),
        "x": np.arange(len(shown)), "y": shown, "connectgaps": False,
        "line": {"color": look["color"], "dash": curve.dash or look["dash"], "width": curve.weight},
        "hovertemplate": "%{y:.1e}<extra></extra>", "hoverlabel": {"font": {"family": MONO}},
    }  # fmt: skip
