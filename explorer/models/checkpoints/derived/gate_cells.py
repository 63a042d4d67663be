"""Matrices of single gates → the matrices of a cell, where names and shapes leave one reading."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import numpy as np

from explorer.cells import CELLS
from explorer.cells import Cell as CellHere
from explorer.models.checkpoints.blocks import plain
from explorer.models.checkpoints.derived.gate_names import Part
from explorer.models.files import Array, shown

_KEEPS = "An update gate z of 1 is taken to keep the state, as PyTorch has it: no name says so."
_BY_CUSTOM = "W is taken for the inputs' weights and U for the hidden state's: no shape says so."
_Gates = dict[str, Part]
"""By the block of rows that each makes, in the order of the rows here."""


class UncertainError(Exception):
    """Names make a cell, but leave more than one reading of it."""


@dataclass(frozen=True)
class Cell:
    """A cell whose gates were joined.

    Attributes:
        kind: which cell has such gates.
        roles: its weights by PyTorch's role, each with the names of the tensors that it was joined from.
        options, asks, doubts: as `Known`.
    """

    kind: str
    roles: Mapping[str, tuple[Array, tuple[str, ...]]]
    options: Mapping[str, Any] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def make_cell(parts: Sequence[Part], tensors: Mapping[str, Array]) -> Cell | None:
    """Join the gates of one cell.

    Args:
        parts: what the names under one prefix may say.
        tensors: the file's.

    Returns:
        The cell, or None where the names make none.

    Raises:
        UncertainError: they make one that can be read in more than one way.
    """
    weights = sorted((part for part in parts if part.what == "weight"), key=lambda part: part.spelling)
    found = [
        (kind, spelling, sides)
        for spelling, group in groupby(weights, key=lambda part: part.spelling)
        for kind, sides in _sides(list(group))
    ]
    if not found:
        _check_others(weights)
        return None
    if len(found) > 1:
        raise UncertainError("their names can be read in two ways")
    kind, spelling, sides = found[0]
    for part in weights:
        if part.gate in CELLS[kind].doubtful:
            raise UncertainError(CELLS[kind].doubtful[part.gate])
    names = {block: part.gate for block, part in next(iter(sides.values())).items()}
    if len(sides) == 1:
        if len(names) == 1 or not _side_by_side(sides, tensors):
            return None
        raise UncertainError("each reads the inputs and the hidden state side by side, in an order that nothing says")
    swapped, turned, doubts = _told_by_shapes(sides, tensors)
    roles = {
        role: (_stacked(sides[side], tensors, turned), tuple(part.name for part in sides[side].values()))
        for role, side in zip(("weight_ih", "weight_hh"), "hx" if swapped else "xh", strict=True)
    }
    biases = [part for part in parts if part.what == "bias" and part.spelling in (spelling, "letters", "no gates")]
    roles |= _biases(names, biases, tensors, len(roles["weight_hh"][0]) // len(names), swapped)
    flax = spelling.endswith("layers") and all(part.module == "kernel" for part in weights)
    if not CELLS[kind].has_option("reset_after"):
        return Cell(kind, roles, doubts=doubts)
    if flax:
        return Cell(kind, roles, {"reset_after": True})
    return Cell(kind, roles, asks=("reset_after",), doubts=(*doubts, _KEEPS))


def _check_others(weights: Sequence[Part]) -> None:
    """Refuse gates of another cell, of which two matrices alone would look like an RNN.

    Raises:
        UncertainError: several gates have a matrix for the inputs and one for the hidden state.
    """
    for _, group in groupby(weights, key=lambda part: part.spelling):
        sides: dict[str, set[str]] = {}
        for part in group:
            sides.setdefault(part.reads, set()).add(part.gate)
        both = sides.get("x", set()) & sides.get("h", set())
        if len(both) > 1:
            raise UncertainError(f"{', '.join(sorted(both))} are the gates of no cell here")


def _sides(parts: Sequence[Part]) -> list[tuple[str, dict[str, _Gates]]]:
    """The cells that one spelling's matrices make, and their gates by what they read: x and h, or both at once."""
    reads = {part.reads for part in parts}
    whole = {frozenset("xh"): {"x": "x", "h": "h"}, frozenset("wu"): {"w": "x", "u": "h"}}.get(frozenset(reads))
    if whole is None and reads not in ({"w"}, {""}):
        return []
    sides: dict[str, list[Part]] = {}
    for part in parts:
        sides.setdefault(whole[part.reads] if whole else "", []).append(part)
    if len({part.module for part in parts}) > 1:
        return []
    made = {kind: {read: _gates_of(cell, side) for read, side in sides.items()} for kind, cell in plain().items()}
    return [(kind, gates) for kind, gates in made.items() if all(gates.values())]


