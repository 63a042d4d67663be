"""A film as the browser gets it: data for a component, or a page of its own that plays without a server."""

import base64
import json
from html import escape
from typing import Any

from explorer.cells import CELLS, word
from explorer.figures.style import LINE_DASHES, STYLES, Theme
from explorer.film.reel import LEVELS, Reel
from explorer.places import ASSETS
from explorer.sequences import legible

_COLOURS = ("gates", "states", "ink", "quiet", "frame", "accent", "lines")


def as_sent(reel: Reel, theme: Theme | None = None, key: str = "") -> dict[str, Any]:
    """What the film's script draws from.

    Args:
        reel: the film.
        theme: the colours; None for those that the reader's system prefers.
        key: changes where another film is meant, which then begins at its end.
    """
    names = ("light", "dark") if theme is None else (theme,)
    return {
        "key": key,
        "title": reel.title,
        "steps": list(reel.steps),
        "units": list(reel.units),
        "labels": [legible(one, 12) for one in reel.labels],
        "top": LEVELS,
        "panels": [_panel(reel, at) for at in range(len(reel.signals))],
        "values": base64.b64encode(reel.levels.tobytes()).decode("ascii"),
        "losses": [{"name": one.name, "points": [list(pair) for pair in one.points]} for one in reel.losses],
        "styles": {one: {colour: getattr(STYLES[one], colour) for colour in _COLOURS} for one in names},  # type: ignore[index]
        "dashes": LINE_DASHES,
    }


def as_page(reel: Reel) -> str:
    """The film as an HTML file that plays by itself. What names the steps is escaped."""
    # Within a script element only "</" and "<!--" could end it.
    data = json.dumps(as_sent(reel), ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    parts = {
        "title": escape(reel.title or f"How the gates of a {CELLS[reel.kind].title} come to be"),
        "css": _asset("film.css"),
        "body": _asset("film.html"),
        "data": data,
        "script": "\n".join(map(_asset, ("paint.js", "film.js", "alone.js"))),
    }
    page = _asset("page.html")
    for name, text in parts.items():
        page = page.replace(f"<!--{name}-->", text)
    return page


def _panel(reel: Reel, at: int) -> dict[str, Any]:
    signal = word(reel.kind, reel.signals[at])
    low, high = reel.ends[at]
    return {
        "title": signal.title,
        "gist": signal.gist,
        "role": signal.role,
        "low": low,
        "high": high,
    }


def _asset(name: str) -> str:
    return (ASSETS / "film" / name).read_text(encoding="utf-8")
