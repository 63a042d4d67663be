"""The state carried on, the state reset every so many steps, and what that changes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.cells import word
from explorer.figures.canvas import on_stage
from explorer.figures.panels import CLIP_PERCENTILE, make_panel
from explorer.figures.stack import draw_panels
from explorer.figures.style import DESK, MONO, STYLES, Sizes, Theme, plain
from explorer.measures import memory_signal
from explorer.signals import Signal
from explorer.trace import Trace

NAMES = ("carried", "reset", "difference")


@checked
def reset_signals(kind: str) -> tuple[Signal, Signal, Signal]:
    """The words for the memory carried on, reset, and the difference of both."""
    memory = word(kind, memory_signal(kind))
    one = memory.symbol
    titles = (("Carried on", one, memory.title.lower()), ("Reset", f"{one}′", "dotted: the state is reset"),
              ("Difference", "Δ", f"{one}′ − {one}"))  # fmt: skip
    return tuple(
        replace(memory, name=name, symbol=symbol, title=title, at_high=gist, meaning=memory.meaning)
        for name, (title, symbol, gist) in zip(NAMES, titles, strict=True)
    )  # type: ignore[return-value]


@checked
def reset_reach(one: NDArray[Any], two: NDArray[Any]) -> float:
    """The end of the scale of both: the 98th percentile of their sizes."""
    return float(np.percentile(np.abs([one, two]), CLIP_PERCENTILE)) or 1.0


@checked
def reset_stack(
    carried: Trace,
    reset: Trace,
    every: int,
    units: Sequence[int],
    place: tuple[int, str] = (0, "forward"),
    said: Sequence[str] = (),
    theme: Theme = "light",
    sizes: Sizes = DESK,
    hover: bool = True,
) -> go.Figure:
    """One memory in two runs, and their difference, as heatmaps on one scale.

    x is the position in the input, y the unit, colour the memory's value (rust −, blue +); a dotted line
    stands where the state was reset; under the panels what the model says now where it says something else.

    Args:
        carried, reset: the two runs.
        every: so many steps from one reset to the next.
        units: which, from top to bottom.
        place: layer and direction.
        said: (time,) the changed predictions, "" elsewhere; or empty.
        theme, sizes, hover: as in the other figures.
    """
    style, rows = STYLES[theme], tuple(units)
    one, two = (
        run.select(memory_signal(run.kind), *place)[:, list(rows)].astype(np.float64) for run in (carried, reset)
    )
    end = reset_reach(one, two)
    signals = reset_signals(carried.kind)
    many = 3 * one.size > 250_000
    panels = [
        make_panel(signal, values, place, end, many or None)
        for signal, values in zip(signals, (one, two, two - one), strict=True)
    ]
    tall = replace(sizes, panel=92 if on_stage(sizes) else sizes.panel + 44)
    figure = draw_panels(carried, panels, [rows] * 3, theme, tokens=False, sizes=tall, hover=hover)
    line = {"color": style.accent, "width": 1.5, "dash": "dot"}
    figure.layout.shapes = [
        {"type": "line", "x0": at - 0.5, "x1": at - 0.5, "yref": "paper", "y0": 0, "y1": 1, "line": line}
        for at in range(every, len(carried), every)
        if len(carried) / every <= 200
    ]
    if any(said):
        _write(figure, said, style.accent, sizes)
    return figure


def _write(figure: go.Figure, said: Sequence[str], colour: str, sizes: Sizes) -> None:
    """What is said otherwise, under the panels."""
    figure.layout.height += 24
    figure.layout.margin.b += 24
    places = [step for step, label in enumerate(said) if label]
    few = places[:: max(1, len(places) * 24 // 1_000)]
    figure.layout.annotations = [
        *figure.layout.annotations,
        {"x": 0, "xref": "paper", "y": 0, "yref": "paper", "yanchor": "top", "xanchor": "right", "xshift": -10,
         "text": "now it says", "showarrow": False, "font": {"color": colour, "size": sizes.font}},
        *(
            {"x": step, "xref": "x", "y": 0, "yref": "paper", "yanchor": "top", "text": plain(said[step]),
             "showarrow": False, "font": {"color": colour, "size": sizes.font, "family": MONO}}
            for step in few
        ),
    ]  # fmt: skip
