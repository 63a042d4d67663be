"""A model in a notebook: what it is, the shapes of its weights, and what is to be known of it."""

from html import escape

from explorer.models import Model
from explorer.models.model.claims import left_out
from explorer.models.model.shapes import weight_shapes
from explorer.notebook.page import Page, plain
from explorer.sequences import legible
from explorer.shown import draws

_MOST_ROWS = 40


@draws("Model")
def show_model(model: Model) -> Page:
    """One line that says what it is, a row for each weight with the gates of its rows, and the file's notes."""
    shapes = weight_shapes(model)
    rows = "".join(
        f"<tr>{_cell(one.name)}{_cell(' × '.join(map(str, one.shape)))}{_cell(', '.join(one.blocks) or one.part)}</tr>"
        for one in shapes[:_MOST_ROWS]
    )
    more = f"<p>… and {len(shapes) - _MOST_ROWS} more.</p>" if len(shapes) > _MOST_ROWS else ""
    heads = "".join(
        f'<th style="text-align:left">{head}</th>' for head in ("weight", "shape", "rows, from top to bottom")
    )
    random = "" if model.learned else "Random weights: nothing learned yet, so do not look for meaning."
    notes = [note for note in (random, left_out(model), *model.card.get("notes", ())) if note]
    body = (
        f"<p><b>{escape(legible(model.summary, 300))}</b>. {model.num_parameters:,} recurrent parameters.</p>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{more}"
    )
    return plain(body + "".join(f"<p>{escape(str(note))}</p>" for note in notes), repr(model), model.name)


def _cell(text: str) -> str:
    return f'<td style="text-align:left">{escape(text)}</td>'
