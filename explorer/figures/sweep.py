"""What each thing was good for: bars, the largest first."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.figures.canvas import canvas, title_line
from explorer.figures.style import DESK, MONO, STYLES, Sizes, Theme, plain

HEIGHT = 330
MOST_BARS = 48


def sweep_bars(
    names: Sequence[str],
    changes: NDArray[np.float64],
    title: str,
    axis: str = "unit",
    theme: Theme = "light",
    sizes: Sizes = DESK,
    narrow: bool = False,
) -> go.Figure:
    """Changes as bars, from the largest to the smallest, whichever their sign.

    x is what was knocked out; y the change that it made. Rust bars stand above 0 and blue, hatched ones hang
    below it.

    Args:
        names: of what was knocked out, in the order to draw.
        changes: likewise; at most `MOST_BARS` are drawn.
        title: what y is.
        axis: what the names name.
        theme: ``"light"`` or ``"dark"``.
        sizes: margins and type.
        narrow: whether the window is a phone's, which takes fewer bars.
    """
    style = STYLES[theme]
    count = min(len(names), 16 if narrow else MOST_BARS)
    shown = np.asarray(changes[:count], dtype=np.float64)
    up = shown >= 0
    bar: dict[str, Any] = {
        "type": "bar",
        "x": np.arange(count),
        "y": shown,
        "marker": {
            "color": [style.accent if one else style.lines[0] for one in up],
            "pattern": {"shape": ["" if one else "/" for one in up], "fgcolor": style.paper, "solidity": 0.25},
        },
        "width": 0.78,
        "hoverinfo": "skip",
    }
    if count <= 12:
        bar |= {
            "text": [f"{value:+.3g}".replace("-", "−") for value in shown],
            "textposition": "outside",
            "cliponaxis": False,
            "textfont": {"family": MONO, "size": sizes.font, "color": style.ink},
        }
    layout = canvas(
        style, sizes, HEIGHT,
        margin={"l": 64, "r": 12, "t": 36, "b": 52},
        hovermode=False,
        xaxis={
            "title": {"text": axis, "standoff": 6}, "tickmode": "array", "tickvals": list(range(count)),
            "ticktext": [plain(name) for name in names[:count]], "showgrid": False, "zeroline": False,
            "range": [-0.6, count - 0.4], "tickfont": {"family": MONO, "size": 12}, "fixedrange": True,
        },
        yaxis={
            "showgrid": True, "gridcolor": style.frame, "griddash": "dot", "zeroline": True,
            "zerolinecolor": style.ink, "zerolinewidth": 1.5, "nticks": 6, "fixedrange": True,
        },
        annotations=[title_line(title, 22)],
    )  # fmt: skip
    return go.Figure({"data": [bar], "layout": layout})
