"""A training in pictures: losses as they come, forecasts beside the truth, and what lags say of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.figures.canvas import canvas, drawn, fitted, log_axis, value_axis
from explorer.figures.gradient import stroke
from explorer.figures.style import DESK, MONO, STYLES, Sizes, Style, Theme, plain

Floats = NDArray[np.float64]
_LEGEND = {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0}
_FAINT = 0.45


@dataclass(frozen=True, eq=False)
class Told:
    """One twin's line.

    Attributes:
        name: in the legend.
        kind: of its cell: its colour and dash.
        values: one a step.
        at: (step,) where they stand on x; by default 0, 1, 2, …
        faint: whether it steps back.
    """

    name: str
    kind: str
    values: Floats
    at: Floats | None = None
    faint: bool = False


@checked
def loss_curves(
    lines: Sequence[Told], floors: Mapping[str, float], steps: int, theme: Theme = "light", sizes: Sizes = DESK,
    height: int = 300, title: str = "loss",
) -> go.Figure:  # fmt: skip
    """Losses over the updates of a training.

    x is the update, y the loss on a log axis; a line's colour and dash are its cell, faint on training data. A level
    dotted line is the loss of an answer without a network.

    Args:
        lines: from first to last in the legend.
        floors: losses without a network, by name.
        steps: where x ends.
        theme, sizes, height: as elsewhere.
        title: what y is.
    """
    style = STYLES[theme]
    known = [one.values[np.isfinite(one.values) & (one.values > 0)] for one in lines]
    values = np.concatenate([*known, np.array([one for one in floors.values() if one > 0]), np.zeros(0)])
    low, high = (float(values.min()), float(values.max())) if values.size else (0.1, 1.0)
    layout = canvas(
        style, sizes, fitted(height, sizes), showlegend=True, hovermode="x", legend=_LEGEND,
        margin={"l": 58, "r": 10, "t": 30, "b": 40},
    )  # fmt: skip
    layout["xaxis"] = value_axis(style, "updates", range=[0, steps])
    layout["yaxis"] = log_axis(style, low / 1.2, high * 1.2, title)
    layout["shapes"] = [_level(value, style) for value in floors.values() if value > 0]
    layout["annotations"] = [_named(name, value, style, sizes) for name, value in floors.items() if value > 0]
    return drawn([_line(one, style) for one in lines], layout, sizes)


@checked
def forecast_lines(
    truth: Floats, said: Sequence[Told], labels: Sequence[str], unit: str = "", theme: Theme = "light",
    sizes: Sizes = DESK, height: int = 420,
) -> go.Figure:  # fmt: skip
    """The held-out values, what each network says of them, and under that how far off it is.

    x is the step; y above the value, below the forecast minus the truth. The truth is the wide quiet line; a line's
    colour and dash are its cell.

    Args:
        truth: (time,).
        said: forecasts, (time,) each.
        labels: a word a step.
        unit: of the values.
        theme, sizes, height: as elsewhere.
    """
    style = STYLES[theme]
    at = np.arange(len(truth))
    real = {
        "type": "scatter", "mode": "lines", "name": "truth", "x": at, "y": truth, "customdata": list(labels),
        "line": {"color": style.quiet, "width": 5}, "opacity": 0.5, "hovertemplate": "%{y:.4g} (%{customdata})",
    }  # fmt: skip
    off = [
        _line(Told(one.name, one.kind, one.values - truth), style) | {"yaxis": "y2", "showlegend": False}
        for one in said
    ]
    layout = canvas(
        style, sizes, fitted(height, sizes), showlegend=True, hovermode="x unified", hoversubplots="axis",
        legend=_LEGEND, margin={"l": 58, "r": 10, "t": 30, "b": 40},
    )  # fmt: skip
    words = [plain(label) for label in labels]
    every = max(1, len(words) // (6 if sizes.above else 12))
    layout["xaxis"] = {
        "range": [-0.5, len(truth) - 0.5], "anchor": "y2", "fixedrange": True, "showgrid": False, "zeroline": False,
        "tickmode": "array", "tickvals": list(at[::every]), "ticktext": words[::every], "tickangle": 0,
        "showspikes": True, "spikemode": "across", "spikethickness": 1, "spikedash": "solid", "spikecolor": style.ink,
        "tickfont": {"family": MONO, "size": 12}, "unifiedhovertitle": {"text": ""},
    }  # fmt: skip
    layout["yaxis"] = value_axis(style, unit or "value", domain=[0.34, 1])
    layout["yaxis2"] = value_axis(style, "off by", domain=[0, 0.26], nticks=3) | {
        "zeroline": True, "zerolinecolor": style.ink, "zerolinewidth": 1,
    }  # fmt: skip
    return drawn([real, *(_line(one, style) for one in said), *off], layout, sizes)


@checked
def lag_lines(
    errors: Sequence[Told], horizon: int, unit: str = "", theme: Theme = "light", sizes: Sizes = DESK
) -> go.Figure:
    """How far forecasts are from the truth of earlier steps.

    x is the lag, 0 for the value that is forecast; y the mean distance. Where a line is lowest at the horizon, marked
    by a level line upwards, the forecast is only the last value known.

    Args:
        errors: (lag,) each, from lag 0.
        horizon: how many steps ahead was forecast.
        unit: of the values.
        theme, sizes: as elsewhere.
    """
    style = STYLES[theme]
    layout = canvas(
        style, sizes, fitted(300, sizes), showlegend=True, hovermode="x", legend=_LEGEND,
        margin={"l": 58, "r": 10, "t": 30, "b": 40},
    )  # fmt: skip
    longest = max(len(one.values) for one in errors)
    layout["xaxis"] = value_axis(style, "steps before the value that is forecast", range=[-0.3, longest - 0.7])
    layout["yaxis"] = value_axis(style, f"mean distance{f', {unit}' if unit else ''}", rangemode="tozero")
    layout["shapes"] = [
        {
            "type": "line", "x0": horizon, "x1": horizon, "yref": "paper", "y0": 0, "y1": 1,
            "line": {"color": style.accent, "width": 1.5, "dash": "dot"},
        }
    ]  # fmt: skip
    layout["annotations"] = [
        {
            "x": horizon, "y": 1, "yref": "paper", "text": "the last value known", "showarrow": False,
            "xanchor": "left", "xshift": 5, "yanchor": "top", "font": {"color": style.accent},
        }
    ]  # fmt: skip
    return drawn([_line(one, style, "lines+markers") for one in errors], layout, sizes)


@checked
def series_parts(
    values: Floats, known: int, held_out: int, unit: str = "", theme: Theme = "light", sizes: Sizes = DESK
) -> go.Figure:
    """A series and its three parts: trained on, to choose by, held out.

    x is the step, y the value; of a long series the least and the greatest of each part of the picture.

    Args:
        values: (time,).
        known: how many values are trained on.
        held_out: how many at the end are judged.
        unit: of the values.
        theme, sizes: as elsewhere.
    """
    style = STYLES[theme]
    at, shown = _pooled(values)
    # Where there is little room the part in the middle is named a line above its neighbours.
    margin = {"l": 58, "r": 10, "t": 40 if sizes.above else 26, "b": 40}
    layout = canvas(style, sizes, fitted(260, sizes), hovermode=False, margin=margin)
    ends = [0, known, len(values) - held_out, len(values)]
    layout["xaxis"] = value_axis(style, "step", range=[0, len(values)], showgrid=False)
    layout["yaxis"] = value_axis(style, unit)
    layout["shapes"] = [
        {
            "type": "rect", "x0": ends[part], "x1": ends[part + 1], "yref": "paper", "y0": 0, "y1": 1,
            "line": {"width": 0}, "fillcolor": colour, "opacity": 0.16, "layer": "below",
        }
        for part, colour in ((1, style.lines[0]), (2, style.accent))
    ]  # fmt: skip
    names = ("trained on, and scaled by", "to choose by", "held out")
    layout["annotations"] = [
        {
            "x": (ends[part] + ends[part + 1]) / 2, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
            "yshift": 14 if sizes.above and part == 1 else 0,
            "text": name, "font": {"color": style.quiet, "size": sizes.small},
        }
        for part, name in enumerate(names)
    ]  # fmt: skip
    line = {"type": "scatter", "mode": "lines", "x": at, "y": shown, "line": {"color": style.ink, "width": 1.3}}
    return drawn([line], layout, sizes)


def _pooled(values: Floats, most: int = 1_000) -> tuple[Floats, Floats]:
    if len(values) <= 2 * most:
        return np.arange(len(values), dtype=np.float64), values
    parts = np.array_split(values, most)
    at = np.repeat(np.linspace(0, len(values), most), 2)
    return at, np.array([[part.min(), part.max()] for part in parts]).ravel()


def _line(one: Told, style: Style, mode: str = "lines") -> dict[str, Any]:
    at = np.arange(len(one.values)) if one.at is None else one.at
    shown = np.where(np.isfinite(one.values), one.values, np.nan)
    return {
        "type": "scatter", "mode": mode, "name": plain(one.name), "x": at, "y": shown, "connectgaps": False,
        "line": stroke(one.kind, style) | {"width": 1.4 if one.faint else 2.2},
        "opacity": _FAINT if one.faint else 1.0, "hovertemplate": "%{y:.4g}", "showlegend": not one.faint,
        "hoverinfo": "skip" if one.faint else "all",
    }  # fmt: skip


def _level(value: float, style: Style) -> dict[str, Any]:
    return {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value,
        "line": {"color": style.quiet, "width": 1.2, "dash": "dot"},
    }  # fmt: skip


def _named(name: str, value: float, style: Style, sizes: Sizes) -> dict[str, Any]:
    return {
        "xref": "paper", "x": 1, "y": np.log10(value), "text": plain(name), "showarrow": False, "xanchor": "right",
        "yanchor": "bottom", "font": {"size": sizes.small, "color": style.quiet},
    }  # fmt: skip
