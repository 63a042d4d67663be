"""THE ONLY ROOM THAT SAYS st.: controls → Request, caches, link, messages."""

from explorer.ui.downloads import downloads
from explorer.ui.frame import enter
from explorer.ui.page import facts, open_view
from explorer.ui.stack import choose, draw_stack, view_controls
from explorer.ui.unit import choose_cursor, draw_unit
from explorer.ui.words import opening, ordering

__all__ = [
    "choose",
    "choose_cursor",
    "downloads",
    "draw_stack",
    "draw_unit",
    "enter",
    "facts",
    "open_view",
    "opening",
    "ordering",
    "view_controls",
]
