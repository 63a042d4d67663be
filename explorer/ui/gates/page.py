"""The Gates page: every signal of one layer as heatmaps over the sequence, under one crosshair."""

from explorer.ui.bar.doors import doors
from explorer.ui.bar.opening import finish, open_view
from explorer.ui.gates.downloads import downloads
from explorer.ui.gates.generation import answer, write_on
from explorer.ui.gates.unit import draw_unit
from explorer.ui.parts.facts import explain, facts, introduce, say_opening
from explorer.ui.parts.stack import draw_stack
from explorer.ui.parts.view_controls import view_controls


def draw() -> None:
    """The picture first, then what may wait for it."""
    view = open_view("gates", bar_waits=True)
    if view is None:
        return
    say_opening(view)
    cursor = draw_stack(view)
    finish()
    view_controls(view)
    facts(view, len(cursor.units))
    doors(view)
    if view.request.cursor.presenter:
        return
    answer(view, cursor)
    write_on(view)
    draw_unit(view, cursor)
    downloads(view, cursor)
    introduce(view)
    explain(view)
