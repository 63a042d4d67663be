"""THE ONLY ROOM THAT SAYS st.: controls → Request, caches, link, messages."""

from explorer.ui.compare import compare_controls, draw_compare
from explorer.ui.downloads import downloads
from explorer.ui.frame import enter
from explorer.ui.memory import draw_memory, memory_controls
from explorer.ui.models import draw_models
from explorer.ui.page import explain, facts, finish, introduce, open_view, say_opening
from explorer.ui.stack import draw_stack, read_along, view_controls
from explorer.ui.step import draw_step, open_step, step_controls
from explorer.ui.unit import draw_unit
from explorer.ui.writing import answer, write_on

__all__ = [
    "answer",
    "compare_controls",
    "downloads",
    "draw_compare",
    "draw_memory",
    "draw_models",
    "draw_stack",
    "draw_step",
    "draw_unit",
    "enter",
    "explain",
    "facts",
    "finish",
    "introduce",
    "memory_controls",
    "open_step",
    "open_view",
    "read_along",
    "say_opening",
    "step_controls",
    "view_controls",
    "write_on",
]
