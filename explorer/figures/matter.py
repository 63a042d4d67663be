"""What a unit is good for: the cost of holding it, and which piece of another run brings its answer back."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from explorer.arguments import checked
from explorer.figures.canvas import canvas, drawn, fitted, title_line, value_axis
from explorer.figures.style import DESK, MONO, STYLES, Sizes, Theme, plain
from explorer.measures import Matter, PatchMap

_HEIGHT, _ROW = 320, 34


@checked
def matter_bars(
    found: Matter,
    where: str = "",
    measured: str = "Change of the mean loss, nats",
    theme: Theme = "light",
    sizes: Sizes = DESK,
) -> go.Figure:
    """What holding a unit at its mean changes, beside other units.

    x is where steps are looked at: where the concept is so, elsewhere, and all of them. y is the change: a bar for the
    unit that is asked about, a ring for each of the others drawn by chance.

    Args:
        found: as `explorer.measures.matter` gives it.
        where: the marked steps in words, "inside quotes"; not drawn where none are marked.
        measured: what y is.
        theme, sizes: as in the other figures.
    """
    style = STYLES[theme]
    columns = [("everywhere", found.overall)]
    if not np.isnan(found.there[0]):
        columns = [(where or "there", found.there), ("elsewhere", found.elsewhere), *columns]
    bar: dict[str, Any] = {
        "type": "bar", "x": list(range(len(columns))), "y": [float(values[0]) for _, values in columns], "width": 0.5,
        "marker": {"color": style.accent}, "name": f"unit {found.units[0]}", "cliponaxis": False,
        "text": [f"{values[0]:+.3g}".replace("-", "−") for _, values in columns], "textposition": "outside",
        "textfont": {"family": MONO, "color": style.ink}, "hoverinfo": "skip",
    }  # fmt: skip
    aside = 0.32 + 0.02 * (np.arange(len(found.units) - 1) % 5)
    rings: dict[str, Any] = {
        "type": "scatter", "mode": "markers", "name": f"{len(found.units) - 1} other units, each held alike",
        "x": np.concatenate([at + aside for at in range(len(columns))]),
        "y": np.concatenate([values[1:] for _, values in columns]),
        "text": [f"unit {one}" for one in found.units[1:]] * len(columns),
        "marker": {"symbol": "circle-open", "size": 9, "color": style.lines[0], "line": {"width": 1.5}},
        "hovertemplate": "%{text}: %{y:+.3g}<extra></extra>",
    }  # fmt: skip
    more = 20 if sizes.above else 0  # on a phone the legend takes two lines
    layout = canvas(
        style, sizes, fitted(_HEIGHT + more, sizes), hovermode="closest", showlegend=True,
        margin={"l": 64, "r": 12, "t": 64 + more, "b": 40},
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        annotations=[title_line(measured, 50 + more)],
        xaxis={
            "tickmode": "array", "tickvals": list(range(len(columns))), "range": [-0.5, len(columns) - 0.3],
            "ticktext": [plain(name if len(name) < 34 else f"{name[:33]}…") for name, _ in columns], "showgrid": False,
            "zeroline": False, "fixedrange": True,
        },
        yaxis=value_axis(style, zeroline=True, zerolinecolor=style.ink, zerolinewidth=1.5),
    )  # fmt: skip
    return drawn([bar, rings], layout, sizes)


@checked
def patch_picture(
    found: PatchMap, kind_words: dict[str, str], theme: Theme = "light", sizes: Sizes = DESK
) -> go.Figure:
    """Which signal at which step brings B's answer back.

    x is the step, with A's token over B's where they differ; y the signal; colour the share of B's answer that comes
    back, blue where the answer moves to B's and rust where it moves away. The frame is the step of the answer.

    Args:
        found: as `explorer.measures.patch_map` gives it.
        kind_words: what each signal is called.
        theme, sizes: as in the other figures.
    """
    style = STYLES[theme]
    steps = found.shares.shape[1]
    names = [kind_words.get(name, name) for name in found.signals]
    first, second = found.labels
    ticks = [plain(a) if a == b else f"<b>{plain(a)}<br>{plain(b)}</b>" for a, b in zip(first, second, strict=True)]
    heat: dict[str, Any] = {
        "type": "heatmap", "z": found.shares.astype(np.float32), "x0": 0, "dx": 1, "y0": 0, "dy": 1,
        "zmin": -1.0, "zmax": 1.0, "colorscale": [list(stop) for stop in style.states], "showscale": False,
        "text": [[f"{name} at step {step + 1}" for step in range(steps)] for name in names],
        "hovertemplate": "%{text}: %{z:.0%}<extra></extra>", "xgap": 1, "ygap": 1,
    }  # fmt: skip
    widest = max((len(one) for pair in found.labels for one in pair), default=1)
    every = max(1, -(-steps * (8 * widest + 6) // (300 if sizes.above else 1_050)))
    shown = sorted({*range(0, steps, every), *(at for at in range(steps) if first[at] != second[at])})
    layout = canvas(
        style, sizes, fitted(_ROW * len(names) + 70, sizes), hovermode="closest",
        margin={"l": 24 + 8 * max(map(len, names)), "r": 12, "t": 52, "b": 14},
        xaxis={
            "side": "top", "tickmode": "array", "tickvals": shown, "ticktext": [ticks[at] for at in shown], "ticks": "",
            "tickangle": 0, "showgrid": False, "zeroline": False, "fixedrange": True, "range": [-0.5, steps - 0.5],
            "tickfont": {"family": MONO, "size": 13},
        },
        yaxis={
            "tickmode": "array", "tickvals": list(range(len(names))), "ticktext": [plain(name) for name in names],
            "ticks": "", "showgrid": False, "zeroline": False, "fixedrange": True, "range": [len(names) - 0.5, -0.5],
            "showline": True, "mirror": True, "linecolor": style.frame,
        },
        shapes=[
            {"type": "rect", "x0": found.step - 0.5, "x1": found.step + 0.5, "y0": -0.5, "y1": len(names) - 0.5,
             "line": {"color": style.accent, "width": 1.5}}
        ],
    )  # fmt: skip
    return drawn([heat], layout, sizes)
