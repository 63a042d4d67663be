"""The panels of the first answer: pictures of one pixel a cell, laid where the page will paint the same."""

import re
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from explorer.figures import DESK, PHONE, STAGE, STYLES, Sizes
from explorer.figures.pixels import cells_png
from explorer.figures.stack import stack_spec
from explorer.ui.parts.cursor import shown_units
from explorer.ui.parts.panels import panels_for
from explorer.ui.view.view import View

_MOST_CELLS = 20_000
INKS = {
    f"{theme}_{name}": getattr(style, name)
    for theme, style in STYLES.items() for name in ("ink", "quiet", "frame", "accent")
}  # fmt: skip
"""The inks of names and frames by theme: CSS has to know them beforehand."""
_COLOURED = re.compile(r"color:#[0-9a-f]{6}")


def first_panels(view: View) -> str:
    """Every panel as HTML, for a desk or a stage and for a phone at once: the browser knows which it is.

    Args:
        view: the run of a bundled model.

    Returns:
        Figures with their names, in a box of their height; nothing where there are too many cells to send twice.
    """
    request = view.request
    if request.shown.view == "layers":
        return ""
    units = shown_units(view, request.shown.units)
    wide = _placed(view, units, STAGE if request.cursor.presenter else DESK, small=False)
    small = _placed(view, units, PHONE, small=True)
    names = list(dict.fromkeys((*wide, *small)))
    if sum(_cells(one) for one in wide.values()) > _MOST_CELLS:
        return ""
    figures = "".join(_figure(wide.get(name), small.get(name)) for name in names)
    return f'<div class="panels" style="{_heights(wide, small)}" aria-hidden="true">{figures}</div>'


def _placed(view: View, units: Sequence[int], sizes: Sizes, small: bool) -> dict[str, Any]:
    """For each panel its trace, its name and its place, from the page's own figure."""
    request, trace = view.request, view.trace
    signals = panels_for(request, trace, small)
    places = [(signal, *request.shown.place) for signal in signals]
    dark, light = (
        stack_spec(trace, places, units, theme, tokens=False, sizes=sizes, hover=False) for theme in ("dark", "light")
    )
    layout = light["layout"]
    height, margin = layout["height"], layout["margin"]
    inner = height - margin["t"] - margin["b"]
    domains = [layout["yaxis" + one["yaxis"][1:]]["domain"] for one in light["data"]]
    return {
        signal: {
            "light": one, "dark": other, "words": words["text"], "whole": height,
            "top": margin["t"] + (1 - above) * inner, "high": (above - below) * inner,
        }
        for signal, one, other, words, (below, above) in zip(
            signals, light["data"], dark["data"], layout["annotations"], domains, strict=True
        )
    }  # fmt: skip


def _cells(panel: dict[str, Any]) -> int:
    return int(panel["light"]["z"].size)


def _heights(wide: dict[str, Any], small: dict[str, Any]) -> str:
    whole = (next(iter(one.values()))["whole"] for one in (wide, small))
    return ";".join(f"--{name}:{height}px" for name, height in zip(("whole", "small-whole"), whole, strict=True))


def _figure(wide: dict[str, Any] | None, small: dict[str, Any] | None) -> str:
    """One panel; where a phone or a desk does not show it, a class says so."""
    known = wide or small
    assert known is not None
    places = [
        f"--{prefix}{name}:{one[name]:.2f}px"
        for prefix, one in (("", wide), ("small-", small)) if one is not None
        for name in ("top", "high")
    ]  # fmt: skip
    absent = "".join(f" not-{name}" for name, one in (("wide", wide), ("small", small)) if one is None)
    words = "".join(
        f'<figcaption class="{name}">{_COLOURED.sub("color:var(--quiet)", one["words"])}</figcaption>'
        for name, one in (("wide", wide), ("small", small)) if one is not None
    )  # fmt: skip
    return f'<figure class="panel{absent}" style="{";".join(places)}">{words}{_picture(known)}</figure>'


def _picture(panel: dict[str, Any]) -> str:
    light, dark = (_address(panel[name]) for name in ("light", "dark"))
    return f'<picture><source media="(prefers-color-scheme: dark)" srcset="{dark}"><img src="{light}" alt=""></picture>'


def _address(trace: Any) -> str:
    picture = cells_png(trace["z"], trace["zmin"], trace["zmax"], tuple(trace["colorscale"]))
    return f"data:image/png;base64,{b64encode(picture).decode('ascii')}"
