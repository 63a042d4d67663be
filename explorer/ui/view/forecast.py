"""Which numbers stand over a model's forecasts, and whether both are of one kind."""

import numpy as np

from explorer.ui.view.view import View


def given_numbers(view: View) -> tuple[float, ...] | None:
    """The column that the ribbon draws: the one that is forecast, where the head names it, else the first.

    None for text.
    """
    if view.encoded.is_text:
        return None
    return tuple(float(value) for value in view.encoded.values[:, _column(view)])


def forecasts(view: View) -> tuple[float | None, ...] | None:
    """The values that the model says, unrounded, beside a sequence of numbers; None where it says none."""
    head, said = view.model.head, view.trace.output
    if head is None or head.gives != "value" or said is None or view.encoded.is_text:
        return None
    return tuple(float(value) if np.isfinite(value) else None for value in said[:, 0])


def is_apart(view: View) -> bool:
    """Whether the forecast is on a scale of its own: a model of several columns that does not say it forecasts this."""
    head, columns = view.model.head, view.encoded.values.shape[1:]
    if head is None or head.gives != "value" or not columns or columns == (1,):
        return False
    return not _is_named(view) and len(head.weight) != columns[0]


def _column(view: View) -> int:
    return view.encoded.columns.index(_said(view)) if _is_named(view) else 0


def _is_named(view: View) -> bool:
    return _said(view) in (view.encoded.columns or ())


def _said(view: View) -> str:
    """What the head calls the first of its values."""
    head = view.model.head
    return head.labels[0] if head is not None and head.gives == "value" and head.labels else ""
