"""The one source of data colours, and of the few sizes that figures share."""

from dataclasses import dataclass
from html import escape
from typing import Literal

Theme = Literal["light", "dark"]
Scale = tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Style:
    """The colours of one theme.

    Attributes:
        gates: colours from 0 (shut) to 1 (open).
        states: colours from the most negative through 0 to the most positive.
        ink, quiet: text, and text that steps back; both at least 4.5 : 1 on `paper`.
        paper: the page behind the figure.
        frame: the hairline round a panel.
        accent: predictions and what is chosen.
        lines: one colour a signal in line figures, told apart by dash as well.
    """

    gates: Scale
    states: Scale
    ink: str
    quiet: str
    paper: str
    frame: str
    accent: str
    lines: tuple[str, ...]


STYLES: dict[Theme, Style] = {
    "light": Style(
        gates=((0.0, "#fbf5e6"), (0.25, "#cfd8da"), (0.5, "#8fabc0"), (0.75, "#476d95"), (1.0, "#12325c")),
        states=(
            (0.0, "#9a3a0c"), (0.2, "#c9773f"), (0.38, "#ecc9a5"), (0.5, "#fbf5e6"),
            (0.62, "#c3d0d6"), (0.8, "#577ba0"), (1.0, "#12325c"),
        ),
        ink="#16325c",
        quiet="#56657a",
        paper="#ffffff",
        frame="#b9c0c9",
        accent="#9a3a0c",
        lines=("#0b6e8f", "#12325c", "#9a3a0c", "#7a5ca8", "#3f7d3a", "#1c1c1c"),
    ),
    "dark": Style(
        gates=((0.0, "#1b2634"), (0.25, "#2f4a63"), (0.5, "#55809c"), (0.75, "#a3b9bd"), (1.0, "#fbf0d2")),
        states=(
            (0.0, "#ff9a52"), (0.2, "#c8682c"), (0.38, "#5d3a26"), (0.5, "#1b2634"),
            (0.62, "#2c4a66"), (0.8, "#5c98c8"), (1.0, "#b9e0ff"),
        ),
        ink="#ece7da",
        quiet="#a9b3bf",
        paper="#10161f",
        frame="#465262",
        accent="#ffa264",
        lines=("#5cc3e0", "#8fb7ff", "#ffa264", "#c5a6ee", "#8bd17c", "#f4f0e4"),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Sizes:
    """Where things stand in a stack, in pixels.

    Attributes:
        panel: the height of a panel of few units.
        row: the least height of a unit's row.
        gap: between panels.
        left, right: margins beside the panels.
        font, small: of a panel's name, and of what its ends mean.
        above: whether the names stand above their panels rather than at the left.
    """

    panel: int = 80
    row: int = 3
    gap: int = 8
    left: int = 138
    right: int = 10
    font: int = 13
    small: int = 11
    above: bool = False


DESK = Sizes()
PHONE = Sizes(panel=96, gap=26, left=8, right=8, above=True)
STAGE = Sizes(panel=104, gap=12, left=190, right=14, font=19, small=15)
"""For a lecture hall."""

FONT = "Source Sans, Source Sans Pro, Inter, system-ui, sans-serif"
MONO = "Source Code Pro, ui-monospace, DejaVu Sans Mono, monospace"
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "solid")
LINE_DASHES: tuple[list[int], ...] = ([], [8, 5], [2, 3], [8, 3, 2, 3], [14, 5], [])
"""The same in pixels drawn and left out, for components."""


def plain(text: str) -> str:
    """Text that Plotly shows as it is: its labels take a subset of HTML."""
    return escape(text, quote=False)


def faint(colour: str, share: float) -> str:
    """A colour ``"#rrggbb"`` of which ``share`` is seen, 0 to 1."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"
