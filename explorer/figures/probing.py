"""What units know: their scores beside chance, the weights of all of them together, one of them over the tokens."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.figures.canvas import canvas, drawn, fitted, value_axis
from explorer.figures.style import DESK, MONO, STYLES, Sizes, Style, Theme, faint, plain
from explorer.measures import Probe

_ROW, _UNITS, _MOST_TICKS = 21, 10, 130


@checked
def probe_ranking(
    found: Probe,
    unit: int | None = None,
    most: int = _UNITS,
    theme: Theme = "light",
    sizes: Sizes = DESK,
) -> go.Figure:
    """The best units, the linear probe of all of them, and the inputs alone, each with its score.

    x is the AUC of a label, the R² of a number: a dot on the steps that judge, a ring on those that ranked. Each row
    is a unit, ↑ where it rises with what is told and ↓ where it falls. The band reaches from what knows nothing to
    the best that any unit tells of labels moved in time.

    Args:
        found: as `explorer.measures.probe` gives it.
        unit: the one that is marked, shown also where it is not among the best.
        most: how many units.
        theme: ``"light"`` or ``"dark"``.
        sizes: type and margins.
    """
    style = STYLES[theme]
    best = [int(one) for one in found.ranked[: max(1, most)]]
    shown = best if unit is None or unit in best else [*best[:-1], unit]
    whole = [("all units", found.all_units)] + ([] if found.inputs is None else [("inputs alone", found.inputs)])
    rows = [f"unit {one} {'↑' if found.signs[one] > 0 else '↓'}" for one in shown]
    names = [f"<b>{name}</b>" if one == unit else name for one, name in zip(shown, rows, strict=True)]
    names += [name for name, _ in whole]
    places = list(range(len(names)))
    judged = [*(float(found.judged[one]) for one in shown), *(score for _, score in whole)]
    low = found.chance if found.is_label else min(0.0, max(-0.25, min(judged) - 0.02))
    at = np.clip(judged, low, None)
    colours = [style.accent if one == unit else style.ink for one in shown] + [style.lines[0]] * len(whole)
    data: list[dict[str, Any]] = [
        {
            "type": "scatter", "mode": "markers", "x": [float(found.scores[one]) for one in shown],
            "y": places[: len(shown)], "marker": {"symbol": "circle-open", "size": 10, "color": style.quiet},
            "name": "where it was ranked", "customdata": shown, "hovertemplate": "%{x:.3f} where ranked<extra></extra>",
        },
        {
            "type": "scatter", "mode": "markers", "x": at, "y": places,
            "marker": {"size": 10, "color": colours, "symbol": ["circle"] * len(shown) + ["diamond"] * len(whole)},
            "customdata": [*shown, *([-1] * len(whole))], "name": "held out",
            "hovertemplate": "%{x:.3f} held out<extra></extra>",
            "selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}},
        },
    ]  # fmt: skip
    layout = canvas(
        style, sizes, fitted(_ROW * len(names) + 76, sizes), hovermode="closest", clickmode="event+select",
        showlegend=True, legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        margin={"l": 96 if sizes.above else 112, "r": 46, "t": 28, "b": 42},
    )  # fmt: skip
    layout["xaxis"] = value_axis(
        style, f"{'AUC' if found.is_label else 'R²'}; shaded: what chance gives", range=[low - 0.01, 1.01]
    )
    layout["yaxis"] = {
        "range": [len(names) - 0.4, -0.6], "tickmode": "array", "tickvals": places, "ticktext": names,
        "showgrid": False, "zeroline": False, "fixedrange": True,
    }  # fmt: skip
    layout["shapes"] = [
        _band(style, low, max(low, found.band)),
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": len(shown) - 0.5, "y1": len(shown) - 0.5,
         "line": {"color": style.frame, "width": 1}},
    ]  # fmt: skip
    layout["annotations"] = [
        {"text": f"{score:.3f}", "x": 1, "xref": "paper", "xanchor": "left", "xshift": 4, "y": place,
         "showarrow": False, "font": {"family": MONO, "size": 12}}
        for place, score in zip(places, judged, strict=True)
    ]  # fmt: skip
    return drawn(data, layout, sizes)


@checked
def probe_weights(
    found: Probe,
    unit: int | None = None,
    theme: Theme = "light",
    sizes: Sizes = DESK,
    height: int = 150,
) -> go.Figure:
    """The weights of the linear probe of all units.

    x is the unit; y its weight per standard deviation of the unit. Units that do alike share a weight between them.

    Args:
        found: as `explorer.measures.probe` gives it.
        unit: the one that is marked.
        theme, sizes: as above.
        height: in pixels.
    """
    style = STYLES[theme]
    units = np.arange(len(found.weights))
    bars = {
        "type": "bar", "x": units, "y": found.weights, "customdata": units.tolist(),
        "marker": {"color": [style.accent if one == unit else style.lines[0] for one in units], "line": {"width": 0}},
        "hovertemplate": "unit %{x}: %{y:.3g}<extra></extra>",
    }  # fmt: skip
    layout = canvas(
        style, sizes, fitted(height, sizes), bargap=0.1, hovermode="closest",
        margin={"l": 46 if sizes.above else 64, "r": 10, "t": 8, "b": 40},
    )  # fmt: skip
    layout["xaxis"] = value_axis(style, "unit", range=[-0.8, len(units) - 0.2], showgrid=False, nticks=9)
    layout["yaxis"] = value_axis(style, "weight", zeroline=True, zerolinecolor=style.frame, nticks=4)
    return drawn([bars], layout, sizes)


@checked
def concept_line(
    values: NDArray[Any],
    labels: NDArray[Any],
    tokens: Sequence[str],
    first: int,
    symbol: str,
    theme: Theme = "light",
    sizes: Sizes = DESK,
    height: int = 210,
) -> go.Figure:
    """One unit's values over some steps, and what is so there.

    x is the step, its token below; y the unit's value. Where a label stands the ground is shaded; a number has a
    dashed line of its own, with its axis at the right.

    Args:
        values: (steps,) of the unit.
        labels: (steps,) bool or numbers; NaN where there is none.
        tokens: (steps,), what the steps are called.
        first: the first step's number, counted from 0.
        symbol: the signal's letter.
        theme, sizes: as above.
        height: in pixels.
    """
    style = STYLES[theme]
    steps = np.arange(first, first + len(values)) + 1
    top, right = (8, 10) if labels.dtype == bool else (24, 56)
    line = {
        "type": "scatter", "mode": "lines", "x": steps, "y": np.asarray(values, dtype=np.float64), "name": symbol,
        "line": {"color": style.ink, "width": 2, "shape": "hvh"}, "text": [plain(token) for token in tokens],
        "hovertemplate": "step %{x} “%{text}”: %{y:.3g}<extra></extra>",
    }  # fmt: skip
    layout = canvas(
        style, sizes, fitted(height, sizes), hovermode="closest", showlegend=labels.dtype != bool,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        margin={"l": 46 if sizes.above else 64, "r": right, "t": top, "b": 40},
    )  # fmt: skip
    layout["xaxis"] = value_axis(style, "", range=[steps[0] - 0.5, steps[-1] + 0.5], showgrid=False, tickformat=",d")
    if len(tokens) <= (40 if sizes.above else _MOST_TICKS):
        layout["xaxis"] |= {
            "tickmode": "array", "tickvals": steps, "ticktext": [plain(token) for token in tokens], "tickangle": 0,
            "tickfont": {"family": MONO, "size": 11},
        }  # fmt: skip
    layout["yaxis"] = value_axis(style, symbol, nticks=4)
    data: list[dict[str, Any]] = [line]
    if labels.dtype == bool:
        layout["shapes"] = [_shade(style, start, stop) for start, stop in _stretches(labels, int(steps[0]))]
    else:
        data.append({
            "type": "scatter", "mode": "lines", "x": steps, "y": labels, "yaxis": "y2", "name": "what is told",
            "line": {"color": style.accent, "width": 2, "dash": "dash", "shape": "hvh"},
            "hovertemplate": "%{y:.3g}<extra></extra>",
        })  # fmt: skip
        layout["yaxis2"] = value_axis(
            style, "", overlaying="y", side="right", showgrid=False, nticks=4, tickmode="auto"
        )
    return drawn(data, layout, sizes)


def _stretches(labels: NDArray[Any], first: int) -> list[tuple[float, float]]:
    """Where marked steps begin and end, on the axis."""
    turns = np.diff(np.concatenate([[0], labels.astype(int), [0]]))
    begins, ends = np.flatnonzero(turns > 0), np.flatnonzero(turns < 0)
    return [(first + int(one) - 0.5, first + int(other) - 0.5) for one, other in zip(begins, ends, strict=True)]


def _shade(style: Style, start: float, stop: float) -> dict[str, Any]:
    return {
        "type": "rect", "x0": start, "x1": stop, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
        "fillcolor": faint(style.accent, 0.16), "line": {"width": 0},
    }  # fmt: skip


def _band(style: Style, low: float, high: float) -> dict[str, Any]:
    return {
        "type": "rect", "x0": low, "x1": high, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
        "fillcolor": faint(style.quiet, 0.16), "line": {"width": 0},
    }  # fmt: skip
