"""The ribbon of the Memory page: coloured by whatever the picture below it counts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.cells import CELLS
from explorer.figures.panels import EXACT_CELLS
from explorer.measures import ledger, predictions
from explorer.signals import Signal
from explorer.ui.parts.cursor import Cursor, choose, follow
from explorer.ui.parts.ribbon import Chart, Ribbon, Track, ribbon
from explorer.ui.parts.ribbon_data import masked_steps
from explorer.ui.parts.sentences import question
from explorer.ui.parts.window import sizes, theme
from explorer.ui.view.forecast import forecasts, given_numbers, is_apart
from explorer.ui.view.view import View

_LEVELS = 127


@dataclass(frozen=True, eq=False)
class Shade:
    """Values over the tokens.

    Attributes:
        signal: the words for them.
        values: (time, unit) of the units shown, or (time,) where all units share them.
        reach: the end of the colour scale.
        place: layer and direction.
    """

    signal: Signal
    values: NDArray[Any]
    reach: float = 1.0
    place: tuple[int, str] = (0, "forward")


def look_at(view: View) -> Cursor:
    """The units shown, and what is looked at: the user's choice, else the last step and a unit that remembers."""
    cursor, wanted = choose(view), view.request.cursor.unit
    width = view.trace[view.trace.signals[0]].shape[-1]
    if not 0 <= view.request.cursor.step < len(view.trace):
        cursor = replace(cursor, step=0 if view.request.shown.direction == "reverse" else len(view.trace) - 1)
    if not 0 <= wanted < width:
        wanted = _remembering(view, cursor)
    units = cursor.units if wanted in cursor.units else (*cursor.units[:-1], wanted)
    return replace(cursor, unit=wanted, units=units)


def _remembering(view: View, cursor: Cursor) -> int:
    """The unit shown that one early step has written most into: its size counts, and a little its age."""
    if CELLS[view.trace.kind].memory is None:
        return cursor.unit
    book = ledger(view.trace, cursor.step, *view.request.shown.place)
    ages = np.log1p(np.abs(np.arange(len(view.trace)) - cursor.step))
    telling = (ages[:, None] * np.abs(book.written[:, list(cursor.units)])).max(axis=0)
    return cursor.units[int(telling.argmax())]


def along(
    view: View, cursor: Cursor, shades: Sequence[Shade], charts: Sequence[Chart] = (), said: Sequence[str] = ()
) -> None:
    """Draw the ribbon; the first shade colours the tokens, the values of all stand under them.

    Args:
        view: the run.
        cursor: what is looked at.
        shades: at least one.
        charts: what stands under the tokens.
        said: a few characters a step; by default what the model predicts.
    """
    answers = predictions(view.model, view.trace) if not said else None
    data = Ribbon(
        tokens=tuple(view.trace.labels),
        units=cursor.units,
        tracks=tuple(_track(shade, cursor.units) for shade in shades),
        values=b"".join(_bytes(shade, cursor.units, _exact(view, cursor, shades)) for shade in shades),
        exact=_exact(view, cursor, shades),
        predictions=tuple(said or [one.label for one in answers or ()]),
        question=question(view),
        numbers=given_numbers(view),
        apart=not said and is_apart(view),
        forecasts=None if said else forecasts(view),
        margin=(sizes().left, sizes().right),
        theme=theme(),
        masked=masked_steps(view.trace),
    )
    selection = (*cursor.steps, *(cursor.rows or ())) if cursor.steps else None
    ribbon(data, step=cursor.step, unit=cursor.unit, selection=selection, charts=charts, on_change=follow)


def _exact(view: View, cursor: Cursor, shades: Sequence[Shade]) -> bool:
    cells = len(view.trace) * len(cursor.units) * len(shades)
    return cells <= EXACT_CELLS or view.trace.masked is not None


def _track(shade: Shade, units: tuple[int, ...]) -> Track:
    one, reach = shade.signal, shade.reach
    low = 0.0 if one.role == "gate" else -reach
    return Track(one.name, one.symbol, one.role, *shade.place, low, reach, _level(shade), units)


def _level(shade: Shade) -> float:
    return (float(np.nan_to_num(np.abs(shade.values)).max()) or 1.0) / _LEVELS


def _bytes(shade: Shade, units: tuple[int, ...], exact: bool) -> bytes:
    """(unit, time) as the browser reads it."""
    values = shade.values
    if values.ndim == 1:
        values = np.broadcast_to(values[:, None], (len(values), len(units)))
    if exact:
        return np.ascontiguousarray(values.T, dtype="<f4").tobytes()
    return np.ascontiguousarray(np.rint(values.T / _level(shade)).astype(np.int8)).tobytes()
