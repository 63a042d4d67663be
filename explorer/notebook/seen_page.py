"""A watched run in a notebook: a table of its modules."""

from html import escape

from explorer.notebook.page import Page, plain
from explorer.shown import draws
from explorer.watching import Seen, Watched
from explorer.watching.table import cells_of

_HEADS = ("module", "cell", "sequences", "difference from the module's own output")


@draws("Seen")
def show_seen(seen: Seen) -> Page:
    """A row for each module that ran, and what could not be seen under it."""
    parts = [seen[name] for name in seen.names]
    told = [f"{part.name}: {note}" for part in parts for note in part.notes]
    return _table(parts, [*told, *seen.notes], repr(seen))


@draws("Watched")
def show_watched(part: Watched) -> Page:
    """One module's row, with what to know of it."""
    return _table([part], list(part.notes), repr(part))


def _table(parts: list[Watched], notes: list[str], text: str) -> Page:
    heads = "".join(f'<th style="text-align:left">{head}</th>' for head in _HEADS)
    rows = "".join(_row(cells_of(part.name, part.calls)) for part in parts)
    table = (
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>" if parts else "<p>Nothing was seen.</p>"
    )
    return plain(table + "".join(f"<p>{escape(note)}</p>" for note in notes), text, "What was seen")


def _row(cells: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f'<td style="text-align:left">{escape(cell)}</td>' for cell in cells) + "</tr>"
