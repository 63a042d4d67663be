"""Who wrote a state: one unit's ledger as bars over the sequence, and every unit's as a heatmap."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.arguments import checked
from explorer.cells import CELLS, word
from explorer.figures.canvas import beside, canvas, drawn, on_stage, steps_axis, value_axis
from explorer.figures.panels import CLIP_PERCENTILE, make_panel
from explorer.figures.stack import draw_panels
from explorer.figures.style import DESK, STYLES, Scale, Sizes, Theme
from explorer.measures import Ledger
from explorer.signals import Signal
from explorer.trace import Trace

WRITTEN = Signal(
    "written", "w", "All units", "state", -inf, inf, "", "what each step wrote",
    "What each step wrote into each unit's memory, as much of it as is left at the chosen step.",
)  # fmt: skip
BARS, TICKS = 216, 34


@checked
def ledger_bars(
    trace: Trace,
    book: Ledger,
    unit: int,
    step: int,
    theme: Theme = "light",
    sizes: Sizes = DESK,
    hover: bool = True,
) -> go.Figure:
    """What each step wrote into one unit's present memory.

    x is the position in the input; y what is left, at the chosen step, of what that step wrote: blue adds to
    the memory, rust takes from it. All bars and what is left of the initial state sum to the state.

    Args:
        trace: the run.
        book: its ledger at ``step``.
        unit, step: whose memory, and when.
        theme: ``"light"`` or ``"dark"``.
        sizes: margins, so that the bars stand under the tokens.
        hover: whether Plotly shows values under the pointer.
    """
    style, memory = STYLES[theme], word(trace.kind, str(CELLS[trace.kind].memory))
    written = book.written[:, unit]
    bar = {
        "type": "bar",
        "x": np.arange(len(trace)),
        "y": written,
        "width": 0.86,
        "marker": {"color": [_colour(style.states, value) for value in written], "line": {"width": 0}},
        "customdata": list(trace.labels),
        "hovertemplate": "step %{x}: wrote %{y:.4f}<extra></extra>",
    }
    total = book.initial[unit] + written.sum() + book.residual[unit]
    lines = [
        f"{memory.symbol} now {_signed(total)}",
        f"initial {_signed(book.initial[unit])}",
        f"residual {book.residual[unit]:.0e}".replace("-", "−").replace("e−0", "e−"),
    ]
    top = 30 if sizes.above else 8
    layout = canvas(style, sizes, (BARS - 24 * on_stage(sizes)) + top - 8, hovermode="x" if hover else False)
    layout["margin"]["t"] = top
    layout["xaxis"] = steps_axis(len(trace))
    layout["yaxis"] = value_axis(
        style, zeroline=True, zerolinecolor=style.ink, zerolinewidth=1, showticklabels=not sizes.above
    )
    name, first = (
        (f"Unit {unit}: what each step wrote", []) if sizes.above else (f"Unit {unit}", [f"who wrote {memory.symbol}"])
    )
    layout["annotations"] = [beside(name, [*first, *lines], style, sizes, TICKS)]
    return drawn([bar], layout, sizes)


@checked
def ledger_map(
    trace: Trace,
    book: Ledger,
    units: Sequence[int],
    place: tuple[int, str] = (0, "forward"),
    theme: Theme = "light",
    sizes: Sizes = DESK,
    hover: bool = True,
) -> go.Figure:
    """What each step wrote into every unit's present memory.

    x is the position in the input, y the unit, colour what is left of what that step wrote (rust −, blue +);
    the scale ends at the 98th percentile of the sizes that are not 0.

    Args:
        trace: the run.
        book: its ledger at the chosen step.
        units: which, from top to bottom.
        place: layer and direction.
        theme, sizes, hover: as for `ledger_bars`.
    """
    memory = word(trace.kind, str(CELLS[trace.kind].memory))
    signal = replace(WRITTEN, at_high=f"into {memory.symbol}: − rust, + blue")
    values = book.written[:, list(units)]
    panel = make_panel(signal, values, place, written_reach(values))
    tall = replace(sizes, panel=max(sizes.panel, 0 if on_stage(sizes) else min(300, 11 * len(units))))
    return draw_panels(trace, [panel], [tuple(units)], theme, tokens=False, sizes=tall, hover=hover)


@checked
def written_reach(values: Any) -> float:
    """The end of the colour scale: the 98th percentile of the sizes that are not 0."""
    sizes = np.abs(values)[np.asarray(values) != 0]
    return float(np.percentile(sizes, CLIP_PERCENTILE)) if sizes.size else 1.0


def _colour(scale: Scale, value: float) -> str:
    """Colours of the states, a little inside the ends, for what adds and what takes away."""
    return scale[-2][1] if value >= 0 else scale[1][1]


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")
