"""Why a gate is open: the parts of its pre-activation, one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import plotly.graph_objects as go

from explorer.arguments import checked
from explorer.figures.canvas import canvas
from explorer.figures.style import DESK, MONO, STYLES, Sizes, Style, Theme, plain

ROW = 27


@dataclass(frozen=True)
class Piece:
    """One bar of a waterfall.

    Attributes:
        label: what it comes from.
        value: what it adds.
        part: ``"input"``, ``"recurrent"`` or ``"bias"``.
    """

    label: str
    value: float
    part: str


@checked
def part_colours(theme: Theme) -> dict[str, str]:
    """The colours of the parts of a pre-activation, the same in every view."""
    lines, quiet = STYLES[theme].lines, STYLES[theme].quiet
    return {"input": lines[0], "recurrent": lines[3], "bias": quiet}


@checked
def waterfall(
    pieces: Sequence[Piece],
    symbol: str,
    result: str,
    theme: Theme = "light",
    sizes: Sizes = DESK,
) -> go.Figure:
    """The parts of a pre-activation as steps down to their sum.

    x is the running sum; each row is one part, from where the row above ended to its own end; the last
    row is the whole, from 0. Colour is the part's kind (input, recurrent, bias), which its label says too.

    Args:
        pieces: in the order in which they are added.
        symbol: what their sum is called.
        result: what the sum becomes, written out: ``"σ(1.39) = 0.801"``.
        theme: ``"light"`` or ``"dark"``.
        sizes: type sizes.
    """
    style, colours = STYLES[theme], part_colours(theme)
    ends = list(accumulate(piece.value for piece in pieces))
    starts = [0.0, *ends[:-1]]
    total = ends[-1]
    rows = list(range(len(pieces) + 1))
    values = [*(piece.value for piece in pieces), total]
    bar = {
        "type": "bar",
        "orientation": "h",
        "y": rows,
        "x": values,
        "base": [*starts, 0.0],
        "width": 0.72,
        "marker": {"color": [*(colours[piece.part] for piece in pieces), style.ink], "line": {"width": 0}},
        "text": [f"{value:+.3f}".replace("-", "−") for value in values],
        "textposition": "outside",
        "textfont": {"family": MONO, "size": sizes.font, "color": style.ink},
        "cliponaxis": False,
        "hoverinfo": "skip",
    }
    labels = [plain(piece.label) for piece in pieces] + [f"<b>{plain(symbol)}</b>"]
    layout = canvas(
        style,
        sizes,
        ROW * sizes.font // 13 * len(rows) + 64,
        margin={"l": max(96, sizes.left), "r": 16, "t": 6, "b": 56},
        hovermode=False,
        xaxis=_sums(style, [0.0, *ends], sizes) | {"title": _title(result, style, sizes)},
        yaxis=_rows(rows, labels),
        shapes=_steps(ends, style.frame),
    )
    return go.Figure({"data": [bar], "layout": layout})


def _sums(style: Style, ends: Sequence[float], sizes: Sizes) -> dict[str, Any]:
    """The running sum, with room beside the bars for their numbers."""
    low, high = min(ends), max(ends)
    span = (high - low) or 1.0
    room = 0.45 if sizes.above else 0.2
    return {
        "range": [low - room * span, high + room * span],
        "zeroline": True, "zerolinecolor": style.ink, "zerolinewidth": 1.5,
        "showgrid": True, "gridcolor": style.frame, "griddash": "dot", "nticks": 6, "fixedrange": True,
    }  # fmt: skip


def _title(result: str, style: Style, sizes: Sizes) -> dict[str, Any]:
    font = {"family": MONO, "size": sizes.font + 3, "color": style.ink}
    return {"text": f"<b>{plain(result)}</b>", "font": font, "standoff": 8}


def _rows(rows: Sequence[int], labels: Sequence[str]) -> dict[str, Any]:
    return {
        "range": [len(rows) - 0.4, -0.6], "tickmode": "array", "tickvals": list(rows), "ticktext": list(labels),
        "showgrid": False, "zeroline": False, "fixedrange": True,
    }  # fmt: skip


def _steps(ends: Sequence[float], colour: str) -> list[dict[str, Any]]:
    """A hairline from the end of each bar to the next one."""
    line = {"color": colour, "width": 1}
    return [
        {"type": "line", "x0": end, "x1": end, "y0": row - 0.36, "y1": row + 1.36, "line": line}
        for row, end in enumerate(ends)
    ]
