"""A figure for a paper: SVG or PDF, one column or two columns wide, its fonts with it."""

from base64 import b64encode
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import plotly.graph_objects as go

from explorer.arguments import checked
from explorer.errors import ArgumentError, CheckpointError
from explorer.fitting import said

WIDTHS = {1: 85.0, 2: 178.0}
"""Columns → millimetres, as most journals set them."""
_PIXELS = 96 / 25.4
_ENDINGS = (".svg", ".pdf")
_FACE = "Source Sans"
_MISSING = "SVG and PDF are drawn by Kaleido, which is not installed: pip install 'gate-explorer[figures]'."


@checked
def save_figure(figure: go.Figure, path: str | Path, columns: Literal[1, 2] = 1, height: float | None = None) -> None:
    """Write a figure as SVG or PDF, 85 or 178 mm wide, with the fonts that it is set in.

    One column is as narrow as a phone: make the figure for it with ``sizes=figures.PHONE``, names above the panels.

    Args:
        figure: any figure of `explorer.figures`, in its light theme.
        path: ends in ``.svg`` or ``.pdf``.
        columns: 1 or 2.
        height: in millimetres; by default the figure's own.

    Raises:
        ArgumentError: another ending, a height that is none, or what draws it (Kaleido, and Chrome or Chromium) is not
            installed.
        CheckpointError: it cannot be written there.
    """
    path = Path(path)
    if path.suffix not in _ENDINGS:
        raise ArgumentError(f"'{path.name[-60:]}' ends in neither .svg nor .pdf: give one of these endings.")
    if height is not None and not 10 <= height <= 1_000:
        raise ArgumentError(f"height is {said(height)}: give millimetres, from 10 to 1,000.")
    tall = figure.layout.height if height is None else height * _PIXELS
    drawn = _drawn(figure, path.suffix[1:], WIDTHS[columns] * _PIXELS, tall)
    try:
        path.write_bytes(_with_font(drawn) if path.suffix == ".svg" else drawn)
    except OSError as reason:
        raise CheckpointError(
            f"'{path.name[-60:]}' cannot be written ({reason.strerror}): give another path."
        ) from None


def _drawn(figure: go.Figure, form: str, width: float, height: float | None) -> bytes:
    if find_spec("kaleido") is None:
        raise ArgumentError(_MISSING)
    from kaleido.errors import ChromeNotFoundError  # type: ignore[import-not-found, unused-ignore]

    white = go.Figure(figure).update_layout(paper_bgcolor="white", plot_bgcolor="white")
    try:
        found: bytes = white.to_image(format=form, width=round(width), height=None if height is None else round(height))
    except ChromeNotFoundError:
        raise ArgumentError(
            "SVG and PDF are drawn by Chrome or Chromium, and none was found: install one, or name it in BROWSER_PATH."
        ) from None
    return found


def _with_font(svg: bytes) -> bytes:
    """The picture with its font inside; as it is where the font is not at hand."""
    font = _font()
    if font is None:
        return svg
    face = (
        f"<style>@font-face{{font-family:'{_FACE}';font-weight:200 900;"
        f"src:url(data:font/woff2;base64,{b64encode(font).decode()}) format('woff2')}}</style>"
    )
    start = svg.index(b">", svg.index(b"<svg")) + 1
    return svg[:start] + face.encode() + svg[start:]


def _font() -> bytes | None:
    """The app's typeface, which comes with Streamlit."""
    package: Any = find_spec("streamlit")
    folder = None if package is None else Path(package.origin).parent / "static" / "static" / "media"
    found = [] if folder is None else sorted(folder.glob("SourceSansVF-Upright*.woff2"))
    return found[0].read_bytes() if found else None
