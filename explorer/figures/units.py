"""All units at once: how often their gates are at an end, how alike they are, and those that count."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.figures.canvas import canvas, drawn, fitted, title_line, value_axis
from explorer.figures.style import DASHES, DESK, STYLES, Sizes, Style, Theme, faint
from explorer.measures import Alike

Floats = NDArray[np.float64]
_SIDE, _SMALL, _RISE = 300, 200, 12


@checked
def saturation_scatter(
    shares: Mapping[str, Floats],
    unit: int | None = None,
    theme: Theme = "light",
    sizes: Sizes = DESK,
    columns: int = 4,
) -> go.Figure:
    """How often each unit's gate is shut and open, one square a gate and layer.

    x is the share of the steps at which it is open (> 0.9), y that at which it is shut (< 0.1); a dot is a unit. On
    the diagonal lies what is always one or the other, at the origin what never is.

    Args:
        shares: by title, (unit, 2): shut and open, as from `explorer.measures.saturation`.
        unit: the one that is marked.
        theme: ``"light"`` or ``"dark"``.
        sizes: type and margins.
        columns: how many squares stand side by side.

    Source: Karpathy, Johnson & Fei-Fei 2015, arXiv 1506.02078, figure 3.
    """
    style = STYLES[theme]
    columns = max(1, min(2 if sizes.above else columns, len(shares)))
    side = _SMALL if sizes.above else _SIDE
    rows = -(-len(shares) // columns)
    data: list[dict[str, Any]] = []
    layout = canvas(
        style, sizes, side * rows + 30, hovermode="closest", clickmode="event+select",
        margin={"l": 56, "r": 12, "t": 30, "b": 42},
    )  # fmt: skip
    for place, (title, share) in enumerate(shares.items()):
        row, column = divmod(place, columns)
        end = "" if place == 0 else str(place + 1)
        left, top = column / columns, 1 - row / rows
        width, tall = 1 / columns * (0.84 if columns > 1 else 1), 1 / rows * (0.76 if rows > 1 else 1)
        below = row == rows - 1 or place + columns >= len(shares)
        axis = {"range": [-0.03, 1.03], "tickvals": [0, 0.5, 1], "tickformat": ".0%", "zeroline": False}
        layout[f"xaxis{end}"] = value_axis(
            style, "open, share of steps" if below else "", domain=[left, left + width], anchor=f"y{end}", **axis
        )
        layout[f"yaxis{end}"] = value_axis(
            style, "shut" if column == 0 else "", domain=[top - tall, top], anchor=f"x{end}", **axis
        )
        layout["annotations"].append(title_line(title, _RISE) | {"x": left, "y": top, "xref": "paper", "yref": "paper"})
        line = {"color": style.frame, "width": 1, "dash": "dot"}
        layout["shapes"].append({
            "type": "line", "xref": f"x{end}", "yref": f"y{end}", "x0": 0, "y0": 1, "x1": 1, "y1": 0,
            "layer": "below", "line": line,
        })  # fmt: skip
        data += _dots(share, unit, place, style)
    return drawn(data, layout, sizes)


def _dots(share: Floats, unit: int | None, place: int, style: Style) -> list[dict[str, Any]]:
    """The units of one square, and once more the marked one on top; each carries its number and the square's."""
    end = "" if place == 0 else str(place + 1)
    everyone = list(range(len(share)))
    marked = [unit] if unit is not None and unit < len(share) else []
    whole = {"marker": {"opacity": 1}}
    return [
        {
            "type": "scatter", "mode": "markers", "x": share[some, 1], "y": share[some, 0], "xaxis": f"x{end}",
            "yaxis": f"y{end}", "customdata": [[one, place] for one in some],
            "marker": {"color": colour, "size": size, "line": {"width": 0}}, "selected": whole, "unselected": whole,
            "hovertemplate": "unit %{customdata[0]}: open %{x:.1%}, shut %{y:.1%}<extra></extra>",
        }
        for some, colour, size in ((everyone, faint(style.ink, 0.55), 7), (marked, style.accent, 11)) if some
    ]  # fmt: skip


