"""One unit's signals over time, exactly."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.arguments import checked
from explorer.cells import word
from explorer.errors import UnknownSignalError
from explorer.figures.axes import tick_places, ticks
from explorer.figures.canvas import canvas
from explorer.figures.style import DASHES, DESK, MONO, STYLES, Sizes, Theme, plain
from explorer.trace import Trace

HEIGHT = 260


@checked
def unit_lines(
    trace: Trace,
    unit: int,
    layer: int = 0,
    direction: str = "forward",
    step: int | None = None,
    theme: Theme = "light",
    sizes: Sizes = DESK,
    hover: bool = True,
) -> go.Figure:
    """Every signal of one unit as a line, with the recorded values.

    x is the position in the input; y is the value: gates in the upper picture (0 to 1), candidates and
    states in the lower one. A line's colour and dash are its signal; the upright line is the chosen step.

    Args:
        trace: the run.
        unit: which one; a signal that has no such unit (a projected hidden state) is left out.
        layer, direction: where.
        step: the position to mark, or None.
        theme: ``"light"`` or ``"dark"``.
        sizes: margins, so that the lines stand under the columns of the stack.
        hover: whether Plotly shows values under the pointer; False where the page does it.

    Raises:
        UnknownSignalError: there is no such unit, layer or direction.
    """
    style = STYLES[theme]
    steps = np.arange(len(trace))
    names = [name for name in trace.signals if 0 <= unit < trace[name].shape[-1]]
    if not names:
        raise UnknownSignalError(f"There is no unit {unit}: this trace has {trace[trace.signals[0]].shape[-1]}.")
    data = []
    for index, name in enumerate(names):
        gate = word(trace.kind, name).role == "gate"
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers" if len(trace) == 1 else "lines",
                "name": f"{word(trace.kind, name).spoken.title} {word(trace.kind, name).symbol}",
                "x": steps,
                "y": np.ascontiguousarray(trace.select(name, layer, direction)[:, unit]),
                "xaxis": "x",
                "yaxis": "y" if gate else "y2",
                "line": {"color": style.lines[index % 6], "dash": DASHES[index % 6], "width": 1.8, "shape": "hvh"},
                "hovertemplate": f"{word(trace.kind, name).symbol} %{{y:.6f}}<extra></extra>",
            }
        )
    has_gates = any(word(trace.kind, name).role == "gate" for name in names)
    half = 0.5 + 8 / HEIGHT
    layout = canvas(
        style,
        sizes,
        HEIGHT,
        margin={"l": max(sizes.left, 34), "r": sizes.right, "t": 30, "b": 26},
        hovermode="x" if hover else False,
        hoversubplots="axis",
        showlegend=len(names) > 1,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        xaxis=_axis(style.frame) | {"range": [-0.5, len(trace) - 0.5], "anchor": "y2", **_ticks(trace)},
        yaxis2=_axis(style.frame) | {"domain": [0, 0.46] if has_gates else [0, 1]},
        shapes=[] if step is None else [_cursor(step, style.accent)],
    )
    if has_gates:
        layout["yaxis"] = _axis(style.frame) | {"domain": [half, 1], "range": [-0.03, 1.03], "tickvals": [0, 0.5, 1]}
    return go.Figure({"data": data, "layout": layout})


def _axis(line: str) -> dict[str, Any]:
    return {"showgrid": True, "gridcolor": line, "griddash": "dot", "zeroline": False, "nticks": 4}


def _ticks(trace: Trace) -> dict[str, Any]:
    places = tick_places(trace.labels)
    words = [plain(trace.labels[place]) for place in places]
    return ticks(places, words) | {"tickfont": {"family": MONO, "size": 12}, "showgrid": False}


def _cursor(step: int, colour: str) -> dict[str, Any]:
    return {
        "type": "line", "x0": step, "x1": step, "xref": "x", "y0": 0, "y1": 1, "yref": "paper",
        "line": {"color": colour, "width": 1.5},
    }  # fmt: skip
