"""The axes that stacked figures share."""

from collections.abc import Sequence
from typing import Any

from explorer.figures.style import MONO, Style, plain
from explorer.trace import Trace

_CHARACTER, _WIDTH = 8, 1_090
"""Pixels of a tick's character, and of the picture on a desktop: a label that does not fit is left out."""


def time_axis(trace: Trace, style: Style, tokens: bool, predictions: Sequence[str] | None) -> dict[str, Any]:
    """The positions in the input, under one crosshair; with ``tokens``, the steps' labels on top."""
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


def unit_axis(style: Style, low: float, high: float, rows: int) -> dict[str, Any]:
    """The rows of one panel, from top to bottom, in a hairline frame so that a shut gate is not missing data."""
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
