"""Lines of several runs over the same columns, one picture under the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.figures.axes import tick_places, ticks
from explorer.figures.canvas import canvas
from explorer.figures.style import DESK, MONO, STYLES, Sizes, Style, Theme, plain

HEIGHT = 150
MOST_MARKED = 60
"""With more columns a line has no marks: they would hide it."""
_LOOKS = {"A": (1, "solid"), "B": (2, "dash"), "right": (3, "dot")}
"""Colour and dash of a run; anything else is drawn like ``"right"``."""


@dataclass(frozen=True, eq=False)
class Curves:
    """One picture of lines.

    Attributes:
        title: what y is.
        lines: (name, values a column); the names ``"A"`` and ``"B"`` keep their looks in every picture.
        low, high: the ends of y, or None for what the values need.
    """

    title: str
    lines: tuple[tuple[str, NDArray[Any]], ...]
    low: float | None = None
    high: float | None = None


def curves_together(
    labels: Sequence[str], pictures: Sequence[Curves], theme: Theme = "light", sizes: Sizes = DESK
) -> go.Figure:
    """Pictures of lines under each other, on one axis of columns.

    x is the column, y what the picture's title says. A is a solid, B a dashed line, what is right a dotted one;
    a gap breaks a line.

    Args:
        labels: a word a column, under the lowest picture.
        pictures: from top to bottom.
        theme: ``"light"`` or ``"dark"``.
        sizes: margins, so that the columns stand under the ribbons'.
    """
    style = STYLES[theme]
    gap, count = 34, len(pictures)
    total = count * HEIGHT + (count - 1) * gap
    places = tick_places(labels)
    marks = ticks(places, [plain(labels[place]) for place in places])
    layout = canvas(
        style, sizes, total + 70,
        margin={"l": sizes.left, "r": sizes.right, "t": 40, "b": 30},
        hovermode=False,
        showlegend=True,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"},
        xaxis=marks | {
            "range": [-0.5, len(labels) - 0.5], "anchor": "y" if count == 1 else f"y{count}", "showgrid": False,
            "zeroline": False, "tickfont": {"family": MONO, "size": 12},
        },
    )  # fmt: skip
    data: list[dict[str, Any]] = []
    for index, picture in enumerate(pictures):
        upper = 1 - index * (HEIGHT + gap) / total
        lower = upper - HEIGHT / total
        name = "y" if index == 0 else f"y{index + 1}"
        layout["yaxis" + name[1:]] = _axis(picture, style) | {"domain": [max(0.0, lower), min(1.0, upper)]}
        layout["annotations"].append(_title(picture, upper, sizes))
        data += [_line(line, name, style, index == 0) for line in picture.lines]
    return go.Figure({"data": data, "layout": layout})


def _line(line: tuple[str, NDArray[Any]], axis: str, style: Style, named: bool) -> dict[str, Any]:
    name, values = line
    colour, dash = _LOOKS.get(name, _LOOKS["right"])
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(values) <= MOST_MARKED else "lines",
        "name": name,
        "x": np.arange(len(values)),
        "y": np.ascontiguousarray(values, dtype=np.float64),
        "yaxis": axis,
        "line": {"color": style.lines[colour], "dash": dash, "width": 2},
        "marker": {"size": 5, "symbol": {"A": "circle", "B": "diamond"}.get(name, "cross")},
        "legendgroup": name,
        "showlegend": named,
        "connectgaps": False,
    }


def _axis(picture: Curves, style: Style) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "showgrid": True, "gridcolor": style.frame, "griddash": "dot", "zeroline": False, "nticks": 5,
    }  # fmt: skip
    if picture.low is None or picture.high is None:
        return axis | ({"rangemode": "tozero"} if picture.low is not None else {})
    room = 0.04 * (picture.high - picture.low)
    return axis | {"range": [picture.low - room, picture.high + room]}


def _title(picture: Curves, upper: float, sizes: Sizes) -> dict[str, Any]:
    return {
        "text": f"<b>{plain(picture.title)}</b>", "xref": "paper", "yref": "paper", "x": 0, "y": upper,
        "xanchor": "left", "yanchor": "bottom", "yshift": 4, "showarrow": False, "font": {"size": sizes.font},
    }  # fmt: skip
