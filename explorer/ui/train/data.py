"""What is learned: the bundled series, one of the reader's own, lines of text, or a task."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import EncodingError
from explorer.sequences import MOST_CLASSES, Encoded, looks_numeric, read_labelled
from explorer.training import TASKS
from explorer.training.fit import fitting_sizes
from explorer.training.plan import Known, Series, Text
from explorer.training.tasks.sst import read_months
from explorer.ui.session.catalogue import RANDOM, shown_text
from explorer.ui.session.request import Request
from explorer.ui.session.state import current
from explorer.ui.train.recipe import Recipe
from explorer.ui.view.data_in_hand import data_in_hand
from explorer.ui.view.reading import encode

_MOST_LINES = 20_000
SMALL_TASKS = tuple(name for name, task in TASKS.items() if task.source == "generated")
"""Those that draw their data themselves and are learned in a minute."""


def data_of(recipe: Recipe) -> Series | Text | Known:
    """What the recipe says is learned.

    Raises:
        EncodingError: the reader's own data make no series and no lines.
    """
    if recipe.data == "sst":
        return _series(read_months(), recipe, "Sea surface temperature", "°C")
    if recipe.data == "task":
        return Known(recipe.task if recipe.task in SMALL_TASKS else SMALL_TASKS[0])
    return _own(recipe)


def is_text() -> bool:
    """Whether the reader's own sequence is text."""
    request = current()
    return request.sequence.source in ("typed", "example") and not looks_numeric(shown_text(request))


def _own(recipe: Recipe) -> Series | Text:
    request: Request = current()
    if is_text():
        if request.sequence.source == "example":
            raise EncodingError("Bring what is to be learned: numbers or lines of text, a file or a generator.")
        text = request.sequence.text
        return (
            Text(labelled=read_labelled(text, _MOST_LINES, MOST_CLASSES))
            if recipe.learn == "class"
            else Text(tuple(text.splitlines()))
        )
    encoded = own_series(recipe)
    return _series(np.array(encoded.values[:, 0]), recipe, f"Your series: {encoded.columns[0]}", "")


def own_series(recipe: Recipe) -> Encoded:
    """The reader's own numbers, the chosen column of them.

    Raises:
        EncodingError: they cannot be read, or values are missing.
    """
    upload = data_in_hand()
    request = current().but(model=RANDOM, scaling="none")
    if request.sequence.source == "upload" and upload is not None:
        names = columns()
        upload = replace(upload, columns=(recipe.column if recipe.column in names else names[0],))
        return encode(request, upload)
    encoded = encode(request, upload)
    names = columns()
    place = encoded.columns.index(recipe.column if recipe.column in names else names[0])
    values: NDArray[Any] = encoded.values[:, place : place + 1]
    return replace(encoded, values=values, columns=(encoded.columns[place],))


def columns() -> tuple[str, ...]:
    """The columns that could be forecast, what only counts last; none of text, or of what cannot be read."""
    upload = data_in_hand()
    request = current()
    if request.sequence.source == "upload":
        return () if upload is None else _telling_first(upload.source.numeric_columns, dict(upload.source.frame))
    if is_text():
        return ()
    try:
        encoded = encode(request.but(model=RANDOM, scaling="none"), None)
    except EncodingError:
        return ()
    return _telling_first(encoded.columns, dict(zip(encoded.columns, encoded.values.T, strict=True)))


def _telling_first(names: Sequence[str], values: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns in their order, but those that grow by the same number each step, as a row's number does, last."""
    return tuple(sorted(names, key=lambda name: _only_counts(np.asarray(values[name], dtype=np.float64))))


def _only_counts(values: NDArray[np.float64]) -> bool:
    steps = np.diff(values)
    return len(steps) > 1 and bool(steps[0]) and bool(np.all(steps == steps[0]))


def _series(values: NDArray[np.float64], recipe: Recipe, name: str, unit: str) -> Series:
    """The series cut as the recipe says; sizes of 0 as it has room for."""
    held_out, season, window = fitting_sizes(len(values))
    season = recipe.season if recipe.season != Recipe().season else season
    return Series(
        np.asarray(values, dtype=np.float64), recipe.held or held_out, season, recipe.window or window,
        recipe.horizon, name, unit,
    )  # fmt: skip
