"""What each answer hangs on: input saliency, step by position, as a triangle."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.figures.canvas import beside, canvas, drawn, fitted, steps_axis
from explorer.figures.style import DESK, MONO, STYLES, Sizes, Theme, plain
from explorer.signals import Signal

Floats = NDArray[np.float64]
SALIENCY = Signal(
    "saliency", "s", "Input saliency", "gate", 0.0, 1.0, "nothing", "most", "How much an answer hangs on this token."
)
ROW, TALLEST = 13, 470


def shares(saliency: Floats) -> Floats:
    """Each step's saliency as shares of its largest, (step, time); 0 where it hangs on nothing at all."""
    largest = saliency.max(axis=1, keepdims=True)
    return np.asarray(np.divide(saliency, largest, out=np.zeros_like(saliency), where=largest > 0))


@checked
def saliency_triangle(
    found: Floats,
    labels: tuple[str, ...],
    first: int = 0,
    step: int | None = None,
    theme: Theme = "light",
    sizes: Sizes = DESK,
    hover: bool = True,
) -> go.Figure:
    """How much each step's answer hangs on each token.

    x is the position of the token, y the step of the answer, from top to bottom; colour the share of the
    row's largest ‖∂answer/∂x_t‖, from cream (0) to navy (1). Nothing hangs on what comes later, so it is a
    triangle, unless the model also reads from the end.

    Args:
        found: (step, time), as from `saliency`, of a window of the sequence.
        labels: of every step of the whole sequence.
        first: where the window begins.
        step: the chosen answer, whose row is framed.
        theme, sizes, hover: as in the other figures.
    """
    style, rows = STYLES[theme], shares(found)
    window = labels[first : first + len(rows)]
    heat: dict[str, Any] = {
        "type": "heatmap",
        "z": np.ascontiguousarray(rows, dtype=np.float32),
        "x0": first,
        "dx": 1,
        "zmin": 0.0,
        "zmax": 1.0,
        "colorscale": [list(stop) for stop in style.gates],
        "showscale": False,
        "hovertemplate": "%{z:.2f}<extra></extra>",
    }
    height = fitted(min(TALLEST, max(180, ROW * len(rows))), sizes)
    top = 28 if sizes.above else 8
    layout = canvas(style, sizes, height + top + 8, hovermode="closest" if hover else False)
    layout["margin"]["t"] = top
    layout["xaxis"] = steps_axis(len(labels))
    places = range(0, len(rows), max(1, -(-len(rows) * 11 // height)))
    layout["yaxis"] = {
        "range": [len(rows) - 0.5, -0.5], "showgrid": False, "zeroline": False, "showline": True, "mirror": True,
        "linecolor": style.frame, "fixedrange": True, "tickmode": "array", "tickvals": list(places),
        "ticktext": [plain(window[place]) for place in places], "ticks": "",
        "tickfont": {"family": MONO, "size": 12, "color": style.quiet}, "showticklabels": not sizes.above,
    }  # fmt: skip
    lines = ["each row: one answer,", "after the token beside it", "0 nothing · 1 most"]
    layout["annotations"] = [beside("What it hangs on", lines, style, sizes, 8 + 8 * max(map(len, window)))]
    if step is not None:
        layout["shapes"] = [
            {"type": "rect", "x0": first - 0.5, "x1": first + len(rows) - 0.5, "y0": step - first - 0.5,
             "y1": step - first + 0.5, "line": {"color": style.accent, "width": 1.5}}
        ]  # fmt: skip
    return drawn([heat], layout, sizes)
