"""One panel of a stack: which values, on which scale, in how many bytes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.cells import word
from explorer.signals import Signal
from explorer.trace import Trace

EXACT_CELLS = 250_000
"""Over the whole figure: up to so many cells as float32, above them quantised."""
MAX_COLUMNS = 1_000
LEVELS = 100
"""Quantised values are whole per cents of the scale's end, in one byte; those of states are moved up by `LEVELS`,
since small negative bytes are written with many slashes, and Plotly sends each slash as six characters."""
CLIP_PERCENTILE = 98.0


@dataclass(frozen=True, eq=False)
class Panel:
    """The heatmap of one signal in one layer and direction.

    Attributes:
        signal: its words.
        layer, direction: where.
        z: (unit, column) as drawn: float32, or uint8: 0 to 100 for a gate, 0 to 200 for what is centred on 0.
        low, high: the ends of the colour scale, in the values' own unit.
        largest: the largest |value| of the units shown.
        x0, dx: where the columns lie on the axis of positions.
        quantised, pooled: whether `z` is coarser than the trace.
    """

    signal: Signal
    layer: int
    direction: str
    z: NDArray[Any]
    low: float
    high: float
    largest: float
    x0: float
    dx: float
    quantised: bool
    pooled: bool

    @property
    def clipped(self) -> bool:
        """Whether some values lie beyond the ends of the scale."""
        return self.largest > self.high

    @property
    def ends(self) -> tuple[float, float]:
        """The ends of the colour scale as drawn."""
        if self.quantised:
            return (0, LEVELS) if self.low == 0 else (0, 2 * LEVELS)
        return self.low, self.high

    @property
    def number(self) -> str:
        """How a drawn value is read on hover, in Plotly's template."""
        if not self.quantised:
            return "≈ %{z:.3f}" if self.pooled else "%{z:.3f}"
        return "≈ %{z} %" if self.low == 0 else f"≈ %{{z}} from 0 to {2 * LEVELS}, where {LEVELS} is zero"


def make_panels(trace: Trace, places: list[tuple[str, int, str]], units: dict[str, tuple[int, ...]]) -> list[Panel]:
    """Panels for (signal, layer, direction) places.

    Args:
        trace: the run.
        places: what to draw, from top to bottom.
        units: for each signal, which units, from top to bottom.
    """
    columns = min(len(trace), MAX_COLUMNS)
    cells = sum(columns * len(units[signal]) for signal, _, _ in places)
    reaches = _reaches(trace, places, units)
    # One byte knows no blank, and masked steps are blank.
    quantise = cells > EXACT_CELLS and trace.masked is None
    return [_panel(trace, place, units[place[0]], reaches[place[0]], quantise) for place in places]


def _panel(trace: Trace, place: tuple[str, int, str], units: tuple[int, ...], reach: float, quantise: bool) -> Panel:
    signal, layer, direction = place
    values = trace.select(signal, layer, direction)[:, list(units)]
    return make_panel(word(trace.kind, signal), values, (layer, direction), reach, quantise)


def make_panel(
    signal: Signal, values: NDArray[Any], place: tuple[int, str], reach: float, quantise: bool | None = None
) -> Panel:
    """The panel of any values over time.

    Args:
        signal: the words for what they are.
        values: (time, row), rows from left to right drawn from top to bottom.
        place: layer and direction.
        reach: the end of the colour scale.
        quantise: whether to draw in whole per cents; by default where the cells are many.
    """
    low = 0.0 if signal.role == "gate" else -reach
    drawn, dx = values.T, 1.0
    pooled = len(values) > MAX_COLUMNS
    if pooled:
        drawn, dx = _pool(drawn, MAX_COLUMNS // 2)
    if quantise is None:
        quantise = drawn.size > EXACT_CELLS
    return Panel(
        signal=signal,
        layer=place[0],
        direction=place[1],
        z=_quantise(drawn, low, reach) if quantise else np.ascontiguousarray(drawn, dtype=np.float32),
        low=low,
        high=reach,
        largest=float(_finite_sizes(values).max(initial=0.0)),
        x0=(dx - 1) / 2,
        dx=dx,
        quantised=quantise,
        pooled=pooled,
    )


def _reaches(trace: Trace, places: list[tuple[str, int, str]], units: dict[str, tuple[int, ...]]) -> dict[str, float]:
    """The end of each signal's scale, the same in all its panels: its bound, else the 98th percentile shown."""
    reaches = {}
    for signal in {signal for signal, _, _ in places}:
        bound = word(trace.kind, signal).high
        shown = [trace.select(name, layer, way)[:, list(units[name])] for name, layer, way in places if name == signal]
        size = _finite_sizes(np.stack(shown))
        if np.isfinite(bound) and size.max(initial=0.0) <= bound:
            reaches[signal] = bound
        else:
            reaches[signal] = (float(np.percentile(size, CLIP_PERCENTILE)) if size.size else 0.0) or 1.0
    return reaches


def _finite_sizes(values: NDArray[Any]) -> NDArray[Any]:
    """|value| of those that are numbers: a network whose training diverged has others, and they are left blank."""
    size: NDArray[Any] = np.abs(values[np.isfinite(values)])
    return size


def _quantise(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    levels: NDArray[Any] = np.rint((np.clip(np.nan_to_num(values), low, high) - low) * (LEVELS / high))
    return levels.astype(np.uint8)


def _pool(values: NDArray[Any], bins: int) -> tuple[NDArray[Any], float]:
    """Two columns a bin, its minimum and maximum in the order they came: (unit, time) → (unit, 2*bins), step width."""
    steps = values.shape[1]
    edges = np.arange(bins + 1) * steps // bins
    places = edges[:-1, None] + np.arange(np.diff(edges).max())
    parts = values[:, np.minimum(places, edges[1:, None] - 1)]  # a bin that is shorter ends in its last value again
    blank = np.isnan(parts)
    masked = blank.any()
    low = (np.where(blank, np.inf, parts) if masked else parts).argmin(axis=2)
    high = (np.where(blank, -np.inf, parts) if masked else parts).argmax(axis=2)
    pairs = np.stack([np.minimum(low, high), np.maximum(low, high)], axis=2)
    return np.take_along_axis(parts, pairs, axis=2).reshape(len(values), 2 * bins), steps / (2 * bins)
