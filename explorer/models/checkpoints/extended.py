"""A cell with more parameters than another one has: found by the names and sizes of what stands beside the weights."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from explorer.cells import CELLS, Cell
from explorer.models.checkpoints.group import Group
from explorer.models.files import Array, Contents, named
from explorer.signals import with_article

_PLACE = re.compile(r"_l(?P<layer>\d{1,4})(?P<reverse>_reverse)?$")
_Taken = dict[tuple[int, int], dict[str, str]]
"""By layer and direction, the file's name of each parameter."""


def extended(group: Group, leaves: Mapping[str, str], contents: Contents) -> Group | None:
    """The group as the cell whose further parameters stand beside its weights; None where no cell has just these.

    Args:
        group: a network as its weights alone say.
        leaves: every tensor that could act inside a step, and the part of its name behind the group's.
        contents: the file.
    """
    for kind, cell in CELLS.items():
        taken = _taken(cell, group, leaves, contents) if cell.extends == group.kind else None
        if taken is not None:
            return _with(group, kind, cell, taken, contents)
    return None


def _taken(cell: type[Cell], group: Group, leaves: Mapping[str, str], contents: Contents) -> _Taken | None:
    shapes = cell.shapes(group.input_size, group.hidden_size, group.hidden_size)
    found: _Taken = {}
    for name, leaf in leaves.items():
        place = _PLACE.search(leaf)
        own = leaf[: place.start()] if place else leaf
        field = next((one for one, spelt in cell.extras.items() if re.fullmatch(spelt, own, re.IGNORECASE)), None)
        if field is None or contents.tensors[name].size != shapes[field][0]:
            return None
        at = (int(place["layer"]), int(bool(place["reverse"]))) if place else (0, 0)
        if found.setdefault(at, {}).setdefault(field, name) != name:
            return None
    complete = len(found) == group.num_layers * group.num_directions
    return found if complete and all(set(cell.needs) <= set(one) for one in found.values()) else None


def _with(group: Group, kind: str, cell: type[Cell], taken: _Taken, contents: Contents) -> Group:
    cells = tuple(
        tuple({**weights, **_read(taken[layer, side], weights, contents)} for side, weights in enumerate(level))
        for layer, level in enumerate(group.cells)
    )
    names = [name for one in taken.values() for name in one.values()]
    listed = ", ".join(map(named, names[:3])) + (", …" if len(names) > 3 else "")
    doubt = (
        f"Read as {with_article(cell.title)} by the names {listed}. The file does not hold the code that joins them: "
        "where yours does it otherwise, these are not its gates."
    )
    asks = cell.leaves_open if "bias_ih" in group.cells[0][0] else ()
    return replace(
        group, kind=kind, cells=cells, sources=(*group.sources, *names), doubts=(*group.doubts, doubt),
        asks=(*group.asks, *asks),
    )  # fmt: skip


def _read(taken: Mapping[str, str], weights: Mapping[str, Array], contents: Contents) -> dict[str, Array]:
    kept = weights["weight_ih"].dtype
    return {field: contents.tensors[name].reshape(-1).astype(kept) for field, name in taken.items()}


def beside_the_norms(cells: Sequence[Sequence[Mapping[str, Array]]]) -> tuple[tuple[dict[str, Array], ...], ...]:
    """Weights of normalised cells whose biases are added after the norms, as weights whose norms hold them.

    LN(W x) + b is LN(W x) with β + b for β, so the same cell computes it.
    """
    return tuple(tuple(_moved(weights) for weights in level) for level in cells)


def _moved(weights: Mapping[str, Array]) -> dict[str, Array]:
    kept = {name: values for name, values in weights.items() if name not in ("bias_ih", "bias_hh")}
    for of in ("ih", "hh"):
        bias = weights[f"bias_{of}"]
        kept[f"norm_{of}_bias"] = kept[f"norm_{of}_bias"] + bias if f"norm_{of}_bias" in kept else bias
    return kept
