"""TRACE OR NUMBERS → plotly Figure. Pure: the same trace gives the same figure."""

from explorer.figures.card import parameter_bars
from explorer.figures.lines import unit_lines
from explorer.figures.stack import gate_heatmap, gate_stack, layer_stack
from explorer.figures.style import DESK, PHONE, STAGE, STYLES, Sizes, Style, Theme
from explorer.figures.waterfall import Piece, part_colours, waterfall

__all__ = [
    "DESK",
    "PHONE",
    "STAGE",
    "STYLES",
    "Piece",
    "Sizes",
    "Style",
    "Theme",
    "gate_heatmap",
    "gate_stack",
    "layer_stack",
    "parameter_bars",
    "part_colours",
    "unit_lines",
    "waterfall",
]
