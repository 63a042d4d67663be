"""The modules of a run file, each number and word of it checked before it is believed."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from explorer.archives import Archive, named, read_array
from explorer.cells import CELLS
from explorer.errors import ArgumentError, CheckpointError
from explorer.models import Model
from explorer.models.model.build import check_options, stack_from
from explorer.watching.batch import Array, Batch
from explorer.watching.call import ROUNDED, Call
from explorer.watching.seen import Watched

MAX_RUN_BYTES = 1_000_000_000
_MOST_CALLS, _LONGEST_NAME, _LONGEST_NOTE, _MOST_NOTES, _LONGEST_LABEL = 20_000, 200, 300, 50, 200
_PLACE = re.compile(r"\d{1,6}\.\d{1,6}")
_WEIGHT = re.compile(r"(weight_ih|weight_hh|bias_ih|bias_hh|weight_hr)_l\d{1,3}(_reverse)?")


class Reading:
    """One reading of a run file; no array of it is read twice.

    Args:
        archive: the file.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._models: dict[str, tuple[Model, Any, Any]] = {}
        self._read: set[str] = set()

    def module(self, stated: Mapping[str, Any]) -> tuple[str, Watched]:
        """A module's name and its calls.

        Raises:
            CheckpointError: the file contradicts itself.
        """
        name = _word(stated["name"], _LONGEST_NAME)
        calls = [self._call(one, name) for one in several(stated, "calls", _MOST_CALLS)]
        if not calls:
            raise wrong(f"{named(name)} has no call")
        return name, Watched(name, calls, _not_joined)

    def _call(self, stated: Mapping[str, Any], name: str) -> Call:
        place, weights = _place(stated["place"]), _place(stated["weights"])
        if weights not in self._models:
            self._models[weights] = self._model(weights, stated["kind"], stated["cell"], name), *_kind(stated)
        model, *kind = self._models[weights]
        exact = stated["exact_layers"]
        if (*kind,) != _kind(stated) or not (exact is None or (type(exact) is int and 1 <= exact <= model.num_layers)):
            raise wrong(f"a call of {named(name)} claims another cell than its weights are of")
        return Call(model, self._batch(stated, place, model), exact, notes_of(stated), _labels(stated["labels"]))

    def _batch(self, stated: Mapping[str, Any], place: str, model: Model) -> Batch:
        lengths, cell = stated["lengths"], model.cell()
        inputs, outputs = self._array(f"{place}.inputs"), self._array(f"{place}.outputs")
        if not isinstance(lengths, list) or not all(type(one) is int and 1 <= one <= len(inputs) for one in lengths):
            raise wrong("its lengths are no lengths")
        units, rows = cell.units, model.num_layers * model.num_directions
        _fit(inputs, (sum(lengths), model.input_size))
        _fit(outputs, (len(inputs), model.num_directions * units["hidden"]))
        states: dict[str, Array] = {}
        for start, signal in type(cell).starts().items():
            end = start.replace("0", "n")
            for one in (start, end) if f"{place}.{start}.npy" in self._archive else (end,):
                states[one] = self._array(f"{place}.{one}")
                _fit(states[one], (len(lengths), rows, units[signal]))
        if stated["precision"] not in ROUNDED:
            raise wrong("its precision is none")
        ends = np.cumsum(lengths)
        return Batch(
            inputs,
            outputs,
            [slice(int(end) - steps, int(end)) for end, steps in zip(ends, lengths, strict=True)],
            {name: values for name, values in states.items() if name.endswith("0")},
            {name: values for name, values in states.items() if name.endswith("n")},
            stated["precision"],
        )

    def _model(self, place: str, kind: Any, options: Any, name: str) -> Model:
        """The weights of a call, each of the shape that its cell has."""
        cell = CELLS.get(kind) if isinstance(kind, str) else None
        if cell is None or not isinstance(options, dict):
            raise wrong(f"{named(name)} is of a kind {named(kind)} that there is not")
        check_options(kind, options)
        start = f"{place}.weights."
        names = [one.removeprefix(start).removesuffix(".npy") for one in self._archive.names if one.startswith(start)]
        if not names or not all(map(_WEIGHT.fullmatch, names)):
            raise wrong(f"{named(name)} has no weights, or others than such a cell's")
        tensors = {one: torch.from_numpy(self._array(start + one).copy()) for one in names}
        try:
            model = Model(stack_from(kind, tensors, **options), name=name)
            fits = _of_one_model(model) and len(names) == sum(len(one.weights()) for one in model.cells())
        except (TypeError, IndexError, RuntimeError, ValueError):
            fits = False
        if not fits:
            raise wrong(f"the weights of {named(name)} are not of one {cell.title}")
        return model

    def _array(self, name: str) -> Array:
        if name in self._read:
            raise wrong(f"two calls claim {named(name)}")
        self._read.add(name)
        values = read_array(self._archive.read(f"{name}.npy"), name, MAX_RUN_BYTES)
        if values.dtype not in (np.float32, np.float64):
            raise wrong(f"the array {named(name)} holds {named(values.dtype)}")
        return values


def _of_one_model(model: Model) -> bool:
    """Whether every weight has the shape that its place asks for."""
    hidden, units = model.hidden_size, model.cell().units["hidden"]
    for layer, cells in enumerate(model.stack):
        inputs = model.input_size if layer == 0 else units * model.num_directions
        for cell in cells:
            shapes = type(cell).shapes(inputs, hidden, units, cell.bias_ih is not None)
            if {name: tuple(value.shape) for name, value in cell.weights().items()} != shapes:
                return False
    return all(len(cells) == model.num_directions for cells in model.stack)


def _kind(stated: Mapping[str, Any]) -> tuple[Any, Any]:
    return stated["kind"], stated["cell"]


def _not_joined() -> Sequence[Call]:
    raise ArgumentError("A run file keeps the calls as they were seen: see seen[name].joined before saving.")


def _labels(stated: Any) -> list[list[str]] | None:
    if stated is None:
        return None
    if not isinstance(stated, list) or not all(isinstance(one, list) for one in stated):
        raise wrong("its labels are no lists of words")
    return [[str(word)[:_LONGEST_LABEL] for word in one] for one in stated]


def notes_of(stated: Mapping[str, Any]) -> tuple[str, ...]:
    """The notes of a run or a call."""
    return tuple(_word(one, _LONGEST_NOTE) for one in several(stated, "notes", _MOST_NOTES))


def several(stated: Mapping[str, Any], what: str, most: int) -> list[Any]:
    """A list that the header states, of at most so many."""
    found = stated.get(what)
    if not isinstance(found, list) or len(found) > most:
        raise wrong(f"its {what} are no list of at most {most:,}")
    return found


def wrong(why: str) -> CheckpointError:
    """The error for a run file that contradicts itself."""
    return CheckpointError(f"This run file is damaged ({why}): save it again with seen.save.")


def _fit(values: Array, shape: tuple[int, ...]) -> None:
    if values.shape != shape:
        raise wrong(f"an array has the shape {values.shape[:5]} where {shape} is said")


def _place(stated: Any) -> str:
    if not isinstance(stated, str) or not _PLACE.fullmatch(stated):
        raise wrong("it names a place that there is not")
    return stated


def _word(stated: Any, longest: int) -> str:
    if not isinstance(stated, str) or not stated:
        raise wrong("it has a name or a note that is no text")
    return stated[:longest]
