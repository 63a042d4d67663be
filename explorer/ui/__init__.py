"""THE ONLY ROOM THAT SAYS st.: controls → Request, caches, link, messages."""

from explorer.ui.downloads import downloads
from explorer.ui.frame import enter
from explorer.ui.models import draw_models
from explorer.ui.page import explain, facts, introduce, open_view, say_opening
from explorer.ui.stack import draw_stack, read_along, view_controls
from explorer.ui.step import draw_step, open_step, step_controls
from explorer.ui.unit import draw_unit
from explorer.ui.writing import answer, write_on

__all__ = [
    "answer",
    "downloads",
    "draw_models",
    "draw_stack",
    "draw_step",
    "draw_unit",
    "enter",
    "explain",
    "facts",
    "introduce",
    "open_step",
    "open_view",
    "read_along",
    "say_opening",
    "step_controls",
    "view_controls",
    "write_on",
]
