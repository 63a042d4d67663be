"""For how long a unit remembers: the atlas of time constants, and two checks on one unit."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.figures.canvas import canvas, drawn, fitted, log_axis, value_axis
from explorer.figures.style import DESK, MONO, STYLES, Sizes, Style, Theme
from explorer.measures import Spectrum

Floats = NDArray[np.float64]
HEIGHT, CHECK = 280, 176
SHORTEST, LONGEST = 0.1, 1e5
"""What is drawn at the edges: a time constant of 0, and one of ∞ or so long that nothing tells it from ∞."""
_BINS = 4


@checked
def timescale_atlas(
    taus: Floats,
    from_bias: Floats,
    unit: int | None = None,
    theme: Theme = "light",
    sizes: Sizes = DESK,
    height: int = HEIGHT,
) -> go.Figure:
    """Every unit's time constant, the longest first, with their histogram at the right.

    x is the rank; y the time constant in steps, on a log axis: a dot as recorded, a ring from the bias alone.
    0, ∞ and what was held outside its range stand at the edges as triangles.

    Args:
        taus: (unit,) from the recorded gate.
        from_bias: (unit,) from the bias of that gate.
        unit: the chosen one, marked by its number.
        theme: ``"light"`` or ``"dark"``.
        sizes: type and margins.
        height: in pixels.
    """
    style = STYLES[theme]
    order = rank_by_length(taus)
    both, low, high = _drawn(taus, from_bias)
    rank = np.arange(len(taus))
    width = 9 if len(taus) <= 32 else 5
    data = [
        _stems(rank, both[0][order], both[1][order], style),
        _dots("from its bias", rank, both[1][order], order, style.accent, "circle-open", width + 1),
        _dots("as recorded", rank, both[0][order], order, style.ink, "circle", width),
        *_histogram(both[0], style),
    ]
    data[2]["marker"]["symbol"] = [_symbol(value) for value in taus[order]]
    left = 46 if sizes.above else 64
    layout = canvas(
        style, sizes, fitted(height, sizes), showlegend=True, bargap=0.06,
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        margin={"l": left, "r": 10, "t": 28, "b": 40}, hovermode="closest", clickmode="event+select",
    )  # fmt: skip
    share = 0.72 if sizes.above else 0.82
    layout["xaxis"] = value_axis(style, "units, longest first", showgrid=False, domain=[0, share],
                                 range=[-0.8, len(taus) - 0.2], showticklabels=False)  # fmt: skip
    layout["yaxis"] = log_axis(style, low, high, "steps")
    layout["xaxis2"] = value_axis(style, "units", domain=[share + 0.03, 1], anchor="y", nticks=3)
    if unit is not None:
        at = int(np.flatnonzero(order == unit)[0])
        layout["annotations"] = [_mark(at, float(np.log10(max(both[0][unit], both[1][unit]))), f"unit {unit}", style)]
    return drawn(data, layout, sizes)


def rank_by_length(taus: Floats) -> NDArray[np.intp]:
    """Units from the longest memory to the shortest; what has none comes last."""
    return np.argsort(-np.where(np.isnan(taus), -1.0, taus), kind="stable")


@checked
def unit_check(
    correlation: Floats,
    slow: Spectrum,
    tau: float,
    symbol: str,
    theme: Theme = "light",
    sizes: Sizes = DESK,
) -> go.Figure:
    """Whether the unit's memory really changes as slowly as its gate says.

    Left: x is a lag in steps, y the autocorrelation of the unit's memory; dashed what a leak of the recorded
    time constant would give, e^(−lag/τ). Right: x is a period in steps, y the share of the variance that it has.

    Args:
        correlation: (lag,).
        slow: its spectrum.
        tau: the recorded time constant.
        symbol: the memory's letter.
        theme, sizes: as above.
    """
    style = STYLES[theme]
    lags = np.arange(len(correlation))
    leak = np.exp(-lags / tau) if tau > 0 else (lags == 0).astype(float)
    total = slow.power.sum() or 1.0
    data: list[dict[str, Any]] = [
        _line(lags, correlation, style.lines[0], "solid", f"{symbol} as recorded"),
        _line(lags, leak, style.accent, "dash", "e^(−lag/τ)"),
        _line(1 / slow.frequency, slow.power / total, style.lines[0], "solid", "share of variance")
        | {"xaxis": "x2", "yaxis": "y2", "showlegend": False, "mode": "lines+markers"},
    ]
    if tau == np.inf:
        data[1]["y"] = np.ones(len(lags))
    stacked = sizes.above
    layout = canvas(
        style, sizes, fitted(CHECK * (2 if stacked else 1), sizes), showlegend=True, hovermode="x",
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0},
        margin={"l": 46 if stacked else 64, "r": 10, "t": 28, "b": 40},
    )  # fmt: skip
    halves = ([0, 1], [0, 1]) if stacked else ([0, 0.46], [0.54, 1])
    layout["xaxis"] = value_axis(style, "lag in steps", domain=halves[0], range=[0, max(1, len(lags) - 1)])
    layout["yaxis"] = value_axis(style, "", range=[-1.05, 1.05], tickvals=[-1, 0, 1])
    longest = float(1 / slow.frequency.min()) if len(slow.frequency) else 2.0
    layout["xaxis2"] = log_axis(style, 1.9, max(longest * 1.1, 2.2), "period in steps", domain=halves[1], anchor="y2")
    layout["yaxis2"] = value_axis(style, "", anchor="x2", rangemode="tozero", tickformat=".0%", nticks=4)
    if stacked:
        layout["yaxis"]["domain"], layout["yaxis2"]["domain"] = [0.62, 1], [0, 0.36]
    return drawn(data, layout, sizes)


def _drawn(taus: Floats, from_bias: Floats) -> tuple[tuple[Floats, Floats], float, float]:
    """Both within the axis, and the axis."""
    known = np.concatenate([taus, from_bias])
    known = known[np.isfinite(known) & (known > SHORTEST) & (known < LONGEST)]
    low = float(known.min()) if known.size else 1.0
    high = float(known.max()) if known.size else 10.0
    low, high = min(low, 1.0) / 1.5, max(high, 10.0) * 1.5
    clipped = [np.clip(np.where(np.isnan(values), 0.0, values), low * 1.1, high / 1.1) for values in (taus, from_bias)]
    return (clipped[0], clipped[1]), low, high


def _symbol(tau: float) -> str:
    if tau >= LONGEST:
        return "triangle-up"
    return "circle" if tau > SHORTEST else "triangle-down"


def _dots(name: str, x: Any, y: Floats, units: Any, colour: str, symbol: str, size: int) -> dict[str, Any]:
    whole = {"marker": {"opacity": 1}}
    return {
        "type": "scatter", "mode": "markers", "name": name, "x": x, "y": y,
        "customdata": [int(unit) for unit in units],
        "marker": {"color": colour, "symbol": symbol, "size": size, "line": {"width": 1.4}},
        "selected": whole, "unselected": whole,
        "hovertemplate": "unit %{customdata}: %{y:.3g} steps<extra></extra>",
    }  # fmt: skip


def _stems(x: Any, one: Floats, other: Floats, style: Style) -> dict[str, Any]:
    """A thin line from each unit's dot to its ring."""
    gap = np.full(len(one), np.nan)
    return {
        "type": "scatter", "mode": "lines", "x": np.repeat(x, 3), "y": np.stack([one, other, gap], axis=1).ravel(),
        "line": {"color": style.frame, "width": 1.5}, "showlegend": False, "hoverinfo": "skip",
    }  # fmt: skip


