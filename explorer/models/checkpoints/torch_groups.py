"""Recurrent networks whose tensors carry PyTorch's names, or other spellings of them."""

from collections.abc import Mapping

from explorer.errors import CheckpointError
from explorer.models.checkpoints.group import KINDS, Group, make_group
from explorer.models.checkpoints.names import Place, place_of
from explorer.models.files import Array, Contents, named

Found = tuple[list[Group], list[str]]
"""Groups, and a sentence for each that could not be read."""
_Named = dict[Place, str]


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
    cells = []
    notes: set[str] = set()
    for layer in layers:
        level = []
        for reverse in directions:
            roles = {
                place.role: contents.tensors[name]
                for place, name in places.items()
                if (place.layer, place.reverse) == (layer, reverse)
            }
            level.append(_upright(roles, notes))
        cells.append(level)
    if not all(place.plain for place in places):
        notes.add(
            "The weights are not spelt as PyTorch spells them; their rows are taken to be in PyTorch's order "
            "(LSTM i, f, g, o; GRU r, z, n)."
        )
    return make_group(prefix, cells, contents, tuple(places.values()), notes=tuple(sorted(notes)))


def _upright(roles: Mapping[str, Array], notes: set[str]) -> dict[str, Array]:
    """Weights as (rows, columns), turned where they were stored as (columns, rows)."""
    cell = dict(roles)
    ih, hh = cell.get("weight_ih"), cell.get("weight_hh")
    if ih is None or hh is None or ih.ndim != 2 or hh.ndim != 2 or "weight_hr" in cell:
        return cell
    high, wide = hh.shape
    lying = high and wide > high and wide % high == 0 and wide // high in KINDS and ih.shape[1] == wide
    lying = lying or (high == wide and ih.shape[1] == high != ih.shape[0])
    if lying:
        notes.add("The weights were stored for x W instead of W x, and were turned.")
        cell |= {"weight_ih": ih.T, "weight_hh": hh.T}
    return {role: values.reshape(-1) if role.startswith("bias") and values.ndim == 2 and 1 in values.shape else values
            for role, values in cell.items()}  # fmt: skip
