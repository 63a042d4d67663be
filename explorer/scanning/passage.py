"""Some steps of a corpus after their run: what a reducer is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.errors import ArgumentError, ShapeError
from explorer.fitting import said
from explorer.models import Model
from explorer.sequences import visible
from explorer.sequences.visible import counted

Array = NDArray[Any]
Concept = str | Callable[[Any], Any]
"""What is asked of every step: the name of a column or of given labels, or a function. It is given one whole sequence,
as text where a step is a character, as the tokens where it is another, as numbers (time, input_size) where the model
reads numbers, and returns a bool, a number or a word for each step, NaN where there is none."""
MOST_GROUPS = 300


@dataclass(frozen=True, eq=False)
class Passage:
    """Some steps of one or several sequences, with every signal; steps that the model masks are left out.

    Attributes:
        model: what ran, without its head.
        values: each signal's (layer, direction, time, unit).
        sequence: (time,), which sequence of the corpus each step is of, from 0.
        position: (time,), its place in that sequence, from 0.
        tokens: (time,) token ids, or None where the model reads numbers.
        told: for each of the reducer's concepts, in their order, what it is at each step, (time,).
        number: the place of this passage in the corpus, (part, block).
    """

    model: Model
    values: Mapping[str, Array]
    sequence: Array
    position: Array
    tokens: Array | None
    told: tuple[Array, ...] = ()
    number: tuple[int, int] = (0, 0)

    def __len__(self) -> int:
        """How many steps it has."""
        return len(self.position)

    def rows(self, signal: str) -> Array:
        """A signal as (time, layers*directions*units), as it stands in memory."""
        values = self.values[signal]
        return np.moveaxis(values, 2, 0).reshape(len(self), -1)

    def shape(self, signal: str) -> tuple[int, int, int]:
        """(layer, direction, unit) of a signal."""
        layers, directions, _, units = self.values[signal].shape
        return layers, directions, units


Key = tuple[float, str]
"""A group: by what it is put in order, and its name."""
ALL: Key = (0.0, "all")


def grouped(passage: Passage, by: Concept | None) -> tuple[tuple[Key, ...], Array]:
    """The groups in a passage, in order, and for each step its place among them, −1 for none.

    Args:
        passage: whose first concept is the label, where ``by`` is one.
        by: ``"token"``, ``"position"`` (1, 2, 3–4, 5–8, …), a concept, or None for one group of all.

    Raises:
        ArgumentError: there are no tokens, or too many different labels.
    """
    if by is None:
        return (ALL,), np.zeros(len(passage), np.intp)
    if by == "position":
        return _among(np.ceil(np.log2(passage.position + 1.0)), lambda one: (float(one), _span(int(one))))
    if by == "token":
        if passage.tokens is None:
            raise ArgumentError(f"{passage.model.name} reads numbers and no tokens: group by 'position' or a column.")
        words = passage.model.vocabulary
        return _among(passage.tokens, lambda one: (float(one), visible(words[int(one)]) if words else str(one)))
    return _labelled(passage.told[0])


def numbers_of(told: Array) -> Array:
    """A concept as float64, (time,), NaN where there is none.

    Raises:
        ArgumentError: it is made of words.
    """
    try:
        return np.asarray(told, np.float64)
    except (TypeError, ValueError):
        raise ArgumentError(
            f"The concept gives {said(told[0])}: give True or False, or a number, for each step."
        ) from None


def fits(told: Any, steps: int, name: str) -> Array:
    """What a concept gave, as one value a step.

    Raises:
        ShapeError: it gave more or fewer.
    """
    given = np.asarray(told)
    if given.shape != (steps,):
        raise ShapeError(
            f"The concept {said(name)} gave {given.shape} for a sequence of {counted(steps, 'step')}: "
            "give one value for each."
        )
    return given


def _among(codes: Array, key: Callable[[Any], Key]) -> tuple[tuple[Key, ...], Array]:
    found, places = np.unique(codes, return_inverse=True)
    if len(found) > MOST_GROUPS:
        raise ArgumentError(
            f"The steps fall in more than {MOST_GROUPS} groups: give labels of fewer values, such as ranges of numbers."
        )
    return tuple(key(one) for one in found.tolist()), places


def _labelled(told: Array) -> tuple[tuple[Key, ...], Array]:
    if told.dtype.kind == "f":
        known = np.isfinite(told)
        keys, places = _among(told[known], lambda one: (float(one), f"{one:g}"))
        return keys, _spread(known, places)
    if told.dtype.kind in "biu":
        return _among(told, lambda one: (float(one), str(one)))
    words = np.array(["" if one is None or one != one else str(one) for one in told.tolist()])
    known = words != ""
    keys, places = _among(words[known], lambda one: (0.0, one))
    return keys, _spread(known, places)


def _spread(known: Array, places: Array) -> Array:
    spread = np.full(len(known), -1, np.intp)
    spread[known] = places
    return spread


def _span(bits: int) -> str:
    """The positions, from 1, whose rounded-up logarithm is ``bits``."""
    first, last = (2 ** (bits - 1) + 1, 2**bits) if bits else (1, 1)
    return str(last) if first >= last else f"{first}–{last}"
