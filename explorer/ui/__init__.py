"""THE ONLY ROOM THAT SAYS st.: controls → Request, caches, link, messages."""

from explorer.ui.bar.opening import explain, facts, finish, introduce, open_view, say_opening
from explorer.ui.compare.page import compare_controls, draw_compare
from explorer.ui.frame import enter
from explorer.ui.gates.downloads import downloads
from explorer.ui.gates.generation import answer, write_on
from explorer.ui.gates.unit import draw_unit
from explorer.ui.memory.page import draw_memory, memory_controls
from explorer.ui.models.page import draw_models
from explorer.ui.parts.stack import draw_stack, read_along, view_controls
from explorer.ui.step.page import draw_step, open_step, step_controls
from explorer.ui.train.page import draw_train, open_train

__all__ = [
    "answer",
    "compare_controls",
    "downloads",
    "draw_compare",
    "draw_memory",
    "draw_models",
    "draw_stack",
    "draw_step",
    "draw_train",
    "draw_unit",
    "enter",
    "explain",
    "facts",
    "finish",
    "introduce",
    "memory_controls",
    "open_step",
    "open_train",
    "open_view",
    "read_along",
    "say_opening",
    "step_controls",
    "view_controls",
    "write_on",
]
