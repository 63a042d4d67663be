"""A form in which people's networks and data come: how one is made, and what must happen to it."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from explorer import ExplorerError, Model

Array = NDArray[Any]
ANY: Any = object()
"""Not looked at in this row."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What came of a form that opened.

    Attributes:
        values: the numbers: hidden states (time, directions·units) of the last layer, or a table's (rows, columns).
        notes: everything that was said.
        model: the network, None for a table.
        proved: whether its states were compared with PyTorch's kernel.
        networks: the names of all networks of the file.
        offers: the names of what could be read as one stack.
        between, after: what the file's graph puts before and behind the network.
        embedding, head: the tensors that were attached.
        guessed: which of them by a guess.
        output: what the head gives, (time, outputs), or None.
    """

    values: Array
    notes: tuple[str, ...] = ()
    model: Model | None = None
    proved: bool = True
    networks: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    embedding: str | None = None
    head: str | None = None
    guessed: tuple[str, ...] = ()
    output: Array | None = None


class Given(Protocol):
    """Something that people give, and the numbers it stands for by an independent calculation."""

    @property
    def right(self) -> Any: ...

    @property
    def answer(self) -> Any: ...

    def read(self) -> Reading: ...


@dataclass(frozen=True)
class Opens:
    """It opens, and its numbers are the right ones.

    Args:
        says: a piece of each note; every note holds one, and () means that nothing is assumed and nothing said.
        networks, offers, between, after, embedding, head: what must have been found, where the row is about it.
        guessed: what must be called a guess.
        mask: the token at whose steps the state is held.
        unused: tensors that it must name as not used.
        proved: whether PyTorch's kernel computes the same cell, so that there is a difference to show.
        doubted: whether each page must say that the network may compute something else.
        more_said: there must be notes, and others than those named may stand among them.
    """

    says: tuple[str, ...] = ()
    networks: tuple[str, ...] = ANY
    offers: tuple[str, ...] = ANY
    between: tuple[str, ...] = ANY
    after: tuple[str, ...] = ANY
    embedding: str | None = ANY
    head: str | None = ANY
    guessed: tuple[str, ...] = ()
    mask: int | None = None
    unused: tuple[str, ...] = ()
    proved: bool = True
    doubted: bool = False
    more_said: bool = False


def warns(*unused: str, **more: Any) -> Opens:
    """It opens with the right numbers of what is left, and names what was not used on every page."""
    return Opens(unused=unused, **more)


@dataclass(frozen=True)
class Refused:
    """It does not open; the sentence names each of these."""

    names: tuple[str, ...]


def refused(*names: str) -> Refused:
    """What it must be refused with."""
    return Refused(names)


@dataclass(frozen=True, eq=False)
class Form:
    """One row of the table."""

    part: str
    title: str
    build: Callable[[], Given]
    expect: Opens | Refused

    def __str__(self) -> str:
        return f"{self.part}: {self.title}"


@cache
def given_of(form: Form) -> Given:
    """What a row is about, made once; what other tools warn of while they make it is theirs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return form.build()


@cache
def outcome(form: Form) -> Reading | ExplorerError:
    """What came of it."""
    given = given_of(form)
    try:
        return given.read()
    except ExplorerError as refusal:
        return refusal


def columns(found: Mapping[str, Any]) -> Array:
    """Values by column as one array (rows, columns)."""
    return np.array([np.asarray(values, dtype=np.float64) for values in found.values()]).T