def _histogram(drawn: Floats, style: Style) -> list[dict[str, Any]]:
    """How many units have such a memory; bins of a quarter of a decade."""
    places = np.floor(np.log10(drawn) * _BINS)
    bins, counts = np.unique(places, return_counts=True)
    return [
        {
            "type": "bar", "orientation": "h", "xaxis": "x2", "yaxis": "y", "showlegend": False,
            "x": counts, "y": 10 ** ((bins + 0.5) / _BINS), "base": 0,
            "width": 10 ** ((bins + 0.95) / _BINS) - 10 ** ((bins + 0.05) / _BINS),
            "marker": {"color": style.lines[0], "line": {"width": 0}},
            "hovertemplate": "%{x} units<extra></extra>",
        }
    ]  # fmt: skip


def _line(x: Any, y: Any, colour: str, dash: str, name: str) -> dict[str, Any]:
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "marker": {"size": 4},
        "line": {"color": colour, "dash": dash, "width": 2},
    }  # fmt: skip


def _mark(x: float, y: float, text: str, style: Style) -> dict[str, Any]:
    return {
        "x": x, "y": y, "text": f"<b>{text}</b>", "showarrow": True, "arrowhead": 0, "ax": 0, "ay": -26,
        "arrowcolor": style.accent, "font": {"color": style.accent, "family": MONO, "size": 12},
    }  # fmt: skip


@checked
def gate_histogram(
    values: Floats, symbol: str, theme: Theme = "light", sizes: Sizes = DESK, height: int = 260
) -> go.Figure:
    """How often a gate has which value.

    x is the value from 0 to 1 in twenty bins; y the share of all units and steps.

    Args:
        values: of the gate, any shape.
        symbol: its letter.
        theme, sizes: as above.
        height: in pixels.
    """
    style = STYLES[theme]
    counts, edges = np.histogram(values, bins=20, range=(0, 1))
    bar = {
        "type": "bar", "x": (edges[1:] + edges[:-1]) / 2, "y": counts / max(1, values.size), "width": 0.046,
        "marker": {"color": style.lines[0], "line": {"width": 0}}, "hovertemplate": "%{y:.1%}<extra></extra>",
    }  # fmt: skip
    layout = canvas(style, sizes, fitted(height, sizes), margin={"l": 52, "r": 10, "t": 28, "b": 40})
    layout["xaxis"] = value_axis(
        style, f"{symbol}, all units and steps", range=[0, 1], tickvals=[0, 0.5, 1], showgrid=False
    )
    layout["yaxis"] = value_axis(style, "", tickformat=".0%", nticks=4)
    return drawn([bar], layout, sizes)
