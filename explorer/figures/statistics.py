"""What units do over a whole corpus: how often they have which value, and what they do on average in each group."""

from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from explorer.arguments import checked
from explorer.figures.canvas import canvas, drawn, fitted, value_axis
from explorer.figures.style import DESK, MONO, STYLES, Sizes, Style, Theme, plain
from explorer.scanning import Histogram, Summary
from explorer.signals import Signal

HEIGHT, ROWS = 380, 64
_TAIL, _FAR = 0.001, 4.0
MOST_GROUPS, MOST_UNITS = 30, 48


@checked
def histogram_map(
    found: Histogram,
    signal: Signal,
    layer: int = 0,
    direction: int = 0,
    unit: int | None = None,
    theme: Theme = "light",
    sizes: Sizes = DESK,
) -> go.Figure:
    """How often each unit has which value.

    x is the unit, those with the lowest median first; y the value; colour the share of the steps, from none (cream) to
    the row that most units have most of, drawn as its square root so that what is rare shows. The line is the median.

    Args:
        found: of one signal, as `explorer.scanning.Histograms` gives it; its first group is drawn.
        signal: what is drawn.
        layer, direction: of which layer, and which of its directions, by number.
        unit: one that is marked.
        theme, sizes: as in the other figures.
    """
    style = STYLES[theme]
    counts = found.counts[0, layer, direction].astype(np.float64)
    middle = found.quantiles([0.5])[0, 0, layer, direction]
    order = np.argsort(middle, kind="stable")
    scale = _Scale.of(found.edges, counts.sum(axis=0), signal)
    edges = np.linspace(scale.low, scale.high, ROWS + 1)
    shares = _binned(scale.of_values(found.edges), counts, edges)[order]
    units = [f"unit {one}" for one in order.tolist()]
    heat: dict[str, Any] = {
        "type": "heatmap", "z": np.sqrt(shares).T.astype(np.float32), "x0": 0, "dx": 1,
        "y": (edges[1:] + edges[:-1]) / 2, "colorscale": [list(stop) for stop in style.gates], "showscale": False,
        "zmin": 0.0, "zmax": float(np.quantile(np.sqrt(shares).max(axis=1), 0.9)),
        "customdata": shares.T.astype(np.float32),
        "text": [[f"{name}, about {value:.3g}" for name in units]
                 for value in scale.to_values((edges[1:] + edges[:-1]) / 2).tolist()],
        "hovertemplate": "%{text}: %{customdata:.1%} of the steps<extra></extra>",
    }  # fmt: skip
    line: dict[str, Any] = {
        "type": "scatter", "mode": "lines", "x": np.arange(len(order)), "y": scale.of_values(middle[order]),
        "hoverinfo": "skip",
        "line": {"color": style.accent, "width": 2, "shape": "hvh"},
    }  # fmt: skip
    layout = _sheet(style, sizes, fitted(HEIGHT, sizes), f"unit, by the median of its {signal.title.lower()}")
    layout["xaxis"] |= {"range": [-0.5, len(order) - 0.5], "showticklabels": len(order) <= 48} | _named(order)
    layout["yaxis"] = value_axis(style, signal.symbol, range=[scale.low, scale.high], showgrid=False) | scale.ticks()
    if unit is not None:
        place = int(np.flatnonzero(order == unit)[0])
        layout["annotations"] = [_pointer(style, place, scale.high, f"unit {unit}")]
    return drawn([heat, line], layout, sizes)