@checked
def likeness_map(
    found: Alike,
    unit: int | None = None,
    theme: Theme = "light",
    sizes: Sizes = DESK,
) -> go.Figure:
    """How alike units are, similar ones side by side.

    x and y are the units in the order of their tree; the colour is Pearson's r over the corpus, from −1 through 0 to
    1. Boxes are groups of two or more.

    Args:
        found: as `explorer.measures.alike` gives it.
        unit: the one whose row is marked.
        theme, sizes: as above.
    """
    style = STYLES[theme]
    order = list(found.order)
    places = np.arange(len(order))
    names = [str(one) for one in order]
    drawn_values = found.correlations[np.ix_(order, order)].astype(np.float32)
    heat = {
        "type": "heatmap", "z": drawn_values, "x": places, "y": places, "zmin": -1, "zmax": 1,
        "colorscale": [list(stop) for stop in style.states], "hoverongaps": False,
        "colorbar": {"title": {"text": "r"}, "thickness": 10, "outlinewidth": 0, "tickvals": [-1, 0, 1]},
        "customdata": np.stack(np.meshgrid(order, order), axis=-1),
        "hovertemplate": "units %{customdata[0]} and %{customdata[1]}: r %{z:.2f}<extra></extra>",
    }  # fmt: skip
    side = 360 if sizes.above else 560
    layout = canvas(style, sizes, fitted(side, sizes), hovermode="closest", margin={"l": 46, "r": 8, "t": 8, "b": 42})
    every = max(1, -(-len(order) // (12 if sizes.above else 24)))
    ticks = {"tickmode": "array", "tickvals": places[::every], "ticktext": names[::every], "showgrid": False}
    layout["xaxis"] = value_axis(style, "units, similar ones side by side", range=[-0.5, len(order) - 0.5], **ticks)
    layout["yaxis"] = value_axis(style, "", range=[len(order) - 0.5, -0.5], **ticks)
    layout["shapes"] = [_box(first, last, style.ink) for first, last in _groups(found)]
    if unit is not None and unit in order:
        at = order.index(unit)
        layout["shapes"].append(_box(at, at, style.accent) | {"xref": "paper", "x0": 0, "x1": 1})
    return drawn([heat], layout, sizes)


def _groups(found: Alike) -> list[tuple[int, int]]:
    """The first and the last place of each group of two or more."""
    numbers = [found.groups[one] for one in found.order]
    firsts = [at for at in range(len(numbers)) if at == 0 or numbers[at] != numbers[at - 1]]
    lasts = [*(at - 1 for at in firsts[1:]), len(numbers) - 1]
    return [(first, last) for first, last in zip(firsts, lasts, strict=True) if last > first]


def _box(first: int, last: int, colour: str) -> dict[str, Any]:
    return {
        "type": "rect", "x0": first - 0.5, "x1": last + 0.5, "y0": first - 0.5, "y1": last + 0.5,
        "line": {"color": colour, "width": 1.2}, "fillcolor": "rgba(0,0,0,0)",
    }  # fmt: skip


@checked
def counter_lines(
    values: Floats,
    units: Sequence[int],
    first: int,
    symbol: str,
    theme: Theme = "light",
    sizes: Sizes = DESK,
    height: int = 210,
) -> go.Figure:
    """Units that count, over some steps.

    x is the step, y the value; a line is a unit, told apart by colour and dash.

    Args:
        values: (steps, unit), of those units.
        units: their numbers.
        first: the first step's number, counted from 0.
        symbol: the signal's letter.
        theme, sizes: as above.
        height: in pixels.
    """
    style = STYLES[theme]
    steps = np.arange(first, first + len(values)) + 1
    data = [
        {
            "type": "scatter", "mode": "lines", "x": steps, "y": values[:, at], "name": f"unit {unit}",
            "line": {"color": style.lines[at % len(style.lines)], "dash": DASHES[at % len(DASHES)], "width": 2},
            "hovertemplate": f"unit {unit}, step %{{x}}: %{{y:.3g}}<extra></extra>",
        }
        for at, unit in enumerate(units)
    ]  # fmt: skip
    layout = canvas(
        style, sizes, fitted(height, sizes), hovermode="closest", showlegend=True,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        margin={"l": 46 if sizes.above else 64, "r": 10, "t": 28, "b": 40},
    )  # fmt: skip
    layout["xaxis"] = value_axis(
        style, "step", range=[steps[0] - 0.5, steps[-1] + 0.5], showgrid=False, tickformat=",d"
    )
    layout["yaxis"] = value_axis(style, symbol, nticks=4)
    return drawn(data, layout, sizes)
