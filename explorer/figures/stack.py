"""Heatmaps of gates and states over time, stacked on one axis under one crosshair."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from explorer.arguments import checked
from explorer.errors import UnknownSignalError
from explorer.figures.axes import time_axis, unit_axis
from explorer.figures.canvas import canvas
from explorer.figures.panels import Panel, make_panels
from explorer.figures.style import DESK, STYLES, Scale, Sizes, Style, Theme
from explorer.trace import Trace

_TOP = 26


@checked
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


@checked
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
        options: ``tokens``, ``predictions``, ``sizes``, ``hover``: see `stack_spec`.

    Raises:
        UnknownSignalError: there is no such signal, layer, direction or unit.
    """
    chosen = (signals,) if isinstance(signals, str) else tuple(signals or trace.signals)
    return go.Figure(stack_spec(trace, [(signal, layer, direction) for signal in chosen], units, theme, **options))


@checked
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
    return go.Figure(stack_spec(trace, places, units, theme, **options))


def shown_units(trace: Trace, signal: str, units: Sequence[int] | None) -> tuple[int, ...]:
    """The units that a panel of ``signal`` shows: those asked for, or all where they do not apply."""
    count = trace[signal].shape[-1]
    if units is None or count != trace[trace.signals[0]].shape[-1]:
        return tuple(range(count))
    absent = [unit for unit in units if not 0 <= unit < count]
    if absent:
        raise UnknownSignalError(f"There is no unit {absent[0]}: {signal} has {count} (0 to {count - 1}).")
    return tuple(units)


def stack_spec(
    trace: Trace,
    places: list[tuple[str, int, str]],
    units: Sequence[int] | None,
    theme: Theme,
    tokens: bool = True,
    predictions: Sequence[str] | None = None,
    sizes: Sizes = DESK,
    hover: bool = True,
) -> dict[str, Any]:
    """The stack as Plotly's data and layout: to check them, as a figure does, takes longer than to make them.

    Args:
        trace: the run.
        places: (signal, layer, direction) from top to bottom.
        units: which, None for all.
        theme: the colours.
        tokens: whether the labels of the steps stand on top.
        predictions: a few characters a step, under the tokens.
        sizes: heights and margins.
        hover: whether Plotly shows values under the pointer; False where the page does it.
    """
    shown = {signal: shown_units(trace, signal, units) for signal, _, _ in places}
    panels = make_panels(trace, places, shown)
    rows = [shown[panel.signal.name] for panel in panels]
    return panels_spec(trace, panels, rows, theme, tokens, predictions, sizes, hover)


def draw_panels(
    trace: Trace,
    panels: Sequence[Panel],
    rows: Sequence[tuple[int, ...]],
    theme: Theme = "light",
    tokens: bool = True,
    predictions: Sequence[str] | None = None,
    sizes: Sizes = DESK,
    hover: bool = True,
) -> go.Figure:
    """Any panels over the steps of one trace, from top to bottom.

    x is the position in the input, y the unit, colour the panel's value.

    Args:
        trace: the run whose steps these are.
        panels: what to draw.
        rows: for each panel its units from top to bottom.
        theme, tokens, predictions, sizes, hover: as for `gate_stack`.
    """
    return go.Figure(panels_spec(trace, panels, rows, theme, tokens, predictions, sizes, hover))


def panels_spec(
    trace: Trace, panels: Sequence[Panel], rows: Sequence[tuple[int, ...]], theme: Theme, tokens: bool,
    predictions: Sequence[str] | None, sizes: Sizes, hover: bool,
) -> dict[str, Any]:  # fmt: skip
    """What `draw_panels` draws, as Plotly's data and layout."""
    style = STYLES[theme]
    height = max(sizes.panel, sizes.row * max(map(len, rows)))
    top = _TOP + (18 if predictions else 0) if tokens else 6
    top += sizes.gap if sizes.above else 0
    total = len(panels) * (height + sizes.gap) - sizes.gap
    layout = canvas(
        style,
        sizes,
        total + top + 8,
        margin={"l": sizes.left, "r": sizes.right, "t": top, "b": 8},
        hovermode="x" if hover else False,
        hoversubplots="axis",
        xaxis=time_axis(trace, style, tokens, predictions),
    )
    several = trace.num_layers * trace.num_directions > 1
    for index, panel in enumerate(panels):
        upper = 1 - index * (height + sizes.gap) / total
        lower = upper - height / total
        layout["yaxis" + _axis(index)[1:]] = unit_axis(style, lower, upper, len(panel.z))
        layout["annotations"].append(_name(panel, style, sizes, several) | _beside(sizes, lower, upper))
    traces = [_heatmap(panel, rows[index], index, style) for index, panel in enumerate(panels)]
    return {"data": traces, "layout": layout}


def _axis(index: int) -> str:
    return "y" if index == 0 else f"y{index + 1}"


def _heatmap(panel: Panel, units: tuple[int, ...], index: int, style: Style) -> dict[str, Any]:
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
        "zmin": panel.ends[0],
        "zmax": panel.ends[1],
        "colorscale": [list(stop) for stop in scale],
        "showscale": False,
        "hovertemplate": f"{panel.signal.symbol} {panel.number} · %{{y}}<extra></extra>",
        "meta": {"signal": panel.signal.name, "layer": panel.layer, "direction": panel.direction},
    }


def _name(panel: Panel, style: Style, sizes: Sizes, several: bool) -> dict[str, Any]:
    """The panel's name, with what its ends mean; the definition on hover."""
    signal = panel.signal.spoken
    small = [signal.gist]
    if several:
        small.append(f"layer {panel.layer + 1}" + (", ← read from the end" if panel.direction == "reverse" else ""))
    if panel.clipped:
        small.append(f"scale ±{panel.high:.3g}, max {panel.largest:.3g}")
    lines = [f"<b>{signal.title}</b> <i>{signal.symbol}</i>"]
    lines += [f'<span style="font-size:{sizes.small}px;color:{style.quiet}">{line}</span>' for line in small]
    return {
        "text": (" · " if sizes.above else "<br>").join(lines),
        "hovertext": "<br>".join(wrap(signal.meaning, 48)),
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "showarrow": False,
    }


def _beside(sizes: Sizes, lower: float, upper: float) -> dict[str, Any]:
    """Where a panel's name stands."""
    if sizes.above:
        return {"y": upper, "xanchor": "left", "yanchor": "bottom", "align": "left"}
    return {
        "y": (lower + upper) / 2, "xshift": -10, "xanchor": "right", "yanchor": "middle", "align": "right"
    }  # fmt: skip
