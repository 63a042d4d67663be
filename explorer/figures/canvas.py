"""The empty sheet that figures of lines and bars begin with, and its axes."""

from math import ceil, floor, log10
from typing import Any

import plotly.graph_objects as go

from explorer.figures.style import DESK, FONT, MONO, Sizes, Style, plain

_STAGE_HEIGHT, _STAGE_TICKS = 330, 16
"""What is left of a beamer's 720 lines under ribbon and sentence, and numbers that the last row can read."""
_TITLED = 40
"""So many pixels under a picture mean that its axis has a title."""
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def canvas(style: Style, sizes: Sizes, height: int, **more: Any) -> dict[str, Any]:
    """A layout without content: transparent, no drag, type and margins of the window.

    Args:
        style: the colours.
        sizes: margins and type.
        height: in pixels.
        more: further settings of the layout.
    """
    return {
        "height": height,
        "margin": {"l": sizes.left, "r": sizes.right, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": sizes.font, "color": style.ink},
        "hoverlabel": {"font": {"family": MONO, "size": 12}},
        "dragmode": False,
        "showlegend": False,
        "annotations": [],
        "shapes": [],
        "template": {},  # else Plotly merges Streamlit's at each drawing, of which nothing shows
    } | more


def title_line(title: str, rise: int) -> dict[str, Any]:
    """A picture's name, so many pixels above its upper left corner."""
    return {
        "text": f"<b>{plain(title)}</b>", "xref": "paper", "yref": "paper", "x": 0, "y": 1, "yshift": rise,
        "xanchor": "left", "yanchor": "middle", "showarrow": False,
    }  # fmt: skip


def on_stage(sizes: Sizes) -> bool:
    """Whether the picture is for a lecture hall."""
    return sizes.font > DESK.font


def fitted(height: int, sizes: Sizes) -> int:
    """A picture's height; on a stage no more than what is left there."""
    return min(height, _STAGE_HEIGHT) if on_stage(sizes) else height


def drawn(data: list[dict[str, Any]], layout: dict[str, Any], sizes: Sizes) -> go.Figure:
    """The figure, its axes' numbers large on a stage."""
    if on_stage(sizes):
        for name, axis in layout.items():
            if name[1:5] == "axis":
                axis["tickfont"] = axis.get("tickfont", {}) | {"size": _STAGE_TICKS}
                axis.get("title", {}).get("font", {})["size"] = _STAGE_TICKS
        if layout["margin"]["b"] >= _TITLED:
            layout["margin"]["b"] += 16
    return go.Figure({"data": data, "layout": layout})


def steps_axis(steps: int) -> dict[str, Any]:
    """The positions of a sequence, without words: the ribbon above has them."""
    return {
        "range": [-0.5, steps - 0.5], "showticklabels": False, "showgrid": False, "zeroline": False, "ticks": "",
        "fixedrange": True,
    }  # fmt: skip


def value_axis(style: Style, title: str = "", **more: Any) -> dict[str, Any]:
    """An axis of values: dotted lines, few numbers."""
    return {
        "title": {"text": title, "font": {"color": style.quiet}},
        "showgrid": True, "gridcolor": style.frame, "griddash": "dot", "zeroline": False, "nticks": 5,
        "fixedrange": True, "tickfont": {"family": MONO, "size": 12},
    } | more  # fmt: skip


def log_axis(style: Style, low: float, high: float, title: str = "", **more: Any) -> dict[str, Any]:
    """A log axis between two values: at most eight powers of ten, or 1, 2, 5 where they are few."""
    first, last = floor(log10(low)), ceil(log10(high))
    every = max(1, -(-(last - first) // 7))
    powers = range(first - first % every, last + 1, every)
    marks = [(10.0**power, _raised(power)) for power in powers]
    if log10(high / low) < (3.2 if low >= 0.1 else 1.5 if low >= 0.001 else 0):
        marks = [(at, f"{at:,g}") for power in powers for at in (10.0**power, 2 * 10.0**power, 5 * 10.0**power)]
    return value_axis(
        style, title, type="log", range=[log10(low), log10(high)], tickmode="array",
        tickvals=[at for at, _ in marks], ticktext=[text for _, text in marks], tickfont={"size": 12}, **more,
    )  # fmt: skip


def _raised(power: int) -> str:
    """As `power_of_ten`, in the labels' own markup."""
    plain = power_of_ten(power)
    return plain if plain[-1] in "0123456789" else f"10<sup>{str(power).replace('-', '−')}</sup>"


def power_of_ten(power: int) -> str:
    """``"0.01"``, ``"1,000"``, ``"10⁻⁹"``."""
    return f"{10.0**power:,.{max(0, -power)}f}" if -3 < power < 5 else f"10{str(power).translate(_SUPERSCRIPT)}"


def beside(name: str, lines: list[str], style: Style, sizes: Sizes, ticks: int = 0) -> dict[str, Any]:
    """A picture's name at its left, or above it on a phone, with what there is to know about it in small.

    ``ticks`` are the pixels that the axis' own numbers take between the name and the picture.
    """
    small = [f'<span style="font-size:{sizes.small}px;color:{style.quiet}">{line}</span>' for line in lines if line]
    words = {"showarrow": False, "xref": "paper", "yref": "paper", "x": 0}
    if sizes.above:
        text = " · ".join([f"<b>{name}</b>", *small[:1]])
        return words | {"text": text, "y": 1, "xanchor": "left", "yanchor": "bottom", "align": "left"}
    text = "<br>".join([f"<b>{name}</b>", *small])
    return words | {
        "text": text,
        "y": 0.5,
        "xshift": -10 - ticks,
        "xanchor": "right",
        "yanchor": "middle",
        "align": "right",
    }