def _gates_of(cell: type[CellHere], parts: Sequence[Part]) -> _Gates:
    """The gates of a cell by its blocks; none where these are not just its gates."""
    found = {cell.block_of(part.gate): part for part in parts}
    complete = len(parts) == len(found) and found.keys() == set(cell.blocks)
    return {block: found[block] for block in cell.blocks} if complete else {}


def _side_by_side(sides: Mapping[str, _Gates], tensors: Mapping[str, Array]) -> bool:
    """Whether matrices could read inputs and hidden state at once: all of one shape, longer one way."""
    shapes = {tensors[part.name].shape for gates in sides.values() for part in gates.values()}
    return len(shapes) == 1 and len(shape := shapes.pop()) == 2 and shape[0] != shape[1]


def _told_by_shapes(sides: Mapping[str, _Gates], tensors: Mapping[str, Array]) -> tuple[bool, bool, tuple[str, ...]]:
    """Whether U reads the inputs, whether matrices are stored for x W, and what was assumed.

    Raises:
        UncertainError: the shapes fit no cell, or two.
    """
    x, h = (_one_shape(sides[side].values(), tensors) for side in "xh")
    first = next(iter(sides["x"].values()))
    by_custom = first.reads == "w"
    if by_custom and x[0] == x[1] and h[0] != h[1]:
        x, h, swapped = h, x, True
    else:
        swapped = False
    units = h[0]
    if h[0] != h[1] or units not in x:
        raise UncertainError(f"those of shape {shown(x)} and {shown(h)} make no cell")
    fits = {"weight": x[0] == units, "kernel": x[1] == units}
    if first.module and not fits[first.module]:
        raise UncertainError(f"those of shape {shown(x)} and {shown(h)} make no cell")
    if not first.module and x[0] == x[1]:
        raise UncertainError("all matrices are square, so W x and x W look alike")
    doubts = (_BY_CUSTOM,) if by_custom and x == h else ()
    return swapped, first.module == "kernel" or (not first.module and x[0] != units), doubts


def _one_shape(parts: Iterable[Part], tensors: Mapping[str, Array]) -> tuple[int, ...]:
    shapes = {tensors[part.name].shape for part in parts}
    if len(shapes) > 1 or len(shape := shapes.pop()) != 2 or 0 in shape:
        raise UncertainError("their shapes differ")
    return shape


def _stacked(gates: _Gates, tensors: Mapping[str, Array], turned: bool) -> Array:
    blocks = [tensors[part.name] for part in gates.values()]
    return np.concatenate([block.T if turned else block for block in blocks])


def _biases(
    names: Mapping[str, str],
    parts: Sequence[Part],
    tensors: Mapping[str, Array],
    units: int,
    swapped: bool,
) -> dict[str, tuple[Array, tuple[str, ...]]]:
    """The biases of each side; one that belongs to neither is added to the input's.

    Args:
        names: by block, what its gate is called.
        parts: the biases among them.
        tensors: the file's.
        units: numbers of one gate.
        swapped: whether U reads the inputs.

    Raises:
        UncertainError: some gates have one and others none, though no layer of its own says that it has none.
    """
    sides = {"x": "bias_ih", "h": "bias_hh", "w": "bias_hh" if swapped else "bias_ih",
             "u": "bias_ih" if swapped else "bias_hh", "": "bias_ih"}  # fmt: skip
    roles: dict[str, tuple[Array, tuple[str, ...]]] = {}
    chosen = sorted((part for part in parts if part.gate in names.values()), key=lambda part: part.reads)
    for reads, group in groupby(chosen, key=lambda part: part.reads):
        own = list(group)
        by_gate = {part.gate: part for part in own}
        missing = [gate for gate in names.values() if gate not in by_gate]
        sized = all(tensors[part.name].size == units for part in own)
        if len(by_gate) < len(own) or not sized or (missing and not all(part.module for part in own)):
            raise UncertainError(f"biases of {len(by_gate)} gates stand beside {len(names)} gates")
        values = np.concatenate([_bias(by_gate.get(gate), tensors, units) for gate in names.values()])
        used = tuple(part.name for part in own)
        before = roles.get(sides[reads])
        roles[sides[reads]] = (values, used) if before is None else (before[0] + values, (*before[1], *used))
    return roles


def _bias(part: Part | None, tensors: Mapping[str, Array], units: int) -> Array:
    return np.zeros(units, np.float32) if part is None else tensors[part.name].reshape(-1)
