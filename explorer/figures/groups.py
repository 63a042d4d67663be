"""One unit in several conditions: mean and spread around the step that the sequences are aligned on."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.figures.canvas import canvas, title_line
from explorer.figures.style import DASHES, DESK, MONO, STYLES, Sizes, Theme, faint, plain
from explorer.measures import Profile

HEIGHT = 340
_COLOURS = (1, 2, 4, 3, 0, 5)
"""Neighbours in this order are the furthest apart."""
MARKS = ("circle", "diamond", "square", "triangle-up", "x", "cross")


def condition_lines(
    profiles: Mapping[str, Profile],
    title: str,
    at: str,
    gate: bool,
    theme: Theme = "light",
    sizes: Sizes = DESK,
) -> go.Figure:
    """Mean ± standard deviation of each condition.

    x is the step before or after the one the sequences are aligned on; y the value, from 0 to 1 for a gate.
    Colour, dash and mark are the condition; the band is one standard deviation on either side.

    Args:
        profiles: by condition.
        title: what y is.
        at: what stands at 0.
        gate: whether y runs from 0 to 1.
        theme: ``"light"`` or ``"dark"``.
        sizes: type.
    """
    style = STYLES[theme]
    data = [
        trace
        for place, (name, profile) in enumerate(profiles.items())
        for trace in _condition(name, profile, place, style.lines[_COLOURS[place % len(_COLOURS)]])
    ]
    layout = canvas(
        style, sizes, HEIGHT,
        margin={"l": 64, "r": 16, "t": 40, "b": 48},
        hovermode=False,
        showlegend=len(profiles) > 1,
        legend={"orientation": "h", "x": 1, "xanchor": "right", "y": 1, "yanchor": "bottom"},
        xaxis={
            "title": {"text": f"steps from {plain(at)}", "standoff": 6}, "showgrid": False, "zeroline": True,
            "zerolinecolor": style.accent, "zerolinewidth": 1.5, "dtick": 1 if _width(profiles) <= 24 else None,
            "tickfont": {"family": MONO, "size": 12}, "fixedrange": True,
        },
        yaxis={
            "showgrid": True, "gridcolor": style.frame, "griddash": "dot", "zeroline": False, "nticks": 6,
            "fixedrange": True,
        } | ({"range": [-0.04, 1.04]} if gate else {}),
        annotations=[title_line(title, 20)],
    )  # fmt: skip
    return go.Figure({"data": data, "layout": layout})


def _width(profiles: Mapping[str, Profile]) -> int:
    return max(len(profile.offsets) for profile in profiles.values())


def _condition(name: str, profile: Profile, place: int, colour: str) -> list[dict[str, Any]]:
    """The band, and the line over it."""
    known = profile.counts > 0
    x, mean, spread = profile.offsets[known], profile.mean[known], profile.spread[known]
    count = int(profile.counts.max()) if len(profile.counts) else 0
    look: dict[str, Any] = {"type": "scatter", "legendgroup": name}
    band = look | {
        "x": np.concatenate([x, x[::-1]]), "y": np.concatenate([mean + spread, (mean - spread)[::-1]]),
        "fill": "toself", "fillcolor": faint(colour, 0.16), "line": {"width": 0}, "mode": "lines", "showlegend": False,
        "hoverinfo": "skip",
    }  # fmt: skip
    line = look | {
        "x": x, "y": mean, "mode": "lines+markers", "name": f"{plain(name)} (n = {count})",
        "line": {"color": colour, "dash": DASHES[place % len(DASHES)], "width": 2},
        "marker": {"symbol": MARKS[place % len(MARKS)], "size": 7},
    }  # fmt: skip
    return [band, line]