@checked
def group_map(
    found: Summary,
    signal: Signal,
    layer: int = 0,
    direction: int = 0,
    unit: int | None = None,
    theme: Theme = "light",
    sizes: Sizes = DESK,
) -> go.Figure:
    """What each unit does on average in each group.

    x is the unit, those that differ most between groups first; y the group. Colour is the mean, of a gate from 0
    (cream) to 1 (navy); of anything else how far the mean is from the unit's own over all groups, in its standard
    deviations, from −2 (rust) to 2 (blue).

    Args:
        found: of one signal, as `explorer.scanning.Moments` gives it; the groups of most steps, and the units that
            differ most, are drawn: 30 and 48, on a phone 16.
        signal: what is drawn.
        layer, direction: of which layer, and which of its directions, by number.
        unit: one that is marked.
        theme, sizes: as in the other figures.
    """
    style = STYLES[theme]
    kept = np.sort(np.argsort(-found.steps, kind="stable")[:MOST_GROUPS])
    mean, std = (one[kept, layer, direction] for one in (found.mean, found.std))
    weights = found.steps[kept][:, None] / found.steps[kept].sum()
    spread = np.sqrt((weights * (mean - (weights * mean).sum(axis=0)) ** 2).sum(axis=0))
    within = np.sqrt((weights * std**2).sum(axis=0))
    order = np.argsort(-spread / np.maximum(within, 1e-9), kind="stable")
    most = 16 if sizes.above else MOST_UNITS
    order = order[:most] if unit is None else _with(order, unit, most)
    names = [f"{found.groups[at]}" for at in kept]
    is_gate = signal.role == "gate"
    apart = mean - (weights * mean).sum(axis=0)
    shown = mean if is_gate else apart / np.maximum(np.sqrt(spread**2 + within**2), 1e-9)
    words = [
        [f"{name} ({steps:,} steps), unit {one}: {mean[row, one]:.3f} ± {std[row, one]:.3f}" for one in order.tolist()]
        for row, (name, steps) in enumerate(zip(names, found.steps[kept].tolist(), strict=True))
    ]
    heat: dict[str, Any] = {
        "type": "heatmap", "z": shown[:, order].astype(np.float32), "x0": 0, "dx": 1, "y0": 0, "dy": 1,
        "colorscale": [list(stop) for stop in (style.gates if is_gate else style.states)], "showscale": False,
        "zmin": 0.0 if is_gate else -2.0, "zmax": 1.0 if is_gate else 2.0, "text": words,
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip
    height = fitted(max(140, (18 if len(names) <= 20 else 14) * len(names)), sizes)
    layout = _sheet(style, sizes, height + 60, "unit, those that differ most between the groups first")
    layout["margin"]["l"] = 24 + 8 * min(22, max(map(len, names)))
    layout["xaxis"] |= {"range": [-0.5, len(order) - 0.5], "showticklabels": len(order) <= 48} | _named(order)
    every = max(1, -(-len(names) * 14 // height))
    layout["yaxis"] = {
        "range": [len(names) - 0.5, -0.5], "tickmode": "array", "tickvals": list(range(0, len(names), every)),
        "ticktext": [plain(name if len(name) <= 22 else f"{name[:21]}…") for name in names[::every]], "ticks": "",
        "showgrid": False, "zeroline": False, "showline": True, "mirror": True, "linecolor": style.frame,
        "fixedrange": True, "tickfont": {"family": MONO, "size": 12},
    }  # fmt: skip
    if unit is not None:
        layout["annotations"] = [_pointer(style, int(np.flatnonzero(order == unit)[0]), -0.5, f"unit {unit}")]
        layout["margin"]["t"] = 44
    return drawn([heat], layout, sizes)


def _with(order: NDArray[np.intp], unit: int, most: int) -> NDArray[np.intp]:
    """The first of an order, and one more at its end if it is not among them."""
    first = order[:most]
    return first if unit in first else np.append(first[: most - 1], unit)


def _sheet(style: Style, sizes: Sizes, height: int, below: str) -> dict[str, Any]:
    layout = canvas(style, sizes, height, hovermode="closest", margin={"l": 56, "r": 12, "t": 40, "b": 48})
    layout["xaxis"] = {
        "title": {"text": below, "font": {"color": style.quiet}, "standoff": 8}, "showgrid": False, "zeroline": False,
        "showline": True, "mirror": True, "linecolor": style.frame, "fixedrange": True, "ticks": "",
        "tickfont": {"family": MONO, "size": 11}, "tickangle": 0,
    }  # fmt: skip
    return layout


def _named(order: NDArray[np.intp]) -> dict[str, Any]:
    every = max(1, len(order) // 24)
    return {
        "tickmode": "array", "tickvals": list(range(0, len(order), every)), "ticktext": order[::every].tolist(),
    }  # fmt: skip


def _pointer(style: Style, place: int, y: float, text: str) -> dict[str, Any]:
    """The name of a column, over it."""
    return {
        "x": place, "y": y, "text": text, "showarrow": True, "arrowhead": 0, "arrowcolor": style.accent, "ax": 0,
        "ay": -14, "yanchor": "bottom", "font": {"color": style.accent, "size": 12}, "standoff": 1,
    }  # fmt: skip


class _Scale(NamedTuple):
    """The axis of values: as they are, or squashed, v / (1 + |v|), where some lie far out.

    Attributes:
        low, high: its ends, squashed where it is.
        squashed: whether it is.
    """

    low: float
    high: float
    squashed: bool

    @classmethod
    def of(cls, edges: NDArray[Any], counts: NDArray[Any], signal: Signal) -> "_Scale":
        """Between which nearly all steps of all units lie."""
        if signal.role == "gate":
            return cls(0.0, 1.0, False)
        below = counts.cumsum() / max(counts.sum(), 1)
        first = max(int(np.searchsorted(below, _TAIL)), 1)
        last = min(int(np.searchsorted(below, 1 - _TAIL)) + 1, len(edges) - 2)
        low, high = float(edges[first]), float(max(edges[last], edges[first] + 1e-6))
        if max(-low, high) <= _FAR:
            return cls(low, high, False)
        return cls(float(_squashed(low)), float(_squashed(high)), True)

    def of_values(self, values: NDArray[Any]) -> NDArray[Any]:
        """Where values stand on it."""
        return _squashed(values) if self.squashed else values

    def to_values(self, places: NDArray[Any]) -> NDArray[Any]:
        """What stands there."""
        return np.asarray(places / (1 - np.abs(places))) if self.squashed else places

    def ticks(self) -> dict[str, Any]:
        """Its numbers."""
        if not self.squashed:
            return {}
        marks = [sign * value for sign in (-1, 1) for value in (0, 0.3, 1, 3, 10, 100)]
        shown = sorted({one for one in marks if self.low <= _squashed(one) <= self.high})
        words = [f"{one:g}".replace("-", "−") for one in shown]
        return {"tickmode": "array", "tickvals": [float(_squashed(one)) for one in shown], "ticktext": words}


def _squashed(values: Any) -> Any:
    far = np.sign(values)
    with np.errstate(invalid="ignore"):
        return np.where(np.isfinite(values), values / (1 + np.abs(values)), far)


def _binned(known: NDArray[Any], counts: NDArray[Any], edges: NDArray[Any]) -> NDArray[np.float64]:
    """Counts of some bins as shares of others, values taken as evenly spread within a bin, (unit, bins)."""
    finite = known.copy()
    finite[[0, -1]] = np.where(np.isfinite(known[[0, -1]]), known[[0, -1]], known[[1, -2]])
    below = np.concatenate([np.zeros((len(counts), 1)), counts.cumsum(axis=1)], axis=1)
    at = np.array([np.interp(edges, finite, one) for one in below])
    return np.asarray(np.diff(at, axis=1) / np.maximum(below[:, -1:], 1))
