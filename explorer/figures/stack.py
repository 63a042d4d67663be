"""Heatmaps of gates and states over time, stacked on one axis under one crosshair."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from explorer.figures.panels import Panel, make_panels
from explorer.figures.style import FONT, MONO, STYLES, Scale, Style, Theme, plain
from explorer.trace import Trace

PANEL, GAP, MARGIN_LEFT, MARGIN_RIGHT = 88, 10, 138, 10
"""Heights and margins in pixels, for a panel of up to 22 units."""
ROW = 4
"""The least height of a unit's row in pixels."""
_TOP = 26
_CHARACTER, _WIDTH = 8, 1_090
"""Pixels of a tick's character, and of the picture on a desktop: a label that does not fit is left out."""


def gate_heatmap(
    trace: Trace,
    signal: str,
    layer: int = 0,
    direction: str = "forward",
    units: Sequence[int] | None = None,
    theme: Theme = "light",
) -> go.Figure:
    """One signal of one layer and direction.

    x is the position in the input, y the unit, colour the value: gates from cream (0) to navy (1),
    candidates and states from rust (−) through cream (0) to navy (+), the cell's scale ending at the
    98th percentile of its size.

    Args:
        trace: the run.
        signal: which one.
        layer, direction: where.
        units: which, from top to bottom; None means all.
        theme: ``"light"`` or ``"dark"``.

    Raises:
        UnknownSignalError: there is no such signal, layer, direction.
    """
    return gate_stack(trace, (signal,), layer, direction, units, theme=theme)


def gate_stack(
    trace: Trace,
    signals: Sequence[str] | None = None,
    layer: int = 0,
    direction: str = "forward",
    units: Sequence[int] | None = None,
    theme: Theme = "light",
    **options: Any,
) -> go.Figure:
    """All signals of one layer and direction, one heatmap under the other.

    x is the position in the input, y the unit (the same units in every panel), colour the value as in
    `gate_heatmap`. With a projection, the hidden state has units of its own and shows all of them.

    Args:
        trace: the run.
        signals: which, from top to bottom; None means all of the cell's.
        layer, direction: where.
        units: which, from top to bottom; None means all.
        theme: ``"light"`` or ``"dark"``.
        options: ``tokens``, ``predictions``, ``caption``, ``panel_height``: see `_draw`.

    Raises:
        UnknownSignalError: there is no such signal, layer or direction.
    """
    chosen = tuple(signals or trace.signals)
    return _draw(trace, [(signal, layer, direction) for signal in chosen], units, theme, **options)


def layer_stack(
    trace: Trace,
    signal: str,
    units: Sequence[int] | None = None,
    theme: Theme = "light",
    **options: Any,
) -> go.Figure:
    """One signal in every layer and direction, one heatmap under the other, on one scale.

    x is the position in the input, y the unit, colour the value as in `gate_heatmap`. Reverse panels
    say that they are read from the end.

    Args:
        trace: the run.
        signal: which one.
        units: which, from top to bottom; None means all.
        theme: ``"light"`` or ``"dark"``.
        options: as for `gate_stack`.

    Raises:
        UnknownSignalError: there is no such signal.
    """
    places = [(signal, layer, way) for layer in range(trace.num_layers) for way in trace.directions]
    return _draw(trace, places, units, theme, **options)


def shown_units(trace: Trace, signal: str, units: Sequence[int] | None) -> tuple[int, ...]:
    """The units that a panel of ``signal`` shows: those asked for, or all where they do not apply."""
    count = trace[signal].shape[-1]
    asked = units if units is not None and count == trace[trace.signals[0]].shape[-1] else None
    return tuple(range(count)) if asked is None else tuple(asked)


def _draw(
    trace: Trace,
    places: list[tuple[str, int, str]],
    units: Sequence[int] | None,
    theme: Theme,
    tokens: bool = True,
    predictions: Sequence[str] | None = None,
    panel_height: int | None = None,
) -> go.Figure:
    """The stack as one figure.

    Args:
        trace: the run.
        places: (signal, layer, direction) from top to bottom.
        units: which, None for all.
        theme: the colours.
        tokens: whether the labels of the steps stand on top.
        predictions: a few characters a step, under the tokens.
        panel_height: in pixels; by default at least `PANEL`, more where there are many units.
    """
    style = STYLES[theme]
    shown = {signal: shown_units(trace, signal, units) for signal, _, _ in places}
    panels = make_panels(trace, places, shown)
    most = max(len(rows) for rows in shown.values())
    height = panel_height or max(PANEL, ROW * most)
    top = _TOP + (18 if predictions else 0) if tokens else 6
    total = len(panels) * (height + GAP) - GAP
    layout: dict[str, Any] = {
        "height": total + top + 8,
        "margin": {"l": MARGIN_LEFT, "r": MARGIN_RIGHT, "t": top, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 13, "color": style.ink},
        "hovermode": "x",
        "hoversubplots": "axis",
        "hoverlabel": {"font": {"family": MONO, "size": 12}},
        "dragmode": False,
        "showlegend": False,
        "xaxis": _time_axis(trace, style, tokens, predictions),
        "annotations": [],
    }
    for index, panel in enumerate(panels):
        upper = 1 - index * (height + GAP) / total
        layout["yaxis" + _axis(index)[1:]] = _unit_axis(style, upper - height / total, upper, len(panel.z))
        layout["annotations"].append(_name(panel, style, (upper - height / total / 2)))
    traces = [_heatmap(panel, shown[panel.signal.name], index, style) for index, panel in enumerate(panels)]
    return go.Figure({"data": traces, "layout": layout}, skip_invalid=False)


