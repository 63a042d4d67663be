"""TRACE OR NUMBERS → plotly Figure. Pure: the same trace gives the same figure."""

from explorer.figures.batch import batch_picture, padding_picture
from explorer.figures.card import bias_histogram, parameter_bars
from explorer.figures.gradient import Curve, gradient_curves, lag_curves, spread
from explorer.figures.ledger import ledger_bars, ledger_map, written_reach
from explorer.figures.lines import unit_lines
from explorer.figures.matter import matter_bars, patch_picture
from explorer.figures.overview import overview_strip
from explorer.figures.paper import save_figure
from explorer.figures.probing import concept_line, probe_ranking, probe_weights
from explorer.figures.resets import reset_reach, reset_signals, reset_stack
from explorer.figures.stack import gate_heatmap, gate_stack, layer_stack
from explorer.figures.statistics import group_map, histogram_map
from explorer.figures.style import DESK, PHONE, STAGE, STYLES, Sizes, Style, Theme
from explorer.figures.timescales import gate_histogram, timescale_atlas, unit_check
from explorer.figures.triangle import saliency_triangle
from explorer.figures.units import counter_lines, likeness_map, saturation_scatter
from explorer.figures.waterfall import Piece, part_colours, waterfall

__all__ = [
    "DESK",
    "PHONE",
    "STAGE",
    "STYLES",
    "Curve",
    "Piece",
    "Sizes",
    "Style",
    "Theme",
    "batch_picture",
    "bias_histogram",
    "concept_line",
    "counter_lines",
    "gate_heatmap",
    "gate_histogram",
    "gate_stack",
    "gradient_curves",
    "group_map",
    "histogram_map",
    "lag_curves",
    "layer_stack",
    "ledger_bars",
    "ledger_map",
    "likeness_map",
    "matter_bars",
    "overview_strip",
    "padding_picture",
    "parameter_bars",
    "part_colours",
    "patch_picture",
    "probe_ranking",
    "probe_weights",
    "reset_reach",
    "reset_signals",
    "reset_stack",
    "saliency_triangle",
    "saturation_scatter",
    "save_figure",
    "spread",
    "timescale_atlas",
    "unit_check",
    "unit_lines",
    "waterfall",
    "written_reach",
]


def __dir__() -> list[str]:
    return sorted(__all__)
