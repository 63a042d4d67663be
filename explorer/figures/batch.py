"""A batch side by side, and what padding would have changed in one of its sequences."""

from typing import Any, Protocol

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.cells import word
from explorer.figures.canvas import canvas
from explorer.figures.style import DASHES, DESK, STYLES, Sizes, Style, Theme, faint
from explorer.signals import Signal

Array = NDArray[Any]
_ROW, _LEAST, _MOST, _LINES, _GAP, _FOOT = 4, 60, 150, 96, 16, 40


class SideBySide(Protocol):
    """Sequences over one another: `explorer.watching.Gathered`."""

    @property
    def values(self) -> Array: ...
    @property
    def offsets(self) -> Array: ...
    @property
    def mean(self) -> Array: ...
    @property
    def spread(self) -> Array: ...


@checked
def batch_picture(
    found: SideBySide,
    signal: Signal,
    chosen: int | None = None,
    first: int = 0,
    theme: Theme = "light",
    sizes: Sizes = DESK,
) -> go.Figure:
    """Every sequence of a batch as a row, mean and spread of them below.

    x is the step from the point of alignment; above, y is the sequence and colour a signal's mean over units, on the
    signal's own scale; below, the line is the mean over the sequences that have this step, the band one standard
    deviation to either side.

    Args:
        found: sequences over one another.
        signal: the words for what they are.
        chosen: the row that is framed.
        first: what the point of alignment is called: 1 where it is the first step.
        theme: ``"light"`` or ``"dark"``.
        sizes: margins and type.
    """
    style = STYLES[theme]
    gate = signal.role == "gate"
    reach = signal.high if np.isfinite(signal.high) else float(np.nanmax(np.abs(found.values), initial=1e-9))
    rows = int(np.clip(len(found.values) * _ROW, _LEAST, _MOST))
    height = rows + _GAP + _LINES + _FOOT
    share = (rows + _GAP) / (rows + _GAP + _LINES)
    heat = {
        "type": "heatmap", "z": np.ascontiguousarray(found.values, dtype=np.float32), "x": found.offsets + first,
        "y": np.arange(1, len(found.values) + 1), "zmin": 0 if gate else -reach, "zmax": reach,
        "showscale": False, "yaxis": "y2",
        "colorscale": [list(stop) for stop in (style.gates if gate else style.states)], "hoverinfo": "skip",
    }  # fmt: skip
    frame, offsets = _frame(style), found.offsets + first
    layout = canvas(
        style, sizes, height, margin={"l": 44, "r": 8, "t": 4, "b": _FOOT - 4}, hovermode=False,
        xaxis=frame | {"title": {"text": f"step · {signal.title}, mean over units", "font": {"size": sizes.small}},
                       "nticks": 6, "range": [offsets[0] - 0.5, offsets[-1] + 0.5]},
        yaxis=frame | {"domain": [0, 1 - share], "nticks": 3},
        yaxis2=frame | {"domain": [1 - share + _GAP / height, 1], "autorange": "reversed", "nticks": 3,
                        "title": {"text": "sequence", "font": {"size": sizes.small}}},
        shapes=[] if chosen is None else [_chosen(chosen + 1, style)],
    )  # fmt: skip
    return go.Figure({"data": [heat, *_band(found, offsets, style)], "layout": layout})


def _band(found: SideBySide, offsets: Array, style: Style) -> list[dict[str, Any]]:
    common: dict[str, Any] = {"type": "scatter", "x": offsets, "mode": "lines", "hoverinfo": "skip"}
    thin = {"width": 0.5, "color": style.lines[0]}
    return [
        common | {"y": found.mean - found.spread, "line": thin},
        common
        | {"y": found.mean + found.spread, "line": thin, "fill": "tonexty", "fillcolor": faint(style.lines[0], 0.2)},
        common | {"y": found.mean, "line": {"width": 2, "color": style.lines[0]}},
    ]


def _chosen(row: int, style: Style) -> dict[str, Any]:
    return {
        "type": "rect", "xref": "paper", "x0": 0, "x1": 1, "yref": "y2", "y0": row - 0.5, "y1": row + 0.5,
        "line": {"color": style.accent, "width": 1.5},
    }  # fmt: skip


def _frame(style: Style) -> dict[str, Any]:
    return {
        "showline": True, "mirror": True, "linecolor": style.frame, "fixedrange": True, "showgrid": False,
        "zeroline": False,
    }  # fmt: skip


@checked
def padding_picture(found: Any, theme: Theme = "light", sizes: Sizes = DESK) -> go.Figure:
    """How much padding changes each state at each true step.

    x is the step; y the largest |difference| over units, a line for each state, layer and direction.

    Args:
        found: a padded sequence beside itself, as `explorer.watching.as_if_padded` gives it.
        theme: ``"light"`` or ``"dark"``.
        sizes: margins and type.
    """
    style = STYLES[theme]
    data = []
    for at, (signal, values) in enumerate(found.changed.items()):
        for layer, sides in enumerate(values):
            for side, line in enumerate(sides):
                place = [f"layer {layer + 1}"] * (len(values) > 1) + [("forward", "reverse")[side]] * (len(sides) > 1)
                data.append({
                    "type": "scatter", "mode": "lines", "x": np.arange(1, len(line) + 1), "y": line,
                    "name": ", ".join([word(found.trace.kind, signal).symbol, *place]),
                    "line": {"color": style.lines[(at * 2 + side) % len(style.lines)], "width": 1.5,
                             "dash": DASHES[layer % 4]},
                })  # fmt: skip
    layout = canvas(
        style, sizes, 170, margin={"l": 52, "r": 8, "t": 4, "b": 34}, hovermode=False, showlegend=len(data) > 1,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "font": {"size": sizes.small}},
        xaxis=_frame(style) | {"title": {"text": "step", "font": {"size": sizes.small}}, "nticks": 6},
        yaxis=_frame(style) | {"rangemode": "tozero", "nticks": 4,
                               "title": {"text": "changed by", "font": {"size": sizes.small}}},
    )  # fmt: skip
    return go.Figure({"data": data, "layout": layout})