def _axis(index: int) -> str:
    return "y" if index == 0 else f"y{index + 1}"


def _heatmap(panel: Panel, units: tuple[int, ...], index: int, style: Style) -> dict[str, Any]:
    about = "≈ " if panel.quantised or panel.pooled else ""
    number = "%{z} %" if panel.quantised else "%{z:.3f}"
    scale: Scale = style.gates if panel.signal.role == "gate" else style.states
    return {
        "type": "heatmap",
        "name": panel.signal.symbol,
        "z": panel.z,
        "x0": panel.x0,
        "dx": panel.dx,
        "y": [f"unit {unit}" for unit in units],
        "yaxis": _axis(index),
        "xaxis": "x",
        "zmin": panel.low / panel.factor,
        "zmax": panel.high / panel.factor,
        "colorscale": [list(stop) for stop in scale],
        "showscale": False,
        "hovertemplate": f"{panel.signal.symbol} {about}{number} · %{{y}}<extra></extra>",
        "meta": {"signal": panel.signal.name, "layer": panel.layer, "direction": panel.direction},
    }


def _time_axis(trace: Trace, style: Style, tokens: bool, predictions: Sequence[str] | None) -> dict[str, Any]:
    axis: dict[str, Any] = {
        "range": [-0.5, len(trace) - 0.5],
        "side": "top",
        "anchor": "y",
        "ticks": "",
        "showgrid": False,
        "zeroline": False,
        "showspikes": True,
        "spikemode": "across",
        "spikesnap": "hovered data",
        "spikethickness": 1,
        "spikedash": "solid",
        "spikecolor": style.ink,
        "unifiedhovertitle": {"text": ""},
    }
    if not tokens:
        return axis | {"showticklabels": False}
    places = tick_places(trace.labels, predictions or ())
    words = [plain(trace.labels[place]) for place in places]
    if predictions:
        words = [
            f"{token}<br>{_coloured(predictions[place], style)}" for token, place in zip(words, places, strict=True)
        ]
    return axis | ticks(places, words) | {"tickfont": {"family": MONO, "size": 13, "color": style.ink}}


def tick_places(*rows: Sequence[str]) -> range:
    """The positions whose labels fit beside each other, for rows of labels over one axis."""
    widest = max(len(label) for row in rows for label in row) * _CHARACTER + 4
    steps = len(rows[0])
    return range(0, steps, max(1, -(-steps * widest // _WIDTH)))


def ticks(places: Sequence[int], words: Sequence[str]) -> dict[str, Any]:
    """Axis settings that write ``words`` at ``places``."""
    return {"tickmode": "array", "tickvals": list(places), "ticktext": list(words), "tickangle": 0}


def _coloured(text: str, style: Style) -> str:
    return f'<span style="color:{style.accent}">{plain(text) or " "}</span>'


def _unit_axis(style: Style, low: float, high: float, rows: int) -> dict[str, Any]:
    return {
        "domain": [max(0.0, low), min(1.0, high)],
        "autorange": False,
        "range": [rows - 0.5, -0.5],
        "showticklabels": False,
        "showgrid": False,
        "zeroline": False,
        "showline": True,
        "mirror": True,
        "linecolor": style.frame,
        "linewidth": 1,
        "ticks": "",
    }


def _name(panel: Panel, style: Style, middle: float) -> dict[str, Any]:
    """The panel's name at the left, with what its ends mean."""
    small = [panel.signal.gist] if panel.signal.gist else []
    if panel.direction == "reverse":
        small.append("← read from the end")
    if panel.clipped:
        small.append(f"scale ±{panel.high:.3g}, max {panel.largest:.3g}")
    lines = [f"<b>{panel.signal.title}</b> <i>{panel.signal.symbol}</i>"]
    lines += [f'<span style="font-size:11px;color:{style.quiet}">{line}</span>' for line in small]
    return {
        "text": "<br>".join(lines),
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "xshift": -10,
        "y": middle,
        "xanchor": "right",
        "yanchor": "middle",
        "align": "right",
        "showarrow": False,
    }
