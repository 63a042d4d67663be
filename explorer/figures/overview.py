"""A long run at a glance."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.cells import word
from explorer.figures.canvas import canvas
from explorer.figures.style import DESK, FONT, STYLES, Sizes, Theme
from explorer.trace.overview import Overview

_HEIGHT = 84
_LEVELS = 120


@checked
def overview_strip(
    overview: Overview,
    signal: str,
    layer: int = 0,
    direction: str = "forward",
    window: tuple[int, int] | None = None,
    theme: Theme = "light",
    sizes: Sizes = DESK,
) -> go.Figure:
    """One signal of every unit over the whole of a long run.

    x is the position in the input, in equal stretches; y is the unit; colour is the mean over the stretch, a gate's
    from 0 to 1, a state's on ± its largest. The frame is the window that is looked at.

    Args:
        overview: of the run.
        signal: one of those in it.
        layer, direction: where.
        window: (first step, past the last).
        theme: ``"light"`` or ``"dark"``.
        sizes: margins and type.
    """
    style = STYLES[theme]
    means = overview.mean[signal][layer, 0 if direction == "forward" else 1].T
    gate = word(overview.kind, signal).role == "gate"
    known = np.abs(means[np.isfinite(means)])
    largest = 1.0 if gate else max(float(known.max(initial=0.0)), 1e-9)
    levels = (means / largest * _LEVELS).round()
    data = {
        "type": "heatmap", "z": _drawn(levels),
        "x": overview.edges, "zmin": 0 if gate else -_LEVELS, "zmax": _LEVELS, "showscale": False,
        "colorscale": [list(stop) for stop in (style.gates if gate else style.states)], "hoverinfo": "skip",
    }  # fmt: skip
    frame = {"visible": True, "showline": True, "mirror": True, "linecolor": style.frame, "fixedrange": True}
    layout = canvas(
        style, sizes, _HEIGHT + 24,
        margin={"l": 8 if sizes.above else sizes.left, "r": sizes.right, "t": 2, "b": 22},
        font={"family": FONT, "size": sizes.small, "color": style.ink},
        hovermode=False,
        xaxis=frame | {"range": [0, int(overview.edges[-1])], "nticks": 8, "tickformat": ",d"},
        yaxis=frame | {
            "autorange": "reversed", "showticklabels": False, "ticks": "",
            "title": {"text": "" if sizes.above else word(overview.kind, signal).title, "font": {"size": sizes.small}},
        },
        shapes=[] if window is None else [_frame(window, style.accent)],
    )  # fmt: skip
    return go.Figure({"data": [data], "layout": layout})


def _frame(window: tuple[int, int], colour: str) -> dict[str, Any]:
    return {
        "type": "rect", "x0": window[0], "x1": window[1], "y0": 0, "y1": 1, "yref": "paper",
        "line": {"color": colour, "width": 2},
    }  # fmt: skip


def _drawn(levels: NDArray[Any]) -> NDArray[Any]:
    """In one byte each, or as they are where some have no value and stay blank."""
    finite = np.isfinite(levels).all()
    return np.ascontiguousarray(levels, dtype=np.int8 if finite else np.float32)
