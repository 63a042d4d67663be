"""Recurrent networks whose tensors carry PyTorch's names, or other spellings of them."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from explorer.cells import CELLS
from explorer.errors import CheckpointError
from explorer.models.checkpoints.beside import in_namespace, leaf_of
from explorer.models.checkpoints.biases import with_biases
from explorer.models.checkpoints.blocks import kinds
from explorer.models.checkpoints.group import Group, make_group
from explorer.models.checkpoints.names import Place, place_of
from explorer.models.files import Array, Contents, Known, named

Found = tuple[list[Group], list[str]]
"""Groups, and a sentence for each that could not be read."""
_Named = dict[Place, str]
_HEAD = re.compile(r"(^|[._/])W?_?h[yoq]$", re.IGNORECASE)
"""A head beside an RNN written by hand, ``Why`` or ``W_hq``, which shows how matrices are stored."""

_ORDER = (
    "The weights are not stored as PyTorch stores them; their rows are taken to be in {} order ({}). Where your code "
    "has another order, these are not its gates."
)


def torch_groups(contents: Contents) -> Found:
    """Every group of tensors whose names make a recurrent network, in the file's order."""
    by_prefix: dict[str, _Named] = {}
    for name, values in contents.tensors.items():
        place = place_of(name)
        if place is not None and values.dtype.kind in "fiu":
            by_prefix.setdefault(place.prefix, {})[place] = name
    groups, problems = [], []
    for prefix, places in by_prefix.items():
        if not any(place.role == "weight_hh" for place in places) or not _has_matrices(contents, places):
            continue
        try:
            groups.append(_group(prefix, places, contents))
        except CheckpointError as problem:
            problems.append(str(problem))
    return groups, problems


def _has_matrices(contents: Contents, places: _Named) -> bool:
    return any(contents.tensors[name].ndim == 2 for name in places.values())


def _group(prefix: str, places: _Named, contents: Contents) -> Group:
    layers = sorted({place.layer for place in places})
    directions = sorted({place.reverse for place in places})
    of = f" of {named(prefix)}" if prefix else ""
    if layers != list(range(layers[0], layers[0] + len(layers))) or layers[0] > 1:
        raise CheckpointError(f"The layers{of} are numbered {', '.join(map(str, layers[:8]))}: one is missing.")
    if directions == [True]:
        raise CheckpointError(f"Only the reverse direction{of} is in the file: save the whole state_dict.")
    cells = [[_roles(places, contents, layer, reverse) for reverse in directions] for layer in layers]
    sources = tuple(places.values())
    turned = all(_lies(cell) for level in cells for cell in level)
    cells = [[_upright(cell, turned) for cell in level] for level in cells]
    if len(cells) == len(cells[0]) == 1:
        beside = [name for name in in_namespace(prefix, sources, contents.tensors) if name not in sources]
        leaf = {name: leaf_of(name, prefix) for name in beside}
        cells[0][0], more = with_biases(cells[0][0], beside, contents.tensors, leaf)
        sources += more
    _check_square(prefix, places, cells, contents)
    notes = ["The weights were stored for x W instead of W x, and were turned."] if turned else []
    gated = "weight_hh" in cells[0][0] and len(set(cells[0][0]["weight_hh"].shape)) > 1
    own = not turned and len(sources) == len(places) and all(place.plain for place in places)
    stated = _stated(contents.modules.get(prefix, {}), cells[0][0])
    group = make_group(
        prefix, cells, contents, sources, contents.known.get(prefix, Known()).kind,
        notes=tuple(notes), turned=turned, options=stated,
    )  # fmt: skip
    return replace(group, doubts=(_order(group.kind), *group.doubts)) if gated and not own else group


def _order(kind: str) -> str:
    """What is assumed where nothing says in which order rows stand."""
    cell = CELLS[kind]
    return _ORDER.format("PyTorch's" if cell.modules else "this", ", ".join(cell.letters()))


def _check_square(prefix: str, places: _Named, cells: list[list[dict[str, Array]]], contents: Contents) -> None:
    """Refuse an RNN's square matrices whose names are nobody's own and that could be stored for W x or for x W.

    Raises:
        CheckpointError: no other matrix of the file tells.
    """
    sure = any(place.plain or name.endswith((".weight", ".bias")) for place, name in places.items())
    matrices = [values for role, values in cells[0][0].items() if role.startswith("weight")]
    square = all(values.ndim == 2 and values.shape == matrices[0].shape[::-1] for values in matrices)
    heads = [name for name in contents.tensors if name not in places.values() and _HEAD.search(name)]
    told = [values for name in heads if (values := contents.tensors[name]).ndim == 2 and len(set(values.shape)) > 1]
    if sure or not square or len(matrices) < 2 or any(len(values) != len(matrices[0]) for values in told):
        return
    names = " and ".join(named(name) for place, name in places.items() if place.role.startswith("weight"))
    raise CheckpointError(
        f"{names} are square and could be stored for W x or for x W, and nothing in the file says which: map them by "
        "hand."
    )


def _stated(module: Mapping[str, Any], cell: Mapping[str, Array]) -> dict[str, Any]:
    """What a pickled module says of its own squashing."""
    is_plain = "weight_hh" in cell and len(set(cell["weight_hh"].shape)) == 1
    word = str(module.get("nonlinearity") or {"RNN_RELU": "relu", "RNN_TANH": "tanh"}.get(str(module.get("mode")), ""))
    return {"nonlinearity": word} if is_plain and word in ("tanh", "relu") else {}


def _roles(places: _Named, contents: Contents, layer: int, reverse: bool) -> dict[str, Array]:
    """One cell's tensors by their roles."""
    return {
        place.role: contents.tensors[name]
        for place, name in places.items()
        if (place.layer, place.reverse) == (layer, reverse)
    }


def _lies(cell: Mapping[str, Array]) -> bool:
    """Whether a cell's matrices were stored as (columns, rows)."""
    ih, hh = cell.get("weight_ih"), cell.get("weight_hh")
    if ih is None or hh is None or ih.ndim != 2 or hh.ndim != 2 or "weight_hr" in cell:
        return False
    high, wide = hh.shape
    lying = high and wide > high and wide % high == 0 and wide // high in kinds() and ih.shape[1] == wide
    return bool(lying or (high == wide and ih.shape[1] == high != ih.shape[0]))


def _upright(roles: Mapping[str, Array], turned: bool) -> dict[str, Array]:
    """Weights as (rows, columns), biases as (rows,)."""
    cell = dict(roles)
    if turned:
        cell |= {"weight_ih": cell["weight_ih"].T, "weight_hh": cell["weight_hh"].T}
    return {role: values.reshape(-1) if role.startswith("bias") and values.ndim == 2 and 1 in values.shape else values
            for role, values in cell.items()}  # fmt: skip
